//! Waiting for another process that mints the same session: bounded, told, and interruptible.

use std::time::{Duration, Instant};

use crate::error::{Error, Exit, Result};

use super::directory::Directory;
use super::lock::HolderNote;

const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
const TOLD_AFTER: Duration = Duration::from_millis(300);
/// Without a change of the holder's note.
pub const DEADLINE: Duration = Duration::from_mins(2);

/// Who is told that xrole waits for another process.
pub trait Waiting {
    /// It waits, for this holder if it left a note: after 300 ms, and when the note changes.
    fn waiting_for(&mut self, holder: Option<&HolderNote>);
    /// It no longer waits. Called only after `waiting_for`.
    fn over(&mut self);
    /// Has the person had enough? Asked at least ten times a second.
    fn interrupted(&self) -> bool;
}

/// One wait for one lock.
pub struct Wait<'waiting> {
    waiting: &'waiting mut dyn Waiting,
    deadline: Duration,
    begun: Instant,
    pause: Duration,
    told: bool,
    note: Option<HolderNote>,
    changed: Instant,
}

impl<'waiting> Wait<'waiting> {
    pub fn begin(waiting: &'waiting mut dyn Waiting, deadline: Duration) -> Self {
        let now = Instant::now();
        Self {
            waiting,
            deadline,
            begun: now,
            pause: SHORTEST_PAUSE,
            told: false,
            note: None,
            changed: now,
        }
    }

    /// Sleeps a little, or says why not to wait on.
    pub fn pause(&mut self, locks: &Directory, lock: &str) -> Result<()> {
        if self.waiting.interrupted() {
            return Err(Error::new(
                "interrupted",
                "interrupted while waiting for another terminal",
                "run the command again",
            )
            .exit(Exit::Signal(2)));
        }
        if self.begun.elapsed() >= TOLD_AFTER {
            self.look(locks, lock);
        }
        if self.changed.elapsed() >= self.deadline {
            return Err(self.overdue());
        }
        std::thread::sleep(jittered(self.pause));
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE);
        Ok(())
    }

    fn look(&mut self, locks: &Directory, lock: &str) {
        let note = HolderNote::read(locks, lock);
        let changed = note != self.note;
        if changed {
            self.changed = Instant::now();
            self.note = note;
        }
        if changed || !self.told {
            self.told = true;
            self.waiting.waiting_for(self.note.as_ref());
        }
    }

    fn overdue(&self) -> Error {
        let seconds = self.deadline.as_secs();
        let (what, who) = match &self.note {
            Some(note) => (note.to_string(), format!("process {}", note.pid)),
            None => (
                "another xrole that mints this session".to_owned(),
                "it".to_owned(),
            ),
        };
        Error::new(
            "lock-timeout",
            format!("waited {seconds} s for {what}, and nothing changed"),
            format!("finish or end {who}, then run the command again"),
        )
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.told {
            self.waiting.over();
        }
    }
}

/// Between half and the whole, so that a hundred waiters do not come all at once.
fn jittered(pause: Duration) -> Duration {
    let share = getrandom::u32().unwrap_or_default() % 512;
    pause / 2 + pause * share / 1024
}
