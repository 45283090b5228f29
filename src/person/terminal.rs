//! The terminal that a person sits at, while this process may ask there.

use std::sync::Arc;

use super::guard::ProcessGuard;
use super::lent::ModesKept;
use crate::os::terminal::Tty;

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
}
