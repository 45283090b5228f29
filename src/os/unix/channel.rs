//! A way between this process and one that it starts, which nobody else has: the child's standard input, both ways.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// One end.
#[derive(Debug)]
pub struct Channel(UnixStream);

impl Channel {
    /// This end, where nothing takes longer than this, and what the child gets as its standard input.
    pub fn pair(patience: Duration) -> io::Result<(Self, Stdio)> {
        let (own, theirs) = UnixStream::pair()?;
        own.set_read_timeout(Some(patience))?;
        own.set_write_timeout(Some(patience))?;
        Ok((Self(own), OwnedFd::from(theirs).into()))
    }

    /// The child's end, where reading takes no longer than this.
    pub fn of_stdin(patience: Duration) -> io::Result<Self> {
        let input = std::io::stdin().as_fd().try_clone_to_owned()?;
        let own = UnixStream::from(input);
        own.set_read_timeout(Some(patience))?;
        Ok(Self(own))
    }

    /// Has the other end been closed?
    #[must_use]
    pub fn is_left(&self) -> bool {
        let mut there = [PollFd::new(&self.0, PollFlags::empty())];
        let _ = poll(&mut there, Some(&Timespec::default()));
        let seen = there[0].revents();
        seen.intersects(PollFlags::HUP | PollFlags::ERR)
    }
}

impl Read for &Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.0).read(buffer)
    }
}

impl Write for &Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.0).flush()
    }
}
