//! The renewals of an endpoint: the target as it was when the program started, obtained again and again.

use std::sync::Arc;

use super::supply::Attempt;
use crate::app::App;
use crate::aws::chain::{Selection, is_role};
use crate::aws::config::Profiles;
use crate::context::{Context, clock};
use crate::error::Result;
use crate::obtain::{Target, renewed, target};
use crate::person::ProcessGuard;
use crate::place::Origin;
use crate::session::Session;
use crate::settings::Settings;
use crate::shell::Shell;
use crate::words::quoted;

/// All that a renewal needs, as it was when the program started: it keeps the identity that it was given.
#[derive(Debug)]
pub struct Renewal {
    context: Context,
    guard: ProcessGuard,
    profiles: Arc<Profiles>,
    settings: Arc<Settings>,
    target: Target,
    again: String,
}

impl Renewal {
    pub fn new(app: &App<'_>, selection: &Selection) -> Result<Self> {
        let (profiles, settings) = (Arc::clone(app.profiles()?), Arc::clone(app.settings()?));
        let settled = target::settled(&profiles, app.env(), selection);
        let plans = target::plans(&profiles, &settings, app.env(), selection)?;
        let target = Target {
            selection: settled,
            plans,
        };
        Ok(Self {
            context: app.context.clone(),
            guard: app.guard.clone(),
            again: command(&profiles, &settings, &target),
            target,
            profiles,
            settings,
        })
    }

    /// The role that is assumed last.
    #[must_use]
    pub fn role_arn(&self) -> Option<String> {
        let last = self.target.plans.first.calls.last()?;
        last.role_arn.as_ref().map(|role| role.value.clone())
    }

    pub fn attempt(&self, attempt: Attempt) -> Result<Option<Session>> {
        // The machine may have slept, and the program's own clock is the one of this moment.
        let context = Context {
            clock: clock(),
            ..self.context.clone()
        };
        let app = App::new(&context, &self.guard, Shell::Posix)
            .with_files(Arc::clone(&self.profiles), Arc::clone(&self.settings));
        if attempt == Attempt::Look {
            let cache = app.cache()?;
            let mut calls = self.target.plans.all().filter_map(|plan| plan.calls.last());
            return Ok(calls.find_map(|call| cache.read(&call.key)));
        }
        Ok(Some(renewed(&app, &self.target, &self.again)?.session))
    }
}

/// What a person types in another terminal, so that the very session of the endpoint is renewed there. A shell that
/// does not hold a protected profile is refused its renewal: `use` asks first.
fn command(profiles: &Profiles, settings: &Settings, target: &Target) -> String {
    let selection = &target.selection;
    let protected = settings.for_profile(&selection.profile).protected;
    let verb = if protected { "use" } else { "renew" };
    // The other terminal may have another region in force, which would make it another session.
    let region = target.plans.first.region.as_ref();
    let region = region.filter(|region| !matches!(region.origin, Origin::File(_)));
    let is_role = is_role(profiles, &selection.profile);
    let told = Selection {
        source: selection.source.clone().filter(|_| is_role),
        region: region.map(|region| region.value.clone()),
        ..selection.clone()
    };
    format!("xrole {verb} {}{}", quoted(&told.profile), told.options())
}
