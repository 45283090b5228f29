//! Sources that this build does not carry: an error that names the command of another tool, never a skip.

use crate::aws::chain::Base;
use crate::display_safe::display_safe;
use crate::error::Error;
use crate::words::quoted;

pub(super) fn sso(base: &Base, session: Option<&str>) -> Error {
    let login = match session {
        Some(session) => format!("aws sso login --sso-session {}", quoted(session)),
        None => format!("aws sso login --profile {}", quoted(&base.profile)),
    };
    unsupported(base, "signs in with Identity Center", &login)
}

pub(super) fn login(base: &Base) -> Error {
    let login = format!("aws login --profile {}", quoted(&base.profile));
    unsupported(base, "signs in with aws login", &login)
}

/// A profile of its own holds the process: in this one the CLI would take the sign-in first
/// (`docs/rules/aws.md#base-of-a-profile`).
fn unsupported(base: &Base, how: &str, login: &str) -> Error {
    let profile = quoted(&base.profile);
    Error::new(
        "source-unsupported",
        format!(
            "profile \"{}\" {how}, which this version of xrole does not do itself",
            display_safe(&base.profile)
        ),
        format!(
            "sign in: {login}\n\
             then in a new profile that takes this one's place as source_profile:\n  \
             credential_process = aws configure export-credentials --profile {profile}\n\
             or for this shell alone: eval \"$(aws configure export-credentials --profile {profile} --format env)\""
        ),
    )
    .at(base.at)
}
