//! Sessions on disk: found by the hash of their request, sealed, locked, disposable.
//!
//! The rules begin at `docs/rules/security.md#cache-folder`.
//!
//! In short: a reader takes no lock and deletes nothing; whoever finds
//! nothing gets a [`Vacancy`], which holds the session's lock and is the only way to write; whatever is wrong with the
//! cache costs at most one more call to STS and is told once.

mod clear;
mod data_key;
mod data_keys;
mod holder_note;
mod kept;
mod key_holder;
mod options;
mod profile_file;
mod record;
mod remembered;
mod sealed;
mod sent_codes;
mod stamp;
mod sweep;
mod used_codes;
mod vacancy;
mod waiting;

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Display;
use std::path::PathBuf;

use crate::aws::plan::RequestKey;
use crate::clock::Clock;
use crate::display_safe::display_safe_bytes;
use crate::files::directory::{Directory, Missing, Refusal};
use crate::os::boot_clock::BootClock;
use crate::place::Notice;
use crate::session::Session;

use data_keys::DataKeys;
use record::Record;
use sealed::Purpose;
use sent_codes::SentCodes;
use stamp::Stamps;

pub use clear::Cleared;
pub use holder_note::{ASKING, CALLING, HolderNote};
pub use kept::Kept;
pub use key_holder::KeyPlace;
pub use options::{CacheOptions, SessionKey};
pub use record::{LEAST_LEFT, Label};
pub use stamp::Stamp;
pub use used_codes::CodeUse;
pub use vacancy::{Filled, Lookup, Vacancy};
pub use waiting::Waiting;

/// The session cache of one run.
#[derive(Debug)]
pub struct Cache {
    options: Option<CacheOptions>,
    clock: Clock,
    boot: BootClock,
    directory: OnceCell<Directory>,
    locks: OnceCell<Directory>,
    keys: OnceCell<DataKeys>,
    stamps: OnceCell<Stamps>,
    /// Nothing is read or written: by setting, or because the directory must not be used.
    off: Cell<bool>,
    /// One notice says that sessions are not kept; more would say the same again.
    told: Cell<bool>,
    told_readable: Cell<bool>,
    notices: RefCell<Vec<Notice>>,
    sent: RefCell<SentCodes>,
    deadline: std::time::Duration,
}

/// A session that is live in the cache, for `status --all`.
#[derive(Debug, PartialEq, Eq)]
pub struct CachedSession {
    pub key: RequestKey,
    pub label: Label,
    pub session: Session,
}

impl Cache {
    /// Opens the cache. Never fails: a cache that cannot be used is off, with a notice. Creates nothing.
    #[must_use]
    pub fn open(options: &CacheOptions, clock: Clock) -> Self {
        let cache = Self::with(Some(options.clone()), clock);
        if options.session_key == SessionKey::Off {
            cache.off.set(true);
            return cache;
        }
        match Directory::open(&options.directory) {
            Ok(directory) => cache.adopt(directory),
            Err(Refusal::Missing) => {}
            Err(refusal) => cache.switch_off(refusal),
        }
        cache
    }

    /// A cache that keeps nothing, for a user without a home directory.
    #[must_use]
    pub fn off(clock: Clock) -> Self {
        let cache = Self::with(None, clock);
        cache.off.set(true);
        cache
    }

    fn with(options: Option<CacheOptions>, clock: Clock) -> Self {
        Self {
            options,
            clock,
            boot: BootClock::default(),
            directory: OnceCell::new(),
            locks: OnceCell::new(),
            keys: OnceCell::new(),
            stamps: OnceCell::new(),
            off: Cell::new(false),
            told: Cell::new(false),
            told_readable: Cell::new(false),
            notices: RefCell::default(),
            sent: RefCell::default(),
            deadline: waiting::DEADLINE,
        }
    }

