//! The variables that a session touches, and how xrole tells its own values from other people's.

use super::environment::Env;
use crate::clock::Timestamp;

/// What a variable says, which decides who wins when something else has changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Credentials and their expiry.
    Key,
    /// Whatever makes an SDK look for other credentials.
    Profile,
    Region,
    /// The name that a prompt shows.
    Label,
    /// Where the shared files are: touched by `--profile-env` alone.
    File,
}

/// All that `use` sets or removes, `XROLE_*` apart: what is saved and given back. Why each of them is
/// touched is in `docs/rules/shells.md#variables`.
pub const SAVED: [(&str, Kind); 25] = [
    ("AWS_ACCESS_KEY_ID", Kind::Key),
    ("AWS_SECRET_ACCESS_KEY", Kind::Key),
    ("AWS_SESSION_TOKEN", Kind::Key),
    ("AWS_SECURITY_TOKEN", Kind::Key),
    ("AWS_CREDENTIAL_EXPIRATION", Kind::Key),
    ("AWS_SESSION_EXPIRATION", Kind::Key),
    ("AWSUME_EXPIRATION", Kind::Key),
    ("AWS_PROFILE", Kind::Profile),
    ("AWS_DEFAULT_PROFILE", Kind::Profile),
    ("AWS_ACCOUNT_ID", Kind::Profile),
    ("AWS_ROLE_ARN", Kind::Profile),
    ("AWS_ROLE_SESSION_NAME", Kind::Profile),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Kind::Profile),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Kind::Profile),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Kind::Profile),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Kind::Profile),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Kind::Profile),
    ("AWS_REGION", Kind::Region),
    ("AWS_DEFAULT_REGION", Kind::Region),
    ("AWSUME_PROFILE", Kind::Label),
    ("AWS_VAULT", Kind::Label),
    ("AWSU_PROFILE", Kind::Label),
    ("AWS_SSO_PROFILE", Kind::Label),
    ("AWS_CONFIG_FILE", Kind::File),
    ("AWS_SHARED_CREDENTIALS_FILE", Kind::File),
];

/// xrole's own variables. `XROLE_REGION` does for the region what `XROLE_KEY_ID` does for the keys: it tells
/// the region of a role from one that the user has set, also in a child shell.
pub const XROLE: [&str; 6] = [
    "XROLE_PROFILE",
    "XROLE_EXPIRES",
    "XROLE_GEN",
    "XROLE_KEY_ID",
    "XROLE_STAMP",
    "XROLE_REGION",
];

/// After the selector in `__xrole_prev`, where the session was there as a profile. No selector holds a tab.
pub const AS_PROFILE: &str = "\t--profile-env";

/// The profile that does not exist, set in place of expired keys where `on_expire = clear`.
pub const EXPIRED_PROFILE: &str = "xrole-expired";

/// The name shown for a selector: itself, or of an ARN the text after the last `/`.
#[must_use]
pub fn display_name(selector: &str) -> &str {
    match selector.rsplit_once('/') {
        Some((_, name)) if selector.starts_with("arn:") => name,
        _ => selector,
    }
}

/// Whose keys the environment holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// No session of xrole's.
    Nothing,
    /// The keys that xrole set, or none where it took expired ones away.
    Own,
    /// A session of xrole's, whose keys something else has changed since.
    Foreign,
}

impl Holding {
    #[must_use]
    pub fn of(env: &Env) -> Self {
        if env.holds_xrole_keys() || is_cleared(env) || holds_profile(env) {
            Self::Own
        } else if env.nonempty("XROLE_PROFILE").is_some() || env.nonempty("XROLE_KEY_ID").is_some()
        {
            Self::Foreign
        } else {
            Self::Nothing
        }
    }
}

/// Is the session there as a profile (`--profile-env`), and no key that something else has set?
#[must_use]
pub fn holds_profile(env: &Env) -> bool {
    env.nonempty("XROLE_PROFILE").is_some()
        && env.is_hidden("AWS_CONFIG_FILE")
        && !env.contains("XROLE_KEY_ID")
        && !env.contains("AWS_ACCESS_KEY_ID")
}

/// The profile or role of this shell's session, where programs would take it.
#[must_use]
pub fn active_profile(env: &Env) -> Option<&str> {
    env.nonempty("XROLE_PROFILE")
        .filter(|_| env.holds_xrole_keys() || holds_profile(env) && !names_other_profile(env))
}

/// Is the session there as a profile, and `AWS_PROFILE` another one since? Programs then take that one.
#[must_use]
pub fn names_other_profile(env: &Env) -> bool {
    holds_profile(env) && !env.is_hidden("AWS_PROFILE") && !is_cleared(env)
}

/// Has the hook taken expired keys away?
pub fn is_cleared(env: &Env) -> bool {
    env.nonempty("XROLE_PROFILE").is_some()
        && !env.contains("XROLE_KEY_ID")
        && !env.contains("AWS_ACCESS_KEY_ID")
        && env.get("AWS_PROFILE") == Some(EXPIRED_PROFILE)
}

/// The region that xrole has put into this variable. `XROLE_REGION` is that of both variables, or `NAME:REGION` where
/// the other one is the user's own.
#[must_use]
pub fn own_region<'a>(env: &'a Env, name: &str) -> Option<&'a str> {
    let recorded = env.nonempty("XROLE_REGION")?;
    match recorded.split_once(':') {
        Some((of, region)) => (of == name).then_some(region),
        None => Some(recorded),
    }
}

/// Did xrole put the present value of this variable there?
#[must_use]
pub fn is_own(env: &Env, holding: Holding, name: &str) -> bool {
    if env.is_hidden(name) {
        return true;
    }
    let Some(value) = env.get(name) else {
        return false;
    };
    match name {
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => {
            holding == Holding::Own
        }
        "AWS_CREDENTIAL_EXPIRATION" | "AWS_SESSION_EXPIRATION" => env
            .get("XROLE_EXPIRES")
            .and_then(|text| text.parse().ok())
            .is_some_and(|seconds| Timestamp(seconds).rfc3339() == value),
        "AWS_REGION" | "AWS_DEFAULT_REGION" => own_region(env, name) == Some(value),
        "AWSUME_PROFILE" => env.nonempty("XROLE_PROFILE").map(display_name) == Some(value),
        "AWS_PROFILE" => is_cleared(env),
        _ => false,
    }
}
