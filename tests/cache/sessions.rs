//! What is served, delivered, listed, forgotten and swept, and by which clock.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use crate::support::{Folder, Patient, key, label, later, names, now, number_of, session, vacancy};
use xrole::clock::{Clock, Timestamp};
use xrole::error::Exit;
use xrole::store::{Cache, Cleared, HolderNote, Lookup, SessionKey, Stamp, Waiting};

const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * HOUR;

#[test]
fn reading_creates_nothing() {
    let folder = Folder::new();
    let cache = folder.cache();
    assert_eq!(cache.read(&key("a")), None);
    assert!(cache.is_empty());
    assert_eq!(cache.sessions(), []);
    assert_eq!(cache.stamp_path(&key("a")), None);
    assert_eq!(cache.clear_all(), Cleared::default());
    assert_eq!(cache.notices(), []);
    assert_eq!(names(folder.folder.path()), Vec::<String>::new());
}

#[test]
fn a_filled_place_is_private_and_serves_its_request_alone() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    assert_eq!(folder.cache().read(&key("b")), None);
    assert_eq!(
        names(folder.folder.path().join("cache").as_path()),
        [key("a").hex(), "locks".into(), "stamps".into()]
    );
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(&folder.path()), 0o700);
    assert_eq!(mode(&folder.path().join("locks")), 0o700);
    assert_eq!(mode(&folder.file(key("a"))), 0o600);
    assert_eq!(
        mode(&folder.path().join("locks").join(key("a").hex())),
        0o600
    );
    assert_eq!(mode(&folder.folder.path().join("state/data.key")), 0o600);
    let content = fs::read(folder.file(key("a"))).unwrap();
    for secret in ["secret", "ASIA", "prod", "arn:"] {
        assert!(
            !content
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
    }
}

/// What is served by the wall clock, so long after the minting (`docs/rules/security.md#life-of-a-session`). The other
/// clock is tested beside the record.
#[test]
fn no_session_is_served_in_its_last_minute_or_from_the_future() {
    let folder = Folder::new();
    let minted = now();
    let cache = folder.cache_at(minted);
    let _ = vacancy(&cache, key("a")).fill(session(1, minted), &label());
    for (after, served) in [
        (0, true),
        (3540, true),
        (3541, false),
        (3600, false),
        (YEAR, false),
        (-299, true),
        (-301, false),
        (-3600, false),
        (-YEAR, false),
    ] {
        let then = Timestamp(minted.0 + after);
        let found = folder.cache_at(then).read(&key("a"));
        assert_eq!(found.is_some(), served, "{after}");
    }
}

/// A clock that is set costs one minting, not one each time (`docs/rules/security.md#life-of-a-session`).
#[test]
fn after_a_set_clock_one_minting_is_enough() {
    for moved in [-3600, 3600, -365 * 86_400, 365 * 86_400] {
        let folder = Folder::new();
        folder.fill(key("a"), 1);
        let then = later(moved);
        let cache = folder.cache_at(then);
        let filled = vacancy(&cache, key("a")).fill(session(2, then), &label());
        assert_eq!(
            number_of(folder.cache_at(then).read(&key("a"))),
            Some(2),
            "{moved}"
        );
        assert!(filled.stamp.is_some());
    }
}

#[test]
fn generations_increase_and_the_stamp_tells_them() {
    let folder = Folder::new();
    let mut last = 0;
    // Backwards, standing still, and after the session was forgotten.
    for (step, moved) in [0, 0, -3600, 10].into_iter().enumerate() {
        let then = later(moved);
        let cache = folder.cache_at(then);
        if step == 3 {
            assert_eq!(cache.clear(&[key("a")]).removed, 1);
        }
        let lookup = cache.lookup(&key("a"), &|_| false, &mut Patient::default());
        let Lookup::Miss(vacancy) = lookup.unwrap() else {
            panic!("nothing is acceptable");
        };
        let filled = vacancy.fill(session(1, then), &label());
        let generation = filled.session.generation;
        assert!(generation > last, "{generation} after {last}");
        last = generation;
        let path = filled.stamp.unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            format!("{generation} {}\n", then.0 + 3600)
        );
        let status = fs::metadata(&path).unwrap();
        assert_eq!(
            (status.mtime(), status.mode() & 0o7777),
            (then.0 + 3600, 0o600)
        );
        let stamp = Stamp {
            generation,
            expires: Timestamp(then.0 + 3600),
        };
        assert_eq!(cache.read_stamp(&key("a")), Some(stamp));
        assert_eq!(cache.stamp_path(&key("a")), Some(path));
        assert_eq!(cache.read(&key("a")).unwrap().generation, generation);
    }
}

