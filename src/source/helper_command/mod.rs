//! Running a command that a setting names: words without a shell, a deadline, bounded output, and an
//! end of its whole process group.

mod failure;
mod pipes;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::display_safe::display_safe;
use crate::os::helper::{End, Helper, Place, Stop};
use crate::os::signals::interrupt_own_group;
use crate::os::terminal;
use crate::person::{Lent, ProcessGuard, Terminal, Waiting};
use crate::session::Secret;
use crate::words;

pub use failure::Failure;
use pipes::Pipes;

/// How often a running helper is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// After the helper's exit the pipe is read for this long: an agent that it started may keep it open.
const LAST_OUTPUT: Duration = Duration::from_millis(100);

/// For the thread that ends xrole after a signal.
const LAST_WORD: Duration = Duration::from_secs(2);

/// Between asking it to end and ending it at the deadline.
const GRACE: Duration = Duration::from_millis(200);

/// What the helper reads, and whether it may talk to the person.
#[derive(Debug)]
pub enum Input {
    /// Nothing; its stderr is ours.
    Nothing,
    /// These bytes, such as a request with a secret; its stderr is ours.
    Bytes(Secret),
    /// stdin and stderr are the terminal, whose foreground the helper gets when it reaches for it. Without a terminal:
    /// nothing.
    Terminal,
    /// stdin and stderr are ours, and so is the process group, where it is the terminal's foreground.
    Inherited,
}

/// One run of one helper. The environment is inherited, with the additions.
#[derive(Debug)]
pub struct HelperCommand {
    /// The program and its arguments, as they are given to it.
    pub words: Vec<String>,
    pub input: Input,
    /// A failure shows the last lines of stderr, which also goes on to ours.
    pub keeps_last_words: bool,
    /// `None` removes a variable.
    pub environment: Vec<(String, Option<OsString>)>,
    /// The most bytes of stdout that are taken.
    pub output_limit: usize,
    pub deadline: Duration,
    /// What the waiting line says.
    pub waiting_for: String,
}

/// A helper's line cut into words by the rules of POSIX shells, without any expansion.
pub fn split_words(line: &str) -> Result<Vec<String>, &'static str> {
    match words::split(line) {
        Some(words) if words.is_empty() => Err("names no program"),
        Some(words) => Ok(words),
        None => Err("has a quote without its end"),
    }
}

