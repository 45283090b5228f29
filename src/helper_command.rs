//! Running a command that a setting names: words without a shell, a deadline, bounded output, and an
//! end of its whole process group.

use std::ffi::OsString;
use std::fmt;
use std::io::Write as _;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use zeroize::Zeroizing;

use crate::base::words;
use crate::display_safe::display_safe;
use crate::error::Exit;
use crate::session::Secret;
use crate::terminal::{Lent, ProcessGuard, Terminal, Waiting, interrupt_own_group};

/// How often a running helper is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// After the helper's exit the pipe is read for this long: an agent that it started may keep it open.
const LAST_OUTPUT: Duration = Duration::from_millis(100);

/// Between TERM and KILL at the deadline.
const GRACE: Duration = Duration::from_millis(200);

/// What the helper reads, and whether it may talk to the person.
#[derive(Debug)]
pub enum Input {
    /// Nothing; its stderr is ours.
    Nothing,
    /// These bytes, such as a request with a secret; its stderr is ours.
    Bytes(Secret),
    /// stdin and stderr are the terminal, and the helper is in its foreground. Without a terminal: nothing.
    Terminal,
}

/// One run of one helper. The environment is inherited, with the additions.
#[derive(Debug)]
pub struct HelperCommand {
    /// The program and its arguments, as they are given to it.
    pub words: Vec<String>,
    pub input: Input,
    pub environment: Vec<(String, OsString)>,
    /// The most bytes of stdout that are taken.
    pub output_limit: usize,
    pub deadline: Duration,
    /// What the waiting line says.
    pub waiting_for: String,
}

/// Why there is no output. Shown, it continues the helper's name: `ended with status 2`.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    Empty,
    /// It could not be started.
    Start(std::io::ErrorKind),
    Deadline(Duration),
    TooMuch(usize),
    Status(i32),
    Signal(i32),
    /// Ctrl-C, or another signal that ends xrole too.
    Interrupted,
    /// Reading its output or preparing for its run failed.
    Io(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("names no program"),
            Self::Start(kind) => write!(f, "could not be started: {kind}"),
            Self::Deadline(limit) => {
                write!(f, "did not end within {} s", limit.as_secs_f32())
            }
            Self::TooMuch(limit) => write!(f, "printed more than {limit} bytes"),
            Self::Status(status) => write!(f, "ended with status {status}"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
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
            Self::Interrupted => Exit::Signal(signal_hook::consts::SIGINT),
            _ => Exit::Failed,
        }
    }
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
            Input::Terminal => Terminal::open(guard),
            _ => None,
        };
        let waiting = match terminal {
            Some(_) => Waiting::beside_helper(guard, &*self.waiting_for),
            None => Waiting::start(guard, &*self.waiting_for),
        }
        .map_err(prepared)?;
        let mut child = self.start(terminal.as_ref())?;
        let group = Pid::from_child(&child);
        let lent = Lent::new(guard, group, terminal.as_ref().map(Terminal::tty));
        if let (Input::Bytes(bytes), Some(mut stdin)) = (self.input, child.stdin.take()) {
            // A helper that does not read must not hold its deadline up.
            std::thread::spawn(move || stdin.write_all(bytes.expose().as_bytes()));
        }
        let result = Run {
            child: &mut child,
            output: Zeroizing::new(Vec::new()),
            limit: self.output_limit,
        }
        .finish_within(self.deadline);
        if matches!(
            result,
            Err(Failure::Deadline(_) | Failure::TooMuch(_) | Failure::Io(_))
        ) {
            end_group(&mut child, group);
        }
        drop(waiting);
        drop(lent);
        if result == Err(Failure::Interrupted) && terminal.is_some() {
            interrupt_own_group();
        }
        result
    }

    fn start(&self, terminal: Option<&Terminal>) -> Result<Child, Failure> {
        let (program, arguments) = self.words.split_first().ok_or(Failure::Empty)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .process_group(0);
        match (&self.input, terminal) {
            (Input::Bytes(_), _) => command.stdin(Stdio::piped()),
            (Input::Terminal, Some(_)) => {
                let open = || Terminal::file().map_err(|problem| Failure::Io(problem.to_string()));
                command.stdin(open()?).stderr(open()?)
            }
            _ => command.stdin(Stdio::null()),
        };
        command
            .spawn()
            .map_err(|problem| Failure::Start(problem.kind()))
    }
}

