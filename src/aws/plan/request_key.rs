//! The name of a session: the hash of every input of the request that mints it.

use std::fmt;
use std::path::Path;

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

    /// From exactly those digits: the name of a session's file.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let lower = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 64 || !digits.iter().all(lower) {
            return None;
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(key))
    }

    /// Of the session whose stamp has this path.
    #[must_use]
    pub fn of_stamp(path: &Path) -> Option<Self> {
        Self::from_hex(path.file_name()?.to_str()?)
    }
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({})", self.hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A changed, missing, empty, renamed or shifted input is another request (`docs/rules/aws.md#request-key`).
    #[test]
    fn every_input_matters() {
        let requests: [&[(&str, Option<&str>)]; 8] = [
            &[("role", Some("a")), ("external id", Some("b"))],
            &[("role", Some("a")), ("external id", Some("c"))],
            &[("role", Some("ab")), ("external id", Some(""))],
            &[("role", Some("a")), ("external id", Some(""))],
            &[("role", Some("a")), ("external id", None)],
            &[("role", Some("a")), ("serial", Some("b"))],
            &[("role", Some("")), ("external id", Some("ab"))],
            &[],
        ];
        let keys: std::collections::BTreeSet<_> = requests
            .iter()
            .map(|inputs| RequestKey::of(inputs))
            .collect();
        assert_eq!(keys.len(), requests.len());
        assert_eq!(RequestKey::of(requests[0]), RequestKey::of(requests[0]));
    }

    #[test]
    fn hex_both_ways() {
        let key = RequestKey::of(&[("role", Some("a"))]);
        assert_eq!(RequestKey::from_hex(&key.hex()), Some(key));
        for name in ["", "locks", &key.hex()[1..], &key.hex().to_uppercase()] {
            assert_eq!(RequestKey::from_hex(name), None, "{name}");
        }
        assert_eq!(RequestKey::from_hex(&"+f".repeat(32)), None);
    }
}
