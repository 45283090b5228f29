//! One command and its exact result on one screen: input, command, stdout, stderr, status.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::home::Home;
use super::tools;

/// A hang fails, however much else the machine has to do.
const LONGEST: Duration = Duration::from_mins(2);

/// What a command left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The exit status, or 128 + n after signal n, as shells say it.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A command to run in a home, without a terminal, and what is expected of it.
///
/// ```ignore
/// Run::xrole(&home, &["use", "nowhere"])
///     .stdout("false;\n")
///     .stderr("profile \"nowhere\" is in neither …\n")
///     .status(1)
///     .check();
/// ```
#[derive(Debug)]
pub struct Run {
    program: PathBuf,
    arguments: Vec<String>,
    env: BTreeMap<String, String>,
    folder: PathBuf,
    stdin: String,
    stdout: Option<String>,
    stderr: Option<String>,
    status: i32,
}

impl Run {
    /// The xrole that was built with this test.
    #[must_use]
    pub fn xrole(home: &Home, arguments: &[&str]) -> Self {
        Self::program(home, xrole(), arguments)
    }

    #[must_use]
    pub fn program(home: &Home, program: impl Into<PathBuf>, arguments: &[&str]) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            env: home.env().clone(),
            folder: home.path(""),
            stdin: String::new(),
            stdout: None,
            stderr: None,
            status: 0,
        }
    }

    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    #[must_use]
    pub fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    /// Expects exactly this on stdout.
    #[must_use]
    pub fn stdout(mut self, text: &str) -> Self {
        self.stdout = Some(text.to_owned());
        self
    }

    /// Expects exactly this on stderr.
    #[must_use]
    pub fn stderr(mut self, text: &str) -> Self {
        self.stderr = Some(text.to_owned());
        self
    }

    /// Expects this exit status (0 if nothing is said).
    #[must_use]
    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Runs it and compares; a difference fails the test with all that was got.
    pub fn check(self) -> Done {
        let shown = format!("{} {:?}", self.program.display(), self.arguments);
        let done = self.run();
        let right = done.status == self.status
            && self.stdout.as_ref().is_none_or(|text| *text == done.stdout)
            && self.stderr.as_ref().is_none_or(|text| *text == done.stderr);
        assert!(
            right,
            "{shown}\nstatus {} (expected {})\n{}{}",
            done.status,
            self.status,
            compared("stdout", self.stdout.as_deref(), &done.stdout),
            compared("stderr", self.stderr.as_deref(), &done.stderr),
        );
        done
    }

    /// Runs it, expecting nothing.
    #[must_use]
    pub fn run(&self) -> Done {
        let mut child = self
            .detached()
            .env_clear()
            .envs(&self.env)
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        let mut stdin = child.stdin.take().expect("piped");
        let input = self.stdin.clone();
        std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let stdout = collected(child.stdout.take().expect("piped"));
        let stderr = collected(child.stderr.take().expect("piped"));
        let group = child.id();
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child of ours") {
                break status;
            }
            if start.elapsed() > LONGEST {
                end_group(group);
                let _ = child.wait();
                panic!(
                    "{} {:?} did not end",
                    self.program.display(),
                    self.arguments
                );
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        // What it left behind would hold its pipes open.
        end_group(group);
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        Done {
            status: status.code().unwrap_or(128 + signal.unwrap_or(0)),
            stdout: stdout.join().expect("a reader that cannot panic"),
            stderr: stderr.join().expect("a reader that cannot panic"),
        }
    }

    /// In a session of its own, so that the terminal of whoever runs the tests is out of reach.
    fn detached(&self) -> Command {
        let mut command = if let Some(setsid) = tools::on_path("setsid") {
            Command::new(setsid)
        } else {
            let mut perl = Command::new("perl");
            perl.args(["-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV"]);
            perl
        };
        command.arg(&self.program).args(&self.arguments);
        command
    }
}

/// The command leads a session, and so a process group, of its own.
fn end_group(leader: u32) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// The binary under test.
#[must_use]
pub fn xrole() -> PathBuf {
    match option_env!("CARGO_BIN_EXE_xrole") {
        Some(path) => path.into(),
        None => panic!("only tests know where the binary is"),
    }
}

fn collected(mut source: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = source.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn compared(name: &str, expected: Option<&str>, got: &str) -> String {
    match expected {
        Some(expected) if expected == got => format!("--- {name} as expected\n"),
        Some(expected) => {
            format!("--- {name}, expected\n{expected}\n--- {name}, got\n{got}\n")
        }
        None => format!("--- {name}\n{got}\n"),
    }
}
