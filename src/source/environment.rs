//! `credential_source = Environment`: the keys of this shell, unless they are xrole's own.

use super::{BaseCredentials, Surroundings, document};
use crate::aws::chain::Base;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::session::{Credentials, Secret};
use crate::shell::Env;

pub(super) fn obtain(base: &Base, around: &Surroundings<'_>) -> Result<BaseCredentials> {
    read(around.env).map_err(|error| error.at(base.at))
}

fn read(env: &Env) -> Result<BaseCredentials> {
    if env.holds_xrole_keys() {
        let profile = env.get("XROLE_PROFILE").unwrap_or_default();
        return Err(Error::new(
            "env-is-xrole",
            format!(
                "credential_source = Environment, but the keys in this shell are xrole's own (profile \"{}\")",
                display_safe(profile)
            ),
            "xrole unset, then again",
        ));
    }
    let id = env.nonempty("AWS_ACCESS_KEY_ID");
    let secret = env.nonempty("AWS_SECRET_ACCESS_KEY");
    let (Some(id), Some(secret)) = (id, secret) else {
        let missing = match (id, secret) {
            (None, None) => "neither AWS_ACCESS_KEY_ID nor AWS_SECRET_ACCESS_KEY is set",
            (None, _) => "AWS_ACCESS_KEY_ID is not set beside AWS_SECRET_ACCESS_KEY",
            (_, None) | (Some(_), Some(_)) => {
                "AWS_SECRET_ACCESS_KEY is not set beside AWS_ACCESS_KEY_ID"
            }
        };
        return Err(Error::new(
            "env-incomplete",
            format!("credential_source = Environment, but {missing}"),
            "set both in this shell, or name another source",
        ));
    };
    let expiration = match env.nonempty("AWS_CREDENTIAL_EXPIRATION") {
        Some(text) => Some(document::time(text).ok_or_else(|| {
            Error::new(
                "env-expiration",
                format!(
                    "AWS_CREDENTIAL_EXPIRATION is not an ISO 8601 time: {}",
                    display_safe(text)
                ),
                "unset it, or set it to the time at which the keys in this shell expire",
            )
        })?),
        None => None,
    };
    Ok(BaseCredentials {
        credentials: Credentials {
            access_key_id: id.to_owned(),
            secret_access_key: Secret::new(secret),
            session_token: token(env)?.map(Secret::new),
        },
        expiration,
    })
}

/// The CLI reads `AWS_SECURITY_TOKEN` first, the SDKs the other: two different ones would be two identities.
fn token(env: &Env) -> Result<Option<&str>> {
    let session = env.nonempty("AWS_SESSION_TOKEN");
    let security = env.nonempty("AWS_SECURITY_TOKEN");
    match (session, security) {
        (Some(one), Some(other)) if one != other => Err(Error::new(
            "env-two-tokens",
            "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN are both set, and differ",
            "unset AWS_SECURITY_TOKEN, the older name",
        )),
        _ => Ok(session.or(security)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "AKIAX");
    const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "wJal");

    fn env(vars: &[(&str, &str)]) -> Env {
        Env::new(vars.iter().map(|(k, v)| ((*k).into(), (*v).into())))
    }

    #[test]
    fn reads_a_whole_pair() {
        for (vars, token, expiration) in [
            (vec![ID, SECRET], None, None),
            (vec![ID, SECRET, ("AWS_SESSION_TOKEN", "")], None, None),
            (
                vec![ID, SECRET, ("AWS_SESSION_TOKEN", "t")],
                Some("t"),
                None,
            ),
            (
                vec![ID, SECRET, ("AWS_SECURITY_TOKEN", "u")],
                Some("u"),
                None,
            ),
            (
                vec![
                    ID,
                    SECRET,
                    ("AWS_SECURITY_TOKEN", "t"),
                    ("AWS_SESSION_TOKEN", "t"),
                ],
                Some("t"),
                None,
            ),
            (
                vec![
                    ID,
                    SECRET,
                    ("AWS_CREDENTIAL_EXPIRATION", "2026-01-31T08:30:00Z"),
                ],
                None,
                Some(1_769_848_200),
            ),
            // Keys that something else set after `use` are not xrole's own.
            (vec![ID, SECRET, ("XROLE_KEY_ID", "ASIAOLD")], None, None),
        ] {
            let given = read(&env(&vars)).expect("a pair");
            assert_eq!(given.credentials.access_key_id, "AKIAX");
            assert_eq!(given.credentials.secret_access_key.expose(), "wJal");
            let given_token = given.credentials.session_token.as_ref();
            assert_eq!(given_token.map(Secret::expose), token, "{vars:?}");
            assert_eq!(given.expiration.map(|at| at.0), expiration, "{vars:?}");
        }
    }

    #[test]
    fn anything_else_is_an_error() {
        for (vars, class, message) in [
            (
                vec![],
                "env-incomplete",
                "credential_source = Environment, but neither AWS_ACCESS_KEY_ID nor AWS_SECRET_ACCESS_KEY is set",
            ),
            (
                vec![ID],
                "env-incomplete",
                "credential_source = Environment, but AWS_SECRET_ACCESS_KEY is not set beside AWS_ACCESS_KEY_ID",
            ),
            (
                vec![("AWS_ACCESS_KEY_ID", ""), SECRET],
                "env-incomplete",
                "credential_source = Environment, but AWS_ACCESS_KEY_ID is not set beside AWS_SECRET_ACCESS_KEY",
            ),
            (
                vec![
                    ID,
                    SECRET,
                    ("AWS_SESSION_TOKEN", "t"),
                    ("AWS_SECURITY_TOKEN", "u"),
                ],
                "env-two-tokens",
                "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN are both set, and differ",
            ),
            (
                vec![ID, SECRET, ("AWS_CREDENTIAL_EXPIRATION", "soon")],
                "env-expiration",
                "AWS_CREDENTIAL_EXPIRATION is not an ISO 8601 time: soon",
            ),
            (
                vec![
                    ID,
                    SECRET,
                    ("XROLE_KEY_ID", "AKIAX"),
                    ("XROLE_PROFILE", "prod"),
                ],
                "env-is-xrole",
                "credential_source = Environment, but the keys in this shell are xrole's own (profile \"prod\")",
            ),
        ] {
            let error = read(&env(&vars)).expect_err(class);
            assert_eq!((error.class, error.message.as_str()), (class, message));
        }
    }
}
