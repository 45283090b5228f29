//! One call on its way: its attempts, and the judgement of its answer.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::answer::{Seen, Watched};
use super::call::{self, Denied, Granted, Secrets};
use super::refusal::{Kind, Refusal, Route, Via};
use crate::aws::plan::{Call, Operation};
use crate::clock::Clock;
use crate::display_safe::display_safe;
use crate::files::reading;
use crate::http::address::Address;
use crate::http::{Fault, FaultKind};
use crate::service::services::Services;
use crate::session::{Credentials, MASK, Secret, Session, looks_like_key_id};

const ATTEMPTS: u32 = 3;
/// The longest life that STS gives, and some room for rounding.
const LONGEST_LIFE: i64 = 129_600 + 300;
/// Bounds of a web identity token, in characters (STS API reference, AssumeRoleWithWebIdentity).
const WEB_IDENTITY_TOKEN: std::ops::RangeInclusive<usize> = 4..=20_000;
/// The longest file of one, in bytes: with room for white space around the token.
const WEB_IDENTITY_TOKEN_FILE: u64 = 20 << 10;

/// What stands in an answer before a part of the request that AWS says again: what was signed, and the header with
/// the key id, where a secret key may stand by mistake.
const ECHOES: [&str; 5] = [
    "The Canonical String",
    "The String-to-Sign",
    "Authorization=",
    "Authorization header: ",
    "Credential=",
];

/// The message without a key id that does not look like one: the id and the secret key may have been exchanged. AWS
/// takes a credential apart at its slashes, so the parts are looked for too.
fn without_key_id(mut message: String, id: &str) -> String {
    if looks_like_key_id(id) {
        return message;
    }
    let long = |part: &&str| part.len() >= 6;
    let parts = std::iter::once(id).chain(id.split('/').filter(long));
    for part in parts.filter(|part| !part.is_empty()) {
        message = message.replace(part, MASK);
    }
    message
}

/// One call on its way.
pub(super) struct Sending<'a> {
    services: &'a Services,
    call: &'a Call,
    secrets: Secrets<'a>,
    clock: Clock,
    watched: Watched,
    route: Route,
}

impl<'a> Sending<'a> {
    pub fn prepare(
        services: &'a Services,
        call: &'a Call,
        signer: Option<&'a Credentials>,
        code: Option<&'a Secret>,
        clock: Clock,
    ) -> std::result::Result<Self, Refusal> {
        let unsent = |kind: Kind, message: String| Refusal {
            operation: call.operation,
            kind,
            http_status: None,
            code: None,
            message,
            request_id: None,
            clock_difference: None,
            code_sent: false,
            attempts: 0,
            route: Box::new(Route {
                host: call.endpoint.clone(),
                via: None,
            }),
        };
        if call.serial_number.is_some() != code.is_some() {
            let message = "an MFA serial number and a code go together or not at all";
            return Err(unsent(Kind::Unsent, message.to_owned()));
        }
        let address = Address::of(&call.endpoint)
            .ok_or_else(|| unsent(Kind::Unsent, "the endpoint is no URL".to_owned()))?;
        let proxy = services.http.proxy_towards(&address);
        let inner = services
            .http
            .connector(&address, proxy, services.limits.connect_timeout)
            .map_err(|fault| unsent(Kind::Network(fault.kind), fault.detail))?;
        Ok(Self {
            services,
            call,
            secrets: Secrets {
                signer: signer.filter(|_| call.operation != Operation::AssumeRoleWithWebIdentity),
                code,
                web_identity_token: web_identity_token(call)
                    .map_err(|message| unsent(Kind::Unsent, message))?,
            },
            clock,
            watched: Watched {
                inner,
                root: match call.operation {
                    Operation::GetSessionToken => "GetSessionTokenResponse",
                    Operation::AssumeRole => "AssumeRoleResponse",
                    Operation::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentityResponse",
                },
                seen: Arc::default(),
            },
            route: Route {
                host: address.to_string(),
                via: proxy.map(|proxy| Via {
                    variable: proxy.variable,
                    address: proxy.address.clone(),
                }),
            },
        })
    }

