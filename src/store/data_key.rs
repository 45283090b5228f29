//! The key that seals the cache, and finding or making it in the first holder that works.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::key_holder::{Held, KeyHolder, KeyPlace, holders};
use super::options::{CacheOptions, SessionKey};
use crate::files::directory::Directory;
use crate::files::lock;

/// The first bytes of HKDF-SHA256(data key, no salt, info `xrole key id v1`).
pub type KeyId = [u8; 8];

/// The lock under which keys are made.
pub const LOCK: &str = "datakey";
const LOCK_WAIT: Duration = Duration::from_secs(3);

/// 32 random bytes.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    pub fn random() -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).ok()?;
        Some(Self(key))
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-SHA256 without salt; the parts of the info are joined.
    pub fn derive(&self, info: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        // Fails only for more than 255 blocks of output.
        let expanded = Hkdf::<Sha256>::new(None, &*self.0).expand_multi_info(info, &mut *derived);
        debug_assert!(expanded.is_ok());
        derived
    }

    pub fn id(&self) -> KeyId {
        let derived = self.derive(&[b"xrole key id v1"]);
        let mut id = [0; 8];
        id.copy_from_slice(&derived[..8]);
        id
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq as _;
        self.0.ct_eq(&*other.0).into()
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's hmac: extract with 32 zero bytes, one block of expand.
    #[test]
    fn key_id_is_hkdf_sha256_of_the_key() {
        assert_eq!(
            DataKey::from_bytes([1; 32]).id(),
            [0x62, 0x39, 0xb7, 0x23, 0xdf, 0xc5, 0x37, 0x68]
        );
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(
            format!("{:?}", DataKey::from_bytes([65; 32])),
            "DataKey(..)"
        );
    }
}