struct Run<'a> {
    child: &'a mut Child,
    output: Zeroizing<Vec<u8>>,
    limit: usize,
}

impl Run<'_> {
    fn finish_within(mut self, deadline: Duration) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut stdout = self.child.stdout.take();
        let mut end = Instant::now() + deadline;
        let mut status = None;
        loop {
            let open = self.read(&mut stdout)?;
            if status.is_none() {
                let ended = self.child.try_wait();
                status = ended.map_err(|problem| Failure::Io(problem.to_string()))?;
                if status.is_some() {
                    end = Instant::now() + LAST_OUTPUT;
                }
            }
            match status {
                Some(status) if !open || Instant::now() >= end => return self.finish(status),
                None if Instant::now() >= end => return Err(Failure::Deadline(deadline)),
                _ => {}
            }
        }
    }

    /// Reads what comes within one look; false when the pipe is at its end.
    fn read(&mut self, stdout: &mut Option<ChildStdout>) -> Result<bool, Failure> {
        let Some(pipe) = stdout else {
            std::thread::sleep(LOOK);
            return Ok(false);
        };
        let look = Timespec::try_from(LOOK).unwrap_or_default();
        let mut ready = [PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN)];
        match poll(&mut ready, Some(&look)) {
            Ok(0) | Err(Errno::INTR) => return Ok(true),
            Ok(_) => {}
            Err(errno) => return Err(Failure::Io(errno.to_string())),
        }
        let mut buffer = Zeroizing::new([0; 4096]);
        match rustix::io::read(pipe, &mut buffer[..]) {
            Ok(0) => {
                *stdout = None;
                return Ok(false);
            }
            Ok(n) => self.keep(&buffer[..n])?,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(Failure::Io(errno.to_string())),
        }
        Ok(true)
    }

    /// Appends without leaving unwiped copies behind, as a growing vector would.
    fn keep(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let length = self.output.len() + bytes.len();
        if length > self.limit {
            return Err(Failure::TooMuch(self.limit));
        }
        if length > self.output.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(length * 2));
            larger.extend_from_slice(&self.output);
            self.output = larger;
        }
        self.output.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(self, status: ExitStatus) -> Result<Zeroizing<Vec<u8>>, Failure> {
        match (status.code(), status.signal()) {
            (Some(0), _) => Ok(self.output),
            (_, Some(signal_hook::consts::SIGINT)) | (Some(130), _) => Err(Failure::Interrupted),
            (Some(code), _) => Err(Failure::Status(code)),
            (None, signal) => Err(Failure::Signal(signal.unwrap_or_default())),
        }
    }
}

