//! Forgetting sessions, because a person says so.

use std::time::Duration;

use super::Cache;
use crate::aws::plan::RequestKey;
use crate::files::directory::Directory;
use crate::files::lock;

const LOCK_WAIT: Duration = Duration::from_secs(2);

/// What became of the sessions to be forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleared {
    pub removed: usize,
    /// Being minted by another process now: left to it.
    pub busy: usize,
}

impl Cache {
    /// Removes these sessions, each under its lock. Lock files stay, and so do stamps: without a newer one no prompt
    /// does anything, and keys in a shell live on until they expire.
    pub fn clear(&self, keys: &[RequestKey]) -> Cleared {
        let mut cleared = Cleared::default();
        let Some(directory) = self.readable() else {
            return cleared;
        };
        for key in keys {
            clear_one(self, directory, &key.hex(), &mut cleared);
        }
        cleared
    }

    /// Removes every session and the key that they are sealed with, wherever it lies. The list of used codes is
    /// sealed with it too, so it is forgotten as well.
    pub fn clear_all(&self) -> Cleared {
        let mut cleared = Cleared::default();
        let Some(options) = &self.options else {
            return cleared;
        };
        // Not `readable`: the sessions of a cache that is off by setting are forgotten too.
        if self.directory.get().is_none()
            && let Ok(directory) = Directory::open(&options.directory)
        {
            self.adopt(directory);
        }
        let Some(directory) = self.directory.get() else {
            return cleared;
        };
        if let Some(keys) = self.keys.get() {
            keys.forget(options, directory);
        }
        for name in directory.names() {
            if RequestKey::from_hex(&name).is_some() {
                clear_one(self, directory, &name, &mut cleared);
            } else if name
                .strip_suffix(".code")
                .and_then(RequestKey::from_hex)
                .is_some()
            {
                directory.remove(&name);
            }
        }
        cleared
    }
}

fn clear_one(cache: &Cache, directory: &Directory, name: &str, cleared: &mut Cleared) {
    if directory.status(name).is_err() {
        return;
    }
    let locks = cache.locks.get().or_else(|| {
        let locks = directory.create_below("locks").ok()?;
        Some(cache.locks.get_or_init(|| locks))
    });
    let Some(locks) = locks else { return };
    match lock::within(locks, name, LOCK_WAIT) {
        Ok(Some(_lock)) => {
            if directory.remove(name) {
                cleared.removed += 1;
            }
        }
        Ok(None) => cleared.busy += 1,
        Err(error) => cache.tell_unkept(&error),
    }
}