#[test]
fn the_stamp_is_in_local_time() {
    let folder = Folder::new();
    let mut minted = session(1, now());
    // AWS's clock is 1000 s ahead.
    minted.expiration = minted.expiration.map(|at| Timestamp(at.0 + 1000));
    minted.clock_offset = -1000;
    let ends = minted.minted.0 + 3600;
    let cache = folder.cache();
    let _ = vacancy(&cache, key("a")).fill(minted, &label());
    assert_eq!(
        cache.read_stamp(&key("a")).unwrap().expires,
        Timestamp(ends)
    );
    assert_eq!(
        cache.read(&key("a")).unwrap().expires(),
        Some(Timestamp(ends))
    );
}

#[test]
fn what_is_not_temporary_is_delivered_and_not_kept() {
    let folder = Folder::new();
    let cache = folder.cache();
    let mut keys = session(1, now());
    keys.credentials.session_token = None;
    let filled = vacancy(&cache, key("a")).fill(keys, &label());
    assert_eq!(filled.stamp, None);
    assert_eq!(cache.read(&key("a")), None);
    assert!(cache.is_empty());
    assert_eq!(cache.notices(), []);
}

#[test]
fn a_cache_that_is_off_delivers_without_a_word() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    let mut options = folder.options();
    options.session_key = SessionKey::Off;
    let off = Cache::open(&options, Clock::fixed(now()));
    for cache in [off, Cache::off(Clock::fixed(now()))] {
        assert_eq!(cache.read(&key("a")), None);
        assert_eq!(cache.sessions(), []);
        let filled = vacancy(&cache, key("a")).fill(session(2, now()), &label());
        assert_eq!(
            filled.session.generation,
            now().0 / 1000 * 1_000_000 + now().0 % 1000 * 1000
        );
        assert_eq!(filled.stamp, None);
        assert_eq!(cache.notices(), []);
    }
    assert_eq!(number_of(folder.cache().read(&key("a"))), Some(1));
}

#[test]
fn a_vacancy_locks_tells_and_unlocks() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    let cache = folder.cache();
    let unacceptable = |waiting: &mut Patient| {
        let other = folder.cache();
        match other.lookup(&key("a"), &|_| false, waiting) {
            Ok(Lookup::Hit(_)) => panic!("nothing is acceptable"),
            Ok(Lookup::Miss(vacancy)) => Ok(vacancy
                .stale()
                .map(|stale| stale.credentials.access_key_id.clone())),
            Err(error) => Err(error),
        }
    };
    let lookup = cache.lookup(&key("a"), &|_| false, &mut Patient::default());
    let Lookup::Miss(vacancy) = lookup.unwrap() else {
        panic!("nothing is acceptable");
    };
    vacancy.note(xrole::store::ASKING);
    let mut impatient = Patient {
        interrupt: true,
        ..Patient::default()
    };
    let error = unacceptable(&mut impatient).unwrap_err();
    assert_eq!((error.class, error.exit), ("interrupted", Exit::Signal(2)));
    assert_eq!(
        (impatient.told.len(), impatient.over),
        (0, 0),
        "not for an instant"
    );
    let who = fs::read_to_string(folder.path().join(format!("locks/{}.who", key("a").hex())));
    let who = who.unwrap();
    assert!(
        who.starts_with(&format!("{}\n", std::process::id())),
        "{who}"
    );
    assert!(who.contains("\nasking for a code\n"), "{who}");

    drop(vacancy);
    assert_eq!(
        unacceptable(&mut Patient::default()),
        Ok(Some("ASIA1".to_owned())),
        "unlocked, with what is there"
    );
    assert_eq!(
        names(&folder.path().join("locks")),
        [key("a").hex(), "datakey".into(), "sweep".into()]
    );
}

#[test]
fn a_waiter_is_told_and_served_without_the_lock() {
    let folder = Folder::new();
    let cache = folder.cache();
    let held = vacancy(&cache, key("a"));
    held.note(xrole::store::ASKING);
    let options = folder.options();
    let (tell, told) = channel();
    let waiter = std::thread::spawn(move || {
        let cache = Cache::open(&options, Clock::fixed(now()));
        let mut waiting = Telling { tell, over: 0 };
        let lookup = cache.lookup(&key("a"), &|_| true, &mut waiting);
        let Lookup::Hit(session) = lookup.unwrap() else {
            panic!("the session was there");
        };
        (number_of(session), waiting.over)
    });
    let sentence = told.recv_timeout(Duration::from_mins(1));
    let sentence = sentence.expect("it is told while it waits").unwrap();
    let _ = held.fill(session(1, now()), &label());
    let (number, over) = waiter.join().unwrap();
    assert_eq!((number, over), (Some(1), 1));
    let pid = std::process::id();
    assert!(sentence.starts_with("the MFA code asked in "), "{sentence}");
    assert!(sentence.ends_with(&format!("(pid {pid})")), "{sentence}");
}

