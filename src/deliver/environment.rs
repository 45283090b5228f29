//! What an environment is given of a session.

use crate::app::App;
use crate::error::Result;
use crate::obtain::{Obtained, Target};
use crate::place::Origin;
use crate::shell::{CYAN, Exports};

/// What the shell or a program gets. A region that the user's own environment gives is in force already, and stays the
/// user's.
pub fn exports<'a>(
    app: &App<'_>,
    target: &'a Target,
    obtained: &'a Obtained,
) -> Result<Exports<'a>> {
    let selector = target.profile();
    let region = target.plans.first.region.as_ref();
    let region = region.filter(|region| !matches!(region.origin, Origin::Variable(_)));
    Ok(Exports {
        selector,
        session: &obtained.session,
        region: region.map(|region| region.value.as_str()),
        stamp: obtained.stamp.as_deref(),
        color: app.settings()?.for_profile(selector).color.unwrap_or(CYAN),
        profile_env: None,
    })
}
