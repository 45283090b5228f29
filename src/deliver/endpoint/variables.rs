//! The program's variables: the endpoint, and nothing by which an SDK would find other credentials first.
//!
//! SDKs ask a container endpoint last but for the instance's. Before it come variables and, without `AWS_PROFILE`, the
//! profile `default` of the two shared files. Where that gives credentials, the program is given another file, in
//! which it gives none and every other profile works; elsewhere the files stay as they are.

use std::path::{Path, PathBuf};

use crate::aws::config::Profile;
use crate::deliver::program_config::NO_CREDENTIALS;
use crate::session::Secret;
use crate::shell::{Change, Env, Exports, Kind, SAVED, XROLE, use_change};

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

/// Would an SDK take this profile's credentials, or fail by them, before it comes to the endpoint?
#[must_use]
pub fn gives_credentials(default: &Profile) -> bool {
    GIVES_CREDENTIALS
        .iter()
        .any(|key| default.get(key).is_some())
}

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
    change.set.push((BOTO, "/dev/null".to_owned()));
    change
}

/// How the program proves that it is the one.
#[derive(Debug)]
pub enum Proof<'a> {
    Token(&'a Secret),
    /// The path of the token file.
    File(&'a str),
}

/// What is set and removed for the program, in place of what `use` would do to a shell. `config` is a file without
/// the credentials of `default`, where it has any.
#[must_use]
pub fn change(
    env: &Env,
    config: Option<&str>,
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
    if let Some(config) = config {
        let files = [
            ("AWS_CONFIG_FILE", config),
            ("AWS_SHARED_CREDENTIALS_FILE", NO_CREDENTIALS),
        ];
        change
            .set
            .retain(|(name, _)| files.iter().all(|(file, _)| file != name));
        change
            .set
            .extend(files.map(|(name, value)| (name, value.to_owned())));
    }
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

#[cfg(test)]
mod tests;
