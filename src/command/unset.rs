//! `unset`: the session out of the shell, and what was there before back in.

use super::{Outcome, World};
use crate::error::Result;
use crate::shell::unset_change;

pub fn run(world: &World<'_>) -> Result<Outcome> {
    let done = unset_change(&world.context.env);
    world.notice(done.messages);
    Ok(Outcome::done(world.shell.render(&done.change)?))
}
