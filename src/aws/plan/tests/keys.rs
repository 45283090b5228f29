//! Request keys: each input alone changes them, nothing else does.

use super::super::MfaSetting;
use super::{Given, KEYS, role};
use crate::aws::chain::{BaseKind, Selection};
use crate::aws::plan::RequestKey;
use crate::shell::Env;

fn last(given: &Given, config: &str) -> RequestKey {
    given.plan(config).unwrap().calls.last().unwrap().key
}

/// Every configuration differs from every other in one input or more.
fn all_differ(keys: &[(String, RequestKey)]) {
    for (n, (name, key)) in keys.iter().enumerate() {
        for (other_name, other) in &keys[..n] {
            assert_ne!(key, other, "{name} and {other_name} share a session");
        }
    }
}

#[test]
fn each_input_of_a_role_changes_its_key() {
    let base = "[profile Q]\ncredential_process = p\n";
    let key = |config: String| {
        let given = Given {
            credentials: String::new(),
            ..Given::default()
        };
        let key = last(&given, &config);
        (config, key)
    };
    let mut keys = vec![key(role(base))];
    for line in [
        "role_session_name = bob",
        "role_session_name = alice",
        "external_id = ext-1",
        "external_id = ext-2",
        "duration_seconds = 900",
        "duration_seconds = 1800",
        "mfa_serial = GAHT12345678",
        "mfa_serial = GAHT12345679",
        "session_tags = a=b",
        "session_tags = a=c",
        "session_tags = c=b",
        "session_tags = a=b,c=d",
        "transitive_session_tags = a",
        "transitive_session_tags = c",
        "source_identity = alice",
        "source_identity = bob",
        "use_fips_endpoint = true",
        "use_dualstack_endpoint = true",
        "endpoint_url = https://sts.eu-west-1.example",
        "endpoint_url = https://sts.eu-west-1.amazonaws.com/",
    ] {
        keys.push(key(role(&format!("{line}\n{base}"))));
    }
    for (from, to) in [
        ("role/P", "role/R"),
        ("eu-west-1", "eu-west-2"),
        ("eu-west-1", "us-east-1"),
        ("eu-west-1", "aws-global"),
        ("= p", "= other"),
    ] {
        keys.push(key(role(base).replacen(from, to, 1)));
    }
    all_differ(&keys);
}

