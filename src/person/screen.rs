//! One line on the terminal that says what is being waited for, drawn over and over on the same place.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dialoguer::console::{measure_text_width, truncate_str};

use crate::display_safe::display_safe;
use crate::os::terminal::Tty;
use crate::output::lock_soon;

/// Waits shorter than this say nothing.
const MOMENT: Duration = Duration::from_millis(300);

/// The one line of a process. Everything is drawn under its lock, so nothing is drawn after a drop.
#[derive(Debug, Default)]
pub(super) struct Screen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waits: Vec<Wait>,
    next_id: u64,
    /// Questions that are open; meanwhile nothing is drawn.
    paused: usize,
    drawn: Option<Drawn>,
    closed: bool,
    drawing: bool,
}

#[derive(Debug)]
struct Wait {
    id: u64,
    text: String,
    due: Instant,
    place: Place,
}

/// Where the line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The line of the cursor.
    Here,
    /// The line below, leaving the cursor where a helper that has the terminal may have asked something.
    Below,
}

#[derive(Debug)]
struct Drawn {
    tty: Tty,
    text: String,
    shown: String,
    place: Place,
}

impl State {
    /// The innermost wait that has lasted a moment.
    fn wanted(&self, now: Instant) -> Option<&Wait> {
        if self.closed || self.paused > 0 {
            return None;
        }
        self.waits.iter().rev().find(|wait| wait.due <= now)
    }

    /// Brings the terminal to what is wanted now.
    fn refresh(&mut self, now: Instant) {
        let wanted = self.wanted(now).map(|wait| (wait.text.clone(), wait.place));
        let same = match (&wanted, &self.drawn) {
            (Some((text, place)), Some(drawn)) => *text == drawn.text && *place == drawn.place,
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        if let Some(drawn) = self.drawn.take() {
            drawn.erase();
        }
        self.drawn = wanted.and_then(|(text, place)| Drawn::draw(text, place));
    }
}

impl Drawn {
    fn draw(text: String, place: Place) -> Option<Self> {
        let tty = Tty::open().filter(|tty| place == Place::Below || tty.in_foreground())?;
        // The last column is left free: writing it makes some terminals wrap.
        let room = tty.width().saturating_sub(1);
        let shown = truncate_str(&display_safe(&text), room, "…").into_owned();
        tty.write_from_anywhere(&match place {
            Place::Here => format!("\r{shown}"),
            Place::Below => format!("\x1bD\x1b[A\x1b7\r\n{shown}\x1b8"),
        });
        Some(Self {
            tty,
            text,
            shown,
            place,
        })
    }

    fn erase(&self) {
        let text = match self.place {
            // Spaces, not a control sequence: they work on every terminal.
            Place::Here => format!("\r{}\r", " ".repeat(measure_text_width(&self.shown))),
            // The helper may have moved the cursor on, down to this line.
            Place::Below => "\x1b[J".into(),
        };
        self.tty.write_from_anywhere(&text);
    }
}

impl Screen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        change(&mut state);
        state.refresh(Instant::now());
        self.changed.notify_one();
    }

    /// Takes the line away until the result is dropped.
    pub(super) fn pause(&self) -> Paused<'_> {
        self.change(|state| state.paused += 1);
        Paused(self)
    }

    /// Takes the line away for good; the process is about to end.
    pub(super) fn close(&self) {
        if let Some(mut state) = lock_soon(&self.state) {
            state.closed = true;
            state.refresh(Instant::now());
        }
    }

    /// Something is being waited for: its number, and whether nobody keeps drawing yet.
    pub(super) fn add(&self, text: String, place: Place) -> (u64, bool) {
        let mut id = 0;
        let mut start_drawing = false;
        self.change(|state| {
            id = state.next_id;
            state.next_id += 1;
            start_drawing = !std::mem::replace(&mut state.drawing, true);
            let due = Instant::now() + MOMENT;
            state.waits.push(Wait {
                id,
                text,
                due,
                place,
            });
        });
        (id, start_drawing)
    }

    /// Says something else for it, at once if the line is shown.
    pub(super) fn set(&self, id: u64, text: String) {
        self.change(|state| {
            if let Some(wait) = state.waits.iter_mut().find(|wait| wait.id == id) {
                wait.text = text;
            }
        });
    }

    /// It is waited for no more.
    pub(super) fn remove(&self, id: u64) {
        self.change(|state| state.waits.retain(|wait| wait.id != id));
    }

    /// Draws what comes due, for the rest of the process's life.
    pub(super) fn keep_drawing(&self) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            state.refresh(now);
            let next = state
                .waits
                .iter()
                .map(|wait| wait.due)
                .filter(|due| *due > now)
                .min();
            state = match next {
                Some(due) => {
                    let waited = self.changed.wait_timeout(state, due - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// An open question.
#[derive(Debug)]
pub(super) struct Paused<'a>(&'a Screen);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0
            .change(|state| state.paused = state.paused.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_wait_that_has_lasted_a_moment_is_shown() {
        let start = Instant::now();
        let wait = |id, text: &str, due_in| Wait {
            id,
            text: text.into(),
            due: start + Duration::from_millis(due_in),
            place: Place::Here,
        };
        let mut state = State {
            waits: vec![wait(0, "lock", 300), wait(1, "sts", 500)],
            ..State::default()
        };
        let shown = |state: &State, at| {
            let wanted = state.wanted(start + Duration::from_millis(at));
            wanted.map(|wait| wait.text.clone())
        };
        for (at, text) in [
            (0, None),
            (299, None),
            (300, Some("lock")),
            (499, Some("lock")),
            (500, Some("sts")),
        ] {
            assert_eq!(shown(&state, at).as_deref(), text, "after {at} ms");
        }
        state.paused = 1;
        assert_eq!(shown(&state, 500), None, "a question is open");
        state.paused = 0;
        state.closed = true;
        assert_eq!(shown(&state, 500), None, "the process ends");
    }
}
