//! The AWS SDK's own cases of chains (assume-role-tests.json): every one passes, or differs for a written reason.

use std::fmt::Write as _;

use serde_json::{Value, json};
use xrole::aws::chain::{BaseSource, Chain, Selection, resolve};
use xrole::aws::config::{Document, Profiles, parse};
use xrole::place::{SourceFile, Sourced};
use xrole::shell::Env;

const VECTORS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/vectors/assume-role-tests.json"
);
const CASES: usize = 28;

/// Where the file expects an error: xrole's class for it. Case 26 is the one deliberate difference.
const ERRORS: [(usize, &str); 15] = [
    (6, "source-missing"),
    (7, "source-both"),
    (8, "keys-partial"),
    (9, "keys-partial"),
    (10, "no-credentials"),
    // The AWS CLI would go on to the metadata services here; xrole never falls through.
    (11, "no-credentials"),
    (12, "source-not-found"),
    (13, "profile-not-found"),
    (16, "chain-loop"),
    (17, "chain-loop"),
    (20, "web-identity"),
    (23, "sso-incomplete"),
    (24, "sso-incomplete"),
    // Refused because account and role are missing; a repeated equal sso_region is accepted, as in the AWS CLI.
    (25, "sso-incomplete"),
    (27, "sso-session-not-found"),
];

/// Answered otherwise: index, what xrole says, and why.
const DIFFERENCES: [(usize, &str, &str); 1] = [(
    26,
    "sso-incomplete",
    "an SSO session without account and role yields tokens, not credentials; the AWS CLI finds none either",
)];

/// The case's profiles and sessions as a config file.
fn config(input: &Value) -> String {
    let mut text = String::new();
    for (prefix, sections) in [("profile", "profiles"), ("sso-session", "sso_sessions")] {
        for (name, settings) in input[sections].as_object().into_iter().flatten() {
            let _ = writeln!(text, "[{prefix} {name}]");
            for (key, value) in settings.as_object().into_iter().flatten() {
                let _ = writeln!(text, "{key} = {}", value.as_str().unwrap_or_default());
            }
        }
    }
    text
}

fn profiles(input: &Value) -> Profiles {
    let document = parse(config(input).as_bytes(), SourceFile::Config).unwrap();
    Profiles::merge(document, Document::empty(SourceFile::Credentials))
}

fn text(value: Option<&Sourced<String>>) -> Value {
    value.map_or(Value::Null, |value| json!(value.value))
}

/// The chain in the file's words, without the parts that are absent.
fn chain_as_json(chain: &Chain) -> Value {
    let base = match &chain.base.source {
        BaseSource::Static {
            access_key_id,
            secret_access_key,
            ..
        } => json!({"AccessKey": {
            "access_key_id": access_key_id, "secret_access_key": secret_access_key.expose(),
        }}),
        BaseSource::Ec2 => json!({"NamedSource": "Ec2InstanceMetadata"}),
        BaseSource::WebIdentity {
            role_arn,
            role_session_name,
            token_file,
        } => json!({"WebIdentityToken": {
            "role_arn": role_arn.value, "web_identity_token_file": token_file,
            "role_session_name": text(role_session_name.as_ref()),
        }}),
        BaseSource::Sso {
            session,
            start_url,
            region,
            account_id,
            role_name,
        } => json!({"Sso": {
            "sso_account_id": account_id, "sso_region": region, "sso_role_name": role_name,
            "sso_session": session, "sso_start_url": start_url,
        }}),
        other => panic!("no case has {other:?}"),
    };
    let hops = chain.hops.iter().map(|hop| {
        json!({"AssumeRole": {
            "role_arn": hop.role_arn.value, "external_id": text(hop.external_id.as_ref()),
            "role_session_name": text(hop.role_session_name.as_ref()),
        }})
    });
    let mut steps: Vec<Value> = std::iter::once(base).chain(hops).collect();
    for parameters in steps
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(serde_json::Map::values_mut)
        .filter_map(Value::as_object_mut)
    {
        parameters.retain(|_, value| !value.is_null());
    }
    Value::Array(steps)
}

/// `aws_account_id` is no part of an access key in xrole: AWS tells whose a session is.
fn without_account_of_keys(mut expected: Value) -> Value {
    for step in expected.as_array_mut().into_iter().flatten() {
        if let Some(key) = step.get_mut("AccessKey").and_then(Value::as_object_mut) {
            key.remove("account_id");
        }
    }
    expected
}

#[test]
fn every_case_passes_or_stands_in_the_list() {
    let Ok(text) = std::fs::read_to_string(VECTORS) else {
        assert!(!ci(), "{VECTORS} is missing");
        println!("left out: {VECTORS} is missing");
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(cases.len(), CASES);
    for (index, case) in cases.iter().enumerate() {
        let input = &case["input"];
        let profiles = profiles(input);
        let selection = Selection::of(input["selected_profile"].as_str().unwrap());
        let found = resolve(&profiles, &selection, &Env::default());
        let name = format!("case {index}: {}", case["docs"]);
        if let Some((_, class, why)) = DIFFERENCES.iter().find(|(at, ..)| *at == index) {
            assert_eq!(found.unwrap_err().class, *class, "{name} ({why})");
        } else if let Some(expected) = case["output"].get("ProfileChain") {
            let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                chain_as_json(&found),
                without_account_of_keys(expected.clone()),
                "{name}"
            );
        } else {
            let mut errors = ERRORS.iter();
            let class = errors.find(|(at, _)| *at == index).map(|(_, class)| *class);
            assert_eq!(found.err().map(|error| error.class), class, "{name}");
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "only the process's world knows whether this is CI"
)]
fn ci() -> bool {
    std::env::var_os("CI").is_some()
}
