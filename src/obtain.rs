//! Carries out a plan through the cache: served where a session is live, minted once where it is not.

mod freshness;

use std::path::PathBuf;

use crate::aws_config::Profiles;
use crate::base::{self, BaseCredentials, Surroundings};
use crate::cache::{self, Cache, CodeUse, Filled, HolderNote, Label, Lookup, RequestKey, Vacancy};
use crate::chain::{Base, Selection};
use crate::clock::Clock;
use crate::env_diff::Env;
use crate::error::{Error, Result};
use crate::explain;
use crate::mfa::{self, Attempts, Codes, Next, Reason, Verdict};
use crate::place::{Notice, Place};
use crate::plan::{Call, Operation, Plan};
use crate::session::{Credentials, Session};
use crate::sts::{NetworkOptions, Refusal, Sts};
use crate::terminal::{ProcessGuard, Waiting};

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
    /// The stamp that prompts watch; `None` where the session is not in the cache.
    pub stamp: Option<PathBuf>,
    /// It was minted by this run, so that what was capped or guessed for it is said now.
    pub minted: bool,
    pub notices: Vec<Notice>,
}

impl Obtained {
    /// The request of a session that is in the cache.
    #[must_use]
    pub fn key(&self) -> Option<RequestKey> {
        RequestKey::of_stamp(self.stamp.as_deref()?)
    }
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
    sts: Option<Sts>,
    base: Option<BaseCredentials>,
    notices: Vec<Notice>,
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
            sts: None,
            base: None,
            notices: Vec::new(),
        }
    }

    /// The session of the selected profile.
    pub fn session(mut self, plans: &Plans) -> Result<Obtained> {
        let mut obtained = match self.served(plans) {
            Some(obtained) => obtained,
            None => self.minted(plans)?,
        };
        obtained.notices = self.notices;
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

    fn fill(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        vacancy: Vacancy<'_>,
        outer: Option<&Held<'_>>,
    ) -> Result<Obtained> {
        let call = &plan.calls[index];
        let held = Held {
            vacancy: &vacancy,
            outer,
        };
        match self.mint(plan, index, &held) {
            Ok(session) => {
                let Filled { session, stamp } =
                    vacancy.fill(session, &label(plan, index, self.selection));
                Ok(Obtained {
                    session,
                    stamp,
                    minted: true,
                    notices: Vec::new(),
                })
            }
            Err(Failed::Refused(refusal)) => {
                if let Some(stale) = vacancy.stale()
                    && refusal.is_network()
                    && !freshness.is_anew()
                {
                    self.notices.push(Notice::new(
                        call.at,
                        format!(
                            "{} could not be renewed yet: AWS cannot be reached",
                            plan.profile
                        ),
                    ));
                    let session = duplicate(stale);
                    return Ok(self.cached(&call.key, session));
                }
                Err(explain::refusal(&refusal, call, plan, self.profiles))
            }
            Err(Failed::Otherwise(error)) => Err(error),
        }
    }

    fn mint(
        &mut self,
        plan: &Plan,
        index: usize,
        held: &Held<'_>,
    ) -> std::result::Result<Session, Failed> {
        let call = &plan.calls[index];
        let signer = self.signer(plan, index, Freshness::Use, held)?;
        if let Some(serial) = &call.serial_number {
            return self.mint_with_code(plan, call, &serial.value, signer.as_ref(), held);
        }
        held.note(cache::CALLING);
        match self.send(plan, call, signer.as_ref(), None) {
            Err(Failed::Refused(refusal)) if refusal.is_expired_parent() && index > 0 => {
                let signer =
                    self.signer(plan, index, Freshness::Anew(self.clock.millis()), held)?;
                held.note(cache::CALLING);
                self.send(plan, call, signer.as_ref(), None)
            }
            result => result,
        }
    }

    /// Asks for codes until one buys the session, at most three being sent.
    fn mint_with_code(
        &mut self,
        plan: &Plan,
        call: &Call,
        serial: &str,
        signer: Option<&Credentials>,
        held: &Held<'_>,
    ) -> std::result::Result<Session, Failed> {
        let mut attempts = Attempts::default();
        let mut reason = Reason::First;
        loop {
            held.note(cache::ASKING);
            let code = self.codes.next(serial, reason)?;
            let (verdict, refusal) = match self.cache.use_code(serial, code.expose())? {
                CodeUse::UsedUntil(until) => (Verdict::UsedUntil(until), None),
                CodeUse::Fresh => {
                    held.note(cache::CALLING);
                    match self.send(plan, call, signer, Some(&code)) {
                        Err(Failed::Refused(refusal)) if refusal.is_invalid_code() => {
                            (Verdict::Wrong, Some(refusal))
                        }
                        result => return result,
                    }
                }
            };
            match (attempts.after(verdict, self.codes.source_left()), refusal) {
                (Next::Ask(why), _) => reason = why,
                (Next::Refused, Some(refusal)) => return Err(Failed::Refused(refusal)),
                (Next::UsedUp | Next::Refused, _) => {
                    return Err(Failed::Otherwise(mfa::used_up(serial)));
                }
            }
        }
    }

    /// What signs a call: the session before it, the base, or nothing (web identity).
    fn signer(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        held: &Held<'_>,
    ) -> Result<Option<Credentials>> {
        if plan.calls[index].operation == Operation::AssumeRoleWithWebIdentity {
            return Ok(None);
        }
        Ok(Some(match index.checked_sub(1) {
            Some(parent) => {
                self.call(plan, parent, freshness, Some(held))?
                    .session
                    .credentials
            }
            None => self.base(plan)?.credentials.duplicate(),
        }))
    }

    fn send(
        &mut self,
        plan: &Plan,
        call: &Call,
        signer: Option<&Credentials>,
        code: Option<&crate::session::Secret>,
    ) -> std::result::Result<Session, Failed> {
        let (guard, clock) = (self.guard, self.clock);
        let sts = self.sts(plan)?;
        let _waiting = Waiting::start(guard, "waiting for AWS STS, Ctrl-C to stop")?;
        sts.send(call, signer, code, clock).map_err(Failed::Refused)
    }

    fn sts(&mut self, plan: &Plan) -> Result<&Sts> {
        if self.sts.is_none() {
            let profile = self.profiles.get(&plan.profile);
            let bundle = profile.and_then(|profile| profile.get("ca_bundle"));
            let options = NetworkOptions::from_env(self.env, bundle)?;
            self.sts = Some(Sts::new(options)?);
        }
        self.sts.as_ref().ok_or_else(missing)
    }

    /// The base's credentials, asked once a run.
    fn base(&mut self, plan: &Plan) -> Result<&BaseCredentials> {
        if self.base.is_none() {
            let base: &Base = &plan.base;
            let (env, clock, profiles, guard) = (self.env, self.clock, self.profiles, self.guard);
            let profile = profiles.expand(&base.profile).ok();
            let trust = |place: Place| profiles.command_trust(place);
            let network = self.sts(plan)?.network();
            let around = Surroundings {
                env,
                clock,
                network,
                guard,
                profile: profile.as_ref(),
                trust: &trust,
            };
            let _waiting = Waiting::start(
                guard,
                format!(
                    "waiting for {}, Ctrl-C to stop",
                    base::source_name(&base.source)
                ),
            )?;
            self.base = Some(base::obtain(base, &around)?);
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

/// The locks that this run holds, the leaf's outermost: a waiter for any of them is told the same.
struct Held<'a> {
    vacancy: &'a Vacancy<'a>,
    outer: Option<&'a Held<'a>>,
}

impl Held<'_> {
    fn note(&self, doing: &str) {
        let mut held = Some(self);
        while let Some(Held { vacancy, outer }) = held {
            vacancy.note(doing);
            held = *outer;
        }
    }
}

/// Why a session was not minted.
enum Failed {
    /// By AWS, or by the way there.
    Refused(Refusal),
    Otherwise(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Otherwise(error)
    }
}

/// What `status --all` will say of the session.
fn label(plan: &Plan, index: usize, selection: &Selection) -> Label {
    let call = &plan.calls[index];
    let is_last = index + 1 == plan.calls.len();
    let role_arn = call.role_arn.as_ref().map(|role| role.value.clone());
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    Label {
        profile: call.profile.clone(),
        account: role_arn
            .as_deref()
            .or(call
                .serial_number
                .as_ref()
                .map(|serial| serial.value.as_str()))
            .and_then(account)
            .filter(|account| !account.is_empty()),
        role_arn,
        region: plan.region.as_ref().map(|region| region.value.clone()),
        selection: is_last.then(|| selection.clone()),
    }
}

fn duplicate(session: &Session) -> Session {
    Session {
        credentials: session.credentials.duplicate(),
        identity: session.identity.clone(),
        ..*session
    }
}

/// Another terminal mints the session that is needed.
struct ForAnother<'a> {
    guard: &'a ProcessGuard,
    line: Option<Waiting>,
}

impl cache::Waiting for ForAnother<'_> {
    fn waiting_for(&mut self, holder: Option<&HolderNote>) {
        let text = match holder {
            Some(note) => format!("waiting for {note}, Ctrl-C to stop"),
            None => "waiting for another terminal, Ctrl-C to stop".to_owned(),
        };
        match &self.line {
            Some(line) => line.set(text),
            None => self.line = Waiting::start(self.guard, text).ok(),
        }
    }

    fn over(&mut self) {
        self.line = None;
    }

    fn interrupted(&self) -> bool {
        self.guard.interrupted()
    }
}
