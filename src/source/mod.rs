//! Where the credentials come from that sign the first call. A source is asked or fails; none stands in for another.

mod base_credentials;
pub mod container;
mod document;
mod environment;
pub mod helper_command;
mod local_service;
mod metadata;
mod process;
mod surroundings;
mod unsupported;

pub use base_credentials::BaseCredentials;
pub use surroundings::Surroundings;

use crate::aws::chain::{Base, BaseSource};
use crate::aws::config::{Profile, keys};
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::person::explain::{renewal, source_name};
use crate::session::{Credentials, Secret};
use crate::shell::Env;
use crate::words;

/// With less than this left, in seconds, a base is refused (`docs/rules/aws.md#credential-sources`).
const SHORTEST_LIFE: i64 = 60;

/// Is this a run that the base's own process has started? It would wait for itself.
pub fn refuse_loop(base: &Base, env: &Env) -> Result<()> {
    match base.source {
        BaseSource::Process { .. } => process::chain(env, &base.profile)
            .map(drop)
            .map_err(|error| error.at(base.at)),
        _ => Ok(()),
    }
}

/// Asks the base for its credentials. Web identity has none of its own: its call is in the plan.
pub fn obtain(base: &Base, around: &Surroundings<'_>) -> Result<BaseCredentials> {
    let given = match &base.source {
        BaseSource::Static {
            access_key_id,
            secret_access_key,
            session_token,
        } => BaseCredentials {
            credentials: Credentials {
                access_key_id: access_key_id.clone(),
                secret_access_key: secret_access_key.duplicate(),
                session_token: session_token.as_ref().map(Secret::duplicate),
            },
            expiration: around.profile.and_then(Profile::keys_expire),
        },
        BaseSource::Environment => environment::obtain(base, around)?,
        BaseSource::Process { command } => process::obtain(base, command, around)?,
        BaseSource::Ec2 => metadata::obtain(base, around)?,
        BaseSource::Ecs => container::obtain(base, around)?,
        BaseSource::Sso { session, .. } => {
            return Err(unsupported::sso(base, session.as_deref()));
        }
        BaseSource::Login { .. } => return Err(unsupported::login(base)),
        BaseSource::WebIdentity { .. } => {
            return Err(Error::new(
                "internal",
                "web identity gives credentials only through its call to STS",
                "this is a fault in xrole: please report it",
            ));
        }
    };
    match given.expiration {
        Some(end) if end.0.saturating_sub(around.clock.now().0) < SHORTEST_LIFE => {
            Err(expired(base, end, around))
        }
        _ => Ok(given),
    }
}

fn expired(base: &Base, end: Timestamp, around: &Surroundings<'_>) -> Error {
    let when = if end <= around.clock.now() {
        "expired at"
    } else {
        "expire in less than a minute, at"
    };
    Error::new(
        "base-expired",
        format!(
            "the credentials of profile \"{}\" ({}) {when} {}",
            display_safe(&base.profile),
            source_name(&base.source),
            end.rfc3339()
        ),
        written_again(base, around.profile).unwrap_or_else(|| renewal(base)),
    )
    .at(base.at)
}

/// The command that writes a profile of xrole's again.
fn written_again(base: &Base, profile: Option<&Profile>) -> Option<String> {
    let mark = profile?.get(keys::MARK)?;
    let of = (mark.at.file == base.at?.file).then_some(&mark.value)?;
    let is_static = matches!(base.source, BaseSource::Static { .. });
    let (of, to) = (words::quoted(of), words::quoted(&base.profile));
    is_static.then(|| format!("run: xrole write {of} --to {to}"))
}
