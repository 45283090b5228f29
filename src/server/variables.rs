//! The program's variables: the endpoint, and nothing by which an SDK would find other credentials first.
//!
//! SDKs ask a container endpoint last but for the instance's. Before it come variables and, without `AWS_PROFILE`, the
//! profile `default` of the two shared files. A file in which that profile gives credentials is hidden from the
//! program, and its other settings are handed on as variables where AWS has any; a file in which it gives none stays
//! as it is.

use crate::aws_config::location::{HIDDEN, HIDDEN_CONFIG, HIDDEN_CREDENTIALS, said};
use crate::aws_config::{Profile, Profiles};
use crate::env_diff::{Change, Env, Exports, Kind, SAVED, XROLE, use_change};
use crate::place::SourceFile;
use crate::session::Secret;

const URL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

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
    // Region and label are the session's; the keys stay with the endpoint.
    change.set.retain(|(name, _)| {
        *name == "XROLE_REGION"
            || SAVED.iter().any(|(saved, kind)| {
                saved == name && matches!(kind, Kind::Region | Kind::Label | Kind::File)
            })
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
        let before = said(env, variable, hidden).and_then(|path| path.to_str());
        set.push((hidden, before.unwrap_or_default().to_owned()));
        set.push((variable, HIDDEN.to_owned()));
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
mod tests {
    use super::*;
    use crate::aws_config::parse;
    use crate::clock::Timestamp;
    use crate::session::{Credentials, Session};

    fn set(config: &str, credentials: &str, env: &Env) -> Vec<String> {
        let parsed = |text: &str, file| parse(text.as_bytes(), file).expect("a file");
        let profiles = Profiles::merge(
            parsed(config, SourceFile::Config),
            parsed(credentials, SourceFile::Credentials),
        );
        let files = hidden_files(env, profiles.get("default"));
        let files = files.into_iter();
        files
            .filter(|(name, _)| !name.starts_with("XROLE_"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    #[test]
    fn a_file_is_hidden_where_its_default_would_win() {
        let none = Env::default();
        let keys = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
        for (config, credentials, expected) in [
            ("", "", &[][..]),
            ("[default]\nregion = eu-west-1\noutput = text\n", "", &[]),
            (
                "[profile prod]\nrole_arn = x\n",
                "[central]\naws_access_key_id = AKIA\n",
                &[],
            ),
            (
                "[default]\noutput = text\n",
                keys,
                &["AWS_SHARED_CREDENTIALS_FILE=/dev/null"],
            ),
            (
                "[default]\noutput = text\ncli_pager =\nrole_arn = x\ns3 =\n  max_queue_size = 9\n",
                "",
                &[
                    "AWS_CONFIG_FILE=/dev/null",
                    "AWS_PAGER=",
                    "AWS_DEFAULT_OUTPUT=text",
                ],
            ),
            (
                &format!("{keys}output = yaml\n"),
                keys,
                &[
                    "AWS_CONFIG_FILE=/dev/null",
                    "AWS_DEFAULT_OUTPUT=yaml",
                    "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
                ],
            ),
            (
                "[default]\nsso_session = x\n",
                "",
                &["AWS_CONFIG_FILE=/dev/null"],
            ),
            (
                "[default]\ncredential_process = x\n",
                "",
                &["AWS_CONFIG_FILE=/dev/null"],
            ),
        ] {
            assert_eq!(
                set(config, credentials, &none),
                expected,
                "{config}{credentials}"
            );
        }
        let own = Env::from([("AWS_DEFAULT_OUTPUT", "json")]);
        let config = "[default]\noutput = text\nrole_arn = x\n";
        assert_eq!(set(config, "", &own), ["AWS_CONFIG_FILE=/dev/null"]);
    }

    #[test]
    fn where_a_hidden_file_was_is_kept_for_xrole() {
        let parsed = |text: &str, file| parse(text.as_bytes(), file).expect("a file");
        let config = "[default]\nrole_arn = x\n";
        let profiles = Profiles::merge(
            parsed(config, SourceFile::Config),
            parsed("", SourceFile::Credentials),
        );
        let file = "AWS_CONFIG_FILE";
        for (env, before) in [
            (Env::default(), ""),
            (Env::from([(file, "/own")]), "/own"),
            // One endpoint within another.
            (Env::from([(file, HIDDEN), (HIDDEN_CONFIG, "")]), ""),
            (Env::from([(file, HIDDEN), (HIDDEN_CONFIG, "/own")]), "/own"),
        ] {
            let set = hidden_files(&env, profiles.get("default"));
            assert_eq!(set, [(HIDDEN_CONFIG, before.into()), (file, HIDDEN.into())]);
        }
    }

    fn changed(env: &Env) -> Change {
        let session = Session {
            credentials: Credentials {
                access_key_id: "ASIA".into(),
                secret_access_key: Secret::new("s"),
                session_token: Some(Secret::new("t")),
            },
            expiration: Some(Timestamp(3600)),
            clock_offset: 0,
            minted: Timestamp(0),
            requested: 3600,
            identity: None,
            generation: 1,
        };
        let exports = Exports {
            selector: "prod",
            session: &session,
            region: Some("eu-west-1"),
            stamp: None,
            color: 6,
            profile_env: None,
        };
        let token = Secret::new("0123");
        let url = "http://127.0.0.1:1/credentials";
        change(
            env,
            &Profiles::default(),
            &exports,
            url,
            &Proof::Token(&token),
        )
    }

    #[test]
    fn the_endpoint_alone_is_left() {
        let env = Env::from([
            ("AWS_PROFILE", "central"),
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
            ("AWS_VAULT", "x"),
            ("XROLE_SHELL", "bash"),
        ]);
        let change = changed(&env);
        let mut set: Vec<_> = change
            .set
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        set.sort();
        assert_eq!(
            set,
            [
                "AWSUME_PROFILE=prod",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN=0123",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:1/credentials",
                "AWS_DEFAULT_REGION=eu-west-1",
                "AWS_EC2_METADATA_DISABLED=true",
                "AWS_REGION=eu-west-1",
                "XROLE_REGION=eu-west-1",
            ]
        );
        let mut unset = change.unset.clone();
        unset.sort_unstable();
        assert_eq!(
            unset,
            [
                "AWSUME_EXPIRATION",
                "AWSU_PROFILE",
                "AWS_ACCESS_KEY",
                "AWS_ACCESS_KEY_ID",
                "AWS_ACCOUNT_ID",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CREDENTIAL_EXPIRATION",
                "AWS_CREDENTIAL_FILE",
                "AWS_DEFAULT_PROFILE",
                "AWS_PROFILE",
                "AWS_ROLE_ARN",
                "AWS_ROLE_SESSION_NAME",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SECRET_KEY",
                "AWS_SECURITY_TOKEN",
                "AWS_SESSION_EXPIRATION",
                "AWS_SESSION_TOKEN",
                "AWS_SSO_PROFILE",
                "AWS_VAULT",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "XROLE_EXPIRES",
                "XROLE_GEN",
                "XROLE_KEY_ID",
                "XROLE_PROFILE",
                "XROLE_STAMP",
            ]
        );
    }

    /// Within `use --profile-env` the user's own files come back; elsewhere they are not touched at all.
    #[test]
    fn the_shared_files_stay_the_users() {
        const CONFIG: &str = "AWS_CONFIG_FILE";
        let found = |env: &Env| {
            let change = changed(env);
            let set = change.set.iter().find(|(name, _)| *name == CONFIG);
            let set = set.map(|(_, value)| value.clone());
            (set, change.unset.contains(&CONFIG))
        };
        assert_eq!(found(&Env::from([(CONFIG, "/own")])), (None, false));
        for (before, expected) in [
            (Some("/own"), (Some("/own".to_owned()), false)),
            (None, (None, true)),
        ] {
            let mut env = Env::from([("XROLE_PROFILE", "prod"), (CONFIG, "/private")]);
            env.hide(CONFIG, before.map(Into::into));
            assert_eq!(found(&env), expected, "{before:?}");
        }
    }
}
