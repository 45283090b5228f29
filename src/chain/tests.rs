//! Chains as tables: the files, what is selected, and exactly what comes of it.

use super::{BaseKind, BaseSource, Chain, Selection, resolve};
use crate::aws_config::Profiles;
use crate::aws_config::parse::parse;
use crate::env_diff::Env;
use crate::error::Result;
use crate::place::SourceFile;

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

/// The files, and the class, line 1 and line 2 of what is said of them.
const ERRORS: &[(&str, &str, &str)] = &[
    (
        "[profile prod]",
        "",
        "profile-not-found|profile \"P\" is in neither ~/.aws/config nor ~/.aws/credentials|xrole list shows all",
    ),
    (
        "[profile P]\nrole_arn = r",
        "",
        "source-missing|config:2: profile \"P\" has role_arn but no source_profile or credential_source|name the profile whose credentials may assume the role: source_profile = …",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\ncredential_source = Environment",
        KEYS,
        "source-both|config:3, config:4: profile \"P\" has source_profile and credential_source|remove one of the two lines",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = centrl\n[profile central]",
        "",
        "source-not-found|config:3: source_profile \"centrl\" of profile \"P\" does not exist|did you mean \"central\" (config:4)?",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = \"my prof\"\n[profile my prof]",
        "",
        "source-not-found|config:3: source_profile \"\"my prof\"\" of profile \"P\" does not exist|remove the quotes: source_profile = my prof",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = elsewhere",
        "",
        "source-not-found|config:3: source_profile \"elsewhere\" of profile \"P\" does not exist|add its keys: aws configure --profile elsewhere; or name another profile",
    ),
    (
        "[profile P]\nrole_arn = r\ncredential_source = environment",
        "",
        "credential-source|config:3: credential_source \"environment\" is not known|write Environment, Ec2InstanceMetadata or EcsContainer",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = A\n[profile A]\nrole_arn = r\nsource_profile = P",
        "",
        "chain-loop|profiles form a loop: P (config:3) → A (config:6) → P|one of them must name a profile with credentials",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = P",
        "",
        "self-source|config:3: profile \"P\" is its own source_profile but holds no access key|add keys to it: aws_access_key_id and aws_secret_access_key; or name another profile",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q",
        "[Q]\naws_access_key_id = AKIAQ",
        "keys-partial|credentials:2: profile \"Q\" has aws_access_key_id but no aws_secret_access_key|complete the pair",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\n[profile Q]\naws_secret_access_key = s",
        "[Q]\naws_access_key_id = AKIAQ",
        "keys-split|config:5, credentials:2: the access key of profile \"Q\" is split over two files|put both lines into the credentials file",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\n[profile Q]\nregion = x\noutput = json",
        "",
        "no-credentials|profile \"Q\" (config:4) holds no credentials: only output, region|aws configure --profile Q, or give it a source_profile and role_arn",
    ),
    (
        "[profile P]",
        "",
        "no-credentials|profile \"P\" (config:1) holds no credentials: it is empty|aws configure --profile P, or give it a source_profile and role_arn",
    ),
    (
        "[profile P]\nweb_identity_token_file = /t",
        "",
        "web-identity|config:2: web_identity_token_file without role_arn|add role_arn",
    ),
    (
        "[profile P]\nsso_role_name = r\nsso_start_url = u",
        "",
        "sso-incomplete|config:2: profile \"P\" lacks sso_account_id, sso_region for Identity Center|aws configure sso --profile P",
    ),
    (
        "[profile P]\nsso_session = S\n[sso-session S]\nsso_start_url = u\nsso_region = g",
        "",
        "sso-incomplete|config:2: profile \"P\" lacks sso_account_id, sso_role_name for Identity Center|aws configure sso --profile P",
    ),
    (
        "[profile P]\nsso_session = crop\nsso_role_name = r\n[sso-session corp]",
        "",
        "sso-session-not-found|config:2: sso-session \"crop\" does not exist|did you mean \"corp\" (config:4)?",
    ),
    (
        "[profile P]\nsso_session = S\nsso_account_id = 1\nsso_role_name = r\nsso_region = h\n[sso-session S]\nsso_start_url = u\nsso_region = g",
        "",
        "sso-mismatch|config:5, config:8: sso_region differs|keep the line in [sso-session S]",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = M\nmfa_serial = one\n[profile M]\nrole_arn = r\nsource_profile = Q\nmfa_serial = two",
        KEYS,
        "mfa-serial-conflict|config:4, config:8: two MFA devices in one chain|one device signs in once: keep the base user's",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = M\nsource_identity = one\n[profile M]\nrole_arn = r\nsource_profile = Q\nsource_identity = two",
        KEYS,
        "source-identity-conflict|config:4, config:8: two values of source_identity|keep one",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\nexternal_id =",
        KEYS,
        "param|config:4: external_id is empty|give it a value, or remove the line",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\nmfa_serial =",
        KEYS,
        "param|config:4: mfa_serial is empty|give it a value, or remove the line",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\nduration_seconds = -1",
        KEYS,
        "param|config:4: duration_seconds is -1|duration_seconds: 900 to 43200",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\nsession_tags = a=b,c",
        KEYS,
        "param|config:4: session_tags has a part without \"=\": \"c\"|write session_tags = key=value,key2=value2, each key once whatever its case",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = Q\nsession_tags = Team=a,team=b",
        KEYS,
        "param|config:4: session_tags has the key \"team\" twice|write session_tags = key=value,key2=value2, each key once whatever its case",
    ),
];

