//! Programs that `make test` installs for the tests: the AWS CLI, versions 1 and 2, and ministack.

use std::path::{Path, PathBuf};

use xrole::context::Context;

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

/// A Python with boto3.
#[must_use]
pub fn python() -> Option<PathBuf> {
    provisioned("Python with boto3", "venv/bin/python3")
}

#[must_use]
pub fn ministack() -> Option<PathBuf> {
    provisioned("ministack", "venv/bin/ministack")
}

/// A provisioned program. A missing one fails the test under CI; elsewhere it is said and left out.
fn provisioned(what: &str, path: &str) -> Option<PathBuf> {
    let path = folder().join(path);
    if path.exists() {
        return Some(path);
    }
    assert!(
        !under_ci(),
        "{what} is not there: {} (scripts/provision installs it)",
        path.display()
    );
    eprintln!("left out: {what} is not installed (scripts/provision installs it)");
    None
}

/// A program on PATH.
#[must_use]
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    path.split(':')
        .map(|folder| Path::new(folder).join(name))
        .find(|file| file.is_file())
}
