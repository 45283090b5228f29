//! The JSON documents in which processes, instances and containers hand out credentials.

use serde::Deserialize;

use super::BaseCredentials;
use crate::clock::Timestamp;
use crate::session::{Credentials, Secret};

/// All fields optional, so that the error can name the one that is missing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: Option<serde_json::Value>,
    code: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    token: Option<String>,
    expiration: Option<String>,
}

/// The answer of a `credential_process`: `Version` 1, a token and an expiration only where they exist.
pub(super) fn of_process(json: &[u8]) -> Result<BaseCredentials, String> {
    let document = parse(json)?;
    match &document.version {
        Some(version) if version.as_u64() == Some(1) => {}
        Some(_) => return Err("its Version is not the number 1".to_owned()),
        None => return Err("its JSON has no Version".to_owned()),
    }
    credentials(
        document.access_key_id,
        document.secret_access_key,
        document.session_token,
        document.expiration,
    )
}

/// The answer of a metadata service: always temporary, so a token and an expiration are demanded.
pub(super) fn of_service(json: &[u8]) -> Result<BaseCredentials, String> {
    let document = parse(json)?;
    if let Some(code) = document.code.filter(|code| code != "Success") {
        return Err(format!("its Code is {code}"));
    }
    if document.token.is_none() {
        return Err("its JSON has no Token".to_owned());
    }
    if document.expiration.is_none() {
        return Err("its JSON has no Expiration".to_owned());
    }
    credentials(
        document.access_key_id,
        document.secret_access_key,
        document.token,
        document.expiration,
    )
}

fn parse(json: &[u8]) -> Result<Document, String> {
    // serde's message can quote a value; its position cannot.
    serde_json::from_slice(json).map_err(|error| {
        format!(
            "it is not the expected JSON (line {}, column {})",
            error.line(),
            error.column()
        )
    })
}

fn credentials(
    access_key_id: Option<String>,
    secret: Option<String>,
    token: Option<String>,
    expiration: Option<String>,
) -> Result<BaseCredentials, String> {
    let secret = secret.map(Secret::new);
    let token = token.map(Secret::new);
    let access_key_id = access_key_id
        .filter(|id| !id.is_empty())
        .ok_or("its JSON has no AccessKeyId")?;
    let secret_access_key = secret
        .filter(|secret| !secret.expose().is_empty())
        .ok_or("its JSON has no SecretAccessKey")?;
    let fields = [Some(&secret_access_key), token.as_ref()];
    if access_key_id.contains(char::is_control)
        || fields
            .into_iter()
            .flatten()
            .any(|secret| secret.expose().contains(char::is_control))
    {
        return Err("its credentials hold a control character".to_owned());
    }
    Ok(BaseCredentials {
        credentials: Credentials {
            access_key_id,
            secret_access_key,
            session_token: token.filter(|token| !token.expose().is_empty()),
        },
        expiration: expiration
            .map(|text| time(&text).ok_or("its Expiration is not an ISO 8601 time"))
            .transpose()?,
    })
}

/// ISO 8601 as programs write it: also `+0000`, and UTC where no offset is told.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (_, clock) = text.split_once(['T', ' '])?;
    let text = text.replacen(' ', "T", 1);
    let offset_at = clock.rfind(['+', '-']);
    if clock.ends_with(['Z', 'z']) {
        Timestamp::parse_rfc3339(&text.to_ascii_uppercase())
    } else if let Some(at) = offset_at {
        let digits = &clock[at + 1..];
        if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) {
            let (front, minutes) = text.split_at(text.len() - 2);
            Timestamp::parse_rfc3339(&format!("{front}:{minutes}"))
        } else {
            Timestamp::parse_rfc3339(&text)
        }
    } else {
        Timestamp::parse_rfc3339(&format!("{text}Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_programs_write_them() {
        for (text, seconds) in [
            ("2026-01-31T08:30:00Z", Some(1_769_848_200)),
            ("2026-01-31T08:30:00.25Z", Some(1_769_848_200)),
            ("2026-01-31T09:30:00+01:00", Some(1_769_848_200)),
            ("2026-01-31T09:30:00+0100", Some(1_769_848_200)),
            ("2026-01-31T08:30:00", Some(1_769_848_200)),
            ("2026-01-31 08:30:00+00:00", Some(1_769_848_200)),
            ("2026-01-31", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(time(text), seconds.map(Timestamp), "{text}");
        }
    }

    #[test]
    fn a_process_answer_is_whole_or_an_error() {
        for (json, error) in [
            ("{}", "its JSON has no Version"),
            (r#"{"Version":"1"}"#, "its Version is not the number 1"),
            (r#"{"Version":2}"#, "its Version is not the number 1"),
            (r#"{"Version":1}"#, "its JSON has no AccessKeyId"),
            (
                r#"{"Version":1,"AccessKeyId":"AKIA"}"#,
                "its JSON has no SecretAccessKey",
            ),
            (
                r#"{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s","Expiration":"soon"}"#,
                "its Expiration is not an ISO 8601 time",
            ),
            (
                r#"{"Version":1,"AccessKeyId":"AKIA\n","SecretAccessKey":"s"}"#,
                "its credentials hold a control character",
            ),
            (
                r#"{"Version":1,"SecretAccessKey":7}"#,
                "it is not the expected JSON (line 1, column 32)",
            ),
            ("hello", "it is not the expected JSON (line 1, column 1)"),
        ] {
            assert_eq!(of_process(json.as_bytes()), Err(error.to_owned()), "{json}");
        }
        let long_term =
            r#"{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s","SessionToken":""}"#;
        let given = of_process(long_term.as_bytes()).expect(long_term);
        assert!(given.credentials.are_long_term());
        assert_eq!(given.expiration, None);
    }

    #[test]
    fn a_service_answer_is_temporary() {
        for (json, error) in [
            (r#"{"Code":"Failed"}"#, "its Code is Failed"),
            (
                r#"{"AccessKeyId":"ASIA","SecretAccessKey":"s"}"#,
                "its JSON has no Token",
            ),
            (
                r#"{"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t"}"#,
                "its JSON has no Expiration",
            ),
        ] {
            assert_eq!(of_service(json.as_bytes()), Err(error.to_owned()), "{json}");
        }
    }
}
