//! What an environment is given of a session.

use crate::app::App;
use crate::error::Result;
use crate::obtain::{Obtained, Target};
use crate::place::Origin;
use crate::shell::{CYAN, Exports};

/// What the shell or a program gets.
pub fn exports<'a>(
    app: &App<'_>,
    target: &'a Target,
    obtained: &'a Obtained,
) -> Result<Exports<'a>> {
    let selector = target.profile();
    let region = target.plans.first.region.as_ref();
    Ok(Exports {
        selector,
        session: &obtained.session,
        region: region.map(|region| region.value.as_str()),
        region_variable: region.and_then(|region| match region.origin {
            Origin::Variable(name) => Some(name),
            _ => None,
        }),
        stamp: obtained.stamp.as_deref(),
        color: app.settings()?.for_profile(selector).color.unwrap_or(CYAN),
        profile_env: None,
    })
}
