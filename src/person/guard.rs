//! What must hold however the process ends: the terminal is given back, helpers end, `false;` is printed.

use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::signal::{SigSet, SigmaskHow};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

use super::lent::Held;
use super::waiting::Screen;
use crate::error::{Error, Exit, Result};
use crate::output::{Output, lock_soon};

/// The limit on core files that the process was started with; the user's program gets it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreLimit(Rlimit);

impl CoreLimit {
    /// Puts the limit back, right before another program takes this process's place.
    pub fn put_back(self) {
        let _ = setrlimit(Resource::Core, self.0);
    }
}

/// Keeps secrets out of core files, and on Linux out of reach of other processes of the same user; and the process
/// alive where a limit on files would end it. The first statement of `main`. A system that refuses loses that protection and nothing else.
#[must_use = "the limit is put back for the user's program"]
pub fn harden() -> CoreLimit {
    let before = getrlimit(Resource::Core);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    // A limit on the size of files then fails the write, which is told; the signal would end xrole without a word,
    // and `eval ""` succeeds.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    CoreLimit(before)
}

/// The handle of what has to be put right when the process ends; copies share it.
#[derive(Debug, Clone)]
pub struct ProcessGuard(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) output: Output,
    pub(super) held: Mutex<Held>,
    pub(super) screen: Screen,
    interrupted: AtomicBool,
    listening: Mutex<bool>,
}

impl ProcessGuard {
    #[must_use]
    pub fn new(output: Output) -> Self {
        Self(Arc::new(Shared {
            output,
            held: Mutex::default(),
            screen: Screen::default(),
            interrupted: AtomicBool::new(false),
            listening: Mutex::new(false),
        }))
    }

    /// A panic restores the terminal, answers with the failure text, and names version and source
    /// position alone: its payload may hold a secret.
    pub fn install_panic_hook(&self) {
        let guard = self.clone();
        std::panic::set_hook(Box::new(move |panic| guard.answer_panic(panic)));
    }

    fn answer_panic(&self, panic: &PanicHookInfo<'_>) {
        self.put_right();
        self.0.output.fail();
        let place = panic.location().map_or_else(String::new, |place| {
            format!(" at {}:{}", place.file(), place.line())
        });
        let _ = writeln!(
            std::io::stderr(),
            "xrole: {} stopped on a fault of its own{place}\nxrole: please report this line",
            env!("CARGO_PKG_VERSION")
        );
    }

    /// Starts the thread that answers INT, TERM, HUP and QUIT. Comes before anything that can wait,
    /// and only then, so that a warm run starts no thread.
    pub fn before_waiting(&self) -> Result<()> {
        let mut listening = self
            .0
            .listening
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *listening {
            return Ok(());
        }
        let trouble = |problem: std::io::Error| {
            Error::new(
                "signals",
                format!("could not prepare for Ctrl-C: {problem}"),
                "close some programs and run it again",
            )
        };
        // What `nohup` or a shell's `&` ignores stays ignored, here and in a program that takes over.
        let ignored = ignored_signals();
        let answered = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
            .into_iter()
            .filter(|signal| ignored & (1 << (signal - 1)) == 0);
        let mut signals = Signals::new(answered).map_err(trouble)?;
        let guard = self.clone();
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    guard.0.interrupted.store(true, Ordering::SeqCst);
                    guard.end_by_signal(signal);
                }
            })
            .map_err(trouble)?;
        *listening = true;
        Ok(())
    }

    /// A signal came, and the process is about to end.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.0.interrupted.load(Ordering::SeqCst)
    }

    fn end_by_signal(&self, signal: i32) -> ! {
        let alone = self.put_right();
        if alone && signal == SIGINT {
            interrupt_own_group();
        }
        self.end(Exit::Signal(signal))
    }

    /// Ends the process with an error from a thread that cannot return one to `main`.
    pub(crate) fn end_with(&self, error: &Error) -> ! {
        self.put_right();
        for line in error.to_string().lines() {
            let _ = writeln!(std::io::stderr(), "xrole: {line}");
        }
        self.end(error.exit)
    }

    fn end(&self, exit: Exit) -> ! {
        self.0.output.fail();
        signal_hook::low_level::exit(i32::from(exit.code()))
    }

    /// Takes the waiting line away, ends helpers and restores the terminal. True if the terminal's
    /// Ctrl-C reached this process alone, and not the shell that runs it.
    fn put_right(&self) -> bool {
        self.0.screen.close();
        lock_soon(&self.0.held).is_some_and(|mut held| held.release_all())
    }
}

/// The signals that this process was started to ignore, as a mask. Where there is no `/proc`, none are known.
#[allow(
    clippy::disallowed_methods,
    reason = "the kernel's own file: regular, and it ends"
)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}

/// Sends INT to the whole process group, as the terminal does where it keeps its modes: the shell
/// must learn of Ctrl-C, or it runs the rest of the command line.
pub(crate) fn interrupt_own_group() {
    let _ = rustix::process::kill_current_process_group(rustix::process::Signal::INT);
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
