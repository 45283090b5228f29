//! Rewrites an AWS file of the user's: under a lock, beside it, renamed over it, so that a kill at any instant leaves
//! the old file or the new one. A symbolic link is followed to what it names; the mode stays.

mod target;

use crate::aws_config::edit::{Bytes, Edit};
use crate::env_diff::Env;
use crate::error::Result;
use crate::place::{Notice, SourceFile};
use target::Target;

/// How often a file may change under the eyes of the writer.
const ATTEMPTS: usize = 5;

/// What was done.
#[derive(Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The path for people, with `~`.
    pub shown: String,
    /// `false`: the file says it already, and was not written.
    pub changed: bool,
    pub notices: Vec<Notice>,
}

/// Makes one change to one of the two files, which is created (0600, in a folder of 0700) where it is missing.
pub fn edit(env: &Env, file: SourceFile, edit: &Edit) -> Result<Rewritten> {
    rewrite(env, file, |bytes| edit.apply(bytes, file))
}

/// The same with a function from the bytes that are there (none of a missing file) to those that shall be. It sees them
/// under the lock, and once more if another program wrote the file meanwhile; its error leaves the file alone.
pub fn rewrite(
    env: &Env,
    file: SourceFile,
    mut change: impl FnMut(&[u8]) -> Result<Bytes>,
) -> Result<Rewritten> {
    let target = Target::find(env, file)?;
    let (directory, _lock) = target.lock()?;
    target.sweep(&directory);
    for _ in 0..ATTEMPTS {
        let found = target.read(&directory)?;
        let new = change(&found.bytes)?;
        let changed = *new != *found.bytes;
        if changed && !target.replace(&directory, &found, &new)? {
            continue;
        }
        return Ok(Rewritten {
            notices: target.notices(&found, file),
            changed,
            shown: target.shown,
        });
    }
    Err(target.failed(
        "another program keeps changing it",
        "end that program, then run the command again",
    ))
}

/// The bytes of one of the two files as [`rewrite`] would see them, without a lock.
pub fn read(env: &Env, file: SourceFile) -> Result<Bytes> {
    let target = Target::find(env, file)?;
    match target.folder()? {
        Some(directory) => Ok(target.read(&directory)?.bytes),
        None => Ok(Bytes::default()),
    }
}

/// The path of one of the two files for people.
pub fn shown(env: &Env, file: SourceFile) -> Result<String> {
    Ok(Target::find(env, file)?.shown)
}
