//! Why a helper gave no output, and what to do about it.

use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

use crate::display_safe::display_safe;
use crate::error::Exit;

/// Why there is no output. Shown, it continues the helper's name: `ended with status 2`.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    Empty,
    /// The program could not be started.
    Start(String, ErrorKind),
    Deadline(Duration),
    TooMuch(usize),
    /// With the last of what it said on stderr, where that was kept.
    Status(i32, String),
    Signal(i32, String),
    /// Ctrl-C, or another signal that ends xrole too.
    Interrupted,
    /// Reading its output or preparing for its run failed.
    Io(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |last: &str| match last {
            "" => String::new(),
            last => format!(": {last}"),
        };
        match self {
            Self::Empty => f.write_str("names no program"),
            Self::Start(program, kind) => {
                let program = display_safe(program);
                let why = match kind {
                    ErrorKind::NotFound if program.contains('/') => "no such file".to_owned(),
                    ErrorKind::NotFound => "command not found".to_owned(),
                    ErrorKind::PermissionDenied => "it is not executable".to_owned(),
                    other => other.to_string(),
                };
                write!(f, "could not be started: {program}: {why}")
            }
            Self::Deadline(limit) => {
                write!(
                    f,
                    "did not end within {} s and was stopped",
                    limit.as_secs_f32()
                )
            }
            Self::TooMuch(limit) if limit % 1024 == 0 => {
                write!(f, "printed more than {} KiB", limit / 1024)
            }
            Self::TooMuch(limit) => write!(f, "printed more than {limit} bytes"),
            Self::Status(status, last) => write!(f, "ended with status {status}{}", said(last)),
            Self::Signal(signal, last) => write!(f, "was ended by signal {signal}{}", said(last)),
            Self::Interrupted => f.write_str("was interrupted"),
            Self::Io(problem) => write!(f, "could not be read: {problem}"),
        }
    }
}

impl Failure {
    /// The exit status of a run that ends with this failure.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Interrupted => Exit::interrupted(),
            _ => Exit::Failed,
        }
    }

    /// What to do about a program that did not even start; `None` for one that did.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        let Self::Start(program, kind) = self else {
            return None;
        };
        let program = display_safe(program);
        match kind {
            ErrorKind::NotFound if program.contains('/') => Some(format!(
                "correct the path, or install {program} (a script needs its interpreter too)"
            )),
            ErrorKind::NotFound => Some(format!(
                "install {program}, or write its whole path: it is in no folder of PATH"
            )),
            ErrorKind::PermissionDenied => Some(format!(
                "let it name a program, which {program} becomes by chmod +x"
            )),
            _ => None,
        }
    }
}
