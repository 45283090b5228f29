//! Keys of settings: lower case, and those that AWS and xrole know without an allocation of their own.

use std::cmp::Ordering;
use std::fmt;

use crate::session::{MASK, looks_like_secret_key, shown_key_id};

/// The keys that are taken together from one file, and are never copied by `include_profile`.
pub const STATIC_KEYS: [&str; 4] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
];

/// The keys that decide who a profile is, beside static keys and those of Identity Center.
const IDENTITY: [&str; 8] = [
    "credential_process",
    "credential_source",
    "include_profile",
    "login_session",
    "mfa_serial",
    "role_arn",
    "source_profile",
    "web_identity_token_file",
];

/// In the order of the alphabet, so that two known keys compare by their number.
const KNOWN: [&str; 39] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_token",
    "ca_bundle",
    "cli_pager",
    "credential_process",
    "credential_source",
    "duration_seconds",
    "endpoint_url",
    "external_id",
    "ignore_configured_endpoint_urls",
    "include_profile",
    "login_session",
    "max_attempts",
    "mfa_process",
    "mfa_serial",
    "output",
    "region",
    "retry_mode",
    "role_arn",
    "role_session_name",
    "s3",
    "services",
    "session_tags",
    "source_identity",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_registration_scopes",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "sts",
    "sts_regional_endpoints",
    "transitive_session_tags",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "web_identity_token_file",
];

/// The numbers of the known keys of each length, so that a key is compared with few of them.
const OF_LENGTH: [[u8; 5]; 32] = of_length();
const NONE: u8 = u8::MAX;

const fn of_length() -> [[u8; 5]; 32] {
    let mut table = [[NONE; 5]; 32];
    let mut n: u8 = 0;
    while (n as usize) < KNOWN.len() {
        let row = &mut table[KNOWN[n as usize].len()];
        let mut free = 0;
        while row[free] != NONE {
            free += 1;
        }
        row[free] = n;
        n += 1;
    }
    table
}

fn known(text: &str) -> Option<u8> {
    let row = OF_LENGTH.get(text.len())?;
    let equal = |is_equal: fn(&str, &str) -> bool| {
        row.iter()
            .copied()
            .take_while(|n| *n != NONE)
            .find(|n| is_equal(KNOWN[usize::from(*n)], text))
    };
    // Most keys are written in lower case, and that comparison is the cheaper one.
    equal(str::eq).or_else(|| equal(str::eq_ignore_ascii_case))
}

/// A lower-case key (of ASCII letters only).
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Word);

#[derive(Clone, PartialEq, Eq)]
enum Word {
    /// The number of a known key. No known key is ever an `Other`.
    Known(u8),
    Other(Box<str>),
}

impl Key {
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Word::Known(n) => KNOWN[usize::from(*n)],
            Word::Other(key) => key,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        matches!(self.0, Word::Known(_))
    }

    pub(super) fn is_secret(&self) -> bool {
        match &self.0 {
            Word::Known(n) => STATIC_KEYS[1..].contains(&KNOWN[usize::from(*n)]),
            Word::Other(key) => is_secret_key(key),
        }
    }

    /// Does it decide whose credentials, or which role's, a profile gives?
    pub(super) fn is_identity(&self) -> bool {
        self.is_static_key()
            || self.as_str().starts_with("sso_")
            || (self.is_known() && IDENTITY.contains(&self.as_str()))
    }

    pub(super) fn is_static_key(&self) -> bool {
        self.is_known() && STATIC_KEYS.contains(&self.as_str())
    }
}

/// A key that is looked for, made without an allocation. Only lower case is found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    Known(u8),
    Other(&'a str),
}

impl Wanted<'_> {
    pub fn is(self, key: &Key) -> bool {
        match (self, &key.0) {
            (Self::Known(wanted), Word::Known(n)) => wanted == *n,
            (Self::Other(wanted), Word::Other(key)) => wanted == &**key,
            _ => false,
        }
    }
}

impl<'a> From<&'a str> for Wanted<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        let row = OF_LENGTH.get(text.len()).map_or(&[][..], |row| &row[..]);
        let is_it =
            |known: &str| known.as_bytes().first() == text.as_bytes().first() && known == text;
        let is_it = |n: &u8| KNOWN.get(usize::from(*n)).is_some_and(|known| is_it(known));
        match row.iter().copied().find(is_it) {
            Some(n) => Self::Known(n),
            None => Self::Other(text),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(match known(text) {
            Some(n) => Word::Known(n),
            None => Word::Other(text.to_ascii_lowercase().into()),
        })
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Word::Known(one), Word::Known(other)) => one.cmp(other),
            _ => self.as_str().cmp(other.as_str()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Must the value of this key not be shown?
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    STATIC_KEYS[1..].contains(&key)
        || key.contains("secret")
        || key.contains("password")
        || key.ends_with("token")
}

/// The value as people may see it: `***` where the key says that it is secret, where it stands in the place of a key
/// id and does not look like one (key id and secret key are easily exchanged), and where it looks like a secret key.
#[must_use]
pub fn shown_value<'a>(key: &str, value: &'a str) -> &'a str {
    match key {
        _ if is_secret_key(key) => MASK,
        "aws_access_key_id" => shown_key_id(value),
        // It may be any text, and tells nobody anything without the role.
        "external_id" => value,
        _ if looks_like_secret_key(value) => MASK,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_in_order_and_once() {
        assert!(KNOWN.is_sorted_by(|a, b| a < b));
        for key in KNOWN {
            assert!(
                known(key).is_some_and(|n| KNOWN[usize::from(n)] == key),
                "{key}"
            );
        }
    }

    #[test]
    fn known_and_other_keys_compare_as_their_text() {
        let words = ["REGION", "role_arn", "Other", "aaa", "zzz", "output", "s3x"];
        let mut keys = words.map(Key::from);
        keys.sort();
        let texts = keys.each_ref().map(Key::as_str);
        assert_eq!(
            texts,
            ["aaa", "other", "output", "region", "role_arn", "s3x", "zzz"]
        );
        assert_eq!(Key::from("Region"), Key::from("region".to_owned()));
        assert_ne!(Key::from("region"), Key::from("regions"));
    }

    #[test]
    fn tells_secrets_by_their_keys() {
        for (key, secret) in [
            ("aws_secret_access_key", true),
            ("aws_session_token", true),
            ("aws_security_token", true),
            ("db_password", true),
            ("github_token", true),
            ("aws_access_key_id", false),
            ("web_identity_token_file", false),
            ("credential_process", false),
        ] {
            assert_eq!(is_secret_key(key), secret, "{key}");
        }
    }
}
