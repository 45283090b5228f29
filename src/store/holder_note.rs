//! The note beside a lock that tells waiters who holds it, and what for.

use std::fmt;

use crate::display_safe::display_safe;
use crate::files::directory::Directory;
use crate::files::replace::{Durability, replace};

/// Who holds a lock and what for. Advisory: believed only while the lock is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderNote {
    pub pid: u32,
    /// Such as `pts/3`; empty without a terminal.
    pub terminal: String,
    /// Such as `asking for a code` or `calling AWS`.
    pub doing: String,
    /// When it was written (milliseconds since 1970), so that the same words again are a change.
    pub since: i64,
}

/// What a holder does while it asks a person.
pub const ASKING: &str = "asking for a code";
/// What a holder does while it waits for STS.
pub const CALLING: &str = "calling AWS";

fn note_name(name: &str) -> String {
    format!("{name}.who")
}

impl HolderNote {
    pub(super) fn read(locks: &Directory, name: &str) -> Option<Self> {
        let content = locks.read(&note_name(name), 1..=512)?;
        Self::parse(std::str::from_utf8(&content).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let note = Self {
            pid: lines.next()?.parse().ok()?,
            terminal: lines.next()?.to_owned(),
            doing: lines.next()?.to_owned(),
            since: lines.next()?.parse().ok()?,
        };
        (lines.next() == Some("") && lines.next().is_none()).then_some(note)
    }

    /// Best effort: a waiter without a note still waits.
    pub(super) fn write(&self, locks: &Directory, name: &str) {
        let text = format!(
            "{}\n{}\n{}\n{}\n",
            self.pid,
            self.terminal.replace('\n', " "),
            self.doing.replace('\n', " "),
            self.since
        );
        let _ = replace(
            locks,
            &note_name(name),
            text.as_bytes(),
            None,
            Durability::Fleeting,
        );
    }

    pub(super) fn remove(locks: &Directory, name: &str) {
        locks.remove(&note_name(name));
    }
}

/// What a waiter waits for: `the MFA code asked in pts/3 (pid 4711)`.
impl fmt::Display for HolderNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.terminal.is_empty() {
            "another process"
        } else {
            &display_safe(&self.terminal)
        };
        let pid = self.pid;
        if self.doing == ASKING {
            write!(f, "the MFA code asked in {place} (pid {pid})")
        } else {
            write!(f, "{place} (pid {pid}), {}", display_safe(&self.doing))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_what_is_waited_for() {
        for (text, shown) in [
            (
                "4711\npts/3\nasking for a code\n1\n",
                Some("the MFA code asked in pts/3 (pid 4711)"),
            ),
            (
                "4711\npts/3\ncalling AWS\n1\n",
                Some("pts/3 (pid 4711), calling AWS"),
            ),
            (
                "4711\n\ncalling AWS\n1\n",
                Some("another process (pid 4711), calling AWS"),
            ),
            ("4711\n\x1b[2J\nx\n1\n", Some("\\u{1b}[2J (pid 4711), x")),
            ("4711\npts/3\ncalling AWS\n1", None),
            ("4711\npts/3\n", None),
            ("-1\npts/3\ncalling AWS\n1\n", None),
            ("4711\npts/3\ncalling AWS\n1\n\n", None),
        ] {
            let note = HolderNote::parse(text).map(|note| note.to_string());
            assert_eq!(note.as_deref(), shown, "{text:?}");
        }
    }
}
