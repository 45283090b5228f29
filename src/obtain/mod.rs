//! Carries out a plan through the cache: served where a session is live, minted once where it is not.

pub mod codes;
mod devices;
mod freshness;
mod held;
mod mint;

use std::path::PathBuf;

use crate::aws::chain::{Base, BaseSource, Selection};
use crate::aws::config::Profiles;
use crate::aws::plan::Plan;
use crate::aws::plan::RequestKey;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::obtain::codes::Codes;
use crate::person::{ProcessGuard, Waiting};
use crate::place::{Notice, Place};
use crate::service::{Options, Services};
use crate::session::Session;
use crate::shell::Env;
use crate::source::{self, BaseCredentials, Surroundings};
use crate::store::{Cache, Lookup};

use held::{ForAnother, Held};

pub use devices::WithoutMfa;
pub use freshness::Freshness;

/// The plans of one profile. A process tells only when it has run whether its keys are long-term.
#[derive(Debug)]
pub struct Plans {
    /// The plan; where the kind of the base is open, the one for long-term keys.
    pub first: Plan,
    /// The plan for temporary keys, where the kind is open.
    pub if_temporary: Option<Result<Plan>>,
}

impl Plans {
    pub fn all(&self) -> impl Iterator<Item = &Plan> {
        std::iter::once(&self.first).chain(self.if_temporary.iter().flatten())
    }
}

/// A session as a command hands it on.
#[derive(Debug)]
pub struct Obtained {
    pub session: Session,
    /// The request that mints it; `None` for the base's own keys.
    pub key: Option<RequestKey>,
    /// The stamp that prompts watch; `None` where the session is not in the cache.
    pub stamp: Option<PathBuf>,
    /// It was minted by this run, so that what was capped or guessed for it is said now.
    pub minted: bool,
    pub notices: Vec<Notice>,
}

/// What carrying out a plan needs of the world.
pub struct Obtain<'a> {
    pub env: &'a Env,
    pub clock: &'a Clock,
    pub profiles: &'a Profiles,
    pub cache: &'a Cache,
    pub guard: &'a ProcessGuard,
    pub codes: Codes<'a>,
    pub selection: &'a Selection,
    pub freshness: Freshness,
    services: Option<Services>,
    base: Option<BaseCredentials>,
    notices: Vec<Notice>,
    without_mfa: Option<WithoutMfa>,
}

impl std::fmt::Debug for Obtain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Obtain").finish_non_exhaustive()
    }
}

impl<'a> Obtain<'a> {
    #[must_use]
    pub fn new(
        env: &'a Env,
        clock: &'a Clock,
        profiles: &'a Profiles,
        cache: &'a Cache,
        guard: &'a ProcessGuard,
        codes: Codes<'a>,
        selection: &'a Selection,
    ) -> Self {
        Self {
            env,
            clock,
            profiles,
            cache,
            guard,
            codes,
            selection,
            freshness: Freshness::Use,
            services: None,
            base: None,
            notices: Vec::new(),
            without_mfa: None,
        }
    }

    /// The session of the selected profile.
    pub fn session(&mut self, plans: &Plans) -> Result<Obtained> {
        let mut obtained = match self.served(plans) {
            Some(obtained) => obtained,
            None => self.minted(plans)?,
        };
        obtained.notices = std::mem::take(&mut self.notices);
        Ok(obtained)
    }

    /// Without a lock, a base or the SDK: the warm path.
    fn served(&self, plans: &Plans) -> Option<Obtained> {
        if self.freshness.is_anew() {
            return None;
        }
        plans.all().find_map(|plan| {
            let last = plan.calls.len().checked_sub(1)?;
            let key = &plan.calls[last].key;
            let session = self.cache.read(key)?;
            let now = self.clock.now();
            // Looking at the parents costs reads that a fresh session spares.
            let good =
                self.freshness.accepts(&session, now, true) || !self.needs_no_code(plan, last);
            good.then(|| self.cached(key, session))
        })
    }

    fn cached(&self, key: &RequestKey, session: Session) -> Obtained {
        Obtained {
            session,
            key: Some(*key),
            stamp: self.cache.stamp_path(key),
            minted: false,
            notices: Vec::new(),
        }
    }