    /// What a person should know, each once.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = self.notices.take();
        // Of a cache that cannot be written, that it cannot says enough.
        let readable = self.readable().filter(|_| !self.told.get());
        let readable = readable.filter(|it| it.is_readable_by_others());
        if let Some(directory) = readable.filter(|_| !self.told_readable.replace(true)) {
            let text = format!(
                "the session cache {} can be read by others; what lies in it is sealed (chmod 700 makes it private)",
                shown(directory)
            );
            notices.insert(0, Notice::new(None, text));
        }
        notices
    }

    /// The session of this request, if it has at least 60 s left. Takes no lock, creates and deletes nothing.
    #[must_use]
    pub fn read(&self, key: &RequestKey) -> Option<Session> {
        self.read_record(key)?.live(self.clock.now(), &self.boot)
    }

    /// Does the cache hold no session file at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readable().is_none_or(|directory| {
            !directory.any_name(|name| RequestKey::from_hex(name).is_some())
        })
    }

    /// Every live session, by profile name.
    #[must_use]
    pub fn sessions(&self) -> Vec<CachedSession> {
        let Some(directory) = self.readable() else {
            return Vec::new();
        };
        let mut sessions: Vec<_> = directory
            .names()
            .iter()
            .filter_map(|name| RequestKey::from_hex(name))
            .filter_map(|key| {
                let record = self.read_record(&key)?;
                let label = record.label.clone();
                let session = record.live(self.clock.now(), &self.boot)?;
                Some(CachedSession {
                    key,
                    label,
                    session,
                })
            })
            .collect();
        sessions.sort_by(|a, b| (&a.label, a.key).cmp(&(&b.label, b.key)));
        sessions
    }

    /// Where the key lies that sessions are sealed with: the first holder that has one.
    #[must_use]
    pub fn key_place(&self) -> Option<KeyPlace> {
        self.readable()?;
        self.keys.get()?.place()
    }

    /// What the session file says, however old. `None` for whatever is missing, damaged, or sealed by another holder.
    fn read_record(&self, key: &RequestKey) -> Option<Record> {
        let plain = self.unseal(&key.hex(), Purpose::Session, key)?;
        Record::parse(&plain)
    }

    fn unseal(
        &self,
        file: &str,
        purpose: Purpose,
        key: &RequestKey,
    ) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let sealed = self.readable()?.read(file, sealed::SIZES)?;
        let data_key = self.keys.get()?.find(sealed::key_id(&sealed)?)?;
        sealed::open(&data_key, purpose, key, &sealed)
    }

    fn seal(&self, purpose: Purpose, key: &RequestKey, plain: &[u8]) -> Result<Vec<u8>, String> {
        let locks = self.locks.get().ok_or("it cannot be locked")?;
        let keys = self.keys.get().ok_or("it has no directory")?;
        let data_key = keys
            .for_sealing(locks)
            .ok_or("no place was found for the key that seals sessions")?;
        sealed::seal(&data_key, purpose, key, plain).map_err(|error| error.to_string())
    }

    fn adopt(&self, directory: Directory) {
        if let Some(options) = &self.options {
            let _ = self.keys.set(DataKeys::new(options, &directory));
        }
        let _ = self.directory.set(directory);
    }

    fn readable(&self) -> Option<&Directory> {
        if self.off.get() {
            return None;
        }
        self.directory.get()
    }

    /// The cache's directory and its locks, created where they are missing.
    fn writable(&self) -> Option<(&Directory, &Directory)> {
        if self.off.get() {
            return None;
        }
        let options = self.options.as_ref()?;
        if self.directory.get().is_none() {
            match Directory::create(&options.directory) {
                Ok(directory) => self.adopt(directory),
                Err(refusal) => self.switch_off(refusal),
            }
        }
        let directory = self.readable()?;
        if self.locks.get().is_none() {
            match directory.create_below("locks") {
                Ok(locks) => {
                    let _ = self.locks.set(locks);
                }
                Err(refusal) => self.tell_unkept(&refusal),
            }
        }
        Some((directory, self.locks.get()?))
    }

    /// Where the stamp of this session lies, or will lie: a session can be read an instant before its stamp is there,
    /// and whoever watches an empty place sees the next renewal all the same. Creates nothing.
    #[must_use]
    pub fn stamp_path(&self, key: &RequestKey) -> Option<PathBuf> {
        Some(self.stamps(Missing::Leave)?.path(key))
    }

    #[must_use]
    pub fn read_stamp(&self, key: &RequestKey) -> Option<Stamp> {
        self.stamps(Missing::Leave)?.read(key)
    }

    fn stamps(&self, missing: Missing) -> Option<&Stamps> {
        if self.stamps.get().is_none() {
            let runtime = self.options.as_ref()?.runtime_directory.as_deref();
            let stamps = Stamps::open(runtime, self.readable()?, missing)?;
            let _ = self.stamps.set(stamps);
        }
        self.stamps.get()
    }

    /// Says, unless worse was said, that renewals will not show.
    fn tell_unstamped(&self, what: &str) {
        if !self.told.replace(true) {
            self.notices.borrow_mut().push(Notice::new(None, what));
        }
    }

    fn switch_off(&self, refusal: Refusal) {
        self.off.set(true);
        self.tell_unkept(&refusal);
    }

    /// Says once why sessions are not kept in this run.
    fn tell_unkept(&self, why: &dyn Display) {
        if self.told.replace(true) {
            return;
        }
        let path = self
            .options
            .as_ref()
            .map(|options| options.directory.as_path());
        let path = path.map_or_else(String::new, |path| {
            format!(
                " in {}",
                display_safe_bytes(path.as_os_str().as_encoded_bytes())
            )
        });
        self.notices.borrow_mut().push(Notice::new(
            None,
            format!("sessions are not kept{path}: {why}"),
        ));
    }
}

fn shown(directory: &Directory) -> String {
    display_safe_bytes(directory.path().as_os_str().as_encoded_bytes())
}
