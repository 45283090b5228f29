//! One file of the user's: where it really is, who may write it, and what goes wrong with that.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::location::{follow, variable};
use crate::aws::config::edit::Bytes;
use crate::error::{Error, Result};
use crate::files::directory::{Directory, Refusal, permissions, random_suffix};
use crate::files::lock::{self, Lock};
use crate::files::replace::{Kept, Replaced, replace_users};
use crate::files::trust::Fault;
use crate::place::{Notice, SourceFile};

/// Far above any real file.
const LARGEST: u64 = 64 << 20;
const ENDING: &str = ".tmp";

/// Where the file really is.
#[derive(Debug)]
pub struct Target {
    folder: PathBuf,
    name: OsString,
    /// The path for people, with `~`.
    pub shown: String,
    variable: &'static str,
}

/// The file as it was read.
pub struct Found {
    pub bytes: Bytes,
    stat: Option<Stat>,
}

impl Target {
    pub fn of(path: &Path, shown: String, file: SourceFile) -> Result<Self> {
        let mut target = Self {
            folder: PathBuf::new(),
            name: OsString::new(),
            shown,
            variable: variable(file),
        };
        let path = follow(path).map_err(|error| target.io("read", &error))?;
        let name = path.file_name().map(OsStr::to_owned);
        target.name = name.ok_or_else(|| {
            target.failed(
                "it is not a regular file",
                &format!("let {} name a file", target.variable),
            )
        })?;
        target.folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(target)
    }

    /// The folder, if it is there.
    pub fn folder(&self) -> Result<Option<Directory>> {
        match Directory::open_users(&self.folder) {
            Ok(directory) => Ok(Some(directory)),
            Err(Refusal::Missing) => Ok(None),
            Err(refusal) => Err(self.unusable(refusal)),
        }
    }

    /// The folder, made where it is missing, and its lock.
    pub fn lock(&self, wait: Duration) -> Result<(Directory, Lock)> {
        let directory = match self.folder()? {
            Some(directory) => directory,
            None => self.create_folder()?,
        };
        self.check_owner(&directory, &self.folder)?;
        match lock::of_directory(&directory, wait) {
            Ok(Some(lock)) => Ok((directory, lock)),
            Ok(None) => Err(self.failed(
                "another program holds the lock of its folder",
                "wait until it has finished, then run the command again",
            )),
            Err(error) => Err(self.io("lock the folder of", &error)),
        }
    }

    fn create_folder(&self) -> Result<Directory> {
        let made = std::fs::DirBuilder::new().mode(0o700).create(&self.folder);
        match made {
            // An odd umask can have taken bits away.
            Ok(()) => {
                let private = std::fs::Permissions::from_mode(0o700);
                std::fs::set_permissions(&self.folder, private)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => self.failed(
                "neither its folder nor the one above exists",
                &format!(
                    "make the folder, or let {} name another file",
                    self.variable
                ),
            ),
            _ => self.io("make the folder of", &error),
        })?;
        Directory::open_users(&self.folder).map_err(|refusal| self.unusable(refusal))
    }

    /// Keys are written neither where somebody else could take them nor over what somebody else owns.
    fn check_owner(&self, opened: impl std::os::fd::AsFd, path: &Path) -> Result<()> {
        let cloned = opened.as_fd().try_clone_to_owned();
        let file = File::from(cloned.map_err(|error| self.io("read", &error))?);
        match Fault::of(&file, path) {
            Some(fault) => Err(fault.error(&format!("{} is not written", self.shown))),
            None => Ok(()),
        }
    }

