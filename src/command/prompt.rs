//! `prompt`: the segment for tmux and prompts of one's own, from environment and clock alone.

use super::outcome::Outcome;
use crate::app::App;
use crate::error::Result;
use crate::shell::{CYAN, segment};

pub fn run(app: &App<'_>) -> Result<Outcome> {
    let env = app.env();
    let color = match env.nonempty("XROLE_PROFILE") {
        Some(profile) => app.settings()?.for_profile(profile).color,
        None => None,
    };
    let mut text = segment(env, app.context.clock.now(), color.unwrap_or(CYAN));
    if !text.is_empty() {
        text.push('\n');
    }
    Ok(Outcome::done(text))
}
