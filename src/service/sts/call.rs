//! One `plan::Call` as one request of the SDK, and what came of it. SDK request types are never formatted: their
//! `Debug` shows the code.

use std::error::Error as StdError;
use std::time::Duration;

use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::{
    AsyncSleep, BehaviorVersion, Credentials as SdkCredentials, IdentityCache, Region, Sleep,
    StalledStreamProtectionConfig,
};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_sdk_sts::types::{self, Tag};
use aws_sdk_sts::{Client, Config};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::answer::Watched;
use crate::aws::plan::{Call, Operation};
use crate::clock::Timestamp;
use crate::service::signing_time::SigningTime;
use crate::session::{Credentials, Secret};

/// What a successful answer holds, not yet checked.
pub(super) struct Granted {
    pub credentials: Option<types::Credentials>,
    pub identity: Option<String>,
}

/// What an error answer says, or why there is none.
pub(super) struct Denied {
    pub code: Option<String>,
    pub message: Option<String>,
    pub request_id: Option<String>,
    /// Where AWS did not answer: the SDK's words.
    pub unanswered: Option<String>,
}

/// The secrets of one call.
pub(super) struct Secrets<'a> {
    pub signer: Option<&'a Credentials>,
    pub code: Option<&'a Secret>,
    pub web_identity_token: Option<Secret>,
}

#[derive(Debug)]
struct TokioSleep;

impl AsyncSleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}

/// A client for one request. Attempts, timeouts and time are xrole's own, so that a code is never sent twice.
pub(super) fn client(
    call: &Call,
    secrets: &Secrets<'_>,
    watched: Watched,
    time: SigningTime,
) -> Client {
    let connector = aws_smithy_runtime_api::client::http::SharedHttpConnector::new(watched);
    let http: SharedHttpClient = http_client_fn(move |_, _| connector.clone());
    // `aws-global` is a name of the endpoint, not of a region that one could sign for
    // (`docs/rules/aws.md#partitions`).
    let region = match call.region.as_str() {
        "aws-global" => "us-east-1",
        region => region,
    };
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(&call.endpoint)
        .http_client(http)
        .sleep_impl(TokioSleep)
        .time_source(time)
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(signer) = secrets.signer {
        config = config.credentials_provider(SdkCredentials::new(
            signer.access_key_id.as_str(),
            signer.secret_access_key.expose(),
            signer
                .session_token
                .as_ref()
                .map(|token| token.expose().to_owned()),
            None,
            "xrole",
        ));
    }
    Client::from_conf(config.build())
}

pub(super) async fn make(
    client: &Client,
    call: &Call,
    secrets: &Secrets<'_>,
) -> Result<Granted, Denied> {
    match call.operation {
        Operation::GetSessionToken => get_session_token(client, call, secrets).await,
        Operation::AssumeRole => assume_role(client, call, secrets).await,
        Operation::AssumeRoleWithWebIdentity => web_identity(client, call, secrets).await,
    }
}

fn duration(call: &Call) -> Option<i32> {
    call.duration_seconds
        .as_ref()
        .and_then(|duration| i32::try_from(duration.value).ok())
}

fn text(value: Option<&crate::place::Sourced<String>>) -> Option<String> {
    value.map(|sourced| sourced.value.clone())
}

async fn get_session_token(
    client: &Client,
    call: &Call,
    secrets: &Secrets<'_>,
) -> Result<Granted, Denied> {
    let output = client
        .get_session_token()
        .set_duration_seconds(duration(call))
        .set_serial_number(text(call.serial_number.as_ref()))
        .set_token_code(secrets.code.map(|code| code.expose().to_owned()))
        .send()
        .await
        .map_err(denied)?;
    Ok(Granted {
        credentials: output.credentials,
        identity: None,
    })
}

async fn assume_role(
    client: &Client,
    call: &Call,
    secrets: &Secrets<'_>,
) -> Result<Granted, Denied> {
    let mut tags = Vec::with_capacity(call.tags.len());
    for (key, value) in &call.tags {
        let tag = Tag::builder().key(key).value(value).build();
        tags.push(tag.map_err(|error| Denied::unsent(error.to_string()))?);
    }
    let output = client
        .assume_role()
        .set_role_arn(text(call.role_arn.as_ref()))
        .set_role_session_name(text(call.role_session_name.as_ref()))
        .set_external_id(text(call.external_id.as_ref()))
        .set_duration_seconds(duration(call))
        .set_serial_number(text(call.serial_number.as_ref()))
        .set_token_code(secrets.code.map(|code| code.expose().to_owned()))
        .set_tags((!tags.is_empty()).then_some(tags))
        .set_transitive_tag_keys(
            (!call.transitive_tag_keys.is_empty()).then(|| call.transitive_tag_keys.clone()),
        )
        .set_source_identity(text(call.source_identity.as_ref()))
        .send()
        .await
        .map_err(denied)?;
    Ok(Granted {
        credentials: output.credentials,
        identity: output.assumed_role_user.map(|user| user.arn),
    })
}

async fn web_identity(
    client: &Client,
    call: &Call,
    secrets: &Secrets<'_>,
) -> Result<Granted, Denied> {
    let token = secrets.web_identity_token.as_ref();
    let output = client
        .assume_role_with_web_identity()
        .set_role_arn(text(call.role_arn.as_ref()))
        .set_role_session_name(text(call.role_session_name.as_ref()))
        .set_duration_seconds(duration(call))
        .set_web_identity_token(token.map(|token| token.expose().to_owned()))
        .send()
        .await
        .map_err(denied)?;
    Ok(Granted {
        credentials: output.credentials,
        identity: output.assumed_role_user.map(|user| user.arn),
    })
}

/// All four parts, or the name of the one that is missing: the SDK fills gaps with empty text and 1970.
pub(super) fn complete(
    answered: types::Credentials,
) -> std::result::Result<(Credentials, Timestamp), &'static str> {
    let expiration = Timestamp(answered.expiration.secs());
    let key_id = answered.access_key_id;
    let secret = Secret::new(answered.secret_access_key);
    let token = Secret::new(answered.session_token);
    for (text, name) in [
        (key_id.as_str(), "AccessKeyId"),
        (secret.expose(), "SecretAccessKey"),
        (token.expose(), "SessionToken"),
    ] {
        if text.trim().is_empty() {
            return Err(name);
        }
    }
    if expiration.0 == 0 {
        return Err("Expiration");
    }
    let credentials = Credentials {
        access_key_id: key_id,
        secret_access_key: secret,
        session_token: Some(token),
    };
    Ok((credentials, expiration))
}

impl Denied {
    fn unsent(text: String) -> Self {
        Self {
            code: None,
            message: None,
            request_id: None,
            unanswered: Some(text),
        }
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "it stands in map_err, which gives the error away"
)]
fn denied<E>(error: SdkError<E, HttpResponse>) -> Denied
where
    E: ProvideErrorMetadata + RequestId + StdError + 'static,
{
    if let SdkError::ServiceError(answer) = &error {
        return Denied {
            code: answer.err().code().map(str::to_owned),
            message: answer.err().message().map(str::to_owned),
            request_id: answer.err().request_id().map(str::to_owned),
            unanswered: None,
        };
    }
    let links = std::iter::successors(Some(&error as &dyn StdError), |&link| link.source());
    Denied::unsent(links.last().map(ToString::to_string).unwrap_or_default())
}
