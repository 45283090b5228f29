//! A file of the user's that is rewritten: under a lock, beside it, renamed over it. A symbolic link is followed to
//! what it names; mode and group stay.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::Errno;
use zeroize::Zeroizing;

use super::directory::{Directory, Refusal, random_suffix};
use super::lock::{self, Lock};
use super::reading::{Regular, Unreadable};
use super::replace::{Kept, Replaced, replace_users};
use super::status::Status;
use super::trust::Fault;

/// Far above any real file.
const LARGEST: u64 = 64 << 20;
const ENDING: &str = ".tmp";
/// Symbolic links that follow each other, as the kernel counts them.
const LINKS: usize = 40;

/// Where the file really is. It need not exist.
#[derive(Debug)]
pub struct UsersFile {
    folder: PathBuf,
    name: OsString,
}

/// The file as it was read; no bytes of a missing one.
#[derive(Debug)]
pub struct Found {
    pub bytes: Zeroizing<Vec<u8>>,
    /// `None`: it is missing.
    pub status: Option<Status>,
}

/// What was being done when the system said no. It is displayed as in `could not open the folder of FILE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Read,
    Write,
    OpenFolder,
    MakeFolder,
    Lock,
}

impl Step {
    pub fn describe(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::OpenFolder => "open the folder of",
            Self::MakeFolder => "make the folder of",
            Self::Lock => "lock the folder of",
        }
    }
}

/// Why it is not read or written. After every one the file is as it was.
#[derive(Debug)]
pub enum Problem {
    Failed(Step, io::Error),
    /// The path ends in no name, as `/` does.
    NoName,
    /// Neither its folder nor the one above exists.
    NoFolder,
    Folder(Refusal),
    /// Another program holds the lock.
    Locked,
    /// Somebody else could take what is written.
    Untrusted(Fault),
    Unreadable(Unreadable),
    AnotherUsers,
    ReadOnly,
}

fn failed(step: Step) -> impl Fn(io::Error) -> Problem {
    move |error| Problem::Failed(step, error)
}

impl UsersFile {
    pub fn at(path: &Path) -> Result<Self, Problem> {
        let path = follow(path).map_err(failed(Step::Read))?;
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let name = path.file_name().ok_or(Problem::NoName)?.to_owned();
        Ok(Self { folder, name })
    }

    /// What is in it. Takes no lock.
    pub fn read(&self) -> Result<Found, Problem> {
        match self.open_folder()? {
            Some(folder) => self.read_in(&folder),
            None => Ok(Found::missing()),
        }
    }

    /// May it be written, as far as can be seen without writing?
    pub fn check_writable(&self) -> Result<(), Problem> {
        let Some(folder) = self.open_folder()? else {
            return Ok(());
        };
        self.check_folder(&folder)?;
        self.open_in(&folder)?
            .map_or(Ok(()), |file| Found::of(file.status).kept().map(drop))?;
        folder.check_writable().map_err(failed(Step::Write))
    }

