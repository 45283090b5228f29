//! Which path the environment gives a file.

use std::path::PathBuf;

use crate::aws::config::{self, Platform};
use crate::error::{Error, Result};
use crate::place::SourceFile;
use crate::shell::Env;

/// The path of one of the two files; `None` if the environment says that there is none.
pub fn locate(env: &Env, file: SourceFile) -> Result<Option<PathBuf>> {
    let located = config::locate(env, Platform::current())?;
    Ok(match file {
        SourceFile::Config => located.config,
        SourceFile::Credentials => located.credentials,
    })
}

pub fn none_named(file: SourceFile) -> Error {
    let variable = variable(file);
    Error::new(
        "aws-file",
        format!("{variable} is set but empty, so there is no {file} file to write"),
        format!("unset {variable}, or let it name a file"),
    )
}

/// The variable that can name another file.
pub fn variable(file: SourceFile) -> &'static str {
    match file {
        SourceFile::Config => "AWS_CONFIG_FILE",
        SourceFile::Credentials => "AWS_SHARED_CREDENTIALS_FILE",
    }
}
