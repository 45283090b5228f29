//! May commands that a file names be run? Not if somebody else could have written them.
//!
//! Neither the file nor its directory may belong to anyone but the user or root, or be writable by others.
//! The user's own primary group is not others.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::display_safe::display_safe;
use crate::error::Error;

/// The user who runs xrole.
#[derive(Debug, Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    fn current() -> Self {
        Self {
            uid: rustix::process::geteuid().as_raw(),
            gid: rustix::process::getegid().as_raw(),
        }
    }
}

/// Who a file or directory belongs to, and who may write to it.
#[derive(Debug, Clone, Copy)]
struct Access {
    uid: u32,
    gid: u32,
    mode: u32,
}

impl From<&Metadata> for Access {
    fn from(metadata: &Metadata) -> Self {
        Self {
            uid: metadata.uid(),
            gid: metadata.gid(),
            mode: metadata.mode(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Owner(u32),
    Writable,
    Unknown(String),
}

fn judge(access: Access, user: User) -> Option<Reason> {
    let own_group = access.gid == user.gid;
    if access.uid != user.uid && access.uid != 0 {
        Some(Reason::Owner(access.uid))
    } else if access.mode & 0o002 != 0 || (access.mode & 0o020 != 0 && !own_group) {
        Some(Reason::Writable)
    } else {
        None
    }
}

/// Why the commands of a file are not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file or directory at fault, with symlinks resolved.
    pub path: PathBuf,
    reason: Reason,
}

impl Fault {
    /// Looks at an open file, its directory, and, if a symlink led to it, the directory where it really lies. Every
    /// warm run comes through here, so that paths are resolved only where that says something.
    #[must_use]
    pub fn find(file: &File, path: &Path) -> Option<Self> {
        let user = User::current();
        let unknown = |error: std::io::Error| Self {
            path: path.to_owned(),
            reason: Reason::Unknown(error.kind().to_string()),
        };
        let at_fault = |metadata: std::io::Result<Metadata>, path: &Path| match metadata {
            Ok(metadata) => judge(Access::from(&metadata), user).map(|reason| Self {
                path: path.canonicalize().unwrap_or_else(|_| path.to_owned()),
                reason,
            }),
            Err(error) => Some(unknown(error)),
        };
        let directory = match path.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => path,
        };
        let behind_link = || match path.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => match path.canonicalize() {
                Ok(real) => real
                    .parent()
                    .and_then(|target| at_fault(target.metadata(), target)),
                Err(error) => Some(unknown(error)),
            },
            Ok(_) => None,
            Err(error) => Some(unknown(error)),
        };
        at_fault(file.metadata(), path)
            .or_else(|| at_fault(directory.metadata(), directory))
            .or_else(behind_link)
    }

    /// Looks at an open file or directory alone.
    #[must_use]
    pub fn of(opened: &File, path: &Path) -> Option<Self> {
        let reason = match opened.metadata() {
            Ok(metadata) => judge(Access::from(&metadata), User::current())?,
            Err(error) => Reason::Unknown(error.kind().to_string()),
        };
        Some(Self {
            path: path.canonicalize().unwrap_or_else(|_| path.to_owned()),
            reason,
        })
    }

    /// `/etc/aws/config is writable by others`.
    #[must_use]
    pub fn describe(&self) -> String {
        let path = self.path.to_string_lossy();
        let path = display_safe(&path);
        match &self.reason {
            Reason::Owner(uid) => format!("{path} belongs to another user (uid {uid})"),
            Reason::Writable => format!("{path} is writable by others"),
            Reason::Unknown(error) => format!("who may write to {path} is unknown ({error})"),
        }
    }

    /// The command that mends it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let path = self.path.to_string_lossy();
        let path = shell_words::quote(&path);
        let path = display_safe(&path);
        match self.reason {
            Reason::Owner(_) => format!("if you trust it: sudo chown \"$(id -u)\" {path}"),
            Reason::Writable => format!("if you trust it: chmod go-w {path}"),
            Reason::Unknown(_) => format!("see ls -ld {path}"),
        }
    }

    /// The error for what is not done because of it, such as `the settings are not read`.
    #[must_use]
    pub fn error(&self, refused: &str) -> Error {
        let message = format!("{}: {refused}", self.describe());
        Error::new("untrusted-file", message, self.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_neither_the_user_nor_root_nor_the_own_group() {
        let user = User {
            uid: 1000,
            gid: 100,
        };
        for (uid, gid, mode, reason) in [
            (1000, 100, 0o100_600, None),
            (1000, 100, 0o100_644, None),
            (1000, 100, 0o100_664, None),
            (0, 0, 0o100_644, None),
            (1000, 200, 0o100_640, None),
            (1000, 200, 0o100_660, Some(Reason::Writable)),
            (1000, 100, 0o100_602, Some(Reason::Writable)),
            (0, 0, 0o100_666, Some(Reason::Writable)),
            (0, 0, 0o041_777, Some(Reason::Writable)),
            (1001, 100, 0o100_600, Some(Reason::Owner(1001))),
        ] {
            let access = Access { uid, gid, mode };
            assert_eq!(judge(access, user), reason, "{access:?}");
        }
    }
}
