//! The STS calls that will be made, with every parameter; `explain` prints them and `use` makes them.

use crate::cache::RequestKey;
use crate::chain::Base;
use crate::place::{Notice, Place, Sourced};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    GetSessionToken,
    AssumeRole,
    AssumeRoleWithWebIdentity,
}

/// How the one code of a chain is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaPlan {
    /// No device is in force.
    None,
    /// GetSessionToken takes the code; its session serves every role of the device.
    Shared,
    /// The first AssumeRole takes the code.
    Direct,
}

/// One request. Parameters that are `None` are not sent.
#[derive(Debug, Clone)]
pub struct Call {
    pub operation: Operation,
    pub profile: String,
    /// The line of the role, for messages.
    pub at: Option<Place>,
    pub region: String,
    /// The whole URL, with scheme.
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

/// What has to be done for one profile: the base, then the calls in the order in which they are made.
#[derive(Debug)]
pub struct Plan {
    pub profile: String,
    /// The region that is exported; `None`: none is configured, and none is exported.
    pub region: Option<Sourced<String>>,
    pub base: Base,
    pub mfa: MfaPlan,
    pub calls: Vec<Call>,
    pub notices: Vec<Notice>,
}
