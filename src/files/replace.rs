//! The one way in which xrole writes a file: beside it, whole, then renamed over it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};

use rustix::fs::{Gid, Mode, OFlags, RawMode, Timespec, Timestamps, UTIME_OMIT};
use rustix::io::Errno;

use crate::clock::Timestamp;

use super::directory::{Directory, random_suffix};

/// Must the file survive a loss of power?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    Durable,
    /// A note or a stamp: whole at any instant, but gone is as good as there.
    Fleeting,
}

/// Puts a file of mode 0600 in place, so that a kill at any instant leaves the old or the new one. A directory that
/// has the name is moved aside.
pub fn replace(
    directory: &Directory,
    name: &str,
    content: &[u8],
    modified: Option<Timestamp>,
    durability: Durability,
) -> io::Result<()> {
    place(
        directory,
        name,
        content,
        modified,
        durability,
        Mode::RUSR | Mode::WUSR,
    )
}

/// The same, of mode 0400: for a text that nobody is to change.
pub fn replace_read_only(directory: &Directory, name: &str, content: &[u8]) -> io::Result<()> {
    place(
        directory,
        name,
        content,
        None,
        Durability::Durable,
        Mode::RUSR,
    )
}

fn place(
    directory: &Directory,
    name: &str,
    content: &[u8],
    modified: Option<Timestamp>,
    durability: Durability,
    mode: Mode,
) -> io::Result<()> {
    let temporary = Temporary::create(directory, format!("{name}.{}.tmp", random_suffix()?))?;
    let mut file = &temporary.file;
    rustix::fs::fchmod(file, mode)?;
    file.write_all(content)?;
    if durability == Durability::Durable {
        rustix::fs::fsync(file)?;
    }
    if let Some(modified) = modified {
        set_modified(file, modified)?;
    }
    temporary.rename_to(name)?;
    if durability == Durability::Durable {
        flush(directory)?;
    }
    Ok(())
}

/// What the file has that is replaced, so that the new one has it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The permission bits.
    pub mode: u32,
    /// `None` for a new file.
    pub group: Option<u32>,
}

/// What became of a file of the user's.
#[derive(Debug)]
pub enum Replaced {
    Yes,
    /// It is there, but a loss of power could bring the old one back.
    Unflushed(io::Error),
    /// It is not the file any more that was read.
    No,
}

/// The same for a file of the user's: with a temporary of this name, and `may_replace` asked last of all. What has the
/// name and cannot be replaced stays, and so does the old file after every error.
pub fn replace_users(
    directory: &Directory,
    name: &OsStr,
    temporary: String,
    content: &[u8],
    kept: Kept,
    may_replace: &dyn Fn() -> bool,
) -> io::Result<Replaced> {
    let mut temporary = Temporary::create(directory, temporary)?;
    let mut file = &temporary.file;
    let mut mode = kept.mode;
    if let Some(group) = kept.group.map(Gid::from_raw)
        && rustix::fs::fchown(file, None, Some(group)).is_err()
    {
        // Better unreadable for the old group than readable for another.
        mode &= !0o070;
    }
    rustix::fs::fchmod(file, Mode::from_raw_mode(mode as RawMode))?;
    file.write_all(content)?;
    rustix::fs::fsync(file)?;
    if !may_replace() {
        return Ok(Replaced::No);
    }
    rustix::fs::renameat(directory, temporary.name.as_str(), directory, name)?;
    temporary.renamed = true;
    Ok(match flush(directory) {
        Ok(()) => Replaced::Yes,
        Err(error) => Replaced::Unflushed(error),
    })
}

fn flush(directory: &Directory) -> io::Result<()> {
    match rustix::fs::fsync(directory) {
        // Some file systems cannot flush a directory and say so in this way.
        Ok(()) | Err(Errno::INVAL) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// Sets the time of modification alone.
pub(super) fn set_modified(file: &File, modified: Timestamp) -> io::Result<()> {
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: modified.0,
            tv_nsec: 0,
        },
    };
    Ok(rustix::fs::futimens(file, &times)?)
}

/// Removed on drop unless it was renamed.
struct Temporary<'directory> {
    directory: &'directory Directory,
    name: String,
    file: File,
    renamed: bool,
}

impl<'directory> Temporary<'directory> {
    fn create(directory: &'directory Directory, name: String) -> io::Result<Self> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = File::from(rustix::fs::openat(directory, name.as_str(), flags, mode)?);
        let temporary = Self {
            directory,
            name,
            file,
            renamed: false,
        };
        // An odd umask can have taken bits away.
        rustix::fs::fchmod(&temporary.file, mode)?;
        Ok(temporary)
    }

    fn rename_to(mut self, name: &str) -> io::Result<()> {
        let rename =
            || rustix::fs::renameat(self.directory, self.name.as_str(), self.directory, name);
        match rename() {
            Err(Errno::ISDIR) => {
                self.directory.move_aside(name)?;
                rename()?;
            }
            other => other?,
        }
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            self.directory.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn a_written_file_is_private_dated_and_alone() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("own");
        let directory =
            Directory::create(&path).map_err(|refusal| io::Error::other(refusal.to_string()))?;
        for content in ["one", "two"] {
            replace(
                &directory,
                "file",
                content.as_bytes(),
                Some(Timestamp(1_769_848_200)),
                Durability::Durable,
            )?;
            let metadata = std::fs::metadata(path.join("file"))?;
            assert_eq!(std::fs::read_to_string(path.join("file"))?, content);
            assert_eq!(metadata.mode() & 0o7777, 0o600);
            assert_eq!(metadata.mtime(), 1_769_848_200);
            assert_eq!(directory.names(), ["file"]);
        }
        Ok(())
    }

    #[test]
    fn a_directory_in_the_way_is_moved_aside() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("own");
        let directory =
            Directory::create(&path).map_err(|refusal| io::Error::other(refusal.to_string()))?;
        std::fs::create_dir_all(path.join("file/full"))?;
        replace(&directory, "file", b"new", None, Durability::Fleeting)?;
        assert_eq!(std::fs::read_to_string(path.join("file"))?, "new");
        let mut names = directory.names();
        names.retain(|name| name != "file");
        assert!(names[0].starts_with("file.") && path.join(&names[0]).join("full").is_dir());
        Ok(())
    }

    #[test]
    fn a_failed_write_leaves_nothing_behind() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("own");
        let directory =
            Directory::create(&path).map_err(|refusal| io::Error::other(refusal.to_string()))?;
        // The temporary can be written, but not renamed to this.
        assert!(replace(&directory, "", b"new", None, Durability::Durable).is_err());
        assert_eq!(directory.names(), Vec::<String>::new());
        Ok(())
    }
}
