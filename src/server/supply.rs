//! The session that is handed out: kept while it is good, renewed by one thread at a time, never prompted for.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::answer::{self, Bytes};
use super::events::{Event, Events};
use crate::cache::LEAST_LEFT;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::mfa::CODE_NEEDED;
use crate::obtain::Freshness;
use crate::session::Session;

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
        let now = (self.clock)();
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
        let now = (self.clock)();
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
        let now = (self.clock)();
        let again = match result {
            Ok(Some(session)) => {
                let usable = check_usable(&session);
                if usable.is_ok() {
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
        let pause = if is_good(&self.current, now) {
            (!Freshness::Use.accepts(&self.current, now, true)).then_some(LONG_PAUSE)
        } else {
            again
        };
        self.quiet_until = pause.map(|pause| Instant::now() + pause);
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
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use super::super::events::events;
    use super::*;
    use crate::session::{Credentials, Secret};

    fn session(minted: i64, life: i64) -> Session {
        Session {
            credentials: Credentials {
                access_key_id: format!("ASIA{minted}"),
                secret_access_key: Secret::new("s"),
                session_token: Some(Secret::new("t")),
            },
            expiration: Some(Timestamp(minted + life)),
            clock_offset: 0,
            minted: Timestamp(minted),
            requested: 3600,
            identity: None,
            generation: minted,
        }
    }

    fn shown(supplied: &Supplied<'_>) -> String {
        match supplied {
            Supplied::Session(session) => session.credentials.access_key_id.clone(),
            Supplied::Refused(error) => error.class.to_owned(),
            Supplied::Later => "later".to_owned(),
        }
    }

    type Answer = dyn Fn() -> Result<Option<Session>>;

    static NOW: AtomicI64 = AtomicI64::new(0);

    /// One session of an hour, then whatever the source has: what each request gets, before and after the renewal.
    #[test]
    fn served_while_good_renewed_before_the_end_never_expired() {
        let hour = 3600;
        let code = || Err(Error::new(CODE_NEEDED, "m", "r"));
        let network = || Err(Error::new("network", "m", "r"));
        let next = || Ok(Some(session(5000, 3600)));
        for (at, answer, before, after, asked) in [
            (0, &next as &Answer, "ASIA0", "ASIA0", 0),
            (hour - 300, &next, "ASIA0", "ASIA0", 0),
            (hour - 299, &next, "ASIA0", "ASIA5000", 1),
            (hour - 299, &code, "ASIA0", "ASIA0", 1),
            (hour - 61, &network, "ASIA0", "ASIA0", 1),
            (hour - 60, &network, "ASIA0", "ASIA0", 1),
            (hour - 59, &next, "later", "ASIA5000", 1),
            (hour - 59, &code, "later", "code-needed", 1),
            (hour + 9, &network, "later", "network", 1),
            // A short one is for those who have waited for it.
            (
                hour - 30,
                &|| Ok(Some(session(hour - 40, 40))),
                "later",
                "ASIA3560",
                1,
            ),
            // What came is itself no good.
            (
                hour + 9,
                &|| Ok(Some(session(0, 3600))),
                "later",
                "session-ended",
                1,
            ),
            (hour + 9, &|| Ok(None), "later", "renewing", 1),
        ] {
            NOW.store(at, Ordering::SeqCst);
            let started = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&started);
            let source = move |_| {
                counted.fetch_add(1, Ordering::SeqCst);
                Ok(None)
            };
            let (events, _woken, received) = events().expect("events");
            let now = || Timestamp(NOW.load(Ordering::SeqCst));
            let mut supply = Supply::new(session(0, 3600), Arc::new(source), None, now, events);
            assert_eq!(shown(&supply.ask()), before, "at {at}");
            // The second request does not start a second renewal.
            assert_eq!(shown(&supply.ask()), before, "at {at}");
            if asked == 1 {
                let event = received.recv_timeout(Duration::from_secs(9));
                assert!(matches!(event, Ok(Event::Renewed(Ok(None)))));
                supply.finish(answer());
            }
            assert_eq!(shown(&supply.settled()), after, "at {at}");
            assert_eq!(started.load(Ordering::SeqCst), asked, "at {at}");
        }
    }

    #[test]
    fn a_panic_is_an_answer() {
        let (events, _woken, received) = events().expect("events");
        let source = |_| -> Result<Option<Session>> { panic!("on purpose") };
        let now = || Timestamp(10_000);
        let mut supply = Supply::new(session(0, 3600), Arc::new(source), None, now, events);
        assert_eq!(shown(&supply.ask()), "later");
        let Ok(Event::Renewed(result)) = received.recv_timeout(Duration::from_secs(9)) else {
            panic!("no event");
        };
        supply.finish(result);
        assert_eq!(shown(&supply.settled()), "server");
    }
}
