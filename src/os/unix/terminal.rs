//! The terminal as a device: `/dev/tty`, opened for reading and writing, never blocking.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use dialoguer::console::Term;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, getpgrp};
use rustix::termios::{
    OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr, tcsetpgrp, ttyname,
};

use super::helper::Helper;
use super::signals::unstopped;

const PATH: &str = "/dev/tty";

/// The controlling terminal's descriptor. Non-blocking, so that a screen held by Ctrl-S holds nobody.
#[derive(Debug)]
pub struct Tty(OwnedFd);

/// How the terminal treats keys and text.
#[derive(Debug)]
pub struct Modes(Termios);

/// Whom the terminal's keys went to.
#[derive(Debug)]
pub struct Foreground(Pid);

impl Tty {
    #[must_use]
    pub fn open() -> Option<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let descriptor = rustix::fs::open(PATH, flags, Mode::empty()).ok()?;
        Some(Self(descriptor))
    }

    /// Reading from the background would stop the process while it holds a lock.
    #[must_use]
    pub fn in_foreground(&self) -> bool {
        tcgetpgrp(&self.0).is_ok_and(|group| group == getpgrp())
    }

    /// Columns of the screen; 80 where nobody knows.
    #[must_use]
    pub fn width(&self) -> usize {
        match tcgetwinsize(&self.0) {
            Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
            _ => 80,
        }
    }

    /// Writes what the terminal takes at once.
    pub fn write_now(&self, text: &str) {
        self.write_until(text, Instant::now());
    }

    /// The same from the background as well, where writing could stop the process.
    pub fn write_from_anywhere(&self, text: &str) {
        unstopped(|| self.write_now(text));
    }

    pub fn write_until(&self, text: &str, end: Instant) {
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
    pub fn read_until(&self, buffer: &mut [u8], end: Instant) -> Option<io::Result<usize>> {
        loop {
            if !wait_for(&self.0, PollFlags::IN, end) {
                return None;
            }
            if !self.in_foreground() {
                return Some(Err(Errno::IO.into()));
            }
            match rustix::io::read(&self.0, &mut *buffer) {
                Err(Errno::INTR | Errno::AGAIN) => {}
                answer => return Some(answer.map_err(io::Error::from)),
            }
        }
    }

    /// `None` where they cannot be told.
    #[must_use]
    pub fn modes(&self) -> Option<Modes> {
        tcgetattr(&self.0).ok().map(Modes)
    }

    /// Also from the background.
    pub fn set_modes(&self, modes: &Modes) {
        unstopped(|| {
            let _ = tcsetattr(&self.0, OptionalActions::Now, &modes.0);
        });
    }

    /// The helper's group comes to the foreground. Gives back who was there; `None` if it could not be moved.
    #[must_use = "the foreground is to be given back"]
    pub fn give_foreground(&self, helper: &Helper) -> Option<Foreground> {
        let own = getpgrp();
        let given = unstopped(|| tcsetpgrp(&self.0, helper.id()));
        given.is_ok().then_some(Foreground(own))
    }

    /// Also from the background.
    pub fn set_foreground(&self, foreground: &Foreground) {
        unstopped(|| {
            let _ = tcsetpgrp(&self.0, foreground.0);
        });
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

/// The terminal's keys as a file that blocks, for programs that expect one.
pub fn input() -> io::Result<File> {
    File::options().read(true).write(true).open(PATH)
}

/// The terminal's screen as such a file.
pub fn output() -> io::Result<File> {
    input()
}

/// The terminal for what draws on it and reads its keys one by one.
pub fn drawing() -> io::Result<Term> {
    Ok(Term::read_write_pair(input()?, output()?))
}

/// The name of this process's terminal, without `/dev/`; empty if it has none.
#[must_use]
pub fn name() -> String {
    fn name(descriptor: impl AsFd) -> Option<String> {
        let name = ttyname(descriptor, Vec::new()).ok()?;
        let name = name.into_string().ok()?;
        Some(name.strip_prefix("/dev/").unwrap_or(&name).to_owned())
    }
    name(std::io::stderr())
        .or_else(|| name(std::io::stdin()))
        .unwrap_or_default()
}
