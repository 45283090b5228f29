//! The AWS SDK's test vectors for the shared files: where they are, and what they say.
//!
//! A case passes, or it stands in `DIFFERENT` with its reason and xrole's own answer. A listed case that
//! would pass as the file says is a failure too.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};
use xrole::aws::config::{Document, Platform, Profile, ProfileMap, Profiles, locate, parse};
use xrole::error::Result;
use xrole::place::SourceFile;
use xrole::shell::Env;

/// A case that xrole answers otherwise than the file.
struct Different {
    index: usize,
    name: &'static str,
    profiles: fn() -> Value,
    notices: &'static [&'static str],
    /// Why; also in `docs/rules/aws.md#vectors`.
    reason: &'static str,
}

const DIFFERENT: [Different; 3] = [
    Different {
        index: 2,
        name: "Profile names support alphanumeric characters and - / . % @ _ : +",
        profiles: || json!({"some-thing:long/the_one%only.foo@bar+": {}, "foo!bar": {}}),
        notices: &[
            "config:2: profile \"foo!bar\": the AWS CLI and boto3 see this name, but other AWS SDKs do not",
        ],
        reason: "the CLI has a profile foo!bar",
    },
    Different {
        index: 16,
        name: "Property definitions must contain an equals sign.",
        profiles: || json!({"foo": {"key": "value"}}),
        notices: &[
            "config:2: \":\" after \"key\" is taken for \"=\", but the AWS SDKs reject the file",
        ],
        reason: "the CLI accepts a colon",
    },
    Different {
        index: 40,
        name: "Invalid profile names are ignored.",
        profiles: || json!({"in valid 2": {"name2": "value2"}}),
        notices: &[
            "config:1: [profile in valid] is ignored: quote the name, [profile \"in valid\"]",
            "credentials:1: profile \"in valid 2\": the AWS CLI and boto3 see this name, but other AWS SDKs do not",
        ],
        reason: "the CLI has it: it is the partner of [profile \"in valid 2\"]",
    },
];

/// The cases of a file that AWS ships inside its crate for these files, which xrole's own dependencies bring along.
fn vectors(file: &str) -> Vec<Value> {
    let path = crate_folder("aws-runtime").join("test-data").join(file);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut whole: Value = serde_json::from_slice(&text).expect("the vectors are JSON");
    match whole["tests"].take() {
        Value::Array(tests) => tests,
        other => panic!("{file}: tests is {other}"),
    }
}

/// Where cargo has unpacked the source of a dependency, in the version that Cargo.lock names.
fn crate_folder(name: &str) -> PathBuf {
    let tree = CARGO_METADATA["packages"].as_array().expect("packages");
    let package = tree.iter().find(|package| package["name"] == name);
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let manifest = PathBuf::from(manifest.unwrap_or_else(|| panic!("{name} is no dependency")));
    manifest.parent().expect("a folder").to_owned()
}

/// Without the other platforms' packages, which nobody may have fetched, it is known without the network.
static CARGO_METADATA: LazyLock<Value> = LazyLock::new(|| {
    let done = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .arg("--filter-platform=host-tuple")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo, which has built this test");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "cargo metadata: {said}");
    serde_json::from_slice(&done.stdout).expect("cargo's JSON")
});

fn read(input: &Value) -> Result<Profiles> {
    let document = |key: &str, file| match input[key].as_str() {
        Some(text) => parse(text.as_bytes(), file),
        None => Ok(Document::empty(file)),
    };
    let config = document("configFile", SourceFile::Config)?;
    let credentials = document("credentialsFile", SourceFile::Credentials)?;
    Ok(Profiles::merge(config, credentials))
}

fn raw_values(sections: &ProfileMap) -> Value {
    let settings = |profile: &Profile| -> BTreeMap<String, String> {
        let raw = profile.settings.iter();
        raw.map(|(key, setting)| (key.to_owned(), setting.value.to_string()))
            .collect()
    };
    sections
        .iter()
        .map(|profile| (profile.name.clone(), json!(settings(profile))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// What differs from the file's own expectation, if anything does.
fn difference(output: &Value, found: &Result<Profiles>) -> Option<String> {
    match (output.get("errorContaining"), found) {
        (Some(_), Err(error)) if error.class == "syntax" && error.at.len() == 1 => None,
        (Some(wanted), Ok(_)) => Some(format!("an error was expected: {wanted}")),
        (_, Err(error)) => Some(format!("an error: {error:?}")),
        (None, Ok(found)) => {
            let wanted = &output["config"];
            let profiles = raw_values(&found.profiles);
            if profiles != wanted["profiles"] {
                return Some(format!("profiles {profiles}, not {}", wanted["profiles"]));
            }
            let sessions = raw_values(&found.sso_sessions);
            match wanted.get("sso_sessions") {
                Some(wanted) if *wanted != sessions => {
                    Some(format!("sso_sessions {sessions}, not {wanted}"))
                }
                _ => None,
            }
        }
    }
}

#[test]
fn files_are_understood_as_the_sdk_does() {
    let tests = vectors("profile-parser-tests.json");
    assert_eq!(tests.len(), 65);
    let mut wrong = Vec::new();
    for (index, test) in tests.iter().enumerate() {
        let found = read(&test["input"]);
        let difference = difference(&test["output"], &found);
        match (
            DIFFERENT.iter().find(|case| case.index == index),
            difference,
        ) {
            (None, None) => {}
            (None, Some(difference)) => {
                wrong.push(format!("{index} {}: {difference}", test["name"]));
            }
            (Some(case), None) => {
                wrong.push(format!("{index} is listed ({}), but passes", case.reason));
            }
            (Some(case), Some(_)) => {
                let found = found.expect("xrole reads every file that is listed");
                let notices: Vec<String> = found.notices.iter().map(ToString::to_string).collect();
                assert_eq!(test["name"], case.name);
                assert_eq!(
                    raw_values(&found.profiles),
                    (case.profiles)(),
                    "case {index}"
                );
                assert_eq!(notices, case.notices, "case {index}");
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "profile-parser-tests.json:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn files_are_where_the_sdk_looks_for_them() {
    let tests = vectors("file-location-tests.json");
    assert_eq!(tests.len(), 9);
    for (index, test) in tests.iter().enumerate() {
        let variables = test["environment"].as_object().expect("an object").iter();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let env = Env::new(variables.map(|(name, value)| (name.into(), text(value).into())));
        let platform = match test["platform"].as_str() {
            Some("linux") => Platform::Unix,
            Some("windows") => Platform::Windows,
            other => panic!("platform {other:?}"),
        };
        let found = locate(&env, platform).expect("a location");
        let case = format!("file-location-tests.json {index} {}", test["name"]);
        let path = |path: Option<PathBuf>| path.expect("a path").to_string_lossy().into_owned();
        assert_eq!(path(found.config), text(&test["configLocation"]), "{case}");
        assert_eq!(
            path(found.credentials),
            text(&test["credentialsLocation"]),
            "{case}"
        );
        if let Some(profile) = test.get("profile") {
            let files = b"[default]\n[profile other]";
            let config = parse(files, SourceFile::Config).expect("two profiles");
            let profiles = Profiles::merge(config, Document::empty(SourceFile::Credentials));
            let selected = profiles.select(None, &env).expect("a profile");
            assert_eq!(selected.name, text(profile), "{case}");
        }
    }
}
