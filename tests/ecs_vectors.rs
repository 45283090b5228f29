//! The shared vectors of where container credentials are: a pure function of environment and resolver.

use std::net::IpAddr;

use xrole::shell::Env;
use xrole::source::container;

const CASES: usize = 11;

fn resolve(host: &str) -> Vec<IpAddr> {
    match host {
        "localhost" => vec![IpAddr::from([127, 0, 0, 1])],
        _ => Vec::new(),
    }
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "CI says whether the vectors may be missing"
)]
fn ecs_tests_json() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/vectors/ecs-tests.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var_os("CI").is_none(), "{path} is missing");
        eprintln!("{path} is missing: its cases were left out");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let tests = file["tests"].as_array().expect("tests");
    assert_eq!(tests.len(), CASES);
    for test in tests {
        let vars = test["env"].as_object().expect("env");
        let env = Env::new(
            vars.iter()
                .map(|(name, value)| (name.into(), value.as_str().expect("text").into())),
        );
        let result = container::uri(&env, &resolve);
        match test["result"]["Ok"].as_str() {
            Some(expected) => assert_eq!(result.as_deref(), Ok(expected), "{}", test["docs"]),
            // The wording is the SDK's; that it is an error, and its class, are compared.
            None => assert_eq!(
                result.expect_err("an error").class,
                "container",
                "{}",
                test["docs"]
            ),
        }
    }
}
