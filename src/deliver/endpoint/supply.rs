//! The session that is handed out: kept while it is good, renewed by one thread at a time, never prompted for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answer::{self, Bytes};
use super::events::{Event, Events};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::obtain::Freshness;
use crate::obtain::codes::CODE_NEEDED;
use crate::session::Session;
use crate::store::LEAST_LEFT;

/// How soon after an attempt in vain the next one may ask AWS again.
const PAUSE: Duration = Duration::from_secs(2);
/// The same while the session at hand is still good.
const LONG_PAUSE: Duration = Duration::from_secs(10);

/// How far a renewal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Through the cache, minting where that needs no code.
    Full,
    /// Only at what other processes have put into the cache.
    Look,
}

/// Where sessions come from. `None`: there is nothing in the cache.
pub type Source = dyn Fn(Attempt) -> Result<Option<Session>> + Send + Sync;

/// What a permitted request is told.
#[derive(Debug)]
pub enum Supplied<'a> {
    Session(&'a Session),
    Refused(&'a Error),
    /// A renewal is under way, and there is nothing good until it is through.
    Later,
}

pub struct Supply {
    source: Arc<Source>,
    role_arn: Option<String>,
    clock: fn() -> Timestamp,
    events: Events,
    current: Session,
    /// When the current session ends, whatever becomes of the machine's clock.
    ends: Instant,
    running: bool,
    /// The current session came from the last renewal: those who waited for it get it however short it is.
    just_renewed: bool,
    quiet_until: Option<Instant>,
    refusal: Error,
}

impl std::fmt::Debug for Supply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supply")
            .field("running", &self.running)
            .finish_non_exhaustive()
    }
}

impl Supply {
    /// `clock` is read at each request: the machine may have slept meanwhile.
    pub fn new(
        first: Session,
        source: Arc<Source>,
        role_arn: Option<String>,
        clock: fn() -> Timestamp,
        events: Events,
    ) -> Self {
        Self {
            source,
            role_arn,
            clock,
            events,
            ends: end_of(&first, clock()),
            current: first,
            running: false,
            just_renewed: false,
            quiet_until: None,
            refusal: Error::new(
                "renewing",
                "the session is being renewed",
                "try again in a moment",
            ),
        }
    }

    /// A permitted request came. Whoever finds the session good is served at once, also while it is renewed.
    pub fn ask(&mut self) -> Supplied<'_> {
        let now = self.now();
        if !Freshness::Use.accepts(&self.current, now, true) {
            self.renew();
        }
        if self.running && !is_good(&self.current, now) {
            return Supplied::Later;
        }
        self.settled()
    }

    /// The session or the reason why there is none, without waiting any longer.
    pub fn settled(&self) -> Supplied<'_> {
        let now = self.now();
        let least = if self.just_renewed { 1 } else { LEAST_LEFT };
        if has_left(&self.current, now, least) {
            Supplied::Session(&self.current)
        } else {
            Supplied::Refused(&self.refusal)
        }
    }

    /// The answer to a permitted request; `None`: it has to wait for the renewal.
    pub fn answer(&mut self) -> Option<Bytes> {
        let role_arn = self.role_arn.clone();
        match self.ask() {
            Supplied::Later => None,
            Supplied::Session(session) => Some(answer::credentials(session, role_arn.as_deref())),
            Supplied::Refused(error) => Some(answer::failure(error)),
        }
    }

    /// The answer to a request that waits no longer.
    pub fn settled_answer(&self) -> Bytes {
        match self.settled() {
            Supplied::Session(session) => answer::credentials(session, self.role_arn.as_deref()),
            Supplied::Refused(error) => answer::failure(error),
            Supplied::Later => answer::failure(&over()),
        }
    }

    /// A renewal is through.
    pub fn finish(&mut self, result: Result<Option<Session>>) {
        self.running = false;
        let again = match result {
            Ok(Some(session)) => {
                let usable = check_usable(&session);
                if usable.is_ok() {
                    self.ends = end_of(&session, (self.clock)());
                    self.current = session;
                    self.just_renewed = true;
                }
                self.refusal = usable.err().unwrap_or_else(over);
                None
            }
            Ok(None) => return,
            // Nobody was asked and nothing was sent: the next request may find the renewed session.
            Err(error) if error.class == CODE_NEEDED => {
                self.refusal = error;
                None
            }
            Err(error) => {
                self.refusal = error;
                Some(PAUSE)
            }
        };
        let now = self.now();
        let pause = if is_good(&self.current, now) {
            (!Freshness::Use.accepts(&self.current, now, true)).then_some(LONG_PAUSE)
        } else {
            again
        };
        self.quiet_until = pause.map(|pause| Instant::now() + pause);
    }

    /// The clock, unless it was set back since the session came. One that the machine slept through is ahead.
    fn now(&self) -> Timestamp {
        let left = self.ends.saturating_duration_since(Instant::now());
        let left = i64::try_from(left.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
        let passed = self.current.expires().map(|end| end.0.saturating_sub(left));
        (self.clock)().max(Timestamp(passed.unwrap_or(i64::MIN)))
    }

    fn renew(&mut self) {
        if self.running {
            return;
        }
        let quiet = self.quiet_until.is_some_and(|end| Instant::now() < end);
        let attempt = if quiet { Attempt::Look } else { Attempt::Full };
        let (source, events) = (Arc::clone(&self.source), self.events.clone());
        self.running = true;
        self.just_renewed = false;
        let started = std::thread::Builder::new()
            .name("renewal".into())
            .spawn(move || {
                // A fault of xrole's own costs one request, not the endpoint.
                let result = catch_unwind(AssertUnwindSafe(|| source(attempt)));
                events.send(Event::Renewed(result.unwrap_or_else(|_| Err(fault()))));
            });
        if let Err(problem) = started {
            self.finish(Err(super::failed("renew the session", problem)));
        }
    }
}

fn end_of(session: &Session, now: Timestamp) -> Instant {
    // An absurd end, which no session of AWS's has, would be more than an instant can hold.
    let left = session
        .seconds_left(now)
        .and_then(|left| u32::try_from(left).ok());
    Instant::now() + Duration::from_secs(left.unwrap_or_default().into())
}

/// Is there enough left of the session for it to be handed out?
fn is_good(session: &Session, now: Timestamp) -> bool {
    has_left(session, now, LEAST_LEFT)
}

fn has_left(session: &Session, now: Timestamp, least: i64) -> bool {
    session.seconds_left(now).is_some_and(|left| left >= least)
}

/// The protocol has a token and an end in every answer.
pub fn check_usable(session: &Session) -> Result<()> {
    let without = if session.credentials.are_long_term() {
        "are long-term keys, not a session"
    } else if session.expiration.is_none() {
        "do not tell when they end"
    } else {
        return Ok(());
    };
    Err(Error::new(
        "server",
        format!("the credentials {without}, so that an endpoint has nothing to renew"),
        "leave --server out, or name a profile with a role",
    ))
}

fn over() -> Error {
    Error::new(
        "session-ended",
        "the session has ended, and no new one is there yet",
        "try again in a moment",
    )
}

fn fault() -> Error {
    Error::new(
        "server",
        "the credential endpoint met a fault of xrole's own",
        "please report it; a program that is started anew gets an endpoint of its own",
    )
}

#[cfg(test)]
mod tests;
