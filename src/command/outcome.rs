//! What every command gives back.

use crate::deliver::program::Program;
use crate::error::Exit;

/// What a command gives back: the text for stdout, and the exit status.
#[derive(Debug)]
pub struct Outcome {
    pub stdout: String,
    pub exit: Exit,
    /// What takes this process's place afterwards.
    pub program: Option<Program>,
}

impl Outcome {
    #[must_use]
    pub fn done(stdout: impl Into<String>) -> Self {
        Self {
            stdout: stdout.into(),
            exit: Exit::Done,
            program: None,
        }
    }

    #[must_use]
    pub fn program(program: Program) -> Self {
        Self {
            program: Some(program),
            ..Self::done("")
        }
    }
}
