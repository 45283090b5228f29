//! `credential-process`: the session in the form that AWS's `credential_process` asks for, version 1.

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::{CredentialProcessArgs, ExportFormat};
use crate::deliver::export;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::obtain::{self, Freshness, Request, Target};
use crate::output;

pub fn run(app: &App<'_>, args: &CredentialProcessArgs) -> Result<Outcome> {
    if output::stdout_is_terminal() {
        return Err(on_a_terminal(&args.profile));
    }
    let target = Target::typed(app, Some(&args.profile), &args.select)?;
    let request = Request {
        code: &args.code,
        freshness: Freshness::Process,
    };
    let obtained = obtain::session(app, &target, &request)?;
    export::text(
        ExportFormat::Process,
        &args.profile,
        &obtained.session,
        target.region(),
        true,
    )
    .map(Outcome::done)
}

fn on_a_terminal(profile: &str) -> Error {
    let profile = display_safe(profile);
    Error::new(
        "terminal",
        "what this prints is for a program to read, and would show secrets on the terminal",
        format!(
            "put it into a profile of its own in ~/.aws/config: credential_process = xrole credential-process {profile}\n\
             or look at it: xrole export {profile} --format process --print"
        ),
    )
    .exit(Exit::Usage)
}
