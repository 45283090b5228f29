//! The PowerShell form. Not written yet on this branch: every call is refused.

use super::HookOptions;
use crate::env_diff::Change;
use crate::error::{Error, Exit, Result};

fn refused() -> Error {
    Error::new(
        "usage",
        "PowerShell is not supported yet",
        "use bash, zsh or sh",
    )
    .exit(Exit::Usage)
}

pub fn quote(_value: &str) -> Result<String> {
    Err(refused())
}

pub fn render(_change: &Change) -> Result<String> {
    Err(refused())
}

#[must_use]
pub fn failure() -> &'static str {
    ""
}

pub fn hook(_options: &HookOptions) -> Result<String> {
    Err(refused())
}

#[must_use]
pub fn deinit() -> &'static str {
    ""
}
