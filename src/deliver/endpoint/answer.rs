//! The answers: credentials and failures as the container protocol has them, refusals without a word.

use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::json;
use crate::session::{Secret, Session};

/// Bytes of an answer, wiped when they are sent.
pub type Bytes = Zeroizing<Vec<u8>>;

/// Whose credentials they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub role_arn: Option<String>,
    pub account: Option<String>,
}

impl Identity {
    /// Of the role, else of the ARN that AWS told.
    #[must_use]
    pub fn of(role_arn: Option<&str>, session: &Session) -> Self {
        let arn = role_arn.or(session.identity.as_deref());
        let account = arn.and_then(|arn| arn.split(':').nth(4));
        Self {
            role_arn: role_arn.map(str::to_owned),
            account: account.filter(|id| !id.is_empty()).map(str::to_owned),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    token: &'a str,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Failure<'a> {
    code: &'a str,
    message: String,
}

/// The credentials. Times are told on the local clock, which is the one that SDKs compare them with.
#[must_use]
pub fn credentials(session: &Session, role_arn: Option<&str>) -> Bytes {
    let identity = Identity::of(role_arn, session);
    let keys = &session.credentials;
    let expiration = session.expires().map(crate::clock::Timestamp::rfc3339);
    let body = Zeroizing::new(json::write(&Credentials {
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.expose(),
        token: keys.session_token.as_ref().map_or("", Secret::expose),
        expiration: expiration.unwrap_or_default(),
        role_arn: identity.role_arn.as_deref(),
        account_id: identity.account.as_deref(),
    }));
    whole(200, "Content-Type: application/json\r\n", &body)
}

/// What went wrong, for the program to show: problem and remedy.
#[must_use]
pub fn failure(error: &Error) -> Bytes {
    let body = json::write(&Failure {
        code: error.class,
        message: error.to_string().replace('\n', "; "),
    });
    whole(503, "Content-Type: application/json\r\n", &body)
}

/// To a request that is not answered.
#[must_use]
pub fn refusal(status: u16) -> Bytes {
    whole(status, "", "")
}

fn whole(status: u16, content_type: &str, body: &str) -> Bytes {
    let reason = match status {
        200 => "OK",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        503 => "Service Unavailable",
        _ => "Bad Request",
    };
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\n{content_type}Content-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + body.len()));
    bytes.extend_from_slice(head.as_bytes());
    bytes.extend_from_slice(body.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn text(bytes: &Bytes) -> &str {
        std::str::from_utf8(bytes).expect("answers are ASCII")
    }

    #[test]
    fn the_three_answers() {
        let mut session = Session {
            credentials: crate::session::Credentials {
                access_key_id: "ASIAEXAMPLE".into(),
                secret_access_key: Secret::new("s3cr\"t"),
                session_token: Some(Secret::new("t0k3n")),
            },
            expiration: Some(Timestamp(1_769_848_200)),
            clock_offset: 60,
            minted: Timestamp(1_769_844_600),
            requested: 3600,
            identity: Some("arn:aws:sts::222222222222:assumed-role/Operator/alice".into()),
            generation: 1,
        };
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
        let rest = "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        let keys = r#"{"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"s3cr\"t","Token":"t0k3n","Expiration":"2026-01-31T08:31:00Z""#;
        let role = "arn:aws:iam::222222222222:role/Operator";
        assert_eq!(
            text(&credentials(&session, Some(role))),
            format!(
                "{head}188{rest}{keys},\"RoleArn\":\"{role}\",\"AccountId\":\"222222222222\"}}"
            )
        );
        session.identity = None;
        assert_eq!(
            text(&credentials(&session, None)),
            format!("{head}109{rest}{keys}}}")
        );
        assert_eq!(
            text(&failure(&Error::new("code-needed", "no \u{202e}", "renew"))),
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 51\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n\
             {\"code\":\"code-needed\",\"message\":\"no \\u202e; renew\"}"
        );
        assert_eq!(
            text(&refusal(401)),
            "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        );
    }
}
