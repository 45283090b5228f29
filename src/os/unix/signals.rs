//! What asks this process to end, and how it does so.

use std::io;

use nix::sys::signal::{SigSet, SigmaskHow};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::error::Exit;

/// A signal that ends the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending(i32);

impl Ending {
    /// Is it Ctrl-C?
    #[must_use]
    pub fn is_interrupt(self) -> bool {
        self.0 == SIGINT
    }

    /// The exit status that tells of it.
    #[must_use]
    pub fn exit(self) -> Exit {
        Exit::Signal(self.0)
    }
}

/// Listens to INT, TERM, HUP and QUIT, which from now on end nothing by themselves.
#[derive(Debug)]
pub struct Endings(Signals);

impl Endings {
    /// What `nohup` or a shell's `&` ignores stays ignored, here and in a program that takes over.
    pub fn listen() -> io::Result<Self> {
        let ignored = ignored();
        let answered = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
            .into_iter()
            .filter(|signal| ignored & (1 << (signal - 1)) == 0);
        Signals::new(answered).map(Self)
    }

    /// Waits for the first of them.
    pub fn wait(mut self) -> Option<Ending> {
        self.0.forever().next().map(Ending)
    }
}

/// The signals that this process was started to ignore, as a mask. Where there is no `/proc`, none are known.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

/// Sends INT to the whole process group, as the terminal does where it keeps its modes: the shell
/// must learn of Ctrl-C, or it runs the rest of the command line.
pub fn interrupt_own_group() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::INT);
}

/// Ends the process from whichever thread, with nothing cleared away.
pub fn exit_now(exit: Exit) -> ! {
    signal_hook::low_level::exit(i32::from(exit.code()))
}

/// Runs something that touches the terminal from outside its foreground group, which would
/// otherwise stop the process.
pub(super) fn unstopped<T>(work: impl FnOnce() -> T) -> T {
    let mut stop = SigSet::empty();
    stop.add(nix::sys::signal::Signal::SIGTTOU);
    let before = stop.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let result = work();
    if let Ok(before) = before {
        let _ = before.thread_set_mask();
    }
    result
}
