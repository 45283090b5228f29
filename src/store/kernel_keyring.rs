//! The Linux kernel's keyring as the data key's holder: the key never touches a disk and dies with the machine.

use linux_keyutils::{
    Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission,
};
use zeroize::Zeroizing;

use super::data_key::DataKey;
use super::key_holder::Held;

/// 40 hours, more than the longest session.
const TIMEOUT: usize = 144_000;

#[derive(Debug)]
pub struct KernelKey {
    name: String,
}

impl KernelKey {
    pub fn named(name: String) -> Self {
        Self { name }
    }

    pub fn load(&self) -> Held {
        match self.search().and_then(read) {
            Ok(key) => Held::Key(key),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => {
                Held::Nothing
            }
            // EPERM and ENOSYS of container filters, and whatever else.
            Err(_) => Held::Unusable,
        }
    }

    pub fn store(&self, key: &DataKey) -> bool {
        self.try_store(key).is_ok()
    }

    pub fn extend(&self) {
        if let Ok(key) = self.search() {
            let _ = key.set_timeout(TIMEOUT);
        }
    }

    pub fn forget(&self) {
        if let Ok(key) = self.search() {
            let _ = key.invalidate();
        }
    }

    fn search(&self) -> Result<Key, KeyError> {
        KeyRing::from_special_id(KeyRingIdentifier::User, true)?.search(&self.name)
    }

    /// The key is born in the process keyring, because only there is it surely possessed, which setting its rights
    /// needs. Adding it to the session keyring or straight to the user keyring fails in at least one of: cron, a
    /// container, a systemd service, a multiplexer that outlived its login. The user may set the timeout, so that any
    /// later process can extend it.
    fn try_store(&self, key: &DataKey) -> Result<(), KeyError> {
        let user_ring = KeyRing::from_special_id(KeyRingIdentifier::User, true)?;
        let process_ring = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
        let user = Permission::VIEW | Permission::READ | Permission::SEARCH | Permission::SETATTR;
        let rights = KeyPermissionsBuilder::builder()
            .posessor(Permission::ALL)
            .user(user)
            .build();
        let added = process_ring.add_key(&self.name, key.bytes())?;
        let linked = added
            .set_perms(rights)
            .and_then(|()| added.set_timeout(TIMEOUT))
            .and_then(|()| user_ring.link_key(added));
        process_ring.unlink_key(added)?;
        linked
    }
}

fn read(key: Key) -> Result<DataKey, KeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    match key.read(&mut *bytes)? {
        32 => Ok(DataKey::from_bytes(*bytes)),
        _ => Err(KeyError::InvalidArguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T16, where the kernel allows it: a container's filter or a full quota may not.
    #[test]
    fn a_key_comes_back_until_it_is_forgotten() {
        let kernel = KernelKey::named(format!("xrole:test:{:016x}", getrandom::u64().unwrap()));
        assert!(!matches!(kernel.load(), Held::Key(_)));
        let key = DataKey::random().unwrap();
        if let Err(error) = kernel.try_store(&key) {
            println!("left out: the kernel refuses to keep a key: {error}");
            return;
        }
        assert!(matches!(kernel.load(), Held::Key(stored) if stored == key));
        kernel.extend();
        let newer = DataKey::random().unwrap();
        assert!(kernel.store(&newer), "takes the place of the older one");
        assert!(matches!(kernel.load(), Held::Key(stored) if stored == newer));
        kernel.forget();
        assert!(matches!(kernel.load(), Held::Nothing));
    }
}
