//! `/dev/tty`, opened for reading and writing, never blocking.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{tcgetpgrp, tcgetwinsize};

use super::guard::ProcessGuard;
use super::lent::ModesKept;

const PATH: &str = "/dev/tty";

/// The controlling terminal's descriptor. Non-blocking, so that a screen held by Ctrl-S holds nobody.
#[derive(Debug)]
pub(crate) struct Tty(OwnedFd);

impl Tty {
    pub(super) fn open() -> Option<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let descriptor = rustix::fs::open(PATH, flags, Mode::empty()).ok()?;
        Some(Self(descriptor))
    }

    /// Reading from the background would stop the process while it holds a lock.
    pub(super) fn in_foreground(&self) -> bool {
        tcgetpgrp(&self.0).is_ok_and(|group| group == rustix::process::getpgrp())
    }

    /// Columns of the screen; 80 where nobody knows.
    pub(crate) fn width(&self) -> usize {
        match tcgetwinsize(&self.0) {
            Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
            _ => 80,
        }
    }

    /// Writes what the terminal takes at once.
    pub(super) fn write_now(&self, text: &str) {
        self.write_until(text, Instant::now());
    }

    pub(super) fn write_until(&self, text: &str, end: Instant) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match rustix::io::write(&self.0, rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if wait_for(&self.0, PollFlags::OUT, end) => {}
                Err(_) => return,
            }
        }
    }

    /// Reads what is there; `None` when nothing came before the end.
    pub(super) fn read_until(
        &self,
        buffer: &mut [u8],
        end: Instant,
    ) -> Option<Result<usize, Errno>> {
        loop {
            if !wait_for(&self.0, PollFlags::IN, end) {
                return None;
            }
            if !self.in_foreground() {
                return Some(Err(Errno::IO));
            }
            match rustix::io::read(&self.0, &mut *buffer) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                answer => return Some(answer),
            }
        }
    }
}

impl AsFd for Tty {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// False once the end has come. True may be too early: the caller tries and comes back.
fn wait_for(tty: &OwnedFd, what: PollFlags, end: Instant) -> bool {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return false;
    }
    // macOS cannot poll /dev/tty.
    if cfg!(target_os = "macos") {
        std::thread::sleep(left.min(Duration::from_millis(20)));
        return true;
    }
    let left = Timespec::try_from(left).unwrap_or(Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    });
    let mut ready = [PollFd::from_borrowed_fd(tty.as_fd(), what)];
    // Zero is the end, which the next call sees; interruptions and hang-ups show when the caller tries.
    let _ = poll(&mut ready, Some(&left));
    true
}

/// The terminal that a person sits at, while this process may ask there.
#[derive(Debug, Clone)]
pub struct Terminal {
    pub(super) tty: Arc<Tty>,
    pub(super) guard: ProcessGuard,
}

impl Terminal {
    /// `None` without a terminal, or when the process is not in its foreground.
    #[must_use]
    pub fn open(guard: &ProcessGuard) -> Option<Self> {
        let tty = Tty::open().filter(Tty::in_foreground)?;
        Some(Self {
            tty: Arc::new(tty),
            guard: guard.clone(),
        })
    }

    #[must_use]
    pub fn guard(&self) -> &ProcessGuard {
        &self.guard
    }

    #[must_use]
    pub fn width(&self) -> usize {
        self.tty.width()
    }

    pub(crate) fn tty(&self) -> &Arc<Tty> {
        &self.tty
    }

    /// For what draws, changes the terminal's modes and takes Ctrl-C as a key: all is put back on drop,
    /// by signal or by panic.
    #[must_use]
    pub fn keep_modes(&self) -> ModesKept {
        ModesKept::new(&self.guard, &self.tty)
    }

    /// The terminal as a file that blocks, for programs and crates that expect one.
    pub fn file() -> std::io::Result<std::fs::File> {
        std::fs::File::options().read(true).write(true).open(PATH)
    }
}
