//! `xrole` alone: what to do first.

use clap::CommandFactory;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::config::{Platform, locate};
use crate::cli::Cli;
use crate::error::{Error, Result};
use crate::shell::Env;

/// Said where there is no profile at all.
pub(super) const FIRST_STEPS: &str = r#"xrole takes AWS roles in the shell you are in. It reads the AWS CLI's files, and there are none yet.

1. Put the access key of your central account into ~/.aws/credentials (or run: aws configure --profile central):

    [central]
    aws_access_key_id = AKIA...
    aws_secret_access_key = ...

2. Describe a role in ~/.aws/config:

    [profile prod]
    role_arn = arn:aws:iam::222222222222:role/admin
    source_profile = central
    mfa_serial = arn:aws:iam::111111111111:mfa/YOUR-NAME
    region = eu-west-1

3. Take it:

    eval "$(xrole use prod)"

`xrole init --help` tells the line for your shell's start file, which makes that `xrole use prod`.
"#;

/// Help; where there is no profile at all, the first steps.
pub fn run(app: &App<'_>) -> Result<Outcome> {
    if app.profiles()?.profiles.is_empty() {
        return Ok(Outcome::done(FIRST_STEPS));
    }
    Ok(Outcome::done(Cli::command().render_help().to_string()))
}

/// Nothing to choose from.
pub fn no_profiles(env: &Env) -> Error {
    let config = locate(env, Platform::current())
        .ok()
        .and_then(|locations| locations.config)
        .map_or_else(
            || "~/.aws/config".to_owned(),
            |path| path.display().to_string(),
        );
    Error::new(
        "no-profiles",
        format!(
            "there are no profiles yet: {} holds none",
            crate::display_safe::display_safe(&config)
        ),
        "run `xrole` alone: it shows the first steps",
    )
}