impl HelperCommand {
    /// Runs the helper to its end and gives its stdout.
    pub fn run(self, guard: &ProcessGuard) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let prepared = |problem: crate::error::Error| Failure::Io(problem.message);
        guard.before_waiting().map_err(prepared)?;
        let terminal = match self.input {
            Input::Terminal | Input::Inherited => Terminal::open(guard),
            Input::Nothing | Input::Bytes(_) => None,
        };
        let waiting = match terminal {
            Some(_) => Waiting::beside_helper(guard, &*self.waiting_for),
            None => Waiting::start(guard, &*self.waiting_for),
        }
        .map_err(prepared)?;
        let (mut child, helper) = self.start(terminal.as_ref())?;
        let mut lent = Lent::new(guard, helper.clone(), terminal.as_ref().map(Terminal::tty));
        if let (Input::Bytes(bytes), Some(mut stdin)) = (self.input, child.stdin.take()) {
            // A helper that does not read must not hold its deadline up.
            std::thread::spawn(move || stdin.write_all(bytes.expose().as_bytes()));
        }
        let stopped = |stop| match (stop, &terminal) {
            (Stop::AtTerminal, Some(terminal)) => lent.lend(terminal.tty()),
            (Stop::AtTerminal, None) => {}
            // No shell knows it as a job, so nobody else could continue it.
            (Stop::ByKey, _) => helper.reach().go_on(),
        };
        let result = finish_within(
            (&mut child, &helper),
            self.output_limit,
            self.deadline,
            (helper.place() == Place::OwnGroup).then_some(stopped),
        );
        if matches!(
            result,
            Err(Failure::Deadline(_) | Failure::TooMuch(_) | Failure::Io(_))
        ) {
            end(&mut child, &helper);
            lent.put_back();
        }
        // A signal ends xrole, and the helper with it: that thread's exit status is the one that counts.
        let end = Instant::now() + LAST_WORD;
        while guard.interrupted() && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
        drop(waiting);
        let alone = lent.has_foreground();
        drop(lent);
        if result == Err(Failure::Interrupted) && alone {
            interrupt_own_group();
        }
        result
    }

    /// With our stdin it also has our place in the foreground: it may be an xrole that asks there itself, and other
    /// programs of the same pipeline must not lose the terminal to it.
    fn place(&self, terminal: Option<&Terminal>) -> Place {
        match (&self.input, terminal) {
            (Input::Inherited, Some(_)) => Place::AmongUs,
            _ => Place::OwnGroup,
        }
    }

    fn start(&self, terminal: Option<&Terminal>) -> Result<(Child, Helper), Failure> {
        let (program, arguments) = self.words.split_first().ok_or(Failure::Empty)?;
        let mut command = Command::new(program);
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(arguments).stdout(Stdio::piped());
        match (&self.input, terminal) {
            (Input::Bytes(_), _) => command.stdin(Stdio::piped()),
            (Input::Terminal, Some(_)) => {
                let failed = |problem: std::io::Error| Failure::Io(problem.to_string());
                command
                    .stdin(terminal::input().map_err(failed)?)
                    .stderr(terminal::output().map_err(failed)?)
            }
            (Input::Inherited, _) => command.stdin(Stdio::inherit()),
            (Input::Nothing | Input::Terminal, _) => command.stdin(Stdio::null()),
        };
        if self.keeps_last_words {
            command.stderr(Stdio::piped());
        }
        Helper::spawn(&mut command, self.place(terminal))
            .map_err(|problem| Failure::Start(program.clone(), problem.kind()))
    }
}

/// Reads until the helper has ended, and a moment longer.
fn finish_within(
    (child, helper): (&mut Child, &Helper),
    limit: usize,
    deadline: Duration,
    mut stopped: Option<impl FnMut(Stop)>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut pipes = Pipes::of(child, limit);
    let mut end = Instant::now() + deadline;
    let mut status = None;
    loop {
        let open = pipes.read(LOOK)?;
        if status.is_none() {
            if let (Some(stopped), Some(stop)) = (&mut stopped, helper.stop()) {
                stopped(stop);
            }
            let ended = child.try_wait();
            status = ended.map_err(|problem| Failure::Io(problem.to_string()))?;
            if status.is_some() {
                end = Instant::now() + LAST_OUTPUT;
            }
        }
        match status {
            Some(status) if !open || Instant::now() >= end => return finished(status, pipes),
            None if Instant::now() >= end => return Err(Failure::Deadline(deadline)),
            _ => {}
        }
    }
}

fn finished(status: ExitStatus, mut pipes: Pipes) -> Result<Zeroizing<Vec<u8>>, Failure> {
    match End::from(status) {
        End::Status(0) => Ok(std::mem::take(&mut pipes.output)),
        End::Interrupted | End::Status(130) => Err(Failure::Interrupted),
        End::Status(code) => Err(Failure::Status(code, pipes.last_words())),
        End::Signal(signal) => Err(Failure::Signal(signal, pipes.last_words())),
    }
}

/// All of the helper is asked to end, and ended after a moment; afterwards nothing of it runs.
fn end(child: &mut Child, helper: &Helper) {
    let reach = helper.reach();
    reach.ask_to_end();
    let end = Instant::now() + GRACE;
    while Instant::now() < end && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(LOOK);
    }
    // Again with what it has started meanwhile, while that can still be told by descent.
    helper.reach().kill();
    reach.kill();
    let _ = child.kill();
    let _ = child.wait();
}

/// The helper as messages name it: its program, without the arguments, which may hold secrets.
#[must_use]
pub fn program_name(words: &[String]) -> String {
    let program = words.first().map_or("", String::as_str);
    let name = program.rsplit('/').next().unwrap_or(program);
    display_safe(name).into_owned()
}
