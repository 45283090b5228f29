//! The request keys: every input of a request, so that a session is served only for what minted it.
//!
//! Two refinements keep sessions reachable: a role's key names what signed it by the parent's *key* (its access
//! key id changes with every renewal), and an MFA session's key has no region, since it serves all of them.

use super::call::{Call, Operation};
use super::endpoint::Endpoint;
use super::inputs::Inputs;
use super::request_key::RequestKey;
use crate::aws::chain::BaseSource;
use crate::place::{Origin, Sourced};
use crate::shell::Env;

type Input = (&'static str, Option<String>);

/// What signs a request.
pub(super) enum Source {
    Base(Vec<Input>),
    /// The session that a call before it mints.
    Parent(RequestKey),
}

impl Source {
    /// The base by what stays the same while its credentials are renewed.
    pub(super) fn of_base(inputs: &Inputs<'_>) -> Self {
        let named = |kind: &str, mut more: Vec<Input>| {
            more.insert(0, ("source", Some(kind.to_owned())));
            Self::Base(more)
        };
        match &inputs.chain.base.source {
            BaseSource::Static { access_key_id, .. } => {
                named("key", vec![("access key id", Some(access_key_id.clone()))])
            }
            BaseSource::Environment => named(
                "key",
                vec![("access key id", variable(inputs.env, "AWS_ACCESS_KEY_ID"))],
            ),
            BaseSource::Process { command } => {
                named("process", vec![("command", Some(command.clone()))])
            }
            // Role, name and file are inputs of the call itself.
            BaseSource::WebIdentity { .. } => named("web identity", Vec::new()),
            BaseSource::Sso {
                session,
                start_url,
                account_id,
                role_name,
                ..
            } => named(
                "sso",
                vec![
                    ("account", Some(account_id.clone())),
                    ("role", Some(role_name.clone())),
                    ("start url", Some(start_url.clone())),
                    ("session", session.clone()),
                ],
            ),
            BaseSource::Login { session } => {
                named("login", vec![("session", Some(session.clone()))])
            }
            BaseSource::Ec2 => named("ec2", ec2_address(inputs)),
            BaseSource::Ecs => named("ecs", ecs_address(inputs.env)),
        }
    }

    fn inputs(&self) -> Vec<Input> {
        match self {
            Self::Base(inputs) => inputs.clone(),
            Self::Parent(key) => vec![("parent", Some(key.hex()))],
        }
    }
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.nonempty(name).map(str::to_owned)
}

fn ec2_address(inputs: &Inputs<'_>) -> Vec<Input> {
    let base = inputs.profiles.expand(&inputs.chain.base.profile).ok();
    let either = |name: &str, key: &str| {
        let of_profile = || Some(base.as_ref()?.get(key)?.value.to_string());
        variable(inputs.env, name).or_else(of_profile)
    };
    vec![
        (
            "address",
            either(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "ec2_metadata_service_endpoint",
            ),
        ),
        (
            "mode",
            either(
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                "ec2_metadata_service_endpoint_mode",
            ),
        ),
    ]
}

fn ecs_address(env: &Env) -> Vec<Input> {
    let relative = variable(env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let full = variable(env, "AWS_CONTAINER_CREDENTIALS_FULL_URI").filter(|_| relative.is_none());
    vec![("relative uri", relative), ("full uri", full)]
}

/// The key of an AssumeRole, with or without a web identity.
pub(super) fn of_role(call: &Call, endpoint: &Endpoint, source: &Source) -> RequestKey {
    let mut inputs = vec![
        ("operation", Some(call.operation.name().to_owned())),
        ("partition", Some(endpoint.partition.name.to_owned())),
        ("region", Some(endpoint.region.clone())),
        ("endpoint", Some(endpoint.url.clone())),
        ("fips", Some(endpoint.fips.to_string())),
        ("dualstack", Some(endpoint.dualstack.to_string())),
    ];
    inputs.extend(source.inputs());
    inputs.extend([
        ("RoleArn", value(call.role_arn.as_ref())),
        (
            "RoleSessionName",
            configured(call.role_session_name.as_ref()),
        ),
        ("ExternalId", value(call.external_id.as_ref())),
        ("SerialNumber", value(call.serial_number.as_ref())),
        (
            "DurationSeconds",
            call.duration_seconds
                .as_ref()
                .map(|seconds| seconds.value.to_string()),
        ),
        ("WebIdentityTokenFile", call.web_identity_token_file.clone()),
        ("SourceIdentity", value(call.source_identity.as_ref())),
    ]);
    let mut tags = call.tags.clone();
    tags.sort_unstable();
    for (tag, text) in tags {
        inputs.extend([("Tag", Some(tag)), ("TagValue", Some(text))]);
    }
    let mut keys = call.transitive_tag_keys.clone();
    keys.sort_unstable();
    inputs.extend(keys.into_iter().map(|key| ("TransitiveTagKey", Some(key))));
    hash(&inputs)
}

/// The key of an MFA session: it serves every region of its partition, `aws-global` apart.
pub(super) fn of_mfa_session(call: &Call, endpoint: &Endpoint, source: &Source) -> RequestKey {
    let global = (endpoint.region == "aws-global").then(|| endpoint.region.clone());
    let mut inputs = vec![
        (
            "operation",
            Some(Operation::GetSessionToken.name().to_owned()),
        ),
        ("partition", Some(endpoint.partition.name.to_owned())),
        ("region", global),
        ("endpoint", endpoint.configured.clone()),
    ];
    inputs.extend(source.inputs());
    inputs.extend([
        ("SerialNumber", value(call.serial_number.as_ref())),
        (
            "DurationSeconds",
            call.duration_seconds
                .as_ref()
                .map(|seconds| seconds.value.to_string()),
        ),
    ]);
    hash(&inputs)
}

fn value(given: Option<&Sourced<String>>) -> Option<String> {
    given.map(|given| given.value.clone())
}

/// The default session name is no input: it is the user's name, and every terminal has the same.
fn configured(name: Option<&Sourced<String>>) -> Option<String> {
    value(name.filter(|name| name.origin != Origin::Default))
}

fn hash(inputs: &[Input]) -> RequestKey {
    let inputs: Vec<(&str, Option<&str>)> = inputs
        .iter()
        .map(|(name, value)| (*name, value.as_deref()))
        .collect();
    RequestKey::of(&inputs)
}
