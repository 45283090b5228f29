//! Which path the environment gives a file, and which file its symbolic links lead to.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::aws::config::{self, Platform};
use crate::error::{Error, Result};
use crate::place::SourceFile;
use crate::shell::Env;

/// Symbolic links that follow each other, as the kernel counts them.
const LINKS: usize = 40;

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

/// What a chain of symbolic links names in the end, which need not exist.
pub fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let is_link = match path.symlink_metadata() {
            Ok(metadata) => metadata.is_symlink(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !is_link {
            return Ok(path);
        }
        let named = std::fs::read_link(&path)?;
        path = match path.parent() {
            Some(parent) => parent.join(named),
            None => named,
        };
    }
    Err(Errno::LOOP.into())
}
