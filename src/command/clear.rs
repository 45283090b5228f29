//! `clear`: cached sessions forgotten.

use super::{Outcome, World, selecting};
use crate::cli::{ClearArgs, SelectArgs};
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::place::Notice;

pub fn run(world: &World<'_>, args: &ClearArgs) -> Result<Outcome> {
    let settings = world.settings()?;
    let cache = world.cache(&settings);
    let (cleared, of) = match &args.profile {
        None => (cache.clear_all(), "every profile".to_owned()),
        Some(name) => {
            let profiles = world.profiles()?;
            let env = &world.context.env;
            let options = SelectArgs::default();
            let selection = match selecting::remembered(&profiles, &cache, name, &options) {
                Some(selection) => selection,
                None => selecting::selection(&profiles, env, Some(name), &options)?,
            };
            let plans = selecting::plans(&profiles, &settings, env, &selection)?;
            let keys: Vec<_> = plans
                .all()
                .flat_map(|plan| plan.calls.iter().map(|call| call.key))
                .collect();
            (cache.clear(&keys), display_safe(name).into_owned())
        }
    };
    world.notice(cache.notices());
    if cleared.busy > 0 {
        world.notice([Notice::new(
            None,
            "a session is being minted by another terminal now and was left to it",
        )]);
    }
    let sessions = match cleared.removed {
        0 => "no cached session".to_owned(),
        1 => "1 cached session".to_owned(),
        n => format!("{n} cached sessions"),
    };
    Ok(Outcome::done(format!("forgot {sessions} of {of}\n")))
}
