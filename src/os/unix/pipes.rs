//! Pipes that are read and written without waiting longer than is wanted.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::process::{ChildStderr, ChildStdout};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// What a child writes, at this end.
#[derive(Debug)]
pub struct Pipe(OwnedFd);

impl From<ChildStdout> for Pipe {
    fn from(stdout: ChildStdout) -> Self {
        Self(stdout.into())
    }
}

impl From<ChildStderr> for Pipe {
    fn from(stderr: ChildStderr) -> Self {
        Self(stderr.into())
    }
}

impl Pipe {
    /// Reads what is there; 0 at the end.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        rustix::io::read(&self.0, buffer).map_err(io::Error::from)
    }
}

/// Which of the two have something to read, or are at their end. Without any it is a mere pause.
pub fn ready(pipes: [Option<&Pipe>; 2], longest: Duration) -> io::Result<[bool; 2]> {
    let time = Timespec::try_from(longest).unwrap_or_default();
    let mut polled: Vec<PollFd<'_>> = pipes
        .into_iter()
        .flatten()
        .map(|pipe| PollFd::from_borrowed_fd(pipe.0.as_fd(), PollFlags::IN))
        .collect();
    match poll(&mut polled, Some(&time)) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(errno) => return Err(errno.into()),
    }
    let mut answers = polled.iter().map(|pipe| !pipe.revents().is_empty());
    Ok(pipes.map(|pipe| pipe.is_some() && answers.next().unwrap_or_default()))
}

/// Would it take something without a wait, be it a refusal?
pub fn takes_now(output: &impl AsFd) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(output.as_fd(), PollFlags::OUT)];
    poll(&mut polled, Some(&Timespec::default())) != Ok(0)
}

/// A write that ended early.
#[derive(Debug)]
pub struct Unwritten {
    /// So much went out before.
    pub written: usize,
    pub problem: io::Error,
}

/// Writes all of it. A full pipe whose descriptor does not block is waited for, each time no longer than this.
pub fn write_whole(output: &impl AsFd, bytes: &[u8], patience: Duration) -> Result<(), Unwritten> {
    let patience = Timespec::try_from(patience).unwrap_or_default();
    let descriptor = output.as_fd();
    let mut written = 0;
    let stopped = |written, errno: Errno| Unwritten {
        written,
        problem: errno.into(),
    };
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        match rustix::io::write(descriptor, rest) {
            Ok(0) => return Err(stopped(written, Errno::IO)),
            Ok(n) => written += n,
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let mut ready = [PollFd::from_borrowed_fd(descriptor, PollFlags::OUT)];
                if poll(&mut ready, Some(&patience)) == Ok(0) {
                    return Err(stopped(written, Errno::AGAIN));
                }
            }
            Err(errno) => return Err(stopped(written, errno)),
        }
    }
    Ok(())
}
