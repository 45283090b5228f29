//! Rewrites an AWS file of the user's: under a lock, beside it, renamed over it, so that a kill at any instant leaves
//! the old file or the new one. A symbolic link is followed to what it names; the mode stays.

mod location;
mod target;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::aws::config::edit::{Bytes, Edit};
use crate::aws::config::with_tilde;
use crate::error::Result;
use crate::files::reading::is_null;
use crate::files::replace::Replaced;
use crate::place::{Notice, SourceFile};
use crate::shell::Env;
use target::Target;

/// How often a file may change under the eyes of the writer.
const ATTEMPTS: usize = 5;
/// A lock is held for the time of one write.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// What was done.
#[derive(Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// `false`: the file says it already, and was not written.
    pub changed: bool,
    pub notices: Vec<Notice>,
}

/// One of the two files, which need not exist.
#[derive(Debug)]
pub struct AwsFile {
    target: Target,
    file: SourceFile,
    /// As it was named, before links are followed.
    path: PathBuf,
    wait: Duration,
}

impl AwsFile {
    /// Where the environment says, else in `~/.aws`.
    pub fn find(env: &Env, file: SourceFile) -> Result<Self> {
        let path = location::locate(env, file)?.ok_or_else(|| location::none_named(file))?;
        Self::at(&path, file, env)
    }

    /// The same, unless the environment says that there is no such file: with an empty variable, or with `/dev/null`.
    pub fn find_if_any(env: &Env, file: SourceFile) -> Result<Option<Self>> {
        let path = location::locate(env, file)?.filter(|path| !is_null(path));
        path.map(|path| Self::at(&path, file, env)).transpose()
    }

    /// At a path that was found before.
    pub fn at(path: &Path, file: SourceFile, env: &Env) -> Result<Self> {
        Self::new(path, with_tilde(path, env), file)
    }

    fn new(path: &Path, shown: String, file: SourceFile) -> Result<Self> {
        Ok(Self {
            target: Target::of(path, shown, file)?,
            file,
            path: path.to_owned(),
            wait: LOCK_WAIT,
        })
    }

    /// The longest that a lock is waited for.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The path for people, with `~`.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.target.shown()
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes that are there, none of a missing file. Takes no lock.
    pub fn read(&self) -> Result<Bytes> {
        self.target.read()
    }

    /// What would refuse every change, before anybody is asked for anything. Writes nothing, takes no lock.
    pub fn check_writable(&self) -> Result<()> {
        self.target.check_writable()
    }

    /// Makes a change to the file, which is created (0600, in a folder of 0700) where it is missing.
    pub fn edit(&self, edit: &Edit) -> Result<Rewritten> {
        self.rewrite(|bytes| edit.apply(bytes, self.file))
    }

    /// The same with a function from the bytes that are there to those that shall be. It sees them under the lock, and
    /// once more if another program wrote the file meanwhile; its error leaves the file alone.
    pub fn rewrite(&self, mut change: impl FnMut(&[u8]) -> Result<Bytes>) -> Result<Rewritten> {
        let locked = self.target.lock(self.wait)?;
        for _ in 0..ATTEMPTS {
            let found = locked.read()?;
            let new = change(&found.bytes)?;
            let changed = *new != *found.bytes;
            let mut notices = locked.notices(&found, self.file);
            if changed {
                match locked.replace(&found, &new)? {
                    Replaced::Yes => {}
                    Replaced::No => continue,
                    Replaced::Unflushed(error) => notices.push(locked.unflushed(&error)),
                }
            }
            return Ok(Rewritten { changed, notices });
        }
        Err(locked.keeps_changing())
    }
}
