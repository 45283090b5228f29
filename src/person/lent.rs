//! What the process has changed about the terminal or started on it, and owes back.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use rustix::process::{Pid, Signal};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr, tcsetpgrp};

use super::guard::{ProcessGuard, unstopped};
use super::helper::Helper;
use super::tty::Tty;

/// Debts to the terminal; the signal thread and the panic hook pay them where the owner cannot.
#[derive(Debug, Default)]
pub(super) struct Held {
    modes: Option<(Arc<Tty>, Termios)>,
    foreground: Option<(Arc<Tty>, Pid)>,
    /// Something draws there and takes Ctrl-C as a key.
    drawing: Option<Arc<Tty>>,
    helpers: Vec<Helper>,
    files: Vec<PathBuf>,
}

impl Held {
    /// True if the terminal may have brought Ctrl-C to this process or its helper alone.
    pub(super) fn release_all(&mut self) -> bool {
        let lent = self.foreground.is_some();
        self.release_foreground();
        let drew = self.drawing.is_some();
        if let Some(tty) = self.release_drawing() {
            tty.write_now("\r\n");
        }
        self.release_modes();
        for helper in self.helpers.drain(..) {
            helper.reach().signal(Signal::KILL);
        }
        for file in self.files.drain(..) {
            let _ = std::fs::remove_file(file);
        }
        lent || drew
    }

    fn keep_modes(&mut self, tty: &Arc<Tty>) {
        if let Ok(modes) = tcgetattr(tty.as_ref()) {
            self.modes = Some((Arc::clone(tty), modes));
        }
    }

    fn release_foreground(&mut self) {
        if let Some((tty, group)) = self.foreground.take() {
            unstopped(|| {
                let _ = tcsetpgrp(tty.as_ref(), group);
            });
        }
    }

    fn release_modes(&mut self) {
        if let Some((tty, modes)) = self.modes.take() {
            unstopped(|| {
                let _ = tcsetattr(tty.as_ref(), OptionalActions::Now, &modes);
            });
        }
    }

    /// Shows the cursor again, which a list hides while it is open.
    fn release_drawing(&mut self) -> Option<Arc<Tty>> {
        let tty = self.drawing.take()?;
        tty.write_now("\x1b[?25h");
        Some(tty)
    }
}

/// The terminal's modes and its cursor are put back when this is dropped or the process ends.
#[derive(Debug)]
pub struct ModesKept(ProcessGuard);

impl ModesKept {
    pub(super) fn new(guard: &ProcessGuard, tty: &Arc<Tty>) -> Self {
        let mut held = guard.held();
        held.drawing = Some(Arc::clone(tty));
        held.keep_modes(tty);
        drop(held);
        Self(guard.clone())
    }
}

impl Drop for ModesKept {
    fn drop(&mut self) {
        let mut held = self.0.held();
        held.release_drawing();
        held.release_modes();
    }
}

/// A helper: it ends with this process, and may be given the terminal meanwhile.
#[derive(Debug)]
pub struct Lent {
    guard: ProcessGuard,
    helper: Helper,
    to_foreground: bool,
}

impl Lent {
    /// One among us may change the modes of the terminal without having been given it.
    pub(crate) fn new(guard: &ProcessGuard, helper: Helper, tty: Option<&Arc<Tty>>) -> Self {
        let mut held = guard.held();
        held.helpers.push(helper);
        if let (Helper::Among(_), Some(tty)) = (helper, tty) {
            held.keep_modes(tty);
        }
        drop(held);
        Self {
            guard: guard.clone(),
            helper,
            to_foreground: false,
        }
    }

    /// The helper's group comes to the foreground and goes on, if the foreground is this process's to give.
    pub(crate) fn lend(&mut self, tty: &Arc<Tty>) {
        let Helper::Group(group) = self.helper else {
            return;
        };
        if !tty.in_foreground() {
            return;
        }
        let mut held = self.guard.held();
        held.keep_modes(tty);
        let own = rustix::process::getpgrp();
        if unstopped(|| tcsetpgrp(tty.as_ref(), group)).is_ok() {
            held.foreground = Some((Arc::clone(tty), own));
            self.to_foreground = true;
        }
        drop(held);
        self.helper.reach().signal(Signal::CONT);
    }

    /// The helper was ended, and could put nothing back.
    pub(crate) fn put_back(&self) {
        self.guard.held().release_modes();
    }

    /// Did the terminal bring Ctrl-C to the helper alone?
    pub(crate) fn has_foreground(&self) -> bool {
        self.to_foreground
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut held = self.guard.held();
        held.release_foreground();
        match self.helper {
            Helper::Group(_) => held.release_modes(),
            // It ended by itself; what the modes are now may be another program's wish.
            Helper::Among(_) => held.modes = None,
        }
        held.helpers.retain(|helper| *helper != self.helper);
    }
}

/// A file that is removed when this is dropped or the process ends.
#[derive(Debug)]
pub struct RemovedAtEnd {
    guard: ProcessGuard,
    path: PathBuf,
}

impl RemovedAtEnd {
    #[must_use]
    pub fn new(guard: &ProcessGuard, path: &Path) -> Self {
        guard.held().files.push(path.to_owned());
        Self {
            guard: guard.clone(),
            path: path.to_owned(),
        }
    }
}

impl Drop for RemovedAtEnd {
    fn drop(&mut self) {
        self.guard.held().files.retain(|path| *path != self.path);
        let _ = std::fs::remove_file(&self.path);
    }
}

impl ProcessGuard {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
