//! Chains as tables: the files, what is selected, and exactly what comes of it.

mod depth;
mod errors;
mod graphs;

use super::{BaseKind, BaseSource, Chain, Selection, resolve};
use crate::aws::config::Profiles;
use crate::aws::config::parse::parse;
use crate::error::Result;
use crate::place::SourceFile;
use crate::shell::Env;

/// The two files' texts as profiles.
pub(crate) fn files(config: &str, credentials: &str) -> Profiles {
    let read = |text: &str, file| parse(text.as_bytes(), file).expect("a readable file");
    Profiles::merge(
        read(config, SourceFile::Config),
        read(credentials, SourceFile::Credentials),
    )
}

/// A base in one word or two, then each hop with its profile.
fn summary(chain: &Chain) -> String {
    let base = match &chain.base.source {
        BaseSource::Static { access_key_id, .. } => access_key_id.clone(),
        BaseSource::Environment => "environment".to_owned(),
        BaseSource::Process { command } => format!("process {command}"),
        BaseSource::WebIdentity { role_arn, .. } => format!("web identity {}", role_arn.value),
        BaseSource::Sso {
            start_url, region, ..
        } => format!("sso {start_url} {region}"),
        BaseSource::Login { session } => format!("login {session}"),
        BaseSource::Ec2 => "ec2".to_owned(),
        BaseSource::Ecs => "ecs".to_owned(),
    };
    let place = chain
        .base
        .at
        .map(|at| format!(" ({at})"))
        .unwrap_or_default();
    let hops = chain.hops.iter().map(|hop| format!(" → {}", hop.profile));
    format!("{base}{place}{}", hops.collect::<String>())
}

fn notices(chain: &Chain) -> Vec<String> {
    chain.notices.iter().map(ToString::to_string).collect()
}

fn chain(config: &str, credentials: &str, profile: &str) -> Result<Chain> {
    let profiles = files(config, credentials);
    resolve(&profiles, &Selection::of(profile), &Env::default())
}

const KEYS: &str = "[Q]\naws_access_key_id = AKIAQ\naws_secret_access_key = s\n";

#[test]
fn chains() {
    let role = "role_arn = r\n";
    for (config, expected) in [
        (format!("[profile P]\n{role}source_profile = Q"), "AKIAQ (credentials:2) → P"),
        (
            format!("[profile P]\n{role}source_profile = M\n[profile M]\n{role}source_profile = Q"),
            "AKIAQ (credentials:2) → M → P",
        ),
        // A source with keys is the base, whatever role it has too.
        (
            format!("[profile P]\n{role}source_profile = Q\n[profile Q]\n{role}source_profile = P"),
            "AKIAQ (credentials:2) → P",
        ),
        (
            format!("[profile P]\n{role}source_profile = P\naws_access_key_id = AKIAP\naws_secret_access_key = s"),
            "AKIAP (config:4) → P",
        ),
        (format!("[profile P]\n{role}credential_source = Environment"), "environment (config:3) → P"),
        (format!("[profile P]\n{role}credential_source = Ec2InstanceMetadata"), "ec2 (config:3) → P"),
        (format!("[profile P]\n{role}credential_source = EcsContainer"), "ecs (config:3) → P"),
        // Without role_arn the source has no effect.
        ("[profile P]\nsource_profile = Q\ncredential_process = p".to_owned(), "process p (config:3)"),
        (
            format!("[profile P]\n{role}web_identity_token_file = /t\nsource_profile = Q"),
            "web identity r (config:3)",
        ),
        (
            "[profile P]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = u\nsso_region = g".to_owned(),
            "sso u g (config:2)",
        ),
        (
            "[profile P]\nsso_session = S\nsso_account_id = 1\nsso_role_name = r\nsso_region = g\n[sso-session S]\nsso_start_url = u\nsso_region = g".to_owned(),
            "sso u g (config:2)",
        ),
        // Keys of the config file come after login and process.
        (
            "[profile P]\naws_access_key_id = AKIAP\naws_secret_access_key = s\ncredential_process = p\nlogin_session = arn".to_owned(),
            "login arn (config:5)",
        ),
        (
            "[profile P]\naws_access_key_id = AKIAP\naws_secret_access_key = s\ncredential_process = p".to_owned(),
            "process p (config:4)",
        ),
        // What is included counts as the profile's own.
        (
            format!("[profile P]\n{role}include_profile = I\n[profile I]\nsource_profile = Q"),
            "AKIAQ (credentials:2) → P",
        ),
    ] {
        let found = chain(&config, KEYS, "P").map(|chain| summary(&chain));
        assert_eq!(found.as_deref(), Ok(expected), "{config}");
    }
}

#[test]
fn keys_of_the_credentials_file_come_before_login_and_process() {
    let config = "[profile Q]\ncredential_process = p\nlogin_session = arn";
    let found = chain(config, KEYS, "Q").map(|chain| summary(&chain));
    assert_eq!(found.as_deref(), Ok("AKIAQ (credentials:2)"));
}

