//! What this run and others do at the same time: the locks that it holds, and its wait for another's.

use crate::person::{ProcessGuard, Waiting};
use crate::store::{self, HolderNote, Vacancy};

/// The locks that this run holds, the leaf's outermost: a waiter for any of them is told the same.
pub(super) struct Held<'a> {
    pub vacancy: &'a Vacancy<'a>,
    pub outer: Option<&'a Held<'a>>,
}

impl Held<'_> {
    pub fn note(&self, doing: &str) {
        let mut held = Some(self);
        while let Some(Held { vacancy, outer }) = held {
            vacancy.note(doing);
            held = *outer;
        }
    }
}

/// Another terminal mints the session that is needed.
pub(super) struct ForAnother<'a> {
    pub guard: &'a ProcessGuard,
    pub line: Option<Waiting>,
}

impl store::Waiting for ForAnother<'_> {
    fn waiting_for(&mut self, holder: Option<&HolderNote>) {
        let text = match holder {
            Some(note) => format!("waiting for {note}, Ctrl-C to stop"),
            None => "waiting for another terminal, Ctrl-C to stop".to_owned(),
        };
        match &self.line {
            Some(line) => line.set(text),
            None => self.line = Waiting::start(self.guard, text).ok(),
        }
    }

    fn over(&mut self) {
        self.line = None;
    }

    fn interrupted(&self) -> bool {
        self.guard.interrupted()
    }
}
