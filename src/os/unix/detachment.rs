//! A process that outlives what started it, and keeps nothing of it.

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

/// A terminal's keys and its end are the business of others from now on.
pub fn leave_terminal() {
    let _ = rustix::process::setsid();
}

/// Closes all descriptors but the first three in whatever this process starts: a pipe that somebody else was given
/// must end when they close it.
pub fn keep_descriptors_from_children() {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else {
        return;
    };
    for entry in entries.flatten() {
        let number: Option<i32> = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some(number) = number.filter(|number| *number > 2) {
            let _ = fcntl(number, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
        }
    }
}
