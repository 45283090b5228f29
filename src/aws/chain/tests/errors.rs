//! Every error and notice of a chain, with its exact words and places.

use super::{KEYS, chain, files, notices};
use crate::aws::chain::{Selection, resolve};
use crate::shell::Env;

/// The files, and the class, line 1 and line 2 of what is said of them.
const ERRORS: &[(&str, &str, &str)] = &[
    (
        "[profile prod]",
        "",
        "profile-not-found|profile \"P\" is in neither ~/.aws/config nor ~/.aws/credentials|xrole list shows all profiles",
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
        "source-not-found|config:3: source_profile \"centrl\" of profile \"P\" does not exist|did you mean \"central\" (config:4)? xrole list shows all",
    ),
    (
        "[profile P]\nrole_arn = r\nsource_profile = \"my prof\"\n[profile \"my prof\"]",
        "",
        "source-not-found|config:3: source_profile \"\"my prof\"\" of profile \"P\" does not exist|remove the quotes: the name is my prof (config:4)",
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
        "keys-partial|credentials:2: profile \"Q\" has aws_access_key_id but no aws_secret_access_key|add aws_secret_access_key to [Q] in the credentials file, or give both keys anew: aws configure --profile Q",
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