#[test]
fn every_source_has_its_own_key() {
    let arn = "role_arn = arn:aws:iam::222222222222:role/P\n";
    let sso = "sso_account_id = 1\nsso_role_name = r\nsso_start_url = u\nsso_region = eu-west-1\n";
    let web = "role_arn = arn:aws:iam::222222222222:role/W\nweb_identity_token_file = /t\n";
    let static_keys = "aws_access_key_id = AKIAQ\naws_secret_access_key = s\n";
    let sources = [
        static_keys.to_owned(),
        static_keys.replace("AKIAQ", "AKIAR"),
        "credential_process = p\n".to_owned(),
        "credential_process = q\n".to_owned(),
        "login_session = p\n".to_owned(),
        "login_session = q\n".to_owned(),
        sso.to_owned(),
        sso.replace("= 1", "= 2"),
        sso.replace("= r", "= s"),
        sso.replace("= u", "= v"),
        web.to_owned(),
        web.replace("/t", "/u"),
        web.replace("role/W", "role/V"),
        format!("{web}role_session_name = me\n"),
    ];
    let plain = Given {
        credentials: String::new(),
        ..Given::default()
    };
    let mut keys: Vec<_> = sources
        .into_iter()
        .map(|source| {
            let config = role(&format!("[profile Q]\n{source}"));
            let key = last(&plain, &config);
            (config, key)
        })
        .collect();
    for (source, vars) in [
        ("Environment", [("AWS_ACCESS_KEY_ID", "AKIAE")]),
        ("Environment", [("AWS_ACCESS_KEY_ID", "AKIAF")]),
        ("Ec2InstanceMetadata", [("", "")]),
        (
            "Ec2InstanceMetadata",
            [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://[::1]:1338")],
        ),
        (
            "Ec2InstanceMetadata",
            [("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")],
        ),
        ("EcsContainer", [("", "")]),
        (
            "EcsContainer",
            [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a")],
        ),
        (
            "EcsContainer",
            [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/a")],
        ),
    ] {
        let config =
            format!("[profile P]\n{arn}credential_source = {source}\nregion = eu-west-1\n");
        let given = Given {
            env: Env::from(vars),
            ..Given::default()
        };
        let key = last(&given, &config);
        keys.push((format!("{config}{vars:?}"), key));
    }
    all_differ(&keys);
}

#[test]
fn what_is_no_input_changes_nothing() {
    let one = last(&Given::default(), &role(""));
    let mut other_user = Given::default();
    other_user.settings.user = "bob".to_owned();
    assert_eq!(
        last(&other_user, &role("")),
        one,
        "the default session name"
    );
    let other_secret = Given {
        credentials: KEYS.replace("= s", "= t"),
        ..Given::default()
    };
    assert_eq!(last(&other_secret, &role("")), one, "the secret");
    assert_eq!(
        last(&Given::default(), &role("mfa_process = p\n")),
        one,
        "the command for codes"
    );
    let renamed = role("").replace("profile P", "profile R");
    let given = Given {
        selection: Selection::of("R"),
        ..Given::default()
    };
    assert_eq!(last(&given, &renamed), one, "the profile's name");
    let arn = "arn:aws:iam::222222222222:role/P";
    let mut ad_hoc = Given {
        selection: Selection::of(arn),
        ..Given::default()
    };
    ad_hoc.selection.source = Some("Q".to_owned());
    ad_hoc.selection.region = Some("eu-west-1".to_owned());
    assert_eq!(last(&ad_hoc, &role("")), one, "the role by its ARN");
    let tags = |tags: &str| {
        last(
            &Given::default(),
            &role(&format!("session_tags = {tags}\n")),
        )
    };
    assert_eq!(tags("a=1,b=2"), tags("b=2,a=1"), "the order of tags");
}

#[test]
fn an_mfa_session_serves_every_role_and_region_of_its_device() {
    let serial = "mfa_serial = GAHT12345678\n";
    let first = |given: &Given, config: &str| given.plan(config).unwrap().calls[0].key;
    let one = first(&Given::default(), &role(serial));
    let ohio = role(serial)
        .replace("eu-west-1", "us-east-2")
        .replace("role/P", "role/R");
    assert_eq!(first(&Given::default(), &ohio), one);
    assert_eq!(
        first(
            &Given::default(),
            &role(&format!("{serial}external_id = ext\n"))
        ),
        one
    );

    let mut longer = Given::default();
    longer.settings.mfa_session_duration = 900;
    let other_key = Given {
        credentials: KEYS.replace("AKIAQ", "AKIAR"),
        ..Given::default()
    };
    let gov = role(serial)
        .replace("eu-west-1", "us-gov-west-1")
        .replace("arn:aws:", "arn:aws-us-gov:");
    all_differ(&[
        ("one".to_owned(), one),
        ("duration".to_owned(), first(&longer, &role(serial))),
        ("base key".to_owned(), first(&other_key, &role(serial))),
        (
            "serial".to_owned(),
            first(&Given::default(), &role(&serial.replace('8', "9"))),
        ),
        ("partition".to_owned(), first(&Given::default(), &gov)),
        (
            "global".to_owned(),
            first(
                &Given::default(),
                &role(serial).replace("eu-west-1", "aws-global"),
            ),
        ),
        (
            "endpoint".to_owned(),
            first(
                &Given::default(),
                &role(&format!("{serial}endpoint_url = https://e\n")),
            ),
        ),
    ]);
}

#[test]
fn a_later_hop_is_keyed_by_its_parent_request() {
    let two = |more: &str| {
        role("").replace("= Q", "= M")
            + "[profile M]\nrole_arn = arn:aws:iam::222222222222:role/M\nsource_profile = Q\n"
            + more
    };
    let one = last(&Given::default(), &two(""));
    let other_parent = last(&Given::default(), &two("external_id = ext\n"));
    assert_ne!(one, other_parent);
    // Shared and direct mint different sessions of the same role.
    let serial = role("mfa_serial = GAHT12345678\n");
    let shared = last(&Given::mfa(MfaSetting::Shared), &serial);
    let direct = last(&Given::mfa(MfaSetting::Direct), &serial);
    assert_ne!(shared, direct);
    let process = Given {
        credentials: String::new(),
        assume: BaseKind::Temporary,
        ..Given::default()
    };
    let config = role("[profile Q]\ncredential_process = p\n");
    let long_term = Given {
        assume: BaseKind::LongTerm,
        credentials: String::new(),
        ..Given::default()
    };
    assert_eq!(last(&process, &config), last(&long_term, &config));
}