    pub async fn attempts(
        &self,
        last: &Mutex<Option<Refusal>>,
    ) -> std::result::Result<Session, Refusal> {
        let mut corrected = false;
        let mut attempt = 1;
        loop {
            let refusal = match self.attempt(attempt).await {
                Ok(session) => return Ok(session),
                Err(refusal) if self.secrets.code.is_some() => return Err(refusal),
                Err(refusal) => refusal,
            };
            let skewed = refusal.is_clock_skew() && refusal.clock_difference.is_some();
            if skewed && !corrected {
                corrected = true;
            } else if refusal.may_pass() && attempt < ATTEMPTS {
                *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
                tokio::time::sleep(pause(self.services.limits.pause, attempt)).await;
            } else {
                return Err(refusal);
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, attempt: u32) -> std::result::Result<Session, Refusal> {
        let clock_offset = &self.services.clock_offset;
        let client = call::client(
            self.call,
            &self.secrets,
            self.watched.clone(),
            clock_offset.applied_to(self.clock),
        );
        *self.seen() = Seen::default();
        let outcome = call::make(&client, self.call, &self.secrets).await;
        let seen = self.seen().clone();
        if let Some(difference) = self.clock_difference(&seen) {
            clock_offset.learn(difference);
        }
        match outcome {
            Ok(granted) => self.session(granted, &seen, attempt),
            Err(denied) => Err(self.denied(denied, &seen, attempt)),
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.watched
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn clock_difference(&self, seen: &Seen) -> Option<i64> {
        Some(self.clock.now().0.saturating_sub(seen.date?))
    }

    /// An answer is a session only when nothing is missing and it ends in a believable future
    /// (`docs/rules/aws.md#answers`).
    fn session(
        &self,
        granted: Granted,
        seen: &Seen,
        attempt: u32,
    ) -> std::result::Result<Session, Refusal> {
        let incomplete = |message| self.refusal(Kind::Incomplete, message, seen, attempt);
        let (credentials, expiration) = granted
            .credentials
            .ok_or("Credentials")
            .and_then(call::complete)
            .map_err(|missing| incomplete(format!("the answer holds no {missing}")))?;
        let minted = self.clock.now();
        let clock_offset = self.clock_difference(seen).unwrap_or(0);
        let ends = expiration.0.saturating_add(clock_offset);
        let impossible = match ends.saturating_sub(minted.0) {
            ..=0 => Some("has already expired"),
            1..=LONGEST_LIFE => None,
            _ => Some("lasts longer than AWS gives"),
        };
        if let Some(impossible) = impossible {
            return Err(incomplete(format!(
                "the session that was answered {impossible}"
            )));
        }
        Ok(Session {
            credentials,
            expiration: Some(expiration),
            clock_offset,
            minted,
            requested: self.requested(),
            identity: granted.identity.filter(|arn| !arn.is_empty()),
            generation: self.clock.millis(),
        })
    }

    /// What was asked for, or AWS's default (STS API reference: 3600 s for roles, 43200 s for GetSessionToken).
    fn requested(&self) -> u32 {
        let default = match self.call.operation {
            Operation::GetSessionToken => 43_200,
            Operation::AssumeRole | Operation::AssumeRoleWithWebIdentity => 3600,
        };
        self.call
            .duration_seconds
            .as_ref()
            .map_or(default, |duration| duration.value)
    }

    fn denied(&self, denied: Denied, seen: &Seen, attempt: u32) -> Refusal {
        if let Some(fault) = &seen.fault {
            let kind = if seen.cut {
                Kind::Incomplete
            } else {
                Kind::Network(fault.kind)
            };
            return self.refusal(kind, fault.detail.clone(), seen, attempt);
        }
        let (kind, message) = match denied.unanswered {
            None if seen.status == Some(200) => {
                (Kind::Incomplete, "the answer cannot be read".to_owned())
            }
            None => (Kind::Answered, denied.message.unwrap_or_default()),
            Some(text) if seen.status.is_some() => (Kind::Incomplete, text),
            Some(text) => (Kind::Unsent, text),
        };
        let message = self.without_secrets(message);
        Refusal {
            code: denied.code,
            request_id: denied.request_id.or_else(|| seen.request_id.clone()),
            ..self.refusal(kind, message, seen, attempt)
        }
    }

    /// AWS may quote a wrong value, or the text that should have been signed, which holds the session token.
    fn without_secrets(&self, mut message: String) -> String {
        let end = ECHOES.iter().filter_map(|echo| message.find(echo)).min();
        if let Some(end) = end {
            message.truncate(end);
        }
        let signer = self.secrets.signer;
        if let Some(signer) = signer {
            message = without_key_id(message, &signer.access_key_id);
        }
        let secrets = [
            self.secrets.code,
            self.secrets.web_identity_token.as_ref(),
            signer.map(|signer| &signer.secret_access_key),
            signer.and_then(|signer| signer.session_token.as_ref()),
        ];
        for secret in secrets.into_iter().flatten() {
            if !secret.expose().is_empty() {
                message = message.replace(secret.expose(), "***");
            }
        }
        message
    }

    /// There is no runtime to send it with.
    pub fn not_run(&self, fault: Fault) -> Refusal {
        let kind = Kind::Network(fault.kind);
        self.refusal(kind, fault.detail, &Seen::default(), 0)
    }

    pub fn timed_out(&self) -> Refusal {
        let seconds = self.services.limits.call_timeout.as_secs_f32();
        let message = format!("no whole answer within {seconds} s");
        let kind = Kind::Network(FaultKind::TimedOut);
        self.refusal(kind, message, &self.seen().clone(), 1)
    }

    fn refusal(&self, kind: Kind, message: String, seen: &Seen, attempts: u32) -> Refusal {
        Refusal {
            operation: self.call.operation,
            kind,
            http_status: seen.status,
            code: None,
            message,
            request_id: None,
            clock_difference: self.clock_difference(seen),
            code_sent: self.secrets.code.is_some() && attempts > 0 && kind != Kind::Unsent,
            attempts,
            route: Box::new(self.route.clone()),
        }
    }
}

/// Doubled with each attempt; between half and the whole of it, so that many callers do not come back at once.
fn pause(first: Duration, attempt: u32) -> Duration {
    let whole = first.saturating_mul(1 << (attempt - 1).min(8));
    let part = getrandom::u32().unwrap_or(u32::MAX);
    whole.mul_f64(0.5 + 0.5 * f64::from(part) / f64::from(u32::MAX))
}

/// Read anew for each call: such files are replaced while programs run.
fn web_identity_token(call: &Call) -> std::result::Result<Option<Secret>, String> {
    let Some(path) = &call.web_identity_token_file else {
        return Ok(None);
    };
    let shown = display_safe(path);
    let token =
        reading::read_text(Path::new(path), WEB_IDENTITY_TOKEN_FILE).map_err(|problem| {
            format!("could not read the web identity token file {shown}: {problem}")
        })?;
    let token = Secret::new(token.trim());
    if WEB_IDENTITY_TOKEN.contains(&token.expose().len()) {
        Ok(Some(token))
    } else {
        Err(format!(
            "the web identity token file {shown} holds {} characters, 4 to 20000 are allowed",
            token.expose().len()
        ))
    }
}
