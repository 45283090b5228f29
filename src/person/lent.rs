//! Those who owe: each puts back what it has changed when it is dropped, or the guard does when the process ends.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::guard::ProcessGuard;
use crate::os::helper::{Helper, Place};
use crate::os::terminal::Tty;

/// The terminal's modes and its cursor are put back when this is dropped or the process ends.
#[derive(Debug)]
pub struct ModesKept(ProcessGuard);

impl ModesKept {
    pub(super) fn new(guard: &ProcessGuard, tty: &Arc<Tty>) -> Self {
        let mut debts = guard.debts();
        debts.drawing = Some(Arc::clone(tty));
        debts.keep_modes(tty);
        drop(debts);
        Self(guard.clone())
    }
}

impl Drop for ModesKept {
    fn drop(&mut self) {
        let mut debts = self.0.debts();
        debts.release_drawing();
        debts.release_modes();
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
        let mut debts = guard.debts();
        debts.helpers.push(helper.clone());
        if let (Place::AmongUs, Some(tty)) = (helper.place(), tty) {
            debts.keep_modes(tty);
        }
        drop(debts);
        Self {
            guard: guard.clone(),
            helper,
            to_foreground: false,
        }
    }

    /// The helper's group comes to the foreground and goes on, if the foreground is this process's to give.
    pub(crate) fn lend(&mut self, tty: &Arc<Tty>) {
        if self.helper.place() == Place::AmongUs || !tty.in_foreground() {
            return;
        }
        let mut debts = self.guard.debts();
        debts.keep_modes(tty);
        if let Some(before) = tty.give_foreground(&self.helper) {
            debts.foreground = Some((Arc::clone(tty), before));
            self.to_foreground = true;
        }
        drop(debts);
        self.helper.reach().go_on();
    }

    /// The helper was ended, and could put nothing back.
    pub(crate) fn put_back(&self) {
        self.guard.debts().release_modes();
    }

    /// Did the terminal bring Ctrl-C to the helper alone?
    pub(crate) fn has_foreground(&self) -> bool {
        self.to_foreground
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut debts = self.guard.debts();
        debts.release_foreground();
        match self.helper.place() {
            Place::OwnGroup => debts.release_modes(),
            // It ended by itself; what the modes are now may be another program's wish.
            Place::AmongUs => debts.modes = None,
        }
        debts.helpers.retain(|helper| *helper != self.helper);
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
        guard.debts().files.push(path.to_owned());
        Self {
            guard: guard.clone(),
            path: path.to_owned(),
        }
    }
}

impl Drop for RemovedAtEnd {
    fn drop(&mut self) {
        self.guard.debts().files.retain(|path| *path != self.path);
        let _ = std::fs::remove_file(&self.path);
    }
}
