//! Carries out a plan through the cache: served where a session is live, minted once where it is not.

use std::path::PathBuf;

use super::codes::Codes;
use super::freshness::Freshness;
use super::held::{ForAnother, Held};
use super::target::{self, Plans, Target};
use super::without_mfa::WithoutMfa;
use crate::app::App;
use crate::aws::chain::{Base, BaseSource, Selection};
use crate::aws::config::Profiles;
use crate::aws::plan::Plan;
use crate::aws::plan::RequestKey;
use crate::display_safe::display_safe;
use crate::duration;
use crate::error::{Error, Result};
use crate::person::{Waiting, explain};
use crate::place::{Notice, Place};
use crate::service::{Options, Services};
use crate::session::Session;
use crate::source::{self, BaseCredentials, Surroundings};
use crate::store::{Cache, Lookup};

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
}

impl Obtained {
    /// Does the session last for as many seconds as `--min-ttl` asks?
    pub fn check_left(&self, app: &App<'_>, target: &Target, least: Option<u32>) -> Result<()> {
        let Some(least) = least.map(i64::from) else {
            return Ok(());
        };
        let session = &self.session;
        let Some(left) = session.seconds_left(app.clock().now()) else {
            return Ok(());
        };
        if left >= least {
            return Ok(());
        }
        let life = session.expires().map_or(0, |end| end.0 - session.minted.0);
        let profile = display_safe(target.profile());
        let remedy = if life < least {
            "ask for less, or for a longer session with --duration (AWS caps chained roles at 1 h)"
                .to_owned()
        } else {
            format!("renew it first: xrole renew {profile}")
        };
        Err(Error::new(
            "min-ttl",
            format!(
                "the session of \"{profile}\" has {} left, --min-ttl asks for {}",
                duration::shown(left),
                duration::shown(least)
            ),
            remedy,
        ))
    }
}

/// Carries out the plans of one target.
pub(super) struct Obtain<'a> {
    pub(super) app: &'a App<'a>,
    pub(super) profiles: &'a Profiles,
    pub(super) cache: &'a Cache,
    pub(super) codes: Codes<'a>,
    /// The selection as it is remembered beside the session.
    pub(super) selection: Selection,
    pub(super) freshness: Freshness,
    pub(super) services: Option<Services>,
    pub(super) base: Option<BaseCredentials>,
    pub(super) notices: Vec<Notice>,
    pub(super) without_mfa: Option<WithoutMfa>,
}

impl<'a> Obtain<'a> {
    pub(super) fn new(
        app: &'a App<'a>,
        target: &Target,
        codes: Codes<'a>,
        freshness: Freshness,
    ) -> Result<Self> {
        let profiles = app.profiles()?;
        Ok(Self {
            app,
            profiles,
            cache: app.cache()?,
            codes,
            selection: target::settled(profiles, app.env(), &target.selection),
            freshness,
            services: None,
            base: None,
            notices: Vec::new(),
            without_mfa: None,
        })
    }

    /// The session of the selected profile.
    pub(super) fn session(&mut self, plans: &Plans) -> Result<Obtained> {
        let obtained = match self.served(plans) {
            Some(obtained) => Ok(obtained),
            None => self.minted(plans),
        };
        self.app.notice_of_cache();
        if obtained.is_ok() {
            self.app.notice(std::mem::take(&mut self.notices));
        }
        obtained
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
            let now = self.app.clock().now();
            // Looking at the parents costs reads that a fresh session spares.
            let good =
                self.freshness.accepts(&session, now, true) || !self.needs_no_code(plan, last);
            good.then(|| self.cached(key, session))
        })
    }

    pub(super) fn cached(&self, key: &RequestKey, session: Session) -> Obtained {
        Obtained {
            session,
            key: Some(*key),
            stamp: self.cache.stamp_path(key),
            minted: false,
        }
    }

    fn minted(&mut self, plans: &Plans) -> Result<Obtained> {
        self.app.guard.before_waiting()?;
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
        let now = self.app.clock().now();
        let generation = self.app.clock().millis();
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
    pub(super) fn call(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        outer: Option<&Held<'_>>,
    ) -> Result<Obtained> {
        let cache = self.cache;
        let key = &plan.calls[index].key;
        let needs_no_code = self.needs_no_code(plan, index);
        let clock = self.app.clock();
        let acceptable = |session: &Session| freshness.accepts(session, clock.now(), needs_no_code);
        let mut waiting = ForAnother {
            guard: self.app.guard,
            line: None,
        };
        match cache.lookup(key, &acceptable, &mut waiting)? {
            Lookup::Hit(session) => Ok(self.cached(key, session)),
            Lookup::Miss(vacancy) => self.fill(plan, index, freshness, vacancy, outer),
        }
    }

    pub(super) fn services(&mut self, plan: &Plan) -> Result<&Services> {
        if self.services.is_none() {
            let profile = self.profiles.get(&plan.profile);
            let bundle = profile.and_then(|profile| profile.get("ca_bundle"));
            let options = Options::from_env(self.app.env(), bundle)?;
            self.services = Some(Services::new(options)?);
        }
        self.services.as_ref().ok_or_else(missing)
    }

    /// The base's credentials, asked once a run.
    pub(super) fn base(&mut self, plan: &Plan) -> Result<&BaseCredentials> {
        if self.base.is_none() {
            let base: &Base = &plan.base;
            let (env, clock, guard) = (self.app.env(), self.app.clock(), self.app.guard);
            let profiles = self.profiles;
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
                explain::source_name(&base.source)
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
