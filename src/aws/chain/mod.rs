//! From a profile to a chain: the base that signs the first call, then the roles assumed from it.
//!
//! Pure: no network, no process, no prompt. What cannot be resolved is an error that names its lines; nothing
//! here ever goes on with another identity.

mod base;
mod device;
mod hop;
mod selection;
mod touched;
mod walk;

#[cfg(test)]
pub(crate) mod tests;

pub use selection::{Selection, is_role};
pub use touched::touched;
pub use walk::resolve;

use crate::aws::config::Profile;
use crate::place::{Notice, Place, Sourced};
use crate::session::Secret;
use crate::shell::Env;

/// The base and the hops from the base outwards; the selected profile's hop is last.
#[derive(Debug)]
pub struct Chain {
    /// The selected profile's name; for a role that is in no file, its ARN.
    pub profile: String,
    /// The selected profile, `include_profile` applied; `None` for a role that is in no file.
    pub selected: Option<Profile>,
    /// `--region`.
    pub region: Option<String>,
    /// Of a role that is in no file: the region of the profile that assumes it, else that of `default`.
    pub source_region: Option<Sourced<String>>,
    pub base: Base,
    pub hops: Vec<Hop>,
    /// The one MFA device in force.
    pub mfa: Option<Device>,
    pub notices: Vec<Notice>,
}

/// The MFA device of the base user, and the command that prints its codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub serial: Sourced<String>,
    /// `mfa_process` of the profile with the serial, else of its source profile.
    pub process: Option<Sourced<String>>,
}

/// Where the credentials come from that sign the first call.
#[derive(Debug)]
pub struct Base {
    pub source: BaseSource,
    /// The profile that names the source, and the line that does.
    pub profile: String,
    pub at: Option<Place>,
}

#[derive(Debug)]
pub enum BaseSource {
    Static {
        access_key_id: String,
        secret_access_key: Secret,
        session_token: Option<Secret>,
    },
    Environment,
    /// The value of `credential_process`, not yet split.
    Process {
        command: String,
    },
    WebIdentity {
        role_arn: Sourced<String>,
        role_session_name: Option<Sourced<String>>,
        token_file: String,
    },
    Sso {
        session: Option<String>,
        start_url: String,
        region: String,
        account_id: String,
        role_name: String,
    },
    Login {
        session: String,
    },
    Ec2,
    Ecs,
}

/// What credentials are: AWS caps what temporary ones may ask for, and takes codes only with long-term ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseKind {
    /// An access key without a session token.
    LongTerm,
    Temporary,
}

impl Base {
    /// The kind of the credentials, where it is known before the source is asked; only a process is open.
    #[must_use]
    pub fn kind(&self, env: &Env) -> Option<BaseKind> {
        let by_token = |present: bool| {
            if present {
                BaseKind::Temporary
            } else {
                BaseKind::LongTerm
            }
        };
        match &self.source {
            BaseSource::Static { session_token, .. } => Some(by_token(session_token.is_some())),
            BaseSource::Environment => Some(by_token(
                env.nonempty("AWS_SESSION_TOKEN").is_some()
                    || env.nonempty("AWS_SECURITY_TOKEN").is_some(),
            )),
            BaseSource::Process { .. } => None,
            BaseSource::WebIdentity { .. }
            | BaseSource::Sso { .. }
            | BaseSource::Login { .. }
            | BaseSource::Ec2
            | BaseSource::Ecs => Some(BaseKind::Temporary),
        }
    }
}

/// One AssumeRole, with what its own profile (or the command line) says of it.
#[derive(Debug, Clone)]
pub struct Hop {
    pub profile: String,
    pub role_arn: Sourced<String>,
    pub external_id: Option<Sourced<String>>,
    pub role_session_name: Option<Sourced<String>>,
    pub duration_seconds: Option<Sourced<u32>>,
    pub mfa_serial: Option<Sourced<String>>,
    pub mfa_process: Option<Sourced<String>>,
    pub session_tags: Option<Sourced<Vec<(String, String)>>>,
    pub transitive_session_tags: Option<Sourced<Vec<String>>>,
    pub source_identity: Option<Sourced<String>>,
}
