//! What the sources may look at.

use crate::aws::config::Profile;
use crate::clock::Clock;
use crate::error::Result;
use crate::http::Client;
use crate::person::ProcessGuard;
use crate::place::Place;
use crate::shell::Env;

pub struct Surroundings<'a> {
    pub env: &'a Env,
    pub clock: &'a Clock,
    pub http: &'a Client,
    /// Ends a command that it runs when xrole is ended.
    pub guard: &'a ProcessGuard,
    /// The base's profile, for the settings of instance metadata.
    pub profile: Option<&'a Profile>,
    /// May a command from this line be run? The rule is `docs/rules/security.md#trust`.
    pub trust: &'a dyn Fn(Place) -> Result<()>,
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
