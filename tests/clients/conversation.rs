//! A running program that is asked line by line, bounded in time, and ended with the test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::client::Words;
use crate::path::Path;
use crate::support::home::Home;

const PATIENCE: Duration = Duration::from_mins(5);

#[derive(Debug)]
pub struct Conversation {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Conversation {
    pub fn start(path: &Path, profile: &str, words: &Words, home: &Home) -> Self {
        let all = [(path.before)(profile), words.words.clone()].concat();
        let mut child = Command::new(&all[0])
            .args(&all[1..])
            .env_clear()
            .envs(home.env())
            .envs(words.env.iter().map(|(name, value)| (*name, value)))
            .current_dir(home.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", all[0]));
        let (sender, lines) = channel();
        let out: Box<dyn BufRead + Send> =
            Box::new(BufReader::new(child.stdout.take().expect("piped")));
        let errors: Box<dyn BufRead + Send> =
            Box::new(BufReader::new(child.stderr.take().expect("piped")));
        for source in [out, errors] {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in source.lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Self {
            stdin: child.stdin.take(),
            child,
            lines,
        }
    }

    /// Asks, on a clock that is so many seconds ahead for a program that has such a clock, and waits for the answer:
    /// `account …` or `error …`.
    pub fn asks(&mut self, ahead: i64) -> String {
        self.types_line(ahead);
        let mut seen = Vec::new();
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(end - Instant::now()) {
            if line.starts_with("account ") || line.starts_with("error ") {
                return line;
            }
            seen.push(line);
        }
        panic!("no answer after {seen:#?}");
    }

    /// Whether the process has ended by itself.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }

    fn types_line(&mut self, ahead: i64) {
        if let Some(stdin) = &mut self.stdin {
            // The AWS CLI reads nothing.
            let _ = stdin.write_all(format!("{ahead}\n").as_bytes());
        }
    }

    /// Asks once, and returns all that was printed.
    pub fn ask_and_end(mut self) -> (ExitStatus, Vec<String>) {
        self.types_line(0);
        self.ends()
    }

    /// Waits for the end of the process and of its output: all lines that were not read yet.
    pub fn ends(mut self) -> (ExitStatus, Vec<String>) {
        self.stdin = None;
        let end = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(end - Instant::now()) {
            lines.push(line);
        }
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return (status, lines);
            }
            assert!(Instant::now() < end, "it does not end; {lines:#?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
