//! stdout: written once, whole, by one writer, so that a failure never looks like success to `eval`.
//!
//! `eval ""` succeeds, so in eval mode every way out that is not success prints a failing command
//! (`false;`) instead. Snippets are one compound command each: one that is cut short by a full disk
//! is a syntax error and needs no answer.

use std::fs::File;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::os::pipes::{Unwritten, write_whole};

/// How long a full pipe whose descriptor does not block is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The handle of the one writer; copies share its state.
#[derive(Debug, Clone)]
pub struct Output(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    target: Target,
    failure: &'static str,
    state: Mutex<State>,
}

#[derive(Debug)]
enum Target {
    Stdout(std::io::Stdout),
    File(File),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Nothing,
    /// Text was committed, wholly or in part.
    Committed,
    Failed,
}

impl Output {
    /// Text or JSON: stays empty on failure.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(Target::Stdout(std::io::stdout()), "")
    }

    /// Code for a shell, where failure has a text of its own, such as `false;`.
    #[must_use]
    pub fn code(failure: &'static str) -> Self {
        Self::new(Target::Stdout(std::io::stdout()), failure)
    }

    /// The same on another file than stdout.
    #[must_use]
    pub fn on(file: File, failure: &'static str) -> Self {
        Self::new(Target::File(file), failure)
    }

    fn new(target: Target, failure: &'static str) -> Self {
        Self(Arc::new(Shared {
            target,
            failure,
            state: Mutex::new(State::Nothing),
        }))
    }

    /// Writes the result. The second call of a run is an error, as is one after `fail`.
    pub fn commit(&self, text: &str) -> Result<()> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if *state != State::Nothing {
            return Err(Error::new(
                "output",
                "the result came after the run had already answered",
                "run it again",
            ));
        }
        let written = self.write(text);
        if !matches!(written, Err(Unwritten { written: 0, .. })) {
            *state = State::Committed;
        }
        written.map_err(|Unwritten { problem, .. }| {
            Error::new(
                "output",
                format!("could not write to stdout: {problem}"),
                "make room, or let the reader of the pipe read on, and run it again",
            )
        })
    }

    /// Prints the failure text, unless the run has already answered. Afterwards nothing can be committed.
    ///
    /// Called from the signal thread and the panic hook too, so it waits at most a moment for a
    /// commit that is under way: what that leaves behind is whole or a syntax error.
    pub fn fail(&self) {
        if let Some(mut state) = lock_soon(&self.0.state)
            && *state == State::Nothing
        {
            *state = State::Failed;
            // Nobody is left to be told that this failed; the exit status says it besides.
            let _ = self.write(self.0.failure);
        }
    }

    fn write(&self, text: &str) -> std::result::Result<(), Unwritten> {
        match &self.0.target {
            Target::Stdout(stdout) => write_whole(stdout, text.as_bytes(), PATIENCE),
            Target::File(file) => write_whole(file, text.as_bytes(), PATIENCE),
        }
    }
}

/// Secrets never reach a terminal by accident: captured commands refuse to run on one.
#[must_use]
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// The lock if it comes free within 200 ms: for threads that must end the process whatever happens.
pub(crate) fn lock_soon<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    for _ in 0..40 {
        match mutex.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::OwnedFd;

    use super::*;

    fn file(pipe: std::io::PipeWriter) -> File {
        OwnedFd::from(pipe).into()
    }

    /// What the reader of the pipe gets from a sequence of calls.
    fn captured(failure: &'static str, calls: impl FnOnce(&Output)) -> String {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let output = Output::on(file(writer), failure);
        calls(&output);
        drop(output);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_first_answer_is_the_only_one() {
        let snippet = "{ export A='1'; }\n";
        assert_eq!(
            captured("false;\n", |output| {
                output.commit(snippet).unwrap();
                output.fail();
                assert!(output.commit(snippet).is_err());
            }),
            snippet
        );
        assert_eq!(
            captured("false;\n", |output| {
                output.clone().fail();
                output.fail();
                assert!(output.commit(snippet).is_err());
            }),
            "false;\n"
        );
        assert_eq!(captured("", Output::fail), "");
    }

    #[test]
    fn a_reader_that_is_gone_is_an_error() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let error = Output::on(file(writer), "false;\n").commit("{ :; }\n");
        assert_eq!(
            error.unwrap_err().message,
            "could not write to stdout: Broken pipe (os error 32)"
        );
    }

    #[test]
    fn failure_text_never_follows_half_a_snippet() {
        let (reader, writer) = std::io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        let output = Output::on(file(writer), "false;\n");
        let much = "x".repeat(1 << 20);
        let reading = std::thread::spawn(move || {
            let mut reader = reader;
            let mut some = vec![0; 100_000];
            reader.read_exact(&mut some).unwrap();
        });
        assert_eq!(output.commit(&much).unwrap_err().class, "output");
        reading.join().unwrap();
        assert_eq!(*output.0.state.lock().unwrap(), State::Committed);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let error = Output::on(full, "false;\n").commit("{ :; }\n");
        assert_eq!(
            error.unwrap_err().message,
            "could not write to stdout: No space left on device (os error 28)"
        );
    }
}