    /// Keeps other writers out, until what is returned is dropped; waits no longer than this for them. The folder is
    /// made (0700) where it is missing, and leftovers of a writer that was killed are removed.
    pub fn lock(&self, longest: Duration) -> Result<Locked<'_>, Problem> {
        let folder = match self.open_folder()? {
            Some(folder) => folder,
            None => self.create_folder()?,
        };
        self.check_folder(&folder)?;
        let lock = lock::of_files_in(&folder, longest).map_err(failed(Step::Lock))?;
        let locked = Locked {
            file: self,
            folder,
            _lock: lock.ok_or(Problem::Locked)?,
        };
        locked.sweep();
        Ok(locked)
    }

    /// The folder, if it is there.
    fn open_folder(&self) -> Result<Option<Directory>, Problem> {
        match Directory::open_users(&self.folder) {
            Ok(folder) => Ok(Some(folder)),
            Err(Refusal::Missing) => Ok(None),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn create_folder(&self) -> Result<Directory, Problem> {
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
            io::ErrorKind::NotFound => Problem::NoFolder,
            _ => Problem::Failed(Step::MakeFolder, error),
        })?;
        Ok(Directory::open_users(&self.folder)?)
    }

    /// Keys are not written where somebody else could take them.
    fn check_folder(&self, folder: &Directory) -> Result<(), Problem> {
        let opened = folder.as_fd().try_clone_to_owned();
        let opened = File::from(opened.map_err(failed(Step::Read))?);
        Fault::of(&opened, &self.folder).map_or(Ok(()), |fault| Err(Problem::Untrusted(fault)))
    }

    fn read_in(&self, folder: &Directory) -> Result<Found, Problem> {
        match self.open_in(folder)? {
            Some(file) => Ok(Found {
                bytes: Zeroizing::new(file.whole(LARGEST)?),
                ..Found::of(file.status)
            }),
            None => Ok(Found::missing()),
        }
    }

    fn open_in(&self, folder: &Directory) -> Result<Option<Regular>, Problem> {
        let file = match Regular::open_in(folder, &self.name) {
            Ok(file) => file,
            Err(problem) if problem.is_missing() => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        // Nor are they written over what somebody else owns.
        match file.own_fault(&self.folder.join(&self.name)) {
            Some(fault) => Err(Problem::Untrusted(fault)),
            None => Ok(Some(file)),
        }
    }

    fn temporary_prefix(&self) -> String {
        format!("{}.xrole-", self.name.to_string_lossy())
    }
}

/// A file that nobody else rewrites at the moment.
#[derive(Debug)]
pub struct Locked<'file> {
    file: &'file UsersFile,
    folder: Directory,
    _lock: Lock,
}

impl Locked<'_> {
    pub fn read(&self) -> Result<Found, Problem> {
        self.file.read_in(&self.folder)
    }

    /// Puts a new content in place of what was found, unless it is not that any more.
    pub fn replace(&self, found: &Found, new: &[u8]) -> Result<Replaced, Problem> {
        let kept = found.kept()?;
        let unchanged = || match (&found.status, self.folder.status(&self.file.name)) {
            (None, Err(error)) => error.kind() == io::ErrorKind::NotFound,
            (Some(then), Ok(now)) => then.is_unchanged(&now),
            _ => false,
        };
        let suffix = random_suffix().map_err(|errno| Problem::Failed(Step::Write, errno.into()))?;
        let temporary = format!("{}{suffix}{ENDING}", self.file.temporary_prefix());
        replace_users(
            &self.folder,
            &self.file.name,
            temporary,
            new,
            kept,
            &unchanged,
        )
        .map_err(failed(Step::Write))
    }

    /// Leftovers hold keys. Nobody else writes under this lock.
    fn sweep(&self) {
        let prefix = self.file.temporary_prefix();
        let leftover = |name: &String| {
            let random = name
                .strip_prefix(&prefix)
                .and_then(|r| r.strip_suffix(ENDING));
            random.is_some_and(|random| {
                random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        for name in self.folder.names().iter().filter(|name| leftover(name)) {
            self.folder.remove(name);
        }
    }
}

impl Found {
    fn missing() -> Self {
        Self {
            bytes: Zeroizing::default(),
            status: None,
        }
    }

    /// One that is there, not read.
    fn of(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::missing()
        }
    }

    /// What the new file has from the old one, which the user must be allowed to write.
    fn kept(&self) -> Result<Kept, Problem> {
        let own = rustix::process::geteuid().as_raw();
        match &self.status {
            Some(status) if status.owner() != own => Err(Problem::AnotherUsers),
            Some(status) if status.permissions() & 0o200 == 0 => Err(Problem::ReadOnly),
            Some(status) => Ok(Kept {
                mode: status.permissions() & 0o777,
                group: Some(status.group()),
            }),
            None => Ok(Kept {
                mode: 0o600,
                group: None,
            }),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Failed(errno) => Self::Failed(Step::OpenFolder, errno.into()),
            other => Self::Folder(other),
        }
    }
}

impl From<Unreadable> for Problem {
    fn from(problem: Unreadable) -> Self {
        match problem {
            Unreadable::Failed(error) => Self::Failed(Step::Read, error),
            other => Self::Unreadable(other),
        }
    }
}

/// What a chain of symbolic links names in the end, which need not exist.
fn follow(path: &Path) -> io::Result<PathBuf> {
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
