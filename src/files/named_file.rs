//! A file of settings that a variable can name, and that need not exist.

use std::path::Path;

use super::reading::{Regular, Unreadable};
use super::status::Other;
use super::trust::Fault;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};

/// Far above any real file; a bound all the same.
const LARGEST: u64 = 64 << 20;

/// The bytes of a file, and what is wrong with who may write it. Missing, or `/dev/null`: no bytes.
///
/// `variable` is the one that can name another file.
pub fn read(path: &Path, variable: &str) -> Result<(Vec<u8>, Option<Fault>)> {
    let file = match Regular::open(path) {
        Ok(file) => file,
        Err(Unreadable::NotRegular(Other::Null)) => return Ok((Vec::new(), None)),
        Err(problem) if problem.is_missing() => return Ok((Vec::new(), None)),
        Err(problem) => return Err(unreadable(path, variable, &problem)),
    };
    match file.whole(LARGEST) {
        Ok(bytes) => Ok((bytes, file.fault(path))),
        Err(problem) => Err(unreadable(path, variable, &problem)),
    }
}

fn unreadable(path: &Path, variable: &str, problem: &Unreadable) -> Error {
    let path = path.to_string_lossy();
    let shown = display_safe(&path);
    let message = match problem {
        Unreadable::Failed(error) => format!("could not read {shown}: {}", error.kind()),
        Unreadable::NotRegular(_) => format!("{shown} is not a regular file"),
        Unreadable::Longer(_) => format!("{shown} is longer than 64 MiB"),
    };
    let remedy = format!("make it a file that you can read, or let {variable} name another one");
    Error::new("file-unreadable", message, remedy)
}
