//! What a running helper says: its stdout up to a bound, and the last of its stderr while that goes on to ours.

use std::io::{ErrorKind, Write as _};
use std::process::Child;
use std::time::Duration;

use zeroize::Zeroizing;

use super::failure::Failure;
use crate::display_safe::display_safe_bytes;
use crate::os::pipes::{Pipe, ready, takes_now};

/// So much of stderr is remembered, and so many lines of that are shown.
const LAST_KEPT: usize = 4 * 1024;
const LAST_LINES: usize = 3;

/// The pipes of one helper.
pub(super) struct Pipes {
    stdout: Option<Pipe>,
    stderr: Option<Pipe>,
    pub output: Zeroizing<Vec<u8>>,
    last: Zeroizing<Vec<u8>>,
    /// Of stderr, what has not gone on to ours yet.
    unsaid: Zeroizing<Vec<u8>>,
    limit: usize,
}

impl Pipes {
    /// Of stdout `limit` bytes are taken; stderr is there only where it is to be kept.
    pub fn of(child: &mut Child, limit: usize) -> Self {
        Self {
            stdout: child.stdout.take().map(Pipe::from),
            stderr: child.stderr.take().map(Pipe::from),
            output: Zeroizing::default(),
            last: Zeroizing::new(Vec::with_capacity(2 * LAST_KEPT)),
            unsaid: Zeroizing::new(Vec::with_capacity(LAST_KEPT)),
            limit,
        }
    }

    /// Reads what comes within one look; false when both pipes are at their end.
    pub fn read(&mut self, look: Duration) -> Result<bool, Failure> {
        // A stderr of ours that takes nothing at the moment holds the helper up, and not the deadline.
        let stderr = self.stderr.as_ref().filter(|_| self.unsaid.is_empty());
        let [out, err] =
            ready([self.stdout.as_ref(), stderr], look).map_err(|problem| unread(&problem))?;
        if out && let Some((bytes, length)) = next(&mut self.stdout)? {
            self.keep(&bytes[..length])?;
        }
        if err && let Some((bytes, length)) = next(&mut self.stderr)? {
            self.unsaid.extend_from_slice(&bytes[..length]);
            self.last.extend_from_slice(&bytes[..length]);
            let excess = self.last.len().saturating_sub(LAST_KEPT);
            self.last.drain(..excess);
        }
        self.pass_on();
        Ok(self.stdout.is_some() || self.stderr.is_some())
    }

    /// A pipe or terminal that is ready takes as much as one read brings.
    fn pass_on(&mut self) {
        let ours = std::io::stderr();
        if !self.unsaid.is_empty() && takes_now(&ours) {
            let _ = ours.lock().write_all(&self.unsaid);
            self.unsaid.clear();
        }
    }

    /// Appends without leaving unwiped copies behind, as a growing vector would.
    fn keep(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let length = self.output.len() + bytes.len();
        if length > self.limit {
            return Err(Failure::TooMuch(self.limit));
        }
        if length > self.output.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length * 2));
            larger.extend_from_slice(&self.output);
            self.output = larger;
        }
        self.output.extend_from_slice(bytes);
        Ok(())
    }

    /// The last lines of stderr, on one.
    pub fn last_words(&self) -> String {
        let lines: Vec<_> = self
            .last
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty())
            .map(display_safe_bytes)
            .collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join(" / ")
    }
}

fn unread(problem: &std::io::Error) -> Failure {
    Failure::Io(problem.to_string())
}

type Part = Zeroizing<[u8; 4096]>;

/// The next bytes, or `None` at the end, where the pipe is closed.
fn next(pipe: &mut Option<Pipe>) -> Result<Option<(Part, usize)>, Failure> {
    let Some(open) = pipe else {
        return Ok(None);
    };
    let mut part = Zeroizing::new([0; 4096]);
    match open.read(&mut part[..]) {
        Ok(0) => {
            *pipe = None;
            Ok(None)
        }
        Ok(length) => Ok(Some((part, length))),
        Err(problem) if problem.kind() == ErrorKind::Interrupted => Ok(Some((part, 0))),
        Err(problem) => Err(unread(&problem)),
    }
}
