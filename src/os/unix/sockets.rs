//! Many sockets in one thread: which is ready, and how another thread wakes the one that waits for them.

use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What a socket is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Its end or failure alone.
    Nothing,
    Read,
    Write,
}

/// The sockets that one wait is for.
#[derive(Debug)]
pub struct Watched<'a>(Vec<PollFd<'a>>);

impl<'a> Watched<'a> {
    #[must_use]
    pub fn with_capacity(sockets: usize) -> Self {
        Self(Vec::with_capacity(sockets))
    }

    pub fn add(&mut self, socket: &'a impl AsFd, interest: Interest) {
        let flags = match interest {
            Interest::Nothing => PollFlags::empty(),
            Interest::Read => PollFlags::IN,
            Interest::Write => PollFlags::OUT,
        };
        self.0.push(PollFd::from_borrowed_fd(socket.as_fd(), flags));
    }

    /// Waits until one is ready or has failed, no longer than this, and tells for each whether it is. An interruption
    /// leaves nothing ready.
    pub fn wait(mut self, longest: Option<Duration>) -> impl Iterator<Item = bool> {
        let longest = longest.map(|time| Timespec::try_from(time).unwrap_or_default());
        let _ = poll(&mut self.0, longest.as_ref());
        self.0
            .into_iter()
            .map(|polled| !polled.revents().is_empty())
    }
}

/// Wakes the thread that watches the other one.
#[derive(Debug)]
pub struct Wake(UnixStream);

/// Becomes readable when it is woken.
#[derive(Debug)]
pub struct Woken(UnixStream);

/// The two ends.
pub fn wake() -> io::Result<(Wake, Woken)> {
    let (wake, woken) = UnixStream::pair()?;
    wake.set_nonblocking(true)?;
    woken.set_nonblocking(true)?;
    Ok((Wake(wake), Woken(woken)))
}

impl Wake {
    pub fn wake(&self) {
        // A full buffer wakes as well.
        let _ = (&self.0).write(&[0]);
    }
}

impl Woken {
    /// What has woken it so far counts no more.
    pub fn clear(&self) {
        let mut buffer = [0; 64];
        while matches!((&self.0).read(&mut buffer), Ok(read) if read > 0) {}
    }
}

impl AsFd for Woken {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Lets so many wait to be accepted.
pub fn set_backlog(listener: &TcpListener, backlog: i32) -> io::Result<()> {
    rustix::net::listen(listener, backlog).map_err(io::Error::from)
}
