//! Finding the key that seals the cache, or making it in the first holder that works.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::data_key::{DataKey, KeyId};
use super::key_holder::{Held, KeyHolder, KeyPlace, holders};
use super::options::{CacheOptions, SessionKey};
use crate::files::directory::Directory;
use crate::files::lock;

/// The lock under which keys are made.
pub const LOCK: &str = "datakey";
const LOCK_WAIT: Duration = Duration::from_secs(3);

/// The data keys of one cache.
#[derive(Debug)]
pub struct DataKeys {
    holders: Vec<KeyHolder>,
    /// Those seen in this run, so that a second read asks no holder.
    seen: RefCell<Vec<Rc<DataKey>>>,
}

impl DataKeys {
    pub fn new(options: &CacheOptions, directory: &Directory) -> Self {
        Self {
            holders: holders(options, directory),
            seen: RefCell::default(),
        }
    }

    /// The key of this id, from the first holder that has it.
    pub fn find(&self, id: KeyId) -> Option<Rc<DataKey>> {
        if let Some(key) = self.seen.borrow().iter().find(|key| key.id() == id) {
            return Some(Rc::clone(key));
        }
        self.holders.iter().find_map(|holder| match holder.load() {
            Held::Key(key) if key.id() == id => Some(self.remember(key)),
            _ => None,
        })
    }

    /// The key to seal with: that of the first holder that works, made there if it has none. Its life is extended.
    pub fn for_sealing(&self, locks: &Directory) -> Option<Rc<DataKey>> {
        self.holders.iter().find_map(|holder| {
            let key = match holder.load() {
                Held::Key(key) => Some(key),
                Held::Nothing => make(holder, locks),
                Held::Unusable => None,
            }?;
            holder.extend();
            Some(self.remember(key))
        })
    }

    /// The directories of key files.
    pub fn folders(&self) -> Vec<Directory> {
        self.holders
            .iter()
            .filter_map(KeyHolder::existing_folder)
            .collect()
    }

    pub fn place(&self) -> Option<KeyPlace> {
        self.holders
            .iter()
            .find(|holder| matches!(holder.load(), Held::Key(_)))
            .map(KeyHolder::place)
    }

    /// Takes the key out of every holder, also of one that the setting of today leaves out: whatever it sealed is lost.
    pub fn forget(&self, options: &CacheOptions, directory: &Directory) {
        self.seen.take();
        let every = CacheOptions {
            session_key: SessionKey::Auto,
            ..options.clone()
        };
        for holder in holders(&every, directory) {
            holder.forget();
        }
    }

    fn remember(&self, key: DataKey) -> Rc<DataKey> {
        let key = Rc::new(key);
        let mut seen = self.seen.borrow_mut();
        if !seen.contains(&key) {
            seen.push(Rc::clone(&key));
        }
        key
    }
}

/// Makes a key under the lock of keys, once; what cannot be read back as it was stored does not count.
fn make(holder: &KeyHolder, locks: &Directory) -> Option<DataKey> {
    let _lock = lock::within(locks, LOCK, LOCK_WAIT).ok()??;
    match holder.load() {
        Held::Key(key) => return Some(key),
        Held::Nothing => {}
        Held::Unusable => return None,
    }
    let key = DataKey::random()?;
    if !holder.store(&key) {
        return None;
    }
    match holder.load() {
        Held::Key(stored) if stored == key => Some(stored),
        _ => None,
    }
}
