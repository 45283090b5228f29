//! What must hold however the process ends: the terminal is given back, helpers end, `false;` is printed.

use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::debts::Debts;
use super::screen::Screen;
use crate::error::{Error, Exit, Result};
use crate::os::signals::{Ending, Endings, exit_now, interrupt_own_group};
use crate::output::{Output, lock_soon};

/// The handle of what has to be put right when the process ends; copies share it.
#[derive(Debug, Clone)]
pub struct ProcessGuard(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    output: Output,
    debts: Mutex<Debts>,
    screen: Screen,
    interrupted: AtomicBool,
    listening: Mutex<bool>,
}

impl ProcessGuard {
    #[must_use]
    pub fn new(output: Output) -> Self {
        Self(Arc::new(Shared {
            output,
            debts: Mutex::default(),
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
        let endings = Endings::listen().map_err(trouble)?;
        let guard = self.clone();
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                if let Some(ending) = endings.wait() {
                    guard.0.interrupted.store(true, Ordering::SeqCst);
                    guard.end_by_signal(ending);
                }
            })
            .map_err(trouble)?;
        *listening = true;
        Ok(())
    }

    /// What is owed when the process ends.
    pub(super) fn debts(&self) -> MutexGuard<'_, Debts> {
        self.0.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is taken away when it ends.
    pub(super) fn screen(&self) -> &Screen {
        &self.0.screen
    }

    /// A signal came, and the process is about to end.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.0.interrupted.load(Ordering::SeqCst)
    }

    fn end_by_signal(&self, ending: Ending) -> ! {
        let alone = self.put_right();
        if alone && ending.is_interrupt() {
            interrupt_own_group();
        }
        self.end(ending.exit())
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
        exit_now(exit)
    }

    /// Takes the waiting line away, ends helpers and restores the terminal. True if the terminal's
    /// Ctrl-C reached this process alone, and not the shell that runs it.
    fn put_right(&self) -> bool {
        self.0.screen.close();
        lock_soon(&self.0.debts).is_some_and(|mut debts| debts.release_all())
    }
}
