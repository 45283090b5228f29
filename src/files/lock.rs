//! One permanent, empty lock file a session. The kernel frees the lock when its holder dies, however it dies.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::directory::Directory;
use super::replace::set_modified;
use super::status::Status;
use crate::clock::Timestamp;

/// A lock that is held. Dropping it unlocks explicitly: a mere close would leave it with a child that was caught
/// between fork and exec.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Of the lock file.
    pub fn status(&self) -> io::Result<Status> {
        Status::of(&self.file)
    }

    /// Lets the lock file say when something was done under it.
    pub fn set_modified(&self, time: Timestamp) -> io::Result<()> {
        set_modified(&self.file, time)
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
        let locked = lock.status()?;
        let named = locks.status(name);
        if named.is_ok_and(|named| named.is_same_file(&locked)) {
            return Ok(Some(lock));
        }
    }
    Err(io::Error::other("the lock file keeps changing"))
}

/// The lock of this name, waited for no longer than this; for locks that are held for an instant.
pub fn within(locks: &Directory, name: &str, longest: Duration) -> io::Result<Option<Lock>> {
    wait(longest, || try_lock(locks, name))
}

/// The lock for the files in a directory of the user's. It is the lock of the directory itself, which survives that
/// the files are replaced, and leaves nothing beside them.
pub fn of_files_in(directory: &Directory, longest: Duration) -> io::Result<Option<Lock>> {
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
            Ok(file) => !locks.owns_file(&Status::of(file)?),
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
        if Status::of(&file)?.permissions() != 0o600 {
            // An odd umask took bits away, and without them nobody could open it again.
            rustix::fs::fchmod(&file, mode)?;
        }
        return Ok(file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
