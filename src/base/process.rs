//! `credential_process`: a command of the user's, run without a shell, bounded in time and output.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use zeroize::Zeroizing;

use super::{BaseCredentials, Surroundings, document, words};
use crate::chain::Base;
use crate::display_safe::{display_safe, display_safe_bytes};
use crate::env_diff::Env;
use crate::error::{Error, Result};
use crate::terminal::{Lent, ProcessGuard};

const DEADLINE: Duration = Duration::from_mins(1);
/// After the command's end: an agent that it started may keep the pipes open (security 4.3).
const PIPES: Duration = Duration::from_millis(100);
const STDOUT_LIMIT: usize = 64 * 1024;
const STDERR_KEPT: usize = 4 * 1024;
const STDERR_LINES: usize = 3;
/// The profiles whose processes are running around this one, one a line.
const CHAIN: &str = "_XROLE_PROFILE_CHAIN";
const LONGEST_CHAIN: usize = 4;

pub(super) fn obtain(
    base: &Base,
    command: &str,
    around: &Surroundings<'_>,
) -> Result<BaseCredentials> {
    if let Some(at) = base.at {
        (around.trust)(at)?;
    }
    let chain = chain(around.env, &base.profile).map_err(|error| error.at(base.at))?;
    let words = words::split(command).filter(|words| !words.is_empty());
    let Some(words) = words else {
        return Err(Error::new(
            "process",
            format!(
                "credential_process of profile \"{}\" cannot be split into words: {}",
                display_safe(&base.profile),
                display_safe(command)
            ),
            "close the quotes; a backslash quotes one character",
        )
        .at(base.at));
    };
    let ran = run(&words, &chain, DEADLINE, around.guard);
    ran.and_then(|output| document::of_process(&output).map_err(|problem| format!("ended well, but {problem}")))
        .map_err(|problem| {
            Error::new(
                "process",
                format!(
                    "credential_process of profile \"{}\" {}",
                    display_safe(&base.profile),
                    display_safe(&problem)
                ),
                format!(
                    "run it by hand; it must print {{\"Version\": 1, \"AccessKeyId\": …, \"SecretAccessKey\": …}}: {}",
                    display_safe(command)
                ),
            )
            .at(base.at)
        })
}

/// This profile added to those around it, unless that would not end.
pub(super) fn chain(env: &Env, profile: &str) -> Result<String> {
    let around: Vec<&str> = env
        .nonempty(CHAIN)
        .map(|chain| chain.lines().collect())
        .unwrap_or_default();
    if around.contains(&profile) || around.len() >= LONGEST_CHAIN {
        let mut path: Vec<_> = around.iter().map(|name| display_safe(name)).collect();
        path.push(display_safe(profile));
        return Err(Error::new(
            "process-loop",
            format!(
                "the credential_process of one profile asks for the next: {}",
                path.join(" → ")
            ),
            "one of them must get its credentials without xrole",
        ));
    }
    Ok(around
        .into_iter()
        .chain([profile])
        .collect::<Vec<_>>()
        .join("\n"))
}

/// The command's output; the error says how it ended and with which last words.
fn run(
    words: &[String],
    chain: &str,
    deadline: Duration,
    guard: &ProcessGuard,
) -> std::result::Result<Zeroizing<Vec<u8>>, String> {
    let mut command = Command::new(OsStr::new(&words[0]));
    command
        .args(&words[1..])
        .env(CHAIN, chain)
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A command that asks on the terminal must stay in its foreground group, or the kernel stops it.
    let own_group = std::fs::File::open("/dev/tty").is_err();
    if own_group {
        command.process_group(0);
    }
    let mut child = command
        .spawn()
        .map_err(|error| format!("could not be started: {}: {error}", words[0]))?;
    let group = Pid::from_child(&child);
    let _ended_with_xrole = own_group.then(|| Lent::new(guard, group, None));
    let stdout = Collected::of(child.stdout.take(), Keep::First(STDOUT_LIMIT));
    let stderr = Collected::of(child.stderr.take(), Keep::LastShown(STDERR_KEPT));
    let status = match wait(&mut child, &stdout, Instant::now() + deadline) {
        Ok(status) => status,
        Err(problem) => {
            kill(&mut child, own_group);
            return Err(problem);
        }
    };
    stdout.finish();
    stderr.finish();
    let output = stdout.bounded()?;
    if status.success() {
        return Ok(output);
    }
    Err(format!("{}{}", ended(status), last_lines(&stderr.bytes())))
}

