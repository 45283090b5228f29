//! The sealed file, version 1: header, then XChaCha20-Poly1305 of the record, bound to the file's own name.
//!
//! `XRS` and the version (4 bytes) · key id (8) · nonce (24) · ciphertext with its tag (n + 16). Associated data: those
//! 36 bytes and the 32-byte request key.

use std::ops::RangeInclusive;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::data_key::{DataKey, KeyId};
use crate::aws::plan::RequestKey;

const MAGIC: &[u8; 4] = b"XRS\x01";
const HEADER: usize = 36;

/// From one byte of content to 64 KiB in all.
pub const SIZES: RangeInclusive<u64> = 53..=64 * 1024;

/// What a file is sealed for; each has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Session,
    Code,
}

impl Purpose {
    fn info(self) -> &'static [u8] {
        match self {
            Self::Session => b"xrole session v1",
            Self::Code => b"xrole code v1",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealError;

impl std::fmt::Display for SealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the session could not be sealed")
    }
}

pub fn seal(
    key: &DataKey,
    purpose: Purpose,
    name: &RequestKey,
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce).map_err(|_| SealError)?;
    let mut file = Vec::with_capacity(HEADER + plain.len() + 16);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&key.id());
    file.extend_from_slice(&nonce);
    let aad = associated(&file, name);
    let payload = Payload {
        msg: plain,
        aad: &aad,
    };
    let text = cipher(key, purpose)
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| SealError)?;
    file.extend_from_slice(&text);
    let fits = u64::try_from(file.len()).is_ok_and(|size| SIZES.contains(&size));
    if fits { Ok(file) } else { Err(SealError) }
}

/// Whose file this is; `None` if it is no sealed file of this version.
pub fn key_id(file: &[u8]) -> Option<KeyId> {
    let header = file.get(..HEADER)?;
    if !header.starts_with(MAGIC) {
        return None;
    }
    header.get(4..12)?.try_into().ok()
}

/// The record, if key, purpose, name and every byte are the ones that it was sealed with.
pub fn open(
    key: &DataKey,
    purpose: Purpose,
    name: &RequestKey,
    file: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (header, text) = file.split_at_checked(HEADER)?;
    if key_id(file)? != key.id() {
        return None;
    }
    let nonce: [u8; 24] = header.get(12..)?.try_into().ok()?;
    let aad = associated(header, name);
    let payload = Payload {
        msg: text,
        aad: &aad,
    };
    cipher(key, purpose)
        .decrypt(&XNonce::from(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

fn cipher(key: &DataKey, purpose: Purpose) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.derive(&[purpose.info()])).into())
}

fn associated(header: &[u8], name: &RequestKey) -> Vec<u8> {
    [header, &name.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: RequestKey = RequestKey([7; 32]);

    fn sealed(key: &DataKey) -> Vec<u8> {
        seal(key, Purpose::Session, &NAME, b"{\"v\":1}").expect("seals")
    }

    fn opens(key: &DataKey, file: &[u8]) -> Option<Vec<u8>> {
        open(key, Purpose::Session, &NAME, file).map(|plain| plain.to_vec())
    }

    #[test]
    fn layout_is_magic_key_id_nonce_text_and_tag() {
        let key = DataKey::from_bytes([1; 32]);
        let file = sealed(&key);
        assert_eq!(file.len(), 36 + 7 + 16);
        assert_eq!(&file[..4], b"XRS\x01");
        assert_eq!(&file[4..12], &key.id());
        assert_eq!(key_id(&file), Some(key.id()));
        assert_eq!(opens(&key, &file), Some(b"{\"v\":1}".to_vec()));
        assert_ne!(
            sealed(&key)[12..36],
            file[12..36],
            "a fresh nonce for every write"
        );
    }

    /// Every single bit and every length counts (`docs/rules/security.md#sealed-file`).
    #[test]
    fn a_flipped_bit_or_a_missing_byte_does_not_open() {
        let key = DataKey::from_bytes([1; 32]);
        let file = sealed(&key);
        for bit in 0..file.len() * 8 {
            let mut damaged = file.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(opens(&key, &damaged), None, "bit {bit}");
        }
        for length in 0..file.len() {
            assert_eq!(opens(&key, &file[..length]), None, "length {length}");
        }
        let longer = [&file[..], b"x"].concat();
        assert_eq!(opens(&key, &longer), None);
    }

    #[test]
    fn another_name_purpose_or_key_does_not_open() {
        let key = DataKey::from_bytes([1; 32]);
        let file = sealed(&key);
        assert!(open(&key, Purpose::Session, &RequestKey([8; 32]), &file).is_none());
        assert!(open(&key, Purpose::Code, &NAME, &file).is_none());
        assert!(
            open(
                &DataKey::from_bytes([2; 32]),
                Purpose::Session,
                &NAME,
                &file
            )
            .is_none()
        );
    }

    #[test]
    fn what_is_too_large_is_not_sealed() {
        let key = DataKey::from_bytes([1; 32]);
        let plain = vec![b'x'; 64 * 1024];
        assert_eq!(seal(&key, Purpose::Session, &NAME, &plain), Err(SealError));
    }
}
