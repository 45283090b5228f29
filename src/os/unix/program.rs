//! Programs as the system finds and starts them.

use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// The command takes this process's place: signals, terminal, exit status are its own. Comes back only with the
/// reason why it could not.
#[must_use]
pub fn take_place(mut command: Command) -> io::Error {
    command.exec()
}

/// Is there a file where this name leads: a path, or one of the folders in which programs are looked for?
#[must_use]
pub fn is_there(name: &OsStr, folders: Option<&OsStr>) -> bool {
    if name.as_encoded_bytes().contains(&b'/') {
        return Path::new(name).is_file();
    }
    let folders = folders.unwrap_or_default();
    std::env::split_paths(folders).any(|folder| folder.join(name).is_file())
}
