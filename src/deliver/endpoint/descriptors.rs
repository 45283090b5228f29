//! What the program was given open, the endpoint does not keep open: a pipe must end when the program closes it.

use nix::fcntl::{FcntlArg, FdFlag, fcntl};

/// Closes all descriptors but the first three in whatever this process starts.
pub fn keep_from_children() {
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
