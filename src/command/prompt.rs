//! `prompt`: the segment for tmux and prompts of one's own, from environment and clock alone.

use super::use_session::CYAN;
use super::{Outcome, World};
use crate::error::Result;
use crate::shell::segment;

pub fn run(world: &World<'_>) -> Result<Outcome> {
    let env = &world.context.env;
    let color = match env.nonempty("XROLE_PROFILE") {
        Some(profile) => world.settings()?.for_profile(profile).color,
        None => None,
    };
    let mut text = segment(env, world.context.clock.now(), color.unwrap_or(CYAN));
    if !text.is_empty() {
        text.push('\n');
    }
    Ok(Outcome::done(text))
}
