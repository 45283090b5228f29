//! Is this process's output read by the shell that started it, as in `eval "$(xrole use …)"`? bash alone cannot tell
//! that from `( xrole use p; cmd ) | tee log`, where printing the code would leak it (shell integration 1.14).
//!
//! The bash hook asks with `xrole _captured $$`, on its own standard output: exit status 0 yes, 1 no, 2 unknown.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::error::{Error, Exit};

/// Who reads the standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Captured {
    /// The shell itself: print the code.
    Yes,
    /// Something else, or nobody: evaluate the code where it is.
    No,
    Unknown,
}

/// While a shell sets a pipeline up it holds the pipe for a moment; while it reads a substitution it keeps it.
const SETTLES: Duration = Duration::from_millis(10);

/// Looks whether `shell` or a subshell of it, between it and this process, reads what is written to `output`.
#[must_use]
pub fn captured(output: impl AsFd, shell: u32) -> Captured {
    match look(output.as_fd(), shell) {
        Captured::Yes => {
            std::thread::sleep(SETTLES);
            look(output.as_fd(), shell)
        }
        other => other,
    }
}

/// What the person is told where it cannot be known; status 2.
#[must_use]
pub fn refusal() -> Error {
    Error::new(
        "usage",
        "could not tell whether this output is evaluated or goes elsewhere, where it would leak",
        "call `xrole use` alone, write `command xrole use` inside `$(…)`, or use `xrole exec`",
    )
    .exit(Exit::Usage)
}

/// An open file of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Descriptor {
    device: u64,
    inode: u64,
    readable: bool,
}

/// `None` stands for a process whose descriptors could not be read.
fn judge(output: Descriptor, shells: &[Option<Vec<Descriptor>>]) -> Captured {
    let reads = |open: &Descriptor| {
        open.readable && (open.device, open.inode) == (output.device, output.inode)
    };
    if shells.iter().flatten().flatten().any(reads) {
        Captured::Yes
    } else if shells.is_empty() || shells.contains(&None) {
        Captured::Unknown
    } else {
        Captured::No
    }
}

#[cfg(target_os = "linux")]
fn look(output: BorrowedFd<'_>, shell: u32) -> Captured {
    let Ok(output) = rustix::fs::fstat(output) else {
        return Captured::Unknown;
    };
    if rustix::fs::FileType::from_raw_mode(output.st_mode) != rustix::fs::FileType::Fifo {
        return Captured::No;
    }
    let output = Descriptor {
        device: output.st_dev,
        inode: output.st_ino,
        readable: false,
    };
    let mut shells = Vec::new();
    for process in super::dialect::ancestors() {
        shells.push(descriptors(process.pid));
        if process.pid == shell {
            return judge(output, &shells);
        }
    }
    Captured::Unknown
}

#[cfg(target_os = "linux")]
fn descriptors(pid: u32) -> Option<Vec<Descriptor>> {
    use std::os::unix::fs::MetadataExt as _;

    let mut open = Vec::new();
    for entry in std::fs::read_dir(format!("/proc/{pid}/fd")).ok()? {
        let path = entry.ok()?.path();
        // Closed meanwhile: it reads nothing.
        if let (Ok(link), Ok(file)) = (std::fs::symlink_metadata(&path), std::fs::metadata(&path)) {
            open.push(Descriptor {
                device: file.dev(),
                inode: file.ino(),
                // The link's own mode tells how the file was opened.
                readable: link.mode() & 0o400 != 0,
            });
        }
    }
    Some(open)
}

/// Elsewhere there is no safe way to look into another process.
#[cfg(not(target_os = "linux"))]
fn look(_output: BorrowedFd<'_>, _shell: u32) -> Captured {
    judge(
        Descriptor {
            device: 0,
            inode: 0,
            readable: false,
        },
        &[],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn pipe(inode: u64, readable: bool) -> Descriptor {
        Descriptor {
            device: 9,
            inode,
            readable,
        }
    }

    #[test]
    fn a_shell_that_reads_the_pipe_captures() {
        let output = pipe(5, false);
        for (shells, captured) in [
            (vec![Some(vec![pipe(5, true)])], Captured::Yes),
            (vec![Some(vec![]), Some(vec![pipe(5, true)])], Captured::Yes),
            (vec![None, Some(vec![pipe(5, true)])], Captured::Yes),
            (
                vec![Some(vec![pipe(5, false), pipe(6, true)])],
                Captured::No,
            ),
            (vec![Some(vec![]), None], Captured::Unknown),
            (vec![], Captured::Unknown),
        ] {
            assert_eq!(judge(output, &shells), captured, "{shells:?}");
        }
    }
}
