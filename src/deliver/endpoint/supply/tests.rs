use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::*;
use crate::deliver::endpoint::events::events;
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

/// A clock that is set back must not make a session of yesterday a good one.
#[test]
fn a_clock_set_back_gives_nothing_new_life() {
    static CLOCK: AtomicI64 = AtomicI64::new(3539);
    let (events, _woken, _received) = events().expect("events");
    let clock = || Timestamp(CLOCK.load(Ordering::SeqCst));
    let source = |_| Ok(None);
    let mut supply = Supply::new(session(0, 3600), Arc::new(source), None, clock, events);
    assert_eq!(shown(&supply.settled()), "ASIA0");
    supply.ends -= Duration::from_secs(2);
    CLOCK.store(100, Ordering::SeqCst);
    assert_eq!(shown(&supply.ask()), "later");
}