fn wait(
    child: &mut Child,
    stdout: &Collected,
    end: Instant,
) -> std::result::Result<ExitStatus, String> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(error) => return Err(format!("could not be waited for: {error}")),
        }
        stdout.within_bounds()?;
        if Instant::now() >= end {
            return Err(format!(
                "did not end within {} s and was stopped",
                DEADLINE.as_secs()
            ));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

fn kill(child: &mut Child, own_group: bool) {
    if own_group {
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn ended(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

fn last_lines(stderr: &[u8]) -> String {
    let lines: Vec<_> = stderr
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(STDERR_LINES)..];
    let shown: Vec<_> = last.iter().map(|line| display_safe_bytes(line)).collect();
    if shown.is_empty() {
        String::new()
    } else {
        format!(": {}", shown.join(" / "))
    }
}

enum Keep {
    /// The first bytes, and one more as a sign that there are too many.
    First(usize),
    /// All of it goes to xrole's stderr; the last bytes are remembered.
    LastShown(usize),
}

/// What a thread has read from a pipe so far. The thread is left alone if the pipe never ends.
struct Collected {
    bytes: Arc<Mutex<Zeroizing<Vec<u8>>>>,
    done: Receiver<()>,
}

impl Collected {
    fn of(pipe: Option<impl Read + Send + 'static>, keep: Keep) -> Self {
        let bytes = Arc::new(Mutex::new(Zeroizing::new(Vec::with_capacity(STDERR_KEPT))));
        let (send, done) = channel();
        let into = Arc::clone(&bytes);
        std::thread::spawn(move || {
            if let Some(pipe) = pipe {
                collect(pipe, &keep, &into);
            }
            let _ = send.send(());
        });
        Self { bytes, done }
    }

    fn finish(&self) {
        match self.done.recv_timeout(PIPES) {
            Ok(()) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        self.bytes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn within_bounds(&self) -> std::result::Result<(), String> {
        let length = self
            .bytes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        if length > STDOUT_LIMIT {
            return Err(format!("printed more than {} KiB", STDOUT_LIMIT / 1024));
        }
        Ok(())
    }

    fn bounded(&self) -> std::result::Result<Zeroizing<Vec<u8>>, String> {
        self.within_bounds()?;
        Ok(self.bytes())
    }
}

fn collect(mut pipe: impl Read, keep: &Keep, into: &Mutex<Zeroizing<Vec<u8>>>) {
    let mut part = Zeroizing::new([0; 4096]);
    while let Ok(length @ 1..) = pipe.read(&mut *part) {
        let mut bytes = into.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(&part[..length]);
        match keep {
            Keep::First(limit) if bytes.len() > *limit => return,
            Keep::First(_) => {}
            Keep::LastShown(limit) => {
                let _ = std::io::stderr().write_all(&part[..length]);
                let excess = bytes.len().saturating_sub(*limit);
                bytes.drain(..excess);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;

    fn guard() -> ProcessGuard {
        ProcessGuard::new(Output::plain())
    }

    fn sh(script: &str, deadline: Duration) -> std::result::Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words, "a\nb", deadline, &guard())
            .map(|out| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn output_or_how_it_ended() {
        for (script, expected) in [
            ("printf x", Ok("x")),
            ("printf \"$_XROLE_PROFILE_CHAIN\"", Ok("a\nb")),
            ("exit 3", Err("ended with status 3")),
            ("kill -9 $$", Err("was ended by signal 9")),
            (
                "printf '1\\n2\\n\\n3\\n4\\033[2J\\n' >&2; exit 1",
                Err("ended with status 1: 2 / 3 / 4\\u{1b}[2J"),
            ),
            ("head -c 70000 /dev/zero", Err("printed more than 64 KiB")),
            ("yes", Err("printed more than 64 KiB")),
            // What it leaves behind may hold the pipe; its end counts.
            ("sleep 1 & printf x", Ok("x")),
        ] {
            let result = sh(script, DEADLINE);
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(result, expected, "{script}");
        }
    }

    #[test]
    fn one_that_hangs_is_stopped() {
        let result = sh("exec sleep 30", Duration::from_millis(50));
        assert_eq!(
            result,
            Err("did not end within 60 s and was stopped".to_owned())
        );
    }

    #[test]
    fn one_that_is_missing_is_named() {
        let words = ["/nonexistent/tool".to_owned()];
        let error = run(&words, "", DEADLINE, &guard()).expect_err("nothing there");
        assert!(error.starts_with("could not be started: /nonexistent/tool: No such file"));
    }

    #[test]
    fn a_chain_of_processes_ends() {
        for (around, expected) in [
            ("", Ok("p")),
            ("a\nb", Ok("a\nb\np")),
            ("a\nb\nc", Ok("a\nb\nc\np")),
            (
                "a\np",
                Err("the credential_process of one profile asks for the next: a → p → p"),
            ),
            (
                "a\nb\nc\nd",
                Err("the credential_process of one profile asks for the next: a → b → c → d → p"),
            ),
        ] {
            let result = chain(&Env::from([(CHAIN, around)]), "p");
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(result.map_err(|error| error.message), expected);
        }
    }
}
