//! The hooks on a real terminal: what a person sees and types, with job control and line editing.

use std::fs;
use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::process::sleeps;
use crate::shells::{TestShell, clean_env, shells};
use crate::stub;

const PATIENCE: Duration = Duration::from_mins(2);

/// A shell on a terminal of 80 columns, and the screen as it stands.
struct Terminal {
    name: &'static str,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    _home: tempfile::TempDir,
}

impl Terminal {
    fn start(shell: &TestShell) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = stub::install(home.path());
        fs::write(
            home.path().join("hook"),
            stub::hook(shell.name, &path, "auto", false),
        )
        .unwrap();
        let size = PtySize {
            rows: 40,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(&shell.program);
        command.args(&shell.args);
        command.arg("-i");
        command.cwd(home.path());
        command.env_clear();
        for (name, value) in clean_env(home.path()) {
            command.env(name, value);
        }
        command.env("TERM", "xterm");
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut terminal = Self {
            name: shell.name,
            child,
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            screen: vt100::Parser::new(40, 80, 0),
            raw: Vec::new(),
            _home: home,
        };
        terminal.types("PS1='$ '; . ./hook; clear\r");
        terminal.sees("$ ");
        terminal
    }

    fn types(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
    }

    /// Until the shell sleeps in `$(…)`: an interrupt that comes before finds it on the way there.
    fn waits_for_its_command(&self) {
        let deadline = Instant::now() + PATIENCE;
        let shell = self.child.process_id().unwrap();
        while !sleeps(shell) {
            assert!(Instant::now() < deadline, "{} never sleeps", self.name);
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn text(&self) -> String {
        let rows: Vec<_> = self.screen.screen().rows(0, 80).collect();
        let rows: Vec<_> = rows.iter().map(|row| row.trim_end()).collect();
        rows.join("\n")
    }

    /// Waits until the screen ends in `end` (trailing spaces apart).
    fn sees(&mut self, end: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.text().trim_end().ends_with(end.trim_end()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let bytes = self.output.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|_| {
                panic!("waited in {} for {end:?} on:\n{}", self.name, self.text())
            });
            self.raw.extend_from_slice(&bytes);
            self.screen.process(&bytes);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.master.resize(PtySize::default());
    }
}

#[test]
fn a_session_on_a_terminal() {
    for shell in shells(&["bash", "zsh"]) {
        let mut terminal = Terminal::start(&shell);
        for (typed, seen) in [
            (
                "export AWS_REGION=mine XROLE_TEST_EXPIRES=$(( $(date +%s) + 2578 ))",
                "$",
            ),
            ("xrole use prod", "[prod 42m] $"),
            ("echo $AWS_REGION", "us-east-1\n[prod 42m] $"),
            (
                "( xrole use staging; echo in $XROLE_PROFILE ) | cat",
                "in staging\n[prod 42m] $",
            ),
            ("eval \"$(xrole use staging)\"", "[staging 42m] $"),
            ("xrole use 'a!b c'", "[a!b c 42m] $"),
            ("xrole use -; echo status $?", "status 0\n[staging 42m] $"),
            ("xrole use bad; echo status $?", "status 1\n[staging 42m] $"),
            ("(exit 3)", "[staging 42m] $"),
            ("echo status $?", "status 3\n[staging 42m] $"),
            (
                "XROLE_EXPIRES=1",
                "xrole: the session of staging has expired; run: xrole renew\n[staging expired] $",
            ),
            ("xrole unset; echo $AWS_REGION", "mine\n$"),
        ] {
            terminal.types(&format!("{typed}\r"));
            terminal.sees(seen);
        }
        let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
        assert!(!raw.contains(stub::CANARY), "{}: {raw}", shell.name);
        assert!(
            raw.contains("\u{1b}[36m[prod 42m]\u{1b}[39m"),
            "{}: {raw}",
            shell.name
        );
    }
}

/// The editor knows how wide the segment is: a line longer than the terminal wraps where it should.
#[test]
fn a_long_line_wraps_in_its_place() {
    for shell in shells(&["bash", "zsh"]) {
        let mut terminal = Terminal::start(&shell);
        terminal
            .types("export XROLE_TEST_EXPIRES=$(( $(date +%s) + 2578 )); xrole use prod; clear\r");
        terminal.sees("[prod 42m] $");
        terminal.types(&format!(": {}", "x".repeat(100)));
        let typed = format!("[prod 42m] $ : {}\n{}", "x".repeat(65), "x".repeat(35));
        terminal.sees(&typed);
        // To the start of the line: the cursor stands behind the prompt.
        terminal.types("\u{1}echo ok; \r");
        terminal.sees(&format!("{}\nok\n[prod 42m] $", "x".repeat(44)));
    }
}

#[test]
fn an_interrupt_leaves_the_shell_as_it_was() {
    for shell in shells(&["bash", "zsh"]) {
        let mut terminal = Terminal::start(&shell);
        terminal.types("set -a; XROLE_TEST_EXPIRES=$(( $(date +%s) + 2578 )); xrole use prod; xrole use slow; echo after\r");
        terminal.sees("waiting");
        terminal.waits_for_its_command();
        terminal.types("\u{3}");
        terminal.sees("$");
        terminal.types("case $- in *a*) echo kept ;; esac; echo $XROLE_PROFILE\r");
        terminal.sees("kept\nprod\n[prod 42m] $");
    }
}