/// TERM for the group, KILL after a moment; afterwards nothing of the helper runs.
fn end_group(child: &mut Child, group: Pid) {
    let _ = kill_process_group(group, Signal::TERM);
    // One that is stopped hears nothing but KILL otherwise.
    let _ = kill_process_group(group, Signal::CONT);
    let end = Instant::now() + GRACE;
    while Instant::now() < end && matches!(child.try_wait(), Ok(None)) {
        std::thread::sleep(LOOK);
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}

/// The helper as messages name it: its program, without the arguments, which may hold secrets.
#[must_use]
pub fn program_name(words: &[String]) -> String {
    let program = words.first().map_or("", String::as_str);
    let name = program.rsplit('/').next().unwrap_or(program);
    display_safe(name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;

    fn helper(script: &str) -> HelperCommand {
        HelperCommand {
            words: ["/bin/sh", "-c", script].map(String::from).to_vec(),
            input: Input::Nothing,
            environment: vec![("ADDED".into(), "yes".into())],
            output_limit: 64,
            deadline: Duration::from_secs(20),
            waiting_for: "waiting for a test".into(),
        }
    }

    fn run(helper: HelperCommand) -> Result<String, Failure> {
        let guard = ProcessGuard::new(Output::plain());
        let output = helper.run(&guard)?;
        Ok(String::from_utf8_lossy(&output).into_owned())
    }

    #[test]
    fn output_or_the_reason_why_not() {
        for (script, result) in [
            ("echo 123456", Ok("123456\n")),
            ("echo $ADDED; cat", Ok("yes\n")),
            ("printf ab; exec 1>&-; sleep 0.05", Ok("ab")),
            ("exit 7", Err(Failure::Status(7))),
            ("kill -KILL $$", Err(Failure::Signal(9))),
            ("kill -INT $$", Err(Failure::Interrupted)),
            ("while :; do echo flood; done", Err(Failure::TooMuch(64))),
        ] {
            assert_eq!(run(helper(script)), result.map(String::from), "{script}");
        }
    }

    #[test]
    fn words_are_not_given_to_a_shell() {
        let echo = |words: &[&str]| HelperCommand {
            words: words.iter().map(ToString::to_string).collect(),
            ..helper("")
        };
        assert_eq!(
            run(echo(&["echo", "$(id) *", ";false"])),
            Ok("$(id) * ;false\n".into())
        );
        assert_eq!(
            run(echo(&["/nowhere/xrole-no-such-program"])),
            Err(Failure::Start(std::io::ErrorKind::NotFound))
        );
        assert_eq!(run(echo(&[])), Err(Failure::Empty));
    }

    #[test]
    fn bytes_reach_stdin_and_a_helper_that_reads_none_is_no_obstacle() {
        let with = |script: &str, bytes: String| HelperCommand {
            input: Input::Bytes(Secret::new(bytes)),
            ..helper(script)
        };
        assert_eq!(run(with("cat", "request".into())), Ok("request".into()));
        assert_eq!(run(with("echo ok", "x".repeat(1 << 20))), Ok("ok\n".into()));
    }

    #[test]
    fn an_agent_that_keeps_the_pipe_open_delays_nothing_and_lives_on() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("pid");
        let script = format!("sleep 30 & echo $! > '{}'; echo done", pid_file.display());
        assert_eq!(run(helper(&script)), Ok("done\n".into()));
        let agent = pid_in(&pid_file);
        rustix::process::kill_process(agent, Signal::KILL).expect("the agent should still run");
    }

    #[test]
    fn the_deadline_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("pid");
        let script = format!(
            "trap '' TERM; sleep 30 & echo $! > '{}'; wait; sleep 30",
            pid_file.display()
        );
        let slow = HelperCommand {
            deadline: Duration::from_millis(500),
            ..helper(&script)
        };
        let failure = run(slow).unwrap_err();
        assert_eq!(failure.to_string(), "did not end within 0.5 s");
        let inner = pid_in(&pid_file);
        // Its parent is gone, so it may stay a zombie for a moment until init has taken it.
        let end = Instant::now() + Duration::from_secs(10);
        while rustix::process::test_kill_process(inner).is_ok() && !is_zombie(inner) {
            assert!(Instant::now() < end, "the inner process still runs");
            std::thread::sleep(LOOK);
        }
    }

    fn pid_in(file: &std::path::Path) -> Pid {
        let text = std::fs::read_to_string(file).unwrap();
        Pid::from_raw(text.trim().parse().unwrap()).unwrap()
    }

    fn is_zombie(pid: Pid) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        status.is_ok_and(|text| text.contains(") Z "))
    }

    #[test]
    fn a_line_is_cut_into_words() {
        for (line, words) in [
            ("op item #1", Ok(vec!["op", "item", "#1"])),
            (
                "op item get 'AWS prod' --otp",
                Ok(vec!["op", "item", "get", "AWS prod", "--otp"]),
            ),
            ("a\\ b $HOME `c`", Ok(vec!["a b", "$HOME", "`c`"])),
            ("op 'AWS", Err("has a quote without its end")),
            ("  ", Err("names no program")),
        ] {
            let words = words.map(|words| words.into_iter().map(String::from).collect());
            assert_eq!(split_words(line), words, "{line}");
        }
        assert_eq!(program_name(&["/usr/bin/op".into(), "key".into()]), "op");
    }
}
