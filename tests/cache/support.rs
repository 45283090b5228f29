//! A cache in a folder of its own, and sessions whose secret shows whether they are whole.

pub use crate::left_out::left_out;
use std::path::{Path, PathBuf};
use std::time::Duration;

use xrole::aws::plan::RequestKey;
use xrole::clock::{Clock, Timestamp};
use xrole::context::Context;
use xrole::session::{Credentials, Secret, Session};
use xrole::store::{Cache, CacheOptions, HolderNote, Label, Lookup, SessionKey, Vacancy, Waiting};

pub struct Folder {
    pub folder: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn options(&self) -> CacheOptions {
        options(self.folder.path())
    }

    pub fn path(&self) -> PathBuf {
        self.options().directory
    }

    pub fn file(&self, key: RequestKey) -> PathBuf {
        self.path().join(key.hex())
    }

    pub fn cache(&self) -> Cache {
        Cache::open(&self.options(), Context::read().clock)
    }

    pub fn cache_at(&self, now: Timestamp) -> Cache {
        Cache::open(&self.options(), Clock::fixed(now))
    }

    /// Mints a session into an empty place.
    pub fn fill(&self, key: RequestKey, number: u64) {
        let cache = self.cache();
        let session = session(number, now());
        let _ = vacancy(&cache, key).fill(session, &label());
        assert_eq!(cache.notices(), []);
        assert_eq!(number_of(cache.read(&key)), Some(number));
    }
}

pub fn options(folder: &Path) -> CacheOptions {
    CacheOptions {
        directory: folder.join("cache"),
        runtime_directory: None,
        state_directory: folder.join("state"),
        own_key: false,
        session_key: SessionKey::File,
    }
}

pub fn key(name: &str) -> RequestKey {
    RequestKey::of(&[("test", Some(name))])
}

pub fn label() -> Label {
    Label {
        profile: "prod".into(),
        role_arn: Some("arn:aws:iam::222222222222:role/x".into()),
        account: Some("222222222222".into()),
        region: None,
        selection: None,
    }
}

pub fn now() -> Timestamp {
    Context::read().clock.now()
}

pub fn later(seconds: i64) -> Timestamp {
    Timestamp(now().0 + seconds)
}

/// An hour's session. Every field follows from the number.
pub fn session(number: u64, minted: Timestamp) -> Session {
    Session {
        credentials: Credentials {
            access_key_id: format!("ASIA{number}"),
            secret_access_key: Secret::new(format!("secret {number}")),
            session_token: Some(Secret::new(format!("{number} ").repeat(100))),
        },
        expiration: Some(Timestamp(minted.0 + 3600)),
        clock_offset: 0,
        minted,
        requested: 3600,
        identity: Some(format!("arn:aws:sts::222222222222:assumed-role/x/{number}")),
        generation: 0,
    }
}

/// The number, if the session is whole.
pub fn number_of(found: impl Into<Option<Session>>) -> Option<u64> {
    let found = found.into()?;
    let number = found.credentials.access_key_id.strip_prefix("ASIA")?;
    let number = number.parse().expect("a whole key id");
    let whole = session(number, found.minted);
    assert_eq!(found.credentials, whole.credentials, "torn");
    assert_eq!(found.identity, whole.identity, "torn");
    Some(number)
}

/// Waits as long as it takes, and counts how often it was told.
#[derive(Default)]
pub struct Patient {
    pub told: Vec<Option<String>>,
    pub over: usize,
    pub interrupt: bool,
}

impl Waiting for Patient {
    fn waiting_for(&mut self, holder: Option<&HolderNote>) {
        self.told.push(holder.map(ToString::to_string));
    }

    fn over(&mut self) {
        self.over += 1;
    }

    fn interrupted(&self) -> bool {
        self.interrupt
    }
}

/// What must be there without waiting.
pub fn vacancy(cache: &Cache, key: RequestKey) -> Vacancy<'_> {
    let mut impatient = Patient {
        interrupt: true,
        ..Patient::default()
    };
    match cache.lookup(&key, &|_| true, &mut impatient).unwrap() {
        Lookup::Miss(vacancy) => vacancy,
        Lookup::Hit(_) => panic!("a hit where a miss was expected"),
    }
}

/// Names in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Runs for at most this long; a hang fails the test instead of the whole run.
pub fn within<T: Send + 'static>(
    longest: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver
        .recv_timeout(longest)
        .expect("in time, and no panic")
}
