//! `clear`: cached sessions forgotten.

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{ClearArgs, SelectArgs};
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::obtain::target;
use crate::place::Notice;

pub fn run(app: &App<'_>, args: &ClearArgs) -> Result<Outcome> {
    let cache = app.cache()?;
    let (cleared, of) = match &args.profile {
        None => (cache.clear_all(), "every profile".to_owned()),
        Some(name) => {
            let profiles = app.profiles()?;
            let env = app.env();
            let options = SelectArgs::default();
            let selection = match target::remembered(profiles, cache, name, &options) {
                Some(selection) => selection,
                None => target::selection(profiles, env, Some(name), &options)?,
            };
            let plans = target::plans(profiles, app.settings()?, env, &selection)?;
            let keys: Vec<_> = plans
                .all()
                .flat_map(|plan| plan.calls.iter().map(|call| call.key))
                .collect();
            (cache.clear(&keys), display_safe(name).into_owned())
        }
    };
    app.notice_of_cache();
    if cleared.busy > 0 {
        app.notice([Notice::new(
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
