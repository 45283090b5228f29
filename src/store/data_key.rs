//! The key that seals the cache.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The first bytes of HKDF-SHA256(data key, no salt, info `xrole key id v1`).
pub type KeyId = [u8; 8];

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
