//! The session into the shell: what `use` and `renew` print for it to evaluate.

use super::{exports, program_config};
use crate::app::App;
use crate::deliver::program_config::Others;
use crate::error::Result;
use crate::obtain::{self, Request, Target};
use crate::shell::use_change;

/// How the shell is given the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In variables.
    Keys,
    /// By a profile from which programs get it themselves (`--profile-env`).
    Profile,
}

/// Obtains the session and writes the snippet that puts it into the shell.
pub fn of(app: &App<'_>, target: &Target, request: &Request<'_>, form: Form) -> Result<String> {
    let obtained = obtain::session(app, target, request)?;
    let exports = exports(app, target, &obtained)?;
    let done = match form {
        Form::Keys => use_change(app.env(), &exports),
        Form::Profile => {
            let written = program_config::write(app, (target, &obtained), &[], Others::Shown)?;
            use_change(app.env(), &written.instead_of(exports))
        }
    };
    app.notice(done.messages);
    app.shell.render(&done.change)
}
