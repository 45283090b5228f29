//! From a profile to a chain: the base that signs the first call, then the roles assumed from it.

use crate::aws_config::Setting;
use crate::place::{Notice, Place, Sourced};
use crate::session::Secret;

/// The base and the hops from the base outwards; the selected profile's hop is last.
#[derive(Debug)]
pub struct Chain {
    pub profile: String,
    pub base: Base,
    pub hops: Vec<Hop>,
    pub notices: Vec<Notice>,
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

/// One AssumeRole, with what its own profile says of it.
#[derive(Debug, Clone)]
pub struct Hop {
    pub profile: String,
    pub role_arn: Sourced<String>,
    pub external_id: Option<Setting>,
    pub role_session_name: Option<Sourced<String>>,
    pub duration_seconds: Option<Sourced<u32>>,
    pub mfa_serial: Option<Sourced<String>>,
    pub mfa_process: Option<Setting>,
    pub session_tags: Vec<(String, String)>,
    pub transitive_session_tags: Vec<String>,
    pub source_identity: Option<Sourced<String>>,
}
