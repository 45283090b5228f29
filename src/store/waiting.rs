//! Waiting for another process that mints the same session: bounded, told, and interruptible.

use std::time::{Duration, Instant};

use crate::error::{Error, Exit, Result};

use super::holder_note::HolderNote;
use crate::files::directory::Directory;

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
            .exit(Exit::interrupted()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::holder_note::{ASKING, CALLING};

    #[derive(Default)]
    struct Heard {
        told: Vec<String>,
        over: usize,
    }

    impl Waiting for Heard {
        fn waiting_for(&mut self, holder: Option<&HolderNote>) {
            self.told
                .push(holder.map_or("nobody".into(), ToString::to_string));
        }

        fn over(&mut self) {
            self.over += 1;
        }

        fn interrupted(&self) -> bool {
            false
        }
    }

    fn note(locks: &Directory, doing: &str, since: i64) {
        let note = HolderNote {
            pid: 4711,
            terminal: "pts/3".into(),
            doing: doing.into(),
            since,
        };
        note.write(locks, "a");
    }

    /// The deadline is that of a change of the note: here the first note comes late, and the second is new again.
    #[test]
    fn a_wait_without_a_change_ends_with_what_was_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let locks = Directory::create(&folder.path().join("locks")).unwrap();
        let mut heard = Heard::default();
        let mut wait = Wait::begin(&mut heard, Duration::from_millis(600));
        let error = loop {
            if let Err(error) = wait.pause(&locks, "a") {
                break error;
            }
            match wait.note.as_ref().map(|note| note.since) {
                None if wait.told => note(&locks, ASKING, 1),
                Some(1) => note(&locks, ASKING, 2),
                Some(2) => note(&locks, CALLING, 3),
                _ => {}
            }
        };
        drop(wait);
        assert_eq!(
            error.to_string(),
            "waited 0 s for pts/3 (pid 4711), calling AWS, and nothing changed\n\
             finish or end process 4711, then run the command again"
        );
        assert_eq!(
            heard.told,
            [
                "nobody",
                "the MFA code asked in pts/3 (pid 4711)",
                "the MFA code asked in pts/3 (pid 4711)",
                "pts/3 (pid 4711), calling AWS",
            ]
        );
        assert_eq!(heard.over, 1);
    }
}
