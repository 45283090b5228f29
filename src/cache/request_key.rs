//! The name of a session: the hash of every input of the request that mints it.

use std::fmt;

use sha2::{Digest, Sha256};

const FORMAT: &str = "xrole request 1";

/// SHA-256 over every input of a request, length-prefixed. There is no way to find a session by a profile's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(pub [u8; 32]);

impl RequestKey {
    /// The key of a request with these inputs, named, in this order. An absent input differs from an empty one.
    #[must_use]
    pub fn of(inputs: &[(&str, Option<&str>)]) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        add(FORMAT);
        for (name, value) in inputs {
            if let Some(value) = value {
                add(name);
                add(value);
            }
        }
        Self(hash.finalize().into())
    }

    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({})", self.hex())
    }
}
