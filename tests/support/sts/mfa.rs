//! MFA devices: RFC 6238 codes or a list, each code good for one use.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const STEP: i64 = 30;

/// Which codes a device shows.
#[derive(Debug, Clone)]
pub enum Codes {
    /// RFC 6238 with SHA-256, 30 s, six digits, from this seed.
    Totp(Vec<u8>),
    /// These, at any time, in any order.
    List(Vec<String>),
}

impl Codes {
    #[must_use]
    pub fn list(codes: &[&str]) -> Self {
        Self::List(codes.iter().map(|code| (*code).to_owned()).collect())
    }
}

#[derive(Debug, Clone)]
pub struct Device {
    pub serial: String,
    pub codes: Codes,
    used: BTreeSet<String>,
    last_step: Option<i64>,
}

impl Device {
    #[must_use]
    pub fn new(serial: &str, codes: Codes) -> Self {
        Self {
            serial: serial.into(),
            codes,
            used: BTreeSet::new(),
            last_step: None,
        }
    }

    /// Takes a code, which is spent if it was right. A TOTP device accepts the step before and after,
    /// and never a step that is not later than the last one used.
    pub fn accept(&mut self, code: &str, now: i64) -> bool {
        match &self.codes {
            Codes::List(codes) => {
                codes.iter().any(|known| known == code) && self.used.insert(code.to_owned())
            }
            Codes::Totp(seed) => {
                let step = now.div_euclid(STEP);
                let found = (step - 1..=step + 1)
                    .filter(|step| self.last_step.is_none_or(|last| *step > last))
                    .find(|step| totp(seed, *step) == code);
                self.last_step = found.or(self.last_step);
                found.is_some()
            }
        }
    }
}

/// The code that a device with this seed shows at a time.
#[must_use]
pub fn code_at(seed: &[u8], now: i64) -> String {
    totp(seed, now.div_euclid(STEP))
}

/// RFC 4226, section 5.3, over the number of a time step.
fn totp(seed: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(seed).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[digest.len() - 1] & 0x0f);
    let word = u32::from_be_bytes([
        digest[offset] & 0x7f,
        digest[offset + 1],
        digest[offset + 2],
        digest[offset + 3],
    ]);
    format!("{:06}", word % 1_000_000)
}
