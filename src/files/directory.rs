//! A directory of ours, opened once and checked; everything below it goes through its descriptor, so that a path that
//! is swapped meanwhile has no effect.

use std::fmt;
use std::io;
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, Dir, Mode, OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::io::Errno;

use super::reading::Regular;
use super::status::Status;

#[derive(Debug)]
pub struct Directory {
    descriptor: OwnedFd,
    path: PathBuf,
    mode: u32,
    /// The effective user.
    owner: u32,
}

/// Why a directory is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Missing,
    Foreign(u32),
    WritableByOthers(u32),
    NotADirectory,
    /// Others can enter or read a directory that must be 0700, or it is not in memory where it must be.
    NotPrivate,
    /// Neither it nor what belongs in it can be made, as below /proc.
    NotMade,
    Failed(Errno),
}

/// What happens to a directory that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    Leave,
    Create,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the directory does not exist"),
            Self::Foreign(uid) => write!(f, "the directory belongs to another user (uid {uid})"),
            Self::WritableByOthers(mode) => {
                write!(f, "others can write to the directory (mode {mode:04o})")
            }
            Self::NotADirectory => {
                f.write_str("a file or a symbolic link is where the directory should be")
            }
            Self::NotPrivate => f.write_str("the directory is not private"),
            Self::NotMade => f.write_str(
                "no directory can be made there; XROLE_CACHE_DIR can name another place",
            ),
            Self::Failed(errno) => errno.fmt(f),
        }
    }
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::NOENT => Self::Missing,
            Errno::NOTDIR | Errno::LOOP => Self::NotADirectory,
            other => Self::Failed(other),
        }
    }
}

impl Refusal {
    /// That something is missing where a directory is being made says nothing to a person.
    fn of_making(errno: Errno) -> Self {
        match errno {
            Errno::NOENT | Errno::PERM | Errno::ACCESS => Self::NotMade,
            other => other.into(),
        }
    }
}

const DIRECTORY: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