#[test]
fn errors_name_the_lines_and_the_remedy() {
    for (config, credentials, expected) in ERRORS {
        let error = chain(config, credentials, "P").unwrap_err();
        let found = format!("{}|{}|{}", error.class, error.headline(), error.remedy);
        assert_eq!(found, *expected, "{config}");
    }
}

#[test]
fn the_environment_is_no_base_while_xrole_fills_it() {
    let profiles = files(
        "[profile P]\nrole_arn = r\ncredential_source = Environment",
        "",
    );
    let env = Env::from([
        ("AWS_ACCESS_KEY_ID", "ASIAX"),
        ("XROLE_KEY_ID", "ASIAX"),
        ("XROLE_PROFILE", "prod"),
    ]);
    let error = resolve(&profiles, &Selection::of("P"), &env).unwrap_err();
    assert_eq!(error.class, "env-is-xrole");
    assert_eq!(
        error.to_string(),
        "credential_source = Environment, but the keys in this shell are xrole's own (profile \"prod\")\nxrole unset, then again"
    );
    let foreign = Env::from([("AWS_ACCESS_KEY_ID", "AKIAY"), ("XROLE_KEY_ID", "ASIAX")]);
    assert!(resolve(&profiles, &Selection::of("P"), &foreign).is_ok());
}

#[test]
fn notices_of_what_is_ignored() {
    let role = "[profile P]\nrole_arn = r\nsource_profile = Q\n";
    for (config, credentials, expected) in [
        (
            format!("{role}[profile Q]\nmfa_serial = arn:mfa"),
            "config:5: mfa_serial of base profile \"Q\" is ignored; if the role demands MFA, write it under profile \"P\"",
        ),
        (
            format!("{role}mfa_serial = arn:mfa\n[profile Q]\nmfa_serial = arn:other"),
            "config:6: mfa_serial of base profile \"Q\" is ignored",
        ),
        (
            format!("{role}duration_seconds = 1h"),
            "config:4: duration_seconds \"1h\" is not a whole number: ignored",
        ),
        (
            format!("{role}session_tags = a=b\ntransitive_session_tags = A,c"),
            "config:5: transitive_session_tags names \"c\", which is not in session_tags of profile \"P\"",
        ),
        (
            "[profile P]\nrole_arn = r\nweb_identity_token_file = /t\nduration_seconds = 900".to_owned(),
            "config:4: duration_seconds has no effect on a web identity: ignored",
        ),
        (
            "[profile P]\nrole_arn = r\nsource_profile = M\nmfa_serial = arn:mfa\n[profile M]\nrole_arn = r\nsource_profile = Q".to_owned(),
            "config:4: the code is presented by the base user \"Q\", with the first call: role \"P\" itself sees no MFA",
        ),
    ]
    .map(|(config, notice)| (config, KEYS, notice))
    {
        let chain = chain(&config, credentials, "P").unwrap();
        assert_eq!(notices(&chain), [expected], "{config}");
    }
    let same = format!("{role}mfa_serial = arn:mfa\n[profile Q]\nmfa_serial = arn:mfa");
    assert_eq!(notices(&chain(&same, KEYS, "P").unwrap()), [""; 0]);
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
    for (config, env, expected) in [
        (
            format!("{role}source_profile = Q"),
            Env::default(),
            Some(BaseKind::LongTerm),
        ),
        (
            format!("{role}source_profile = Q\n[profile Q]\naws_session_token = t"),
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
        let chain = resolve(&files(&config, KEYS), &Selection::of("P"), &env).unwrap();
        assert_eq!(chain.base.kind(&env), expected, "{config}");
    }
}
