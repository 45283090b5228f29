//! What the process has changed about the terminal or started on it, and owes back.

use std::path::PathBuf;
use std::sync::Arc;

use crate::os::helper::Helper;
use crate::os::terminal::{Foreground, Modes, Tty};

/// Debts to the terminal; the signal thread and the panic hook pay them where the owner cannot.
#[derive(Debug, Default)]
pub(super) struct Debts {
    pub(super) modes: Option<(Arc<Tty>, Modes)>,
    pub(super) foreground: Option<(Arc<Tty>, Foreground)>,
    /// Something draws there and takes Ctrl-C as a key.
    pub(super) drawing: Option<Arc<Tty>>,
    pub(super) helpers: Vec<Helper>,
    pub(super) files: Vec<PathBuf>,
}

impl Debts {
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
            helper.reach().kill();
        }
        for file in self.files.drain(..) {
            let _ = std::fs::remove_file(file);
        }
        lent || drew
    }

    pub(super) fn keep_modes(&mut self, tty: &Arc<Tty>) {
        if let Some(modes) = tty.modes() {
            self.modes = Some((Arc::clone(tty), modes));
        }
    }

    pub(super) fn release_foreground(&mut self) {
        if let Some((tty, before)) = self.foreground.take() {
            tty.set_foreground(&before);
        }
    }

    pub(super) fn release_modes(&mut self) {
        if let Some((tty, modes)) = self.modes.take() {
            tty.set_modes(&modes);
        }
    }

    /// Shows the cursor again, which a list hides while it is open.
    pub(super) fn release_drawing(&mut self) -> Option<Arc<Tty>> {
        let tty = self.drawing.take()?;
        tty.write_now("\x1b[?25h");
        Some(tty)
    }
}
