//! Signature Version 4: the signature of a request is computed again and compared.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use xrole::clock::Timestamp;

use super::answer::Refusal;
use super::http::Request;

/// AWS accepts a request for five minutes before and after its time.
const SKEW: i64 = 300;

/// The parts of an `Authorization` header.
#[derive(Debug)]
pub struct Authorization {
    pub access_key_id: String,
    pub day: String,
    pub region: String,
    pub service: String,
    pub signed_headers: Vec<String>,
    pub signature: String,
}

impl Authorization {
    /// `AWS4-HMAC-SHA256 Credential=ID/DAY/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=hex`.
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let rest = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let part = |name: &str| {
            rest.split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let scope: Vec<&str> = part("Credential")?.split('/').collect();
        let [access_key_id, day, region, service, "aws4_request"] = scope[..] else {
            return None;
        };
        Some(Self {
            access_key_id: access_key_id.into(),
            day: day.into(),
            region: region.into(),
            service: service.into(),
            signed_headers: part("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: part("Signature")?.into(),
        })
    }

    /// Computes the signature with the secret that belongs to the key.
    pub fn verify(
        &self,
        request: &Request,
        secret: &str,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let date = request.header("x-amz-date").unwrap_or_default();
        let time = parse_date(date).ok_or_else(|| incomplete("a valid X-Amz-Date"))?;
        for required in ["host", "x-amz-date"] {
            if !self.signed_headers.iter().any(|name| name == required) {
                return Err(incomplete("host and x-amz-date among SignedHeaders"));
            }
        }
        if !date.starts_with(&self.day) {
            return Err(mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP",
            ));
        }
        within_skew(date, time, now)?;
        if self.computed(request, secret, token, time).as_deref() == Some(&*self.signature) {
            return Ok(());
        }
        Err(mismatch(
            "The request signature we calculated does not match the signature you provided. Check your \
             AWS Secret Access Key and signing method. Consult the service documentation for details.",
        ))
    }

    fn computed(
        &self,
        request: &Request,
        secret: &str,
        token: Option<&str>,
        time: Timestamp,
    ) -> Option<String> {
        // The date and the token are put in by the signer itself.
        let headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .filter(|(name, _)| self.signed_headers.contains(name))
            .filter(|(name, _)| name != "x-amz-date" && name != "x-amz-security-token")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let identity = Credentials::new(
            &self.access_key_id,
            secret,
            token.map(str::to_owned),
            None,
            "fake STS",
        )
        .into();
        let mut settings = SigningSettings::default();
        settings.excluded_headers = None;
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.0).ok()?))
            .settings(settings)
            .build()
            .ok()?
            .into();
        let url = format!("http://{}{}", request.header("host")?, request.target);
        let body = SignableBody::Bytes(&request.body);
        let signable =
            SignableRequest::new(&request.method, url, headers.into_iter(), body).ok()?;
        let (_, signature) = sign(signable, &params).ok()?.into_parts();
        Some(signature)
    }
}

/// `20260131T083000Z`.
fn parse_date(text: &str) -> Option<Timestamp> {
    if text.len() != 16 || !text.is_ascii() {
        return None;
    }
    let (day, time) = (&text[..8], &text[9..15]);
    Timestamp::parse_rfc3339(&format!(
        "{}-{}-{}T{}:{}:{}Z",
        &day[..4],
        &day[4..6],
        &day[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    ))
}

fn basic(time: i64) -> String {
    Timestamp(time).rfc3339().replace(['-', ':'], "")
}

fn within_skew(date: &str, time: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if time.0 < now.0 - SKEW {
        return Err(mismatch(&format!(
            "Signature expired: {date} is now earlier than {} ({} - 5 min.)",
            basic(now.0 - SKEW),
            basic(now.0)
        )));
    }
    if time.0 > now.0 + SKEW {
        return Err(mismatch(&format!(
            "Signature not yet current: {date} is still later than {} ({} + 5 min.)",
            basic(now.0 + SKEW),
            basic(now.0)
        )));
    }
    Ok(())
}

fn mismatch(message: &str) -> Refusal {
    Refusal::new(403, "SignatureDoesNotMatch", message)
}

fn incomplete(what: &str) -> Refusal {
    Refusal::new(
        400,
        "IncompleteSignature",
        format!("Authorization header requires {what}."),
    )
}
