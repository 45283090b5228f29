//! The one way in which files are read: opened without waiting, regular files only, and never more than a bound.
//!
//! A path that somebody sets can lead anywhere: to a FIFO that nobody writes to, to a device that never ends.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::retry_on_intr;
use zeroize::Zeroizing;

use super::status::{Other, Status};
use super::trust::Fault;

/// Why a file is not read.
#[derive(Debug)]
pub enum Unreadable {
    NotRegular(Other),
    /// Than so many bytes.
    Longer(u64),
    Failed(io::Error),
}

impl Unreadable {
    /// Is nothing there at all?
    pub fn is_missing(&self) -> bool {
        let Self::Failed(error) = self else {
            return false;
        };
        matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Continues `could not read it: `.
impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRegular(_) => f.write_str("it is not a regular file"),
            Self::Longer(longest) => write!(f, "it is longer than {}", Size(*longest)),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

/// `64 MiB`, `20 KiB`, `100 bytes`.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes.is_multiple_of(1 << 20) => write!(f, "{} MiB", bytes >> 20),
            bytes if bytes.is_multiple_of(1 << 10) => write!(f, "{} KiB", bytes >> 10),
            bytes => write!(f, "{bytes} bytes"),
        }
    }
}

/// The whole of a file; one that is longer than this is an error. Symbolic links are followed.
pub fn read(path: &Path, longest: u64) -> Result<Vec<u8>, Unreadable> {
    Regular::open(path)?.whole(longest)
}

/// The same for a secret text in UTF-8.
pub fn read_text(path: &Path, longest: u64) -> Result<Zeroizing<String>, Unreadable> {
    match String::from_utf8(read(path, longest)?) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            let problem = "stream did not contain valid UTF-8";
            Err(io::Error::new(ErrorKind::InvalidData, problem).into())
        }
    }
}

/// What a file begins with, at most so many bytes of it.
pub fn start(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    Ok(Regular::open(path)?.start(most)?)
}

/// Is it `/dev/null`, which stands for no file?
pub fn is_null(path: &Path) -> bool {
    Status::at(path).is_ok_and(|status| status.other() == Some(Other::Null))
}

/// A regular file that is open.
#[derive(Debug)]
pub struct Regular {
    file: File,
    pub status: Status,
}

impl Regular {
    /// Symbolic links are followed.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        Self::open_at(CWD, path, OFlags::empty())
    }

    /// One in a directory that is open; a symbolic link is an error.
    pub fn open_in(directory: impl AsFd, name: impl AsRef<Path>) -> Result<Self, Unreadable> {
        Self::open_at(directory, name.as_ref(), OFlags::NOFOLLOW)
    }

    /// A FIFO must not hang: it is opened without waiting, then refused.
    fn open_at(folder: impl AsFd, path: &Path, links: OFlags) -> Result<Self, Unreadable> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY | links;
        let folder = folder.as_fd();
        let opened = retry_on_intr(|| rustix::fs::openat(folder, path, flags, Mode::empty()));
        let file = File::from(opened.map_err(io::Error::from)?);
        let status = Status::of(&file)?;
        match status.other() {
            None => Ok(Self { file, status }),
            Some(other) => Err(Unreadable::NotRegular(other)),
        }
    }

    /// Who else may have written it, or may replace it at this path?
    pub fn fault(&self, path: &Path) -> Option<Fault> {
        Fault::find(&self.file, path)
    }

    /// Who else may have written it, wherever it is?
    pub fn own_fault(&self, path: &Path) -> Option<Fault> {
        Fault::of(&self.file, path)
    }

    /// Everything that is in it, if that is no longer than this.
    pub fn whole(&self, longest: u64) -> Result<Vec<u8>, Unreadable> {
        // A length of 0 says nothing, as below /proc; one above the bound saves the reading.
        if self.status.size() > longest {
            return Err(Unreadable::Longer(longest));
        }
        let bytes = self.start(longest.saturating_add(1))?;
        if bytes.len() as u64 > longest {
            return Err(Unreadable::Longer(longest));
        }
        Ok(bytes)
    }

    /// What it begins with, at most so many bytes. A file of the length that it says is read into one place, so that
    /// a secret has no second one.
    pub fn start(&self, most: u64) -> io::Result<Vec<u8>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let told = usize::try_from(self.status.size()).unwrap_or(usize::MAX);
        let mut bytes = vec![0; told.saturating_add(1).min(most)];
        let mut filled = 0;
        while filled < most {
            if filled == bytes.len() {
                bytes.resize((filled * 2).max(4096).min(most), 0);
            }
            match (&self.file).read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(length) => filled += length,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &Path) -> String {
        read(path, 20 << 10).expect_err("unreadable").to_string()
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let fifo = folder.path().join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status()?;
        assert!(made.success());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link)?;
        for (path, other) in [
            (fifo.as_path(), Other::Else),
            (folder.path(), Other::Directory),
            (link.as_path(), Other::Device),
            (Path::new("/dev/zero"), Other::Device),
            (Path::new("/dev/null"), Other::Null),
        ] {
            assert_eq!(problem(path), "it is not a regular file", "{path:?}");
            let Err(Unreadable::NotRegular(found)) = Regular::open(path) else {
                panic!("{path:?}");
            };
            assert_eq!(found, other, "{path:?}");
        }
        Ok(())
    }

    #[test]
    fn a_file_is_read_to_the_bound_and_through_links() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::os::unix::fs::symlink("file", &link)?;
        for (length, fits) in [(0, true), (20 << 10, true), ((20 << 10) + 1, false)] {
            std::fs::write(&file, vec![b'a'; length])?;
            match read(&link, 20 << 10) {
                Ok(bytes) => assert!(fits && bytes.len() == length, "{length}"),
                Err(error) => {
                    assert!(!fits, "{length}");
                    assert_eq!(error.to_string(), "it is longer than 20 KiB");
                }
            }
            let begun = start(&link, 100).map_err(|error| io::Error::other(error.to_string()))?;
            assert_eq!(begun.len(), length.min(100));
        }
        assert!(read(&folder.path().join("none"), 1).is_err_and(|error| error.is_missing()));
        assert!(read(&file.join("none"), 1).is_err_and(|error| error.is_missing()));
        Ok(())
    }

    #[test]
    fn a_text_is_utf_8() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("file");
        std::fs::write(&file, "caf\u{e9}")?;
        assert_eq!(read_text(&file, 100).expect("a text").as_str(), "caf\u{e9}");
        std::fs::write(&file, b"caf\xe9")?;
        let ours = read_text(&file, 100).expect_err("no text").to_string();
        let std = std::fs::read_to_string(&file).expect_err("no text");
        assert_eq!(ours, std.to_string());
        Ok(())
    }

    /// Such files say that they are empty.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_length_that_a_file_says_is_not_believed() {
        let path = Path::new("/proc/self/maps");
        assert_eq!(Status::at(path).expect("maps").size(), 0);
        let whole = read(path, 64 << 20).expect("maps");
        assert!(whole.len() > 200);
        assert_eq!(start(path, 100).expect("maps").len(), 100);
        let error = read(path, 100).expect_err("longer");
        assert_eq!(error.to_string(), "it is longer than 100 bytes");
    }
}