    fn minted(&mut self, plans: &Plans) -> Result<Obtained> {
        self.guard.before_waiting()?;
        let plan = match &plans.if_temporary {
            Some(temporary) if !self.base(&plans.first)?.credentials.are_long_term() => {
                temporary.as_ref().map_err(Clone::clone)?
            }
            _ => &plans.first,
        };
        let obtained = match plan.calls.len().checked_sub(1) {
            Some(last) => self.call(plan, last, self.freshness, None)?,
            None => self.base_itself(plan)?,
        };
        // What was capped or guessed is said when it happens, not at every use of the session.
        if obtained.minted {
            self.notices.extend(plan.notices.iter().cloned());
        }
        Ok(obtained)
    }

    /// The base's own keys are what is handed out.
    fn base_itself(&mut self, plan: &Plan) -> Result<Obtained> {
        let now = self.clock.now();
        let generation = self.clock.millis();
        let base = self.base(plan)?;
        Ok(Obtained {
            session: Session {
                credentials: base.credentials.duplicate(),
                expiration: base.expiration,
                clock_offset: 0,
                minted: now,
                requested: 0,
                identity: None,
                generation,
            },
            key: None,
            stamp: None,
            minted: true,
            notices: Vec::new(),
        })
    }

    /// Could the call be made without asking anybody for a code?
    fn needs_no_code(&self, plan: &Plan, index: usize) -> bool {
        plan.calls[index].serial_number.is_none()
            && match index.checked_sub(1) {
                None => true,
                Some(parent) => {
                    self.cache.read(&plan.calls[parent].key).is_some()
                        || self.needs_no_code(plan, parent)
                }
            }
    }

    /// The session of one call of the plan. Its parents are looked at only when it must be minted.
    fn call(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        outer: Option<&Held<'_>>,
    ) -> Result<Obtained> {
        let cache = self.cache;
        let key = &plan.calls[index].key;
        let needs_no_code = self.needs_no_code(plan, index);
        let clock = self.clock;
        let acceptable = |session: &Session| freshness.accepts(session, clock.now(), needs_no_code);
        let mut waiting = ForAnother {
            guard: self.guard,
            line: None,
        };
        match cache.lookup(key, &acceptable, &mut waiting)? {
            Lookup::Hit(session) => Ok(self.cached(key, session)),
            Lookup::Miss(vacancy) => self.fill(plan, index, freshness, vacancy, outer),
        }
    }

    fn services(&mut self, plan: &Plan) -> Result<&Services> {
        if self.services.is_none() {
            let profile = self.profiles.get(&plan.profile);
            let bundle = profile.and_then(|profile| profile.get("ca_bundle"));
            let options = Options::from_env(self.env, bundle)?;
            self.services = Some(Services::new(options)?);
        }
        self.services.as_ref().ok_or_else(missing)
    }

    /// The base's credentials, asked once a run.
    fn base(&mut self, plan: &Plan) -> Result<&BaseCredentials> {
        if self.base.is_none() {
            let base: &Base = &plan.base;
            let (env, clock, profiles, guard) = (self.env, self.clock, self.profiles, self.guard);
            let profile = profiles.expand(&base.profile).ok();
            let trust = |place: Place| profiles.command_trust(place);
            let http = self.services(plan)?.http();
            let around = Surroundings {
                env,
                clock,
                http,
                guard,
                profile: profile.as_ref(),
                trust: &trust,
            };
            // A command says itself that it is waited for, beside what it may ask on the terminal.
            let is_command = matches!(base.source, BaseSource::Process { .. });
            let text = format!(
                "waiting for {}, Ctrl-C to stop",
                source::source_name(&base.source)
            );
            let waiting = (!is_command).then(|| Waiting::start(guard, text));
            let _waiting = waiting.transpose()?;
            self.base = Some(source::obtain(base, &around)?);
        }
        self.base.as_ref().ok_or_else(missing)
    }
}

fn missing() -> Error {
    Error::new(
        "internal",
        "what was just made is missing",
        "this is a fault in xrole: please report it",
    )
}
