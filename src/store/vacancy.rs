//! Looking a session up under its lock: a hit, or the vacancy that lets one process fill the place.

use std::path::PathBuf;

use crate::error::Result;
use crate::session::Session;

use super::Cache;
use super::holder_note::HolderNote;
use super::record::{Label, Record};
use super::sealed::Purpose;
use super::stamp::Stamp;
use super::waiting::{Wait, Waiting};
use crate::aws::plan::RequestKey;
use crate::files::directory::{Directory, Missing};
use crate::files::lock::{self, Lock};
use crate::files::replace::{Durability, replace};
use crate::os::boot_clock::BootTime;
use crate::os::terminal;

/// What was found.
#[derive(Debug)]
pub enum Lookup<'cache> {
    Hit(Session),
    Miss(Vacancy<'cache>),
}

/// A session's place in the cache, locked against every other process, and the only way to write it. Dropped without
/// being filled, it unlocks. Where nothing can be kept it is a place without a lock.
#[derive(Debug)]
pub struct Vacancy<'cache> {
    cache: &'cache Cache,
    key: RequestKey,
    place: Option<Place<'cache>>,
    stale: Option<Session>,
}

#[derive(Debug)]
struct Place<'cache> {
    directory: &'cache Directory,
    locks: &'cache Directory,
    name: String,
    /// Dropped after the note is gone.
    _lock: Lock,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        HolderNote::remove(self.locks, &self.name);
    }
}

/// A session as it was delivered.
#[derive(Debug)]
pub struct Filled {
    /// With its generation.
    pub session: Session,
    /// The stamp to watch, if the session is in the cache.
    pub stamp: Option<PathBuf>,
}

impl Cache {
    /// A session that is acceptable, or the vacancy to fill: waits for whoever mints it now.
    ///
    /// Errors: interrupted, or 120 s without a sign of the holder.
    pub fn lookup(
        &self,
        key: &RequestKey,
        acceptable: &dyn Fn(&Session) -> bool,
        waiting: &mut dyn Waiting,
    ) -> Result<Lookup<'_>> {
        let find = |stale: &mut Option<Session>| match self.read(key) {
            Some(session) if acceptable(&session) => Some(session),
            other => {
                *stale = other;
                None
            }
        };
        let mut vacancy = Vacancy {
            cache: self,
            key: *key,
            place: None,
            stale: None,
        };
        if let Some(session) = find(&mut vacancy.stale) {
            return Ok(Lookup::Hit(session));
        }
        let Some((directory, locks)) = self.writable() else {
            return Ok(Lookup::Miss(vacancy));
        };
        let name = key.hex();
        let mut wait = Wait::begin(waiting, self.deadline);
        loop {
            let tried = lock::try_lock(locks, &name);
            if let Some(session) = find(&mut vacancy.stale) {
                return Ok(Lookup::Hit(session));
            }
            match tried {
                Ok(Some(lock)) => {
                    // What a killed holder left is not believed of this one.
                    HolderNote::remove(locks, &name);
                    vacancy.place = Some(Place {
                        directory,
                        locks,
                        name,
                        _lock: lock,
                    });
                    return Ok(Lookup::Miss(vacancy));
                }
                Ok(None) => wait.pause(locks, &name)?,
                Err(error) => {
                    self.tell_unkept(&error);
                    return Ok(Lookup::Miss(vacancy));
                }
            }
        }
    }
}

impl Vacancy<'_> {
    /// Tells waiters what the holder does: [`super::ASKING`], [`super::CALLING`].
    pub fn note(&self, doing: &str) {
        let Some(place) = &self.place else { return };
        HolderNote {
            pid: std::process::id(),
            terminal: terminal::name(),
            doing: doing.to_owned(),
            since: self.cache.clock.millis(),
        }
        .write(place.locks, &place.name);
    }

    /// The session that was found and not acceptable, if it can still be served.
    #[must_use]
    pub fn stale(&self) -> Option<&Session> {
        self.stale.as_ref()
    }

    /// Keeps the session and delivers it; whatever goes wrong with keeping it is one notice of the cache.
    #[must_use]
    pub fn fill(mut self, mut session: Session, label: &Label) -> Filled {
        session.generation = self.next_generation();
        let Some(place) = self.place.take() else {
            return Filled {
                session,
                stamp: None,
            };
        };
        let cache = self.cache;
        let record = Record {
            minted_since_boot: since_boot(cache, &session),
            session,
            label: label.clone(),
        };
        let stamp = match self.write(&place, &record) {
            Ok(true) => self.write_stamp(&record.session),
            Ok(false) => None,
            Err(why) => {
                cache.tell_unkept(&why);
                None
            }
        };
        drop(place);
        if stamp.is_some() {
            cache.sweep();
        }
        Filled {
            session: record.session,
            stamp,
        }
    }

    /// `false`: it is nothing to be kept.
    fn write(&self, place: &Place, record: &Record) -> std::result::Result<bool, String> {
        let Some(json) = record.to_json() else {
            return Ok(false);
        };
        let sealed = self.cache.seal(Purpose::Session, &self.key, &json)?;
        replace(
            place.directory,
            &place.name,
            &sealed,
            record.session.expires(),
            Durability::Durable,
        )
        .map_err(|error| error.to_string())?;
        Ok(true)
    }

    fn write_stamp(&self, session: &Session) -> Option<PathBuf> {
        let stamp = Stamp {
            generation: session.generation,
            expires: session.expires()?,
        };
        let written = self.cache.stamps(Missing::Create).and_then(|stamps| {
            stamps.write(&self.key, stamp).ok()?;
            Some(stamps.path(&self.key))
        });
        if written.is_none() {
            self.cache
                .tell_unstamped("prompts of other terminals will not see this session renewed");
        }
        written
    }

    /// Greater than every generation that anyone can have seen of this session.
    fn next_generation(&self) -> i64 {
        let record = self.cache.read_record(&self.key);
        let recorded = record.map(|record| record.session.generation);
        let stamped = self
            .cache
            .read_stamp(&self.key)
            .map(|stamp| stamp.generation);
        let old = recorded.max(stamped).unwrap_or_default();
        self.cache.clock.millis().max(old.saturating_add(1))
    }
}

/// The boot clock's time when the session was minted, which may be a while ago.
fn since_boot(cache: &Cache, session: &Session) -> Option<BootTime> {
    let mut time = cache.boot.now()?;
    let ago = cache.clock.now().0.saturating_sub(session.minted.0);
    time.seconds = time.seconds.saturating_sub(ago.max(0));
    Some(time)
}
