//! Plans as tables: the files, the settings, and exactly the calls that follow.

mod endpoint;
mod keys;
mod parameters;
mod region;
mod table;

use super::{MfaSetting, Plan, PlanSettings, plan};
use crate::aws::chain::tests::files;
use crate::aws::chain::{BaseKind, Selection, resolve};
use crate::error::Result;
use crate::shell::Env;

pub(super) const KEYS: &str = "[Q]\naws_access_key_id = AKIAQ\naws_secret_access_key = s\n";

/// What a test gives besides the config file.
pub(super) struct Given {
    pub credentials: String,
    pub selection: Selection,
    pub settings: PlanSettings,
    pub env: Env,
    pub assume: BaseKind,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            credentials: KEYS.to_owned(),
            selection: Selection::of("P"),
            settings: PlanSettings::for_user("alice"),
            env: Env::default(),
            assume: BaseKind::LongTerm,
        }
    }
}

impl Given {
    pub fn env<const N: usize>(vars: [(&str, &str); N]) -> Self {
        Self {
            env: Env::from(vars),
            ..Self::default()
        }
    }

    pub fn mfa(mfa: MfaSetting) -> Self {
        let mut given = Self::default();
        given.settings.mfa = mfa;
        given
    }

    pub fn plan(&self, config: &str) -> Result<Plan> {
        let profiles = files(config, &self.credentials);
        let chain = resolve(&profiles, &self.selection, &self.env)?;
        plan(chain, &profiles, &self.settings, &self.env, self.assume)
    }
}

/// A role's section with a region and more lines.
pub(super) fn role(more: &str) -> String {
    format!(
        "[profile P]\nrole_arn = arn:aws:iam::222222222222:role/P\nsource_profile = Q\nregion = eu-west-1\n{more}"
    )
}

pub(super) fn notices(plan: &Plan) -> Vec<String> {
    plan.notices.iter().map(ToString::to_string).collect()
}
