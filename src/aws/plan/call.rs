//! One request to STS, whole.

use super::request_key::RequestKey;
use crate::place::{Place, Sourced};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    GetSessionToken,
    AssumeRole,
    AssumeRoleWithWebIdentity,
}

impl Operation {
    /// AWS's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GetSessionToken => "GetSessionToken",
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
        }
    }
}

/// One request. Parameters that are `None` are not sent.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: Operation,
    pub profile: String,
    /// The line of the role, for messages.
    pub at: Option<Place>,
    /// The region that the request is signed for.
    pub region: String,
    /// The whole URL, with scheme; FIPS and dualstack are in it.
    pub endpoint: String,
    pub role_arn: Option<Sourced<String>>,
    pub role_session_name: Option<Sourced<String>>,
    pub external_id: Option<Sourced<String>>,
    pub duration_seconds: Option<Sourced<u32>>,
    /// Present: this call carries the device's serial and a code.
    pub serial_number: Option<Sourced<String>>,
    pub tags: Vec<(String, String)>,
    pub transitive_tag_keys: Vec<String>,
    pub source_identity: Option<Sourced<String>>,
    pub web_identity_token_file: Option<String>,
    pub key: RequestKey,
}
