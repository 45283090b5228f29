//! The Linux kernel's keyring: what it keeps never touches a disk and dies with the machine.

use linux_keyutils::{
    Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission,
};
use zeroize::Zeroizing;

use super::Found;

/// 40 hours, more than the longest session.
const TIMEOUT: usize = 144_000;

/// The keyring of this user, asked for what it keeps under one name.
#[derive(Debug)]
pub struct Keyring {
    name: String,
}

impl Keyring {
    /// `None` where the system has no keyring.
    #[must_use]
    #[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
    pub fn named(name: String) -> Option<Self> {
        Some(Self { name })
    }

    #[must_use]
    pub fn load(&self) -> Found {
        match self.search().and_then(read) {
            Ok(secret) => Found::Secret(secret),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => {
                Found::Nothing
            }
            // EPERM and ENOSYS of container filters, and whatever else.
            Err(_) => Found::Unusable,
        }
    }

    /// Did it take the secret?
    #[must_use]
    pub fn store(&self, secret: &[u8; 32]) -> bool {
        self.try_store(secret).is_ok()
    }

    /// Keeps it for the longest session from now on.
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
    fn try_store(&self, secret: &[u8; 32]) -> Result<(), KeyError> {
        let user_ring = KeyRing::from_special_id(KeyRingIdentifier::User, true)?;
        let process_ring = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
        let user = Permission::VIEW | Permission::READ | Permission::SEARCH | Permission::SETATTR;
        let rights = KeyPermissionsBuilder::builder()
            .posessor(Permission::ALL)
            .user(user)
            .build();
        let added = process_ring.add_key(&self.name, secret)?;
        let linked = added
            .set_perms(rights)
            .and_then(|()| added.set_timeout(TIMEOUT))
            .and_then(|()| user_ring.link_key(added));
        process_ring.unlink_key(added)?;
        linked
    }
}

fn read(key: Key) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    match key.read(&mut *bytes)? {
        32 => Ok(bytes),
        _ => Err(KeyError::InvalidArguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> [u8; 32] {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).unwrap();
        secret
    }

    /// Where the kernel allows it: a container's filter or a full quota may not (`docs/rules/security.md#key-holders`).
    #[test]
    fn a_key_comes_back_until_it_is_forgotten() {
        let name = format!("xrole:test:{:016x}", getrandom::u64().unwrap());
        let kernel = Keyring::named(name).unwrap();
        let has = |secret: [u8; 32]| matches!(kernel.load(), Found::Secret(it) if *it == secret);
        assert!(!matches!(kernel.load(), Found::Secret(_)));
        let key = random();
        if let Err(error) = kernel.try_store(&key) {
            println!("left out: the kernel refuses to keep a key: {error}");
            return;
        }
        assert!(has(key));
        kernel.extend();
        let newer = random();
        assert!(kernel.store(&newer), "takes the place of the older one");
        assert!(has(newer));
        kernel.forget();
        assert!(matches!(kernel.load(), Found::Nothing));
    }
}
