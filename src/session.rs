//! Temporary credentials with an expiry, and secrets that cannot be printed.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// Text that must not be shown: no `Display`, a redacted `Debug`, wiped on drop, compared in constant time.
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Every use of a secret is a call of this function.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A second copy, wiped by itself. (No `Clone`, so that no copy is made unseen.)
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::new(self.expose())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// What is shown where a secret is not.
pub const MASK: &str = "***";

/// An access key id as people may see it: what does not look like one may be the secret key, in the wrong place.
#[must_use]
pub fn shown_key_id(id: &str) -> &str {
    if looks_like_key_id(id) { id } else { MASK }
}

/// Capital letters and digits, as AWS makes key ids (16 to 128 of them, by the STS API reference).
#[must_use]
pub fn looks_like_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Forty characters of base64 in both cases and with digits, as AWS makes secret keys.
#[must_use]
pub fn looks_like_secret_key(text: &str) -> bool {
    let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() == 40
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+'))
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_digit)
}

/// What signs a request. Without a session token they are long-term keys.
#[derive(Debug, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

impl Credentials {
    #[must_use]
    pub fn are_long_term(&self) -> bool {
        self.session_token.is_none()
    }

    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            access_key_id: self.access_key_id.clone(),
            secret_access_key: self.secret_access_key.duplicate(),
            session_token: self.session_token.as_ref().map(Secret::duplicate),
        }
    }
}

/// Credentials with what is known of their life.
#[derive(Debug, PartialEq, Eq)]
pub struct Session {
    pub credentials: Credentials,
    /// AWS's `Expiration`, on AWS's clock. `None`: long-term keys, or a process that told none.
    pub expiration: Option<Timestamp>,
    /// The local clock minus the answer's `Date`, in seconds: what turns AWS's times into local ones.
    pub clock_offset: i64,
    /// When the answer came, on the local clock.
    pub minted: Timestamp,
    /// The seconds asked for, or AWS's default where none were sent.
    pub requested: u32,
    /// The ARN that the credentials act as, where AWS told it.
    pub identity: Option<String>,
    /// Strictly increasing number of the minting of this session, which prompts compare (milliseconds).
    pub generation: i64,
}

impl Session {
    /// When the session ends, on the local clock.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expiration
            .map(|at| Timestamp(at.0.saturating_add(self.clock_offset)))
    }

    /// Seconds left at a local time; `None` where there is no end.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> Option<i64> {
        self.expires().map(|end| end.0.saturating_sub(now.0))
    }
}
