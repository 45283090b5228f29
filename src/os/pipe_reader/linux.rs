//! Looks for the other end of a pipe among the open files of the shells that started this process.

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use super::Reader;
use crate::os::ancestors::ancestors;
use crate::os::unix::process_table::Entry;

/// Between two looks. While a shell sets a pipeline up, it holds the pipe as well; but it does not sleep meanwhile.
const PAUSE: Duration = Duration::from_millis(5);
const LOOKS_IN_A_ROW: u32 = 3;
const MOST_LOOKS: u32 = 200;

/// Looks whether `shell` or a subshell of it, between it and this process, reads what is written to `output`.
#[must_use]
pub fn reader(output: &impl AsFd, shell: u32) -> Reader {
    let mut in_a_row = 0;
    for _ in 0..MOST_LOOKS {
        match look(output.as_fd(), shell) {
            Sight::Reads => in_a_row += 1,
            Sight::Busy => in_a_row = 0,
            Sight::ReadsNot => return Reader::Other,
            Sight::Hidden => return Reader::Unknown,
        }
        if in_a_row == LOOKS_IN_A_ROW {
            return Reader::Shell;
        }
        std::thread::sleep(PAUSE);
    }
    Reader::Unknown
}

/// An open file of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Descriptor {
    device: u64,
    inode: u64,
    readable: bool,
}

/// A shell between the user and this process.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    /// It waits for something, as a shell that reads a substitution does.
    sleeps: bool,
    /// `None`: its open files could not be read.
    open: Option<Vec<Descriptor>>,
}

/// What one look tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// A shell holds the other end and sleeps.
    Reads,
    /// A shell holds the other end, and is doing something.
    Busy,
    ReadsNot,
    Hidden,
}

fn judge(output: Descriptor, shells: &[Holder]) -> Sight {
    let holds =
        |shell: &&Holder| {
            shell.open.iter().flatten().any(|open| {
                open.readable && (open.device, open.inode) == (output.device, output.inode)
            })
        };
    match shells.iter().find(holds) {
        Some(shell) if shell.sleeps => Sight::Reads,
        Some(_) => Sight::Busy,
        None if shells.is_empty() || shells.iter().any(|shell| shell.open.is_none()) => {
            Sight::Hidden
        }
        None => Sight::ReadsNot,
    }
}

fn look(output: BorrowedFd<'_>, shell: u32) -> Sight {
    let Ok(output) = rustix::fs::fstat(output) else {
        return Sight::Hidden;
    };
    if rustix::fs::FileType::from_raw_mode(output.st_mode) != rustix::fs::FileType::Fifo {
        return Sight::ReadsNot;
    }
    let output = Descriptor {
        device: output.st_dev,
        inode: output.st_ino,
        readable: false,
    };
    let mut shells = Vec::new();
    for process in ancestors() {
        shells.push(Holder {
            sleeps: sleeps(process.pid),
            open: descriptors(process.pid),
        });
        if process.pid == shell {
            return judge(output, &shells);
        }
    }
    Sight::Hidden
}

#[allow(
    clippy::disallowed_methods,
    reason = "the kernel's own file: regular, and it ends"
)]
fn sleeps(pid: u32) -> bool {
    Entry::of(pid).is_some_and(|entry| entry.state() == Some("S"))
}

fn descriptors(pid: u32) -> Option<Vec<Descriptor>> {
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
        let holder = |sleeps, open: &[Descriptor]| Holder {
            sleeps,
            open: Some(open.to_vec()),
        };
        let hidden = Holder {
            sleeps: true,
            open: None,
        };
        let reader = holder(true, &[pipe(5, true)]);
        let other = holder(true, &[pipe(5, false), pipe(6, true)]);
        for (shells, sight) in [
            (vec![reader.clone()], Sight::Reads),
            (vec![other.clone(), reader.clone()], Sight::Reads),
            (vec![hidden.clone(), reader], Sight::Reads),
            (vec![holder(false, &[pipe(5, true)])], Sight::Busy),
            (vec![other.clone()], Sight::ReadsNot),
            (vec![other, hidden], Sight::Hidden),
            (vec![], Sight::Hidden),
        ] {
            assert_eq!(judge(output, &shells), sight, "{shells:?}");
        }
    }
}
