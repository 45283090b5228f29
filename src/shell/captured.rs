//! Is this process's output read by the shell that started it, as in `eval "$(xrole use …)"`? bash alone cannot tell
//! that from `( xrole use p; cmd ) | tee log`, where printing the code would leak it (shell integration 1.14).
//!
//! The bash hook asks with `xrole _captured $$`, on its own standard output: exit status 0 yes, 1 no, 2 unknown.

use crate::error::{Error, Exit};

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
pub use linux::captured;

/// Who reads the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// The shell itself: print the code.
    Yes,
    /// Something else, or nobody: evaluate the code where it is.
    No,
    Unknown,
}

/// Elsewhere there is no safe way to look into another process; but what is no pipe is no substitution.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn captured(output: impl std::os::fd::AsFd, _shell: u32) -> Captured {
    use rustix::fs::{FileType, fstat};

    match fstat(output) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::Fifo => Captured::No,
        _ => Captured::Unknown,
    }
}

/// What the person is told where it cannot be known; status 2.
#[must_use]
pub fn refusal() -> Error {
    Error::new(
        "usage",
        "could not tell whether this output is evaluated or goes elsewhere, where it would leak",
        "call `xrole use` on a line of its own, or write `command xrole` inside `$(…)`",
    )
    .exit(Exit::Usage)
}
