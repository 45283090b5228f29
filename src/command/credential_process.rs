//! `credential-process`: the session in the form that AWS's `credential_process` asks for, version 1.

use super::export::{self, Format};
use super::obtaining::Obtaining;
use super::{Outcome, World};
use crate::cli::CredentialProcessArgs;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::obtain::Freshness;
use crate::output;

pub fn run(world: &World<'_>, args: &CredentialProcessArgs) -> Result<Outcome> {
    if output::stdout_is_terminal() {
        return Err(on_a_terminal(&args.profile));
    }
    let obtaining = Obtaining::new(world)?;
    let selected = obtaining.select(Some(&args.profile), &args.select)?;
    let again = format!("xrole use {}", selected.selection.profile);
    let obtained = obtaining.session(&selected, &args.code, Freshness::Process, &again)?;
    let region = selected.region();
    export::text(
        Format::Process,
        &args.profile,
        &obtained.session,
        region,
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