#[test]
fn a_role_in_no_file_takes_its_source_from_the_option_or_the_selected_profile() {
    let profiles = files("[profile Q]\nregion = eu-west-1", KEYS);
    let arn = "arn:aws:iam::222222222222:role/x";
    let given = Selection {
        source: Some("Q".to_owned()),
        duration: Some(900),
        external_id: Some("ext".to_owned()),
        mfa_serial: Some("arn:mfa".to_owned()),
        session_name: Some("me".to_owned()),
        ..Selection::of(arn)
    };
    let chain = resolve(&profiles, &given, &Env::default()).unwrap();
    let hop = &chain.hops[0];
    assert_eq!(summary(&chain), format!("AKIAQ (credentials:2) → {arn}"));
    assert_eq!(hop.role_arn.value, arn);
    assert_eq!(hop.duration_seconds.as_ref().unwrap().value, 900);
    assert_eq!(hop.external_id.as_ref().unwrap().value, "ext");
    assert_eq!(
        hop.role_session_name.as_ref().unwrap().origin.to_string(),
        "--session-name"
    );
    assert_eq!(chain.mfa.unwrap().serial.value, "arn:mfa");

    let by_variable = Env::from([("AWS_PROFILE", "Q")]);
    assert!(resolve(&profiles, &Selection::of(arn), &by_variable).is_ok());
    for (source, env, class) in [
        (Some("R"), Env::default(), "profile-not-found"),
        (None, Env::default(), "profile-not-found"),
        (None, Env::from([("AWS_PROFILE", "")]), "profile-empty"),
    ] {
        let selection = Selection {
            source: source.map(str::to_owned),
            ..Selection::of(arn)
        };
        assert_eq!(
            resolve(&profiles, &selection, &env).unwrap_err().class,
            class
        );
    }
}

#[test]
fn options_change_the_selected_hop_alone() {
    let config = "[profile P]\nrole_arn = r\nsource_profile = M\nduration_seconds = 1800\nexternal_id = e1\n\
                  [profile M]\nrole_arn = r\nsource_profile = Q\nduration_seconds = 2700\nmfa_serial = arn:mfa";
    let profiles = files(config, KEYS);
    let given = Selection {
        duration: Some(900),
        external_id: Some("e2".to_owned()),
        mfa_serial: Some("arn:other".to_owned()),
        ..Selection::of("P")
    };
    let chain = resolve(&profiles, &given, &Env::default()).unwrap();
    let durations: Vec<_> = chain
        .hops
        .iter()
        .map(|hop| hop.duration_seconds.as_ref().unwrap().value)
        .collect();
    assert_eq!(durations, [2700, 900]);
    assert_eq!(chain.hops[0].external_id, None);
    assert_eq!(chain.hops[1].external_id.as_ref().unwrap().value, "e2");
    assert_eq!(chain.mfa.unwrap().serial.value, "arn:other");

    let other_source = Selection {
        source: Some("Q".to_owned()),
        ..Selection::of("P")
    };
    let chain = resolve(&profiles, &other_source, &Env::default()).unwrap();
    assert_eq!(summary(&chain), "AKIAQ (credentials:2) → P");

    for selection in [
        Selection {
            source: Some("P".to_owned()),
            ..Selection::of("Q")
        },
        Selection {
            duration: Some(900),
            ..Selection::of("Q")
        },
        Selection {
            external_id: Some("e".to_owned()),
            ..Selection::of("Q")
        },
        Selection {
            session_name: Some("me".to_owned()),
            ..Selection::of("Q")
        },
    ] {
        let error = resolve(&profiles, &selection, &Env::default()).unwrap_err();
        assert_eq!(
            (error.class, error.exit.code()),
            ("option-unused", 2),
            "{selection:?}"
        );
    }
}

#[test]
fn the_command_for_codes_is_of_the_serials_profile_or_its_source() {
    let hop = "[profile P]\nrole_arn = r\nsource_profile = Q\nmfa_serial = arn:mfa\n";
    for (config, expected) in [
        (
            format!("{hop}mfa_process = a\n[profile Q]\nmfa_process = b"),
            Some("a config:5"),
        ),
        (
            format!("{hop}[profile Q]\nmfa_process = b"),
            Some("b config:6"),
        ),
        (hop.to_owned(), None),
    ] {
        let device = chain(&config, KEYS, "P").unwrap().mfa.unwrap();
        let found = device
            .process
            .map(|process| format!("{} {}", process.value, process.origin));
        assert_eq!(found.as_deref(), expected, "{config}");
    }
}

#[test]
fn kinds_of_bases() {
    let role = "[profile P]\nrole_arn = r\n";
    let token = Env::from([("AWS_SESSION_TOKEN", "t")]);
    let credentials = KEYS.to_owned() + &KEYS.replace("[Q]", "[S]") + "aws_session_token = t\n";
    for (config, env, expected) in [
        (
            format!("{role}source_profile = Q"),
            Env::default(),
            Some(BaseKind::LongTerm),
        ),
        (
            format!("{role}source_profile = S"),
            Env::default(),
            Some(BaseKind::Temporary),
        ),
        (
            format!("{role}credential_source = Environment"),
            Env::default(),
            Some(BaseKind::LongTerm),
        ),
        (
            format!("{role}credential_source = Environment"),
            token,
            Some(BaseKind::Temporary),
        ),
        (
            format!("{role}credential_source = EcsContainer"),
            Env::default(),
            Some(BaseKind::Temporary),
        ),
        (
            "[profile P]\ncredential_process = p".to_owned(),
            Env::default(),
            None,
        ),
    ] {
        let chain = resolve(&files(&config, &credentials), &Selection::of("P"), &env).unwrap();
        assert_eq!(chain.base.kind(&env), expected, "{config}");
    }
}
