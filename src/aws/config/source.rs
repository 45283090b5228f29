//! The two files as they were read: bytes in bounds, and who else may have written them.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::files::trust::Fault;
use crate::place::SourceFile;

/// Far above any real file; a bound all the same.
const LARGEST: u64 = 64 << 20;

/// What is known of one file beyond its text.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The path for people, with `~`.
    pub shown: String,
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    pub config: Option<Source>,
    pub credentials: Option<Source>,
}

impl Sources {
    pub(super) fn get(&self, file: SourceFile) -> Option<&Source> {
        match file {
            SourceFile::Config => self.config.as_ref(),
            SourceFile::Credentials => self.credentials.as_ref(),
        }
    }

    /// `~/.aws/config`, or where else the file is.
    pub(super) fn shown(&self, file: SourceFile) -> &str {
        let default = match file {
            SourceFile::Config => "~/.aws/config",
            SourceFile::Credentials => "~/.aws/credentials",
        };
        self.get(file).map_or(default, |source| &source.shown)
    }
}

/// The bytes of a file, and what is wrong with who may write it. Missing, or `/dev/null`: no bytes.
///
/// `variable` is the one that can name another file.
pub(crate) fn read(path: &Path, variable: &str) -> Result<(Vec<u8>, Option<Fault>)> {
    let unreadable = |error: std::io::Error| {
        let message = format!("could not read {}: {}", shown(path), error.kind());
        fix(message, variable)
    };
    // A FIFO must not hang: it is opened without waiting, then refused.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let opened = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(opened) => File::from(opened),
        Err(error) => {
            let error = std::io::Error::from(error);
            return match error.kind() {
                ErrorKind::NotFound | ErrorKind::NotADirectory => Ok((Vec::new(), None)),
                _ => Err(unreadable(error)),
            };
        }
    };
    let metadata = opened.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        if is_null_device(&metadata) {
            return Ok((Vec::new(), None));
        }
        let message = format!("{} is not a regular file", shown(path));
        return Err(fix(message, variable));
    }
    let too_long = || fix(format!("{} is longer than 64 MiB", shown(path)), variable);
    if metadata.len() > LARGEST {
        return Err(too_long());
    }
    let length = usize::try_from(metadata.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(length + 1);
    (&opened)
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(too_long());
    }
    Ok((bytes, Fault::find(&opened, path)))
}

/// Is it `/dev/null`, which stands for no file?
pub(crate) fn is_null(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| is_null_device(&metadata))
}

fn is_null_device(metadata: &std::fs::Metadata) -> bool {
    metadata.file_type().is_char_device()
        && std::fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == metadata.rdev())
}

fn shown(path: &Path) -> String {
    display_safe(&path.to_string_lossy()).into_owned()
}

fn fix(message: String, variable: &str) -> Error {
    let remedy = format!("make it a file that you can read, or let {variable} name another one");
    Error::new("file-unreadable", message, remedy)
}
