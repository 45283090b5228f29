//! Where a value came from: a line of a file, an option, a variable.

use std::fmt;

/// The two shared AWS files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceFile {
    Config,
    Credentials,
}

impl fmt::Display for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config => "config",
            Self::Credentials => "credentials",
        })
    }
}

/// One line of one file, counted from 1; shown as `config:12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub file: SourceFile,
    pub line: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Who gave a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    File(Place),
    /// An option of the command line, such as `--region`.
    Option(&'static str),
    /// A variable of the environment, such as `AWS_REGION`.
    Variable(&'static str),
    /// xrole's own `config.ini`.
    Settings,
    /// Nobody: xrole's or AWS's default.
    Default,
}

impl Origin {
    #[must_use]
    pub fn place(self) -> Option<Place> {
        match self {
            Self::File(place) => Some(place),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(place) => place.fmt(f),
            Self::Option(name) | Self::Variable(name) => f.write_str(name),
            Self::Settings => f.write_str("config.ini"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Sourced<T> {
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

/// Something tolerated, capped or guessed, that a person should know: one line on stderr, once a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    pub at: Option<Place>,
    pub text: String,
}

impl Notice {
    pub fn new(at: impl Into<Option<Place>>, text: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
