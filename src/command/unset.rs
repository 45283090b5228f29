//! `unset`: the session out of the shell, and what was there before back in.

use super::outcome::Outcome;
use crate::app::App;
use crate::error::Result;
use crate::shell::unset_change;

pub fn run(app: &App<'_>) -> Result<Outcome> {
    let done = unset_change(app.env());
    app.notice(done.messages);
    Ok(Outcome::done(app.shell.render(&done.change)?))
}
