//! The world outside the process, read once: environment, home, clock. The only reader of it.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::clock::Clock;
use crate::shell::Env;

#[derive(Debug, Clone)]
pub struct Context {
    pub env: Env,
    /// `HOME`, if set and not empty.
    pub home: Option<PathBuf>,
    pub clock: Clock,
    /// The words of the command line, the program's name first.
    pub arguments: Vec<OsString>,
    /// Empty where it cannot be told.
    pub working_directory: PathBuf,
}

impl Context {
    /// Reads this process's world.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that asks the process's world"
    )]
    pub fn read() -> Self {
        let env = Env::new(std::env::vars_os());
        let home = env
            .raw("HOME")
            .filter(|home| !home.is_empty())
            .map(PathBuf::from);
        Self {
            env,
            home,
            clock: clock(),
            arguments: std::env::args_os().collect(),
            working_directory: std::env::current_dir().unwrap_or_default(),
        }
    }
}

/// The clock as it stands now. For what runs on while the machine may sleep; everything else takes the context's.
#[must_use]
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the process's world"
)]
pub fn clock() -> Clock {
    let since_1970 = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Clock::started(since_1970)
}
