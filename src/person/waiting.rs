//! The waiting line: what takes longer than a moment says on one line what is being waited for.

use super::guard::ProcessGuard;
use super::screen::Place;
use crate::error::Result;

/// Something is being waited for, until this is dropped.
#[derive(Debug)]
pub struct Waiting {
    guard: ProcessGuard,
    id: u64,
}

impl Waiting {
    /// After 300 ms `text` appears on the terminal, if there is one; a wait begun inside another has precedence.
    pub fn start(guard: &ProcessGuard, text: impl Into<String>) -> Result<Self> {
        Self::begin(guard, text.into(), Place::Here)
    }

    /// The same while a helper has the terminal.
    pub(crate) fn beside_helper(guard: &ProcessGuard, text: impl Into<String>) -> Result<Self> {
        Self::begin(guard, text.into(), Place::Below)
    }

    fn begin(guard: &ProcessGuard, text: String, place: Place) -> Result<Self> {
        guard.before_waiting()?;
        let (id, start_drawing) = guard.screen().add(text, place);
        if start_drawing {
            let guard = guard.clone();
            // Without the thread the wait is silent, and otherwise the same.
            let _ = std::thread::Builder::new()
                .name("waiting line".into())
                .spawn(move || guard.screen().keep_drawing());
        }
        Ok(Self {
            guard: guard.clone(),
            id,
        })
    }

    /// Changes the text, at once if the line is shown.
    pub fn set(&self, text: impl Into<String>) {
        self.guard.screen().set(self.id, text.into());
    }

    /// What was waited for has come.
    pub fn over(self) {}
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.guard.screen().remove(self.id);
    }
}
