//! What is known of a file without reading it.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{FileType, Stat};

use crate::clock::Timestamp;

/// What is there in place of a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// `/dev/null`, which can stand for no file.
    Null,
    Device,
    Directory,
    /// A FIFO, a socket, a symbolic link.
    Else,
}

/// Of a file, a directory, or a symbolic link itself.
#[derive(Debug, Clone, Copy)]
pub struct Status {
    stat: Stat,
}

impl From<Stat> for Status {
    fn from(stat: Stat) -> Self {
        Self { stat }
    }
}

impl Status {
    pub fn of(opened: impl AsFd) -> io::Result<Self> {
        Ok(rustix::fs::fstat(opened)?.into())
    }

    /// Of what a path leads to.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(rustix::fs::stat(path)?.into())
    }

    /// `None` for a regular file.
    pub fn other(&self) -> Option<Other> {
        Some(match FileType::from_raw_mode(self.stat.st_mode) {
            FileType::RegularFile => return None,
            FileType::CharacterDevice if self.is_null() => Other::Null,
            FileType::CharacterDevice | FileType::BlockDevice => Other::Device,
            FileType::Directory => Other::Directory,
            _ => Other::Else,
        })
    }

    fn is_null(&self) -> bool {
        rustix::fs::stat("/dev/null").is_ok_and(|null| null.st_rdev == self.stat.st_rdev)
    }

    pub fn owner(&self) -> u32 {
        self.stat.st_uid
    }

    pub fn group(&self) -> u32 {
        self.stat.st_gid
    }

    /// The permission bits, with the sticky and set-id ones.
    #[allow(
        clippy::useless_conversion,
        reason = "the type of st_mode differs from system to system"
    )]
    pub fn permissions(&self) -> u32 {
        u32::from(self.stat.st_mode) & 0o7777
    }

    /// The bytes that it says it holds.
    pub fn size(&self) -> u64 {
        u64::try_from(self.stat.st_size).unwrap_or(0)
    }

    /// Has it a second name?
    pub fn has_hard_links(&self) -> bool {
        self.stat.st_nlink > 1
    }

    /// The same file, whatever has become of its content?
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.stat.st_dev, self.stat.st_ino) == (other.stat.st_dev, other.stat.st_ino)
    }

    /// The same file, with the same content as far as can be seen from outside?
    pub fn is_unchanged(&self, now: &Self) -> bool {
        let marks = |s: &Stat| (s.st_size, s.st_mtime, s.st_mtime_nsec);
        self.is_same_file(now) && marks(&self.stat) == marks(&now.stat)
    }

    /// When its content was written last, as far as its owner tells the truth.
    #[allow(
        clippy::useless_conversion,
        clippy::unnecessary_cast,
        reason = "the type of times differs from system to system"
    )]
    pub fn modified(&self) -> Timestamp {
        Timestamp(self.stat.st_mtime as i64)
    }

    /// When anything about it changed last; nobody can set that.
    #[allow(
        clippy::useless_conversion,
        clippy::unnecessary_cast,
        reason = "the type of times differs from system to system"
    )]
    pub fn changed(&self) -> Timestamp {
        Timestamp(self.stat.st_ctime as i64)
    }
}
