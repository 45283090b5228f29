//! The STS calls that will be made, with every parameter; `explain` prints them and `use` makes them.
//!
//! Pure: a plan follows from the chain, the settings, the environment and the kind of the base.

mod call;
mod calls;
mod check;
mod configured;
mod decide;
mod endpoint;
mod iam;
mod inputs;
mod key;
mod mfa;
mod partition;
mod region;
pub mod request_key;
mod session_name;
mod settings;

#[cfg(test)]
mod tests;

pub use call::{Call, Operation};
pub(crate) use decide::CHAINED;
pub use iam::{IamEndpoint, iam_endpoint};
pub use mfa::{MfaPlan, MfaSetting};
pub use partition::Partition;
pub use request_key::RequestKey;
pub use session_name::default_session_name;
pub use settings::PlanSettings;

use crate::aws::chain::{Base, BaseKind, Chain};
use crate::aws::config::Profiles;
use crate::error::Result;
use crate::place::{Notice, Origin, Sourced};
use crate::shell::Env;

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
        &inputs::Inputs {
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
