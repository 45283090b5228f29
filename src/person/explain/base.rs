//! The credentials that sign the first call: how they are called, and what to do when they have expired.

use crate::aws::chain::{Base, BaseSource};
use crate::display_safe::display_safe;
use crate::words;

/// How a source is called in messages.
#[must_use]
pub fn source_name(source: &BaseSource) -> &'static str {
    match source {
        BaseSource::Static { .. } => "static keys",
        BaseSource::Environment => "the environment",
        BaseSource::Process { .. } => "credential_process",
        BaseSource::WebIdentity { .. } => "web identity",
        BaseSource::Sso { .. } => "Identity Center",
        BaseSource::Login { .. } => "aws login",
        BaseSource::Ec2 => "EC2 metadata",
        BaseSource::Ecs => "container credentials",
    }
}

/// What to do when a base's credentials have expired.
#[must_use]
pub fn renewal(base: &Base) -> String {
    let profile = words::quoted(&base.profile);
    match &base.source {
        BaseSource::Static { .. } => {
            let place = base.at.map_or_else(String::new, |at| format!(" at {at}"));
            format!(
                "write new keys and their aws_session_token{place}, or remove a stale token beside long-term keys"
            )
        }
        BaseSource::Environment => {
            "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew in this shell"
                .to_owned()
        }
        BaseSource::Process { command } => format!(
            "renew what the command reads, then see that it prints fresh credentials: {}",
            display_safe(command)
        ),
        BaseSource::WebIdentity { token_file, .. } => {
            format!("have a new token written to {}", display_safe(token_file))
        }
        BaseSource::Sso {
            session: Some(session),
            ..
        } => format!(
            "run: aws sso login --sso-session {}",
            words::quoted(session)
        ),
        BaseSource::Sso { session: None, .. } => format!("run: aws sso login --profile {profile}"),
        BaseSource::Login { .. } => format!("run: aws login --profile {profile}"),
        BaseSource::Ec2 | BaseSource::Ecs => {
            "the service renews them by itself: wait a minute and try again".to_owned()
        }
    }
}
