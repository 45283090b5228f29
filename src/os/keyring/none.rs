//! No keyring.

use super::Found;

/// There is none to be had.
#[derive(Debug)]
pub enum Keyring {}

impl Keyring {
    #[must_use]
    pub fn named(_name: String) -> Option<Self> {
        None
    }

    pub fn load(&self) -> Found {
        match *self {}
    }

    pub fn store(&self, _secret: &[u8; 32]) -> bool {
        match *self {}
    }

    pub fn extend(&self) {
        match *self {}
    }

    pub fn forget(&self) {
        match *self {}
    }
}