impl Directory {
    /// Opens a directory that belongs to the effective user and that nobody else can write to. Its parents may be
    /// symbolic links, since people move `~/.cache`; it itself may not.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let descriptor = rustix::fs::open(path, DIRECTORY, Mode::empty())?;
        Self::check(descriptor, path.to_owned())
    }

    /// The same for a directory of the system's, such as `$XDG_RUNTIME_DIR`, which may be a symbolic link: what it
    /// leads to is checked.
    pub fn open_linked(path: &Path) -> Result<Self, Refusal> {
        let flags = DIRECTORY.difference(OFlags::NOFOLLOW);
        let descriptor = rustix::fs::open(path, flags, Mode::empty())?;
        Self::check(descriptor, path.to_owned())
    }

    /// A directory of the user's own making, wherever it is and whatever its mode: whoever writes into it looks at
    /// whose it is.
    pub fn open_users(path: &Path) -> Result<Self, Refusal> {
        let flags = DIRECTORY.difference(OFlags::NOFOLLOW);
        let descriptor = rustix::fs::open(path, flags, Mode::empty())?;
        let mode = Status::from(rustix::fs::fstat(&descriptor)?).permissions();
        Ok(Self {
            descriptor,
            path: path.to_owned(),
            mode,
            owner: rustix::process::geteuid().as_raw(),
        })
    }

    /// Opens the directory, made with its parents (0700) where it is missing.
    pub fn create(path: &Path) -> Result<Self, Refusal> {
        match Self::open(path) {
            Err(Refusal::Missing) => {}
            other => return other,
        }
        let errno = |error: io::Error| {
            Refusal::of_making(Errno::from_io_error(&error).unwrap_or(Errno::IO))
        };
        let mut builder = std::fs::DirBuilder::new();
        builder.mode(0o700);
        if let Some(parent) = path.parent() {
            builder.recursive(true).create(parent).map_err(errno)?;
        }
        match builder.recursive(false).create(path) {
            // An odd umask can have taken bits away.
            Ok(()) => std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
                .map_err(errno)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(errno(error)),
        }
        Self::open(path)
    }

    /// A directory in this one, under the same rules.
    pub fn below(&self, name: &str) -> Result<Self, Refusal> {
        let descriptor = rustix::fs::openat(self, name, DIRECTORY, Mode::empty())?;
        Self::check(descriptor, self.path.join(name))
    }

    /// The same, made where it is missing; whatever else has that name is moved aside.
    pub fn create_below(&self, name: &str) -> Result<Self, Refusal> {
        match self.below(name) {
            Err(Refusal::Missing) => {}
            Err(Refusal::NotADirectory) => self.move_aside(name).map_err(Refusal::of_making)?,
            other => return other,
        }
        match rustix::fs::mkdirat(self, name, Mode::RWXU) {
            Ok(()) => {
                let _ = rustix::fs::chmodat(self, name, Mode::RWXU, AtFlags::empty());
            }
            Err(Errno::EXIST) => {}
            Err(errno) => return Err(Refusal::of_making(errno)),
        }
        self.below(name)
    }

    fn check(descriptor: OwnedFd, path: PathBuf) -> Result<Self, Refusal> {
        let status = Status::from(rustix::fs::fstat(&descriptor)?);
        let mode = status.permissions();
        let owner = rustix::process::geteuid().as_raw();
        if status.owner() != owner {
            return Err(Refusal::Foreign(status.owner()));
        }
        if mode & 0o022 != 0 {
            return Err(Refusal::WritableByOthers(mode));
        }
        Ok(Self {
            descriptor,
            path,
            mode,
            owner,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn is_readable_by_others(&self) -> bool {
        self.mode & 0o055 != 0
    }

    pub fn is_private(&self) -> bool {
        self.mode == 0o700
    }

    /// The content of a regular file of our own that nobody else may touch, of an allowed size. Anything else is no
    /// file: a symbolic link, a FIFO (which does not hang), a directory, a file that grows or shrinks meanwhile.
    pub fn read(&self, name: &str, sizes: RangeInclusive<u64>) -> Option<Vec<u8>> {
        let file = Regular::open_in(self, name).ok()?;
        let (status, size) = (&file.status, file.status.size());
        if !self.owns_file(status) || status.permissions() & 0o077 != 0 || !sizes.contains(&size) {
            return None;
        }
        let content = file.start(size).ok()?;
        (content.len() as u64 == size).then_some(content)
    }

    /// A regular file of our own?
    pub fn owns_file(&self, status: &Status) -> bool {
        status.owner() == self.owner && status.other().is_none()
    }

    /// Of what has this name, which may be a symbolic link.
    pub fn status(&self, name: impl AsRef<Path>) -> io::Result<Status> {
        let status = rustix::fs::statat(self, name.as_ref(), AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(status.into())
    }

    /// Lets a file be modified now, as its time says.
    pub fn touch(&self, name: &str) -> io::Result<()> {
        let time = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
        let now = Timestamps {
            last_access: time(UTIME_OMIT),
            last_modification: time(UTIME_NOW),
        };
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        Ok(rustix::fs::utimensat(self, name, &now, flags)?)
    }

    /// May the user make and remove names in it?
    pub fn check_writable(&self) -> io::Result<()> {
        let write = Access::WRITE_OK | Access::EXEC_OK;
        Ok(rustix::fs::accessat(self, c".", write, AtFlags::empty())?)
    }

    /// Is what is in it in memory, gone with the power?
    #[cfg(target_os = "linux")]
    pub fn is_in_memory(&self) -> bool {
        const TMPFS_MAGIC: i64 = 0x0102_1994;
        #[allow(
            clippy::useless_conversion,
            clippy::unnecessary_fallible_conversions,
            reason = "the type of f_type differs from architecture to architecture"
        )]
        rustix::fs::fstatfs(self)
            .is_ok_and(|status| i64::try_from(status.f_type).is_ok_and(|kind| kind == TMPFS_MAGIC))
    }

    /// Is what is in it in memory, gone with the power?
    #[cfg(not(target_os = "linux"))]
    pub fn is_in_memory(&self) -> bool {
        false
    }

    /// Its path without symbolic links. The kernel tells that of an open directory in one call, where resolving it
    /// takes one for every component.
    pub fn canonical_path(&self) -> PathBuf {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd as _;
            let link = format!("/proc/self/fd/{}", self.descriptor.as_raw_fd());
            if let Ok(path) = std::fs::read_link(link) {
                return path;
            }
        }
        std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone())
    }

    pub fn remove(&self, name: &str) -> bool {
        rustix::fs::unlinkat(self, name, AtFlags::empty()).is_ok()
    }

    /// Removes a directory, if it is empty.
    pub fn remove_directory(&self, name: &str) -> bool {
        rustix::fs::unlinkat(self, name, AtFlags::REMOVEDIR).is_ok()
    }

    /// Gives what has this name a name that nobody looks for, until the sweep takes it.
    pub fn move_aside(&self, name: &str) -> Result<(), Errno> {
        let aside = format!("{name}.{}.aside", random_suffix()?);
        rustix::fs::renameat(self, name, self, aside.as_str())
    }

    /// Every UTF-8 name in the directory, in no order.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.any_name(|name| {
            names.push(name.to_owned());
            false
        });
        names
    }

    /// Does a name satisfy this? Reads no further than the first that does.
    pub fn any_name(&self, mut wanted: impl FnMut(&str) -> bool) -> bool {
        let Ok(entries) = Dir::read_from(self) else {
            return false;
        };
        entries.flatten().any(|entry| {
            let name = entry.file_name().to_str().unwrap_or(".");
            !matches!(name, "." | "..") && wanted(name)
        })
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// 16 hexadecimal digits from the OS, for a name that nobody can have made before.
pub fn random_suffix() -> Result<String, Errno> {
    let number = getrandom::u64().map_err(|_| Errno::IO)?;
    Ok(format!("{number:016x}"))
}
