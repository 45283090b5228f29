//! What the calls follow from.

use super::decide::Decision;
use super::settings::PlanSettings;
use crate::aws::chain::Chain;
use crate::aws::config::Profiles;
use crate::place::Sourced;
use crate::shell::Env;

#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub chain: &'a Chain,
    pub profiles: &'a Profiles,
    pub settings: &'a PlanSettings,
    pub env: &'a Env,
    pub decision: &'a Decision,
    pub region: Option<&'a Sourced<String>>,
}