    /// A FIFO must not hang: it is opened without waiting, then refused.
    pub fn read(&self, directory: &Directory) -> Result<Found> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(directory, &self.name, flags, Mode::empty()) {
            Ok(file) => File::from(file),
            Err(Errno::NOENT) => {
                return Ok(Found {
                    bytes: Zeroizing::default(),
                    stat: None,
                });
            }
            Err(errno) => return Err(self.io("read", &errno.into())),
        };
        let stat = rustix::fs::fstat(&file).map_err(|errno| self.io("read", &errno.into()))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            let other = format!("let {} name another file", self.variable);
            // Nobody shall move /dev/null.
            let remedy = match FileType::from_raw_mode(stat.st_mode) {
                FileType::CharacterDevice | FileType::BlockDevice => other,
                _ => format!("move it away, or {other}"),
            };
            return Err(self.failed("it is not a regular file", &remedy));
        }
        self.check_owner(&file, &self.folder.join(&self.name))?;
        let mut bytes = Zeroizing::new(Vec::new());
        (&file)
            .take(LARGEST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| self.io("read", &error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(self.failed("it is longer than 64 MiB", "make it shorter"));
        }
        Ok(Found {
            bytes,
            stat: Some(stat),
        })
    }

    /// May it be written, as far as can be seen without writing?
    pub fn check_writable(&self) -> Result<()> {
        let Some(directory) = self.folder()? else {
            return Ok(());
        };
        self.check_owner(&directory, &self.folder)?;
        self.kept(&self.read(&directory)?)?;
        let write = Access::WRITE_OK | Access::EXEC_OK;
        rustix::fs::accessat(&directory, c".", write, AtFlags::empty())
            .map_err(|errno| self.io("write", &errno.into()))
    }

    /// What the new file has from the old one, which the user must be allowed to write.
    fn kept(&self, found: &Found) -> Result<Kept> {
        let own = rustix::process::geteuid().as_raw();
        match &found.stat {
            Some(stat) if stat.st_uid != own => {
                let remedy = format!("sudo chown \"$(id -u)\" {}", self.shown);
                Err(self.failed("it belongs to another user", &remedy))
            }
            Some(stat) if permissions(stat) & 0o200 == 0 => {
                let remedy = format!("chmod u+w {}", self.shown);
                Err(self.failed("it is read-only", &remedy))
            }
            Some(stat) => Ok(Kept {
                mode: permissions(stat) & 0o777,
                group: Some(stat.st_gid),
            }),
            None => Ok(Kept {
                mode: 0o600,
                group: None,
            }),
        }
    }

    pub fn replace(&self, directory: &Directory, found: &Found, new: &[u8]) -> Result<Replaced> {
        let kept = self.kept(found)?;
        let same = || {
            let now = rustix::fs::statat(directory, &self.name, AtFlags::SYMLINK_NOFOLLOW);
            match (&found.stat, now) {
                (None, Err(Errno::NOENT)) => true,
                (Some(then), Ok(now)) => {
                    let marks =
                        |s: &Stat| (s.st_dev, s.st_ino, s.st_size, s.st_mtime, s.st_mtime_nsec);
                    marks(then) == marks(&now)
                }
                _ => false,
            }
        };
        let temporary = random_suffix()
            .map(|suffix| format!("{}{suffix}{ENDING}", self.temporary_prefix()))
            .map_err(|errno| self.io("write", &errno.into()))?;
        replace_users(directory, &self.name, temporary, new, kept, &same)
            .map_err(|error| self.io("write", &error))
    }

    /// Leftovers of a writer that was killed hold keys. Nobody else writes under this lock.
    pub fn sweep(&self, directory: &Directory) {
        let prefix = self.temporary_prefix();
        let leftover = |name: &String| {
            let random = name
                .strip_prefix(&prefix)
                .and_then(|r| r.strip_suffix(ENDING));
            random.is_some_and(|random| {
                random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        for name in directory.names().iter().filter(|name| leftover(name)) {
            directory.remove(name);
        }
    }

    fn temporary_prefix(&self) -> String {
        format!("{}.xrole-", self.name.to_string_lossy())
    }

    pub fn notices(&self, found: &Found, file: SourceFile) -> Vec<Notice> {
        let mut notices = Vec::new();
        let Some(stat) = &found.stat else {
            return notices;
        };
        let mode = permissions(stat) & 0o777;
        if file == SourceFile::Credentials && mode & 0o044 != 0 {
            let text = format!(
                "{} can be read by others (mode {mode:04o}): chmod 600 {0}",
                self.shown
            );
            notices.push(Notice::new(None, text));
        }
        if stat.st_nlink > 1 {
            let text = format!(
                "{} had a second name (a hard link), under which the old content stays",
                self.shown
            );
            notices.push(Notice::new(None, text));
        }
        notices
    }

    pub fn unflushed(&self, error: &io::Error) -> Notice {
        let text = format!(
            "{} is written, but a loss of power could bring the old content back: {error}",
            self.shown
        );
        Notice::new(None, text)
    }

    fn unusable(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Failed(errno) => self.io("open the folder of", &errno.into()),
            other => self.failed(
                &other.to_string(),
                &format!("let {} name a file in a folder of yours", self.variable),
            ),
        }
    }

    fn io(&self, doing: &str, error: &io::Error) -> Error {
        let errno = Errno::from_io_error(error);
        let remedy = match errno {
            Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => {
                "make room, then run the command again; the file is as it was".to_owned()
            }
            Some(Errno::ACCESS | Errno::PERM | Errno::ROFS) => format!(
                "make it and its folder writable for you, or let {} name another file",
                self.variable
            ),
            _ => "the file is as it was".to_owned(),
        };
        let message = format!("could not {doing} {}: {error}", self.shown);
        Error::new("aws-file", message, remedy)
    }

    pub fn failed(&self, why: &str, remedy: &str) -> Error {
        let message = format!("could not write {}: {why}", self.shown);
        Error::new("aws-file", message, remedy)
    }
}
