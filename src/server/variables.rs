//! The program's variables: the endpoint, and nothing by which an SDK would find other credentials first.
//!
//! SDKs ask a container endpoint last but for the instance's. Before it come variables and, without `AWS_PROFILE`, the
//! profile `default` of the two shared files. A file in which that profile gives credentials is hidden from the
//! program, and its other settings are handed on as variables where AWS has any; a file in which it gives none stays
//! as it is.

use std::path::{Path, PathBuf};

use crate::aws_config::{Profile, Profiles};
use crate::env_diff::{Change, Env, Exports, Kind, SAVED, XROLE, use_change};
use crate::place::SourceFile;
use crate::profile_env::{HIDDEN_CONFIG, HIDDEN_CREDENTIALS, NOTHING};
use crate::session::Secret;

const URL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

const BOTO: &str = "BOTO_CONFIG";

/// Names under which older programs look for keys, or for files with keys.
const OLD: [&str; 3] = ["AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_CREDENTIAL_FILE"];

/// A profile with one of these gives credentials, or fails in a way that ends an SDK's search.
const GIVES_CREDENTIALS: [&str; 10] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "role_arn",
    "credential_source",
    "credential_process",
    "web_identity_token_file",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "login_session",
];

/// Settings that a variable can say as well (AWS SDKs and Tools Reference Guide, settings reference).
const SAID_BY_VARIABLES: [(&str, &str); 20] = [
    ("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE"),
    ("ca_bundle", "AWS_CA_BUNDLE"),
    ("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT"),
    ("cli_pager", "AWS_PAGER"),
    ("defaults_mode", "AWS_DEFAULTS_MODE"),
    (
        "disable_request_compression",
        "AWS_DISABLE_REQUEST_COMPRESSION",
    ),
    ("endpoint_url", "AWS_ENDPOINT_URL"),
    (
        "ignore_configured_endpoint_urls",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ),
    ("max_attempts", "AWS_MAX_ATTEMPTS"),
    ("output", "AWS_DEFAULT_OUTPUT"),
    (
        "request_checksum_calculation",
        "AWS_REQUEST_CHECKSUM_CALCULATION",
    ),
    (
        "request_min_compression_size_bytes",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    ),
    (
        "response_checksum_validation",
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
    ),
    ("retry_mode", "AWS_RETRY_MODE"),
    (
        "s3_us_east_1_regional_endpoint",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    ),
    ("s3_use_arn_region", "AWS_S3_USE_ARN_REGION"),
    ("sdk_ua_app_id", "AWS_SDK_UA_APP_ID"),
    ("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS"),
    ("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
    ("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
];

/// boto's own file, from before the shared ones: botocore asks it before a container endpoint.
#[must_use]
pub fn boto_files(env: &Env) -> Vec<PathBuf> {
    match env.raw(BOTO) {
        Some(named) => vec![named.into()],
        None => std::iter::once("/etc/boto.cfg".into())
            .chain(env.raw("HOME").map(|home| Path::new(home).join(".boto")))
            .collect(),
    }
}

/// Does one of boto's files give keys? gsutil writes such lines as comments.
#[must_use]
pub fn gives_boto_keys(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| line.starts_with("aws_access_key_id"))
}

/// For a program whose boto must not find such keys.
#[must_use]
pub fn without_boto_keys(mut change: Change) -> Change {
    change.set.push((BOTO, NOTHING.to_owned()));
    change
}

/// How the program proves that it is the one.
#[derive(Debug)]
pub enum Proof<'a> {
    Token(&'a Secret),
    /// The path of the token file.
    File(&'a str),
}

/// What is set and removed for the program, in place of what `use` would do to a shell.
#[must_use]
pub fn change(
    env: &Env,
    profiles: &Profiles,
    exports: &Exports<'_>,
    url: &str,
    proof: &Proof<'_>,
) -> Change {
    let mut change = use_change(env, exports).change;
    // Region, label and the files in force are the program's; the keys stay with the endpoint.
    change.set.retain(|(name, _)| {
        *name == "XROLE_REGION"
            || SAVED
                .iter()
                .any(|(saved, kind)| saved == name && !matches!(kind, Kind::Key | Kind::Profile))
    });
    change.set.push((URL, url.to_owned()));
    change.set.push(match proof {
        Proof::Token(token) => (TOKEN, token.expose().to_owned()),
        Proof::File(path) => (TOKEN_FILE, (*path).to_owned()),
    });
    // A refusal of the endpoint must not lead on to the machine's own role.
    change
        .set
        .push(("AWS_EC2_METADATA_DISABLED", "true".into()));
    let hidden = hidden_files(env, profiles.get("default"));
    change
        .set
        .retain(|(name, _)| hidden.iter().all(|(hidden, _)| hidden != name));
    change.set.extend(hidden);
    // The shared files stay the user's: what `--profile-env` put in their place goes, and nothing else.
    let touched = SAVED
        .iter()
        .filter(|(name, kind)| match kind {
            Kind::Region => false,
            Kind::File => env.is_hidden(name),
            Kind::Key | Kind::Profile | Kind::Label => true,
        })
        .map(|(name, _)| *name);
    let gone: Vec<_> = touched
        .chain(XROLE)
        .chain(OLD)
        .filter(|name| change.set.iter().all(|(set, _)| set != name))
        .collect();
    change.unset = gone;
    change
}

/// The files that must not be read, and what else they say of `default`.
fn hidden_files(env: &Env, default: Option<&Profile>) -> Vec<(&'static str, String)> {
    let mut set = Vec::new();
    let Some(default) = default else {
        return set;
    };
    for (file, variable, hidden) in [
        (SourceFile::Config, "AWS_CONFIG_FILE", HIDDEN_CONFIG),
        (
            SourceFile::Credentials,
            "AWS_SHARED_CREDENTIALS_FILE",
            HIDDEN_CREDENTIALS,
        ),
    ] {
        if !default.has_any_in(&GIVES_CREDENTIALS, file) {
            continue;
        }
        // xrole itself goes on reading it, also when it is called by the program.
        let before = env.get(variable).unwrap_or_default();
        set.push((hidden, before.to_owned()));
        set.push((variable, NOTHING.to_owned()));
        for (key, name) in SAID_BY_VARIABLES {
            if let Some(setting) = default.get(key).filter(|setting| setting.at.file == file)
                && !env.contains(name)
            {
                set.push((name, setting.value.to_string()));
            }
        }
    }
    set
}

#[cfg(test)]
mod tests;
