//! The STS calls that will be made, with every parameter; `explain` prints them and `use` makes them.
//!
//! Pure: a plan follows from the chain, the settings, the environment and the kind of the base.

mod calls;
mod check;
mod configured;
mod decide;
mod endpoint;
mod iam;
mod key;
mod partition;
mod region;
pub mod request_key;
mod session_name;

#[cfg(test)]
mod tests;

pub(crate) use calls::in_words;
pub(crate) use decide::CHAINED;
pub use iam::{IamEndpoint, iam_endpoint};
pub use partition::Partition;
pub use request_key::RequestKey;
pub use session_name::default_session_name;

use crate::aws::chain::{Base, BaseKind, Chain};
use crate::aws::config::Profiles;
use crate::error::Result;
use crate::place::{Notice, Origin, Place, Sourced};
use crate::shell::Env;

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

impl MfaPlan {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Shared => "shared",
            Self::Direct => "direct",
        }
    }
}

/// What the person wants of codes; the plan decides with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MfaSetting {
    /// An MFA session, unless one role is to last longer than it could with one.
    #[default]
    Auto,
    Shared,
    Direct,
}

/// What a plan takes from xrole's own settings and from the user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSettings {
    pub mfa: MfaSetting,
    /// How long an MFA session lasts, in seconds: 900 to 129600.
    pub mfa_session_duration: u32,
    /// The command that prints codes, where no profile names one.
    pub mfa_process: Option<String>,
    /// The default RoleSessionName: [`default_session_name`].
    pub user: String,
}

impl PlanSettings {
    /// 12 hours: one code a working day.
    pub const MFA_SESSION_DURATION: u32 = 43_200;

    #[must_use]
    pub fn for_user(user: impl Into<String>) -> Self {
        Self {
            mfa: MfaSetting::Auto,
            mfa_session_duration: Self::MFA_SESSION_DURATION,
            mfa_process: None,
            user: user.into(),
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

/// What has to be done for one profile: the base, then the calls in the order in which they are made.
#[derive(Debug)]
pub struct Plan {
    pub profile: String,
    /// The region that is exported; `None`: none is configured, and none is exported.
    pub region: Option<Sourced<String>>,
    pub base: Base,
    pub mfa: MfaPlan,
    /// The command that prints codes; its place tells whether its file may be trusted.
    pub mfa_process: Option<Sourced<String>>,
    pub calls: Vec<Call>,
    pub notices: Vec<Notice>,
}

/// Plans a chain. `assume` is the kind of a base that is known only once it has run (a process); where the kind
/// is known it counts for nothing.
pub fn plan(
    chain: Chain,
    profiles: &Profiles,
    settings: &PlanSettings,
    env: &Env,
    assume: BaseKind,
) -> Result<Plan> {
    check::chain(&chain)?;
    let kind = chain.base.kind(env).unwrap_or(assume);
    let decision = decide::decide(kind, &chain, settings)?;
    let mut notices = chain.notices.clone();
    let region = region::choose(&chain, env, &mut notices)?;
    let calls = calls::of(
        &calls::Inputs {
            chain: &chain,
            profiles,
            settings,
            env,
            decision: &decision,
            region: region.as_ref(),
        },
        &mut notices,
    )?;
    decision.note(&chain, &mut notices);
    let mfa_process = match decision.mfa {
        MfaPlan::None => None,
        MfaPlan::Shared | MfaPlan::Direct => chain
            .mfa
            .and_then(|device| device.process)
            .or_else(|| from_settings(settings)),
    };
    Ok(Plan {
        profile: chain.profile,
        region,
        base: chain.base,
        mfa: decision.mfa,
        mfa_process,
        calls,
        notices,
    })
}

fn from_settings(settings: &PlanSettings) -> Option<Sourced<String>> {
    let command = settings.mfa_process.clone()?;
    Some(Sourced::new(command, Origin::Settings))
}
