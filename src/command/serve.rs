//! `_serve`: the credential endpoint's process, started by `exec --server`.

use std::sync::Arc;

use super::obtaining::{Obtaining, Selected};
use super::{Outcome, World, selecting};
use crate::aws::chain::{Selection, is_role};
use crate::aws::config::Profiles;
use crate::cli::ServeArgs;
use crate::context::clock;
use crate::deliver::endpoint::{self, Attempt, Source, Starting};
use crate::deliver::written_profile::{self, By};
use crate::error::Result;
use crate::obtain::codes::Codes;
use crate::obtain::{Obtain, Plans};
use crate::person::ProcessGuard;
use crate::place::{Origin, Sourced};
use crate::session::Session;
use crate::settings::Settings;
use crate::shell::Env;
use crate::store::{Cache, CacheOptions};
use crate::words::quoted;

pub fn run(world: &World<'_>, args: &ServeArgs) -> Result<Outcome> {
    if !args.detached {
        endpoint::detach()?;
        return Ok(Outcome::done(""));
    }
    let starting = Starting::receive()?;
    let renewing = Renewing::new(world, &starting.request.selection);
    let source = renewing.map(|renewing| {
        let role_arn = renewing.role_arn();
        let source: Arc<Source> = Arc::new(move |attempt| renewing.attempt(attempt));
        (source, role_arn)
    });
    starting.serve(source, || clock().now(), world.guard)?;
    Ok(Outcome::done(""))
}

/// All that a renewal needs, as it was when the program started: it keeps the identity that it was given.
struct Renewing {
    env: Env,
    guard: ProcessGuard,
    profiles: Profiles,
    settings: Settings,
    plans: Plans,
    selection: Selection,
    again: String,
}

impl Renewing {
    fn new(world: &World<'_>, selection: &Selection) -> Result<Self> {
        let env = world.context.env.clone();
        let Obtaining {
            profiles, settings, ..
        } = Obtaining::new(world)?;
        let plans = selecting::plans(&profiles, &settings, &env, selection)?;
        let settled = selecting::settled(&profiles, &env, selection);
        let selected = Selected {
            selection: settled.clone(),
            plans,
        };
        Ok(Self {
            guard: world.guard.clone(),
            again: renewal(&profiles, &settings, &selected),
            plans: selected.plans,
            selection: settled,
            env,
            profiles,
            settings,
        })
    }

    /// The role that is assumed last.
    fn role_arn(&self) -> Option<String> {
        let last = self.plans.first.calls.last()?;
        last.role_arn.as_ref().map(|role| role.value.clone())
    }

    fn attempt(&self, attempt: Attempt) -> Result<Option<Session>> {
        let clock = clock();
        let cache = match CacheOptions::from_env(&self.env, self.settings.session_key) {
            Some(options) => Cache::open(&options, clock),
            None => Cache::off(clock),
        };
        if attempt == Attempt::Look {
            let mut calls = self.plans.all().filter_map(|plan| plan.calls.last());
            return Ok(calls.find_map(|call| cache.read(&call.key)));
        }
        let trust = |line: &Sourced<String>| match line.origin {
            Origin::File(place) => self.profiles.command_trust(place),
            _ => Ok(()),
        };
        let codes = Codes::new(&self.guard, clock, &trust, self.again.as_str()).unattended();
        let mut obtain = Obtain::new(
            &self.env,
            &clock,
            &self.profiles,
            &cache,
            &self.guard,
            codes,
            &self.selection,
        );
        let obtained = obtain.session(&self.plans)?;
        if let Some(key) = obtained.key.filter(|_| obtained.minted) {
            // A profile that follows the session; a program waits for the answer meanwhile.
            let _ = written_profile::refresh(&cache, &key, By::Prompt, &self.env);
        }
        Ok(Some(obtained.session))
    }
}

/// What a person types in another terminal, so that the very session of the endpoint is renewed there. A shell that
/// does not hold a protected profile is refused its renewal: `use` asks first.
fn renewal(profiles: &Profiles, settings: &Settings, selected: &Selected) -> String {
    let selection = &selected.selection;
    let protected = settings.for_profile(&selection.profile).protected;
    let verb = if protected { "use" } else { "renew" };
    // The other terminal may have another region in force, which would make it another session.
    let region = selected.plans.first.region.as_ref();
    let region = region.filter(|region| !matches!(region.origin, Origin::File(_)));
    let is_role = is_role(profiles, &selection.profile);
    let told = Selection {
        source: selection.source.clone().filter(|_| is_role),
        region: region.map(|region| region.value.clone()),
        ..selection.clone()
    };
    format!("xrole {verb} {}{}", quoted(&told.profile), told.options())
}