/// Passes on at once what it is told.
struct Telling {
    tell: Sender<Option<String>>,
    over: usize,
}

impl Waiting for Telling {
    fn waiting_for(&mut self, holder: Option<&HolderNote>) {
        let _ = self.tell.send(holder.map(ToString::to_string));
    }

    fn over(&mut self) {
        self.over += 1;
    }

    fn interrupted(&self) -> bool {
        false
    }
}

#[test]
fn sessions_are_listed_and_forgotten() {
    let folder = Folder::new();
    for (number, name) in (1..).zip(["a", "b", "c"]) {
        folder.fill(key(name), number);
    }
    let cache = folder.cache();
    assert!(!cache.is_empty());
    let sessions = cache.sessions();
    assert_eq!(sessions.len(), 3);
    assert!(sessions.iter().all(|cached| cached.label == label()));
    assert_eq!(folder.cache_at(later(3600)).sessions(), []);

    let expected = Cleared {
        removed: 1,
        busy: 0,
    };
    assert_eq!(cache.clear(&[key("a"), key("none")]), expected);
    assert_eq!(cache.read(&key("a")), None);
    assert_eq!(number_of(cache.read(&key("b"))), Some(2));

    let other = folder.cache();
    let lookup = other
        .lookup(&key("b"), &|_| false, &mut Patient::default())
        .unwrap();
    assert_eq!(
        cache.clear(&[key("b")]),
        Cleared {
            removed: 0,
            busy: 1
        }
    );
    drop(lookup);

    let sealed = fs::read(folder.file(key("c"))).unwrap();
    assert_eq!(
        cache.clear_all(),
        Cleared {
            removed: 2,
            busy: 0
        }
    );
    assert!(cache.is_empty());
    assert!(!folder.folder.path().join("state/data.key").exists());
    assert!(
        folder.path().join("locks").join(key("a").hex()).exists(),
        "locks stay"
    );
    fs::write(folder.file(key("c")), sealed).unwrap();
    assert_eq!(
        folder.cache().read(&key("c")),
        None,
        "a copy is of no use without the key"
    );
    fs::remove_file(folder.file(key("c"))).unwrap();
    folder.fill(key("c"), 4);
}

#[test]
fn the_sweep_takes_what_is_long_past() {
    let folder = Folder::new();
    for (number, name) in (1..).zip(["past", "held"]) {
        folder.fill(key(name), number);
    }
    let temporary = format!("{}.0123456789abcdef.tmp", key("past").hex());
    let aside = format!("{}.0123456789abcdef.aside", key("past").hex());
    fs::write(folder.path().join(&temporary), "").unwrap();
    fs::create_dir(folder.path().join(&aside)).unwrap();
    fs::write(folder.path().join("stranger"), "").unwrap();
    let key_leftover = folder
        .folder
        .path()
        .join("state/data.key.0123456789abcdef.tmp");
    fs::write(&key_leftover, [1; 32]).unwrap();
    let fill_at = |hours: i64| {
        let then = later(hours * HOUR);
        let cache = folder.cache_at(then);
        let _ = vacancy(&cache, key(&format!("new {hours}"))).fill(session(9, then), &label());
        let mut left = names(&folder.path());
        left.retain(|name| !["locks", "stamps"].contains(&name.as_str()));
        left
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let hex = |name: &str| key(name).hex();
    let (past, held, stranger) = (hex("past"), hex("held"), "stranger".to_owned());

    let all = [&past, &held, &stranger, &temporary, &aside, &hex("new 0")];
    assert_eq!(
        fill_at(0),
        sorted(all.map(Clone::clone).to_vec()),
        "not within the hour"
    );

    assert!(key_leftover.exists());
    let no_leftovers = [&past, &held, &stranger, &hex("new 0"), &hex("new 2")];
    assert_eq!(fill_at(2), sorted(no_leftovers.map(Clone::clone).to_vec()));
    assert!(!key_leftover.exists());

    let holder = folder.cache_at(later(26 * HOUR));
    let lock = vacancy(&holder, key("held"));
    let kept = [&held, &stranger, &hex("new 2"), &hex("new 26")];
    assert_eq!(
        fill_at(26),
        sorted(kept.map(Clone::clone).to_vec()),
        "but not under a lock"
    );
    drop(lock);
    assert_eq!(folder.cache_at(later(0)).read(&key("past")), None);
}
