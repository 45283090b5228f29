//! What could not be done, to what, and what to do next.

use crate::place::Place;

pub type Result<T> = std::result::Result<T, Error>;

/// The process's exit status (`docs/rules/shells.md#exit-status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// Refused or failed: 1.
    Failed,
    /// Wrong usage: 2.
    Usage,
    /// A person is needed and there is no terminal: 3.
    NoTerminal,
    /// Ended by signal n: 128 + n.
    Signal(i32),
    /// What `exec` says of a program that could not start: 126 or 127.
    Status(u8),
}

/// What Ctrl-C sends; the number is the same on every system.
const INTERRUPT: i32 = 2;

impl Exit {
    /// Ended by Ctrl-C: 130.
    #[must_use]
    pub fn interrupted() -> Self {
        Self::Signal(INTERRUPT)
    }

    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NoTerminal => 3,
            Self::Status(status) => status,
            Self::Signal(n) => u8::try_from(128 + n).unwrap_or(u8::MAX),
        }
    }
}

/// Two lines for a person (the problem, lower case; the remedy) and a class name for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub class: &'static str,
    pub message: String,
    /// The remedy: one line; further lines only where causes are listed.
    pub remedy: String,
    pub at: Vec<Place>,
    pub exit: Exit,
}

impl Error {
    #[must_use]
    pub fn new(class: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            remedy: remedy.into(),
            at: Vec::new(),
            exit: Exit::Failed,
        }
    }

    /// Names a place of the files that the error is about; places go in front of the message when shown.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.at.extend(place.into());
        self
    }

    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Line 1 as it is shown: `config:14: profile "P" has …`.
    #[must_use]
    pub fn headline(&self) -> String {
        let places: Vec<String> = self.at.iter().map(ToString::to_string).collect();
        if places.is_empty() {
            self.message.clone()
        } else {
            format!("{}: {}", places.join(", "), self.message)
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.headline())?;
        if !self.remedy.is_empty() {
            write!(f, "\n{}", self.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
