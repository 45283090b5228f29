//! One permanent, empty lock file a session. The kernel frees the lock when its holder dies, however it dies.

use std::fmt;
use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::display_safe::display_safe;

use super::atomic_file::{Durability, replace};
use super::directory::{Directory, permissions};

/// A lock that is held. Dropping it unlocks explicitly: a mere close would leave it with a child that was caught
/// between fork and exec.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    pub fn file(&self) -> &File {
        &self.file
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = FileExt::unlock(&self.file);
    }
}

/// The lock of this name, or `None` while another holds it.
///
/// The file is never renamed or deleted; should someone else do it, the lock on the file that is gone is no lock, so
/// the path is compared after locking.
pub fn try_lock(locks: &Directory, name: &str) -> io::Result<Option<Lock>> {
    for _ in 0..3 {
        let file = open(locks, name)?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let lock = Lock { file };
        let locked = rustix::fs::fstat(&lock.file)?;
        let same = locks
            .status(name)
            .is_some_and(|named| (named.st_dev, named.st_ino) == (locked.st_dev, locked.st_ino));
        if same {
            return Ok(Some(lock));
        }
    }
    Err(io::Error::other("the lock file keeps changing"))
}

/// The lock of this name, waited for no longer than this; for locks that are held for an instant.
pub fn within(locks: &Directory, name: &str, longest: Duration) -> io::Result<Option<Lock>> {
    wait(longest, || try_lock(locks, name))
}

/// The lock of a directory itself, for files in it that are the user's: it survives that they are replaced, and
/// leaves nothing beside them.
pub fn of_directory(directory: &Directory, longest: Duration) -> io::Result<Option<Lock>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(directory, ".", flags, Mode::empty())?);
    let locked = wait(longest, || match FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(())),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    })?;
    Ok(locked.map(|()| Lock { file }))
}

fn wait<T>(
    longest: Duration,
    mut attempt: impl FnMut() -> io::Result<Option<T>>,
) -> io::Result<Option<T>> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(locked) = attempt()? {
            return Ok(Some(locked));
        }
        if begun.elapsed() >= longest {
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn open(locks: &Directory, name: &str) -> io::Result<File> {
    let mode = Mode::RUSR | Mode::WUSR;
    let flags =
        OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut moved = false;
    loop {
        let opened = rustix::fs::openat(locks, name, flags, mode);
        let odd = match &opened {
            Ok(file) => !locks.owns_file(&rustix::fs::fstat(file)?),
            Err(errno) => matches!(*errno, Errno::ISDIR | Errno::LOOP | Errno::NXIO),
        };
        if odd && !moved {
            locks.move_aside(name)?;
            moved = true;
            continue;
        }
        let file = File::from(opened?);
        if odd {
            return Err(io::Error::other(
                "something else is where the lock should be",
            ));
        }
        if permissions(&rustix::fs::fstat(&file)?) != 0o600 {
            // An odd umask took bits away, and without them nobody could open it again.
            rustix::fs::fchmod(&file, mode)?;
        }
        return Ok(file);
    }
}

/// Who holds a lock and what for. Advisory: believed only while the lock is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderNote {
    pub pid: u32,
    /// Such as `pts/3`; empty without a terminal.
    pub terminal: String,
    /// Such as `asking for a code` or `calling AWS`.
    pub doing: String,
    /// When it was written (milliseconds since 1970), so that the same words again are a change.
    pub since: i64,
}

/// What a holder does while it asks a person.
pub const ASKING: &str = "asking for a code";
/// What a holder does while it waits for STS.
pub const CALLING: &str = "calling AWS";

fn note_name(name: &str) -> String {
    format!("{name}.who")
}

impl HolderNote {
    pub(super) fn read(locks: &Directory, name: &str) -> Option<Self> {
        let content = locks.read(&note_name(name), 1..=512)?;
        Self::parse(std::str::from_utf8(&content).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let note = Self {
            pid: lines.next()?.parse().ok()?,
            terminal: lines.next()?.to_owned(),
            doing: lines.next()?.to_owned(),
            since: lines.next()?.parse().ok()?,
        };
        (lines.next() == Some("") && lines.next().is_none()).then_some(note)
    }

    /// Best effort: a waiter without a note still waits.
    pub(super) fn write(&self, locks: &Directory, name: &str) {
        let text = format!(
            "{}\n{}\n{}\n{}\n",
            self.pid,
            self.terminal.replace('\n', " "),
            self.doing.replace('\n', " "),
            self.since
        );
        let _ = replace(
            locks,
            &note_name(name),
            text.as_bytes(),
            None,
            Durability::Fleeting,
        );
    }

    pub(super) fn remove(locks: &Directory, name: &str) {
        locks.remove(&note_name(name));
    }
}

/// What a waiter waits for: `the MFA code asked in pts/3 (pid 4711)`.
impl fmt::Display for HolderNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.terminal.is_empty() {
            "another process"
        } else {
            &display_safe(&self.terminal)
        };
        let pid = self.pid;
        if self.doing == ASKING {
            write!(f, "the MFA code asked in {place} (pid {pid})")
        } else {
            write!(f, "{place} (pid {pid}), {}", display_safe(&self.doing))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_is_waited_for() {
        for (text, shown) in [
            (
                "4711\npts/3\nasking for a code\n1\n",
                Some("the MFA code asked in pts/3 (pid 4711)"),
            ),
            (
                "4711\npts/3\ncalling AWS\n1\n",
                Some("pts/3 (pid 4711), calling AWS"),
            ),
            (
                "4711\n\ncalling AWS\n1\n",
                Some("another process (pid 4711), calling AWS"),
            ),
            ("4711\n\x1b[2J\nx\n1\n", Some("\\u{1b}[2J (pid 4711), x")),
            ("4711\npts/3\ncalling AWS\n1", None),
            ("4711\npts/3\n", None),
            ("-1\npts/3\ncalling AWS\n1\n", None),
            ("4711\npts/3\ncalling AWS\n1\n\n", None),
        ] {
            let note = HolderNote::parse(text).map(|note| note.to_string());
            assert_eq!(note.as_deref(), shown, "{text:?}");
        }
    }

    #[test]
    fn a_lock_has_one_holder_and_is_free_after_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let locks = Directory::create(&folder.path().join("locks")).expect("creates");
        let lock = try_lock(&locks, "a")?;
        assert!(lock.is_some());
        assert!(try_lock(&locks, "a")?.is_none());
        assert!(try_lock(&locks, "b")?.is_some());
        drop(lock);
        assert!(try_lock(&locks, "a")?.is_some());
        Ok(())
    }

    #[test]
    fn what_is_no_lock_file_is_moved_aside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("locks");
        let locks = Directory::create(&path).expect("creates");
        std::fs::create_dir(path.join("directory"))?;
        std::os::unix::fs::symlink("/etc/hostname", path.join("link"))?;
        let made = std::process::Command::new("mkfifo")
            .arg(path.join("fifo"))
            .status()?;
        assert!(made.success());
        for name in ["directory", "link", "fifo"] {
            assert!(try_lock(&locks, name)?.is_some(), "{name}");
            assert!(path.join(name).is_file(), "{name}");
        }
        Ok(())
    }
}
