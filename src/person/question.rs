//! Questions: one line on the terminal, asked with echo, answered within a bound.

use std::time::{Duration, Instant};

use super::guard::ProcessGuard;
use super::terminal::Terminal;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};

/// How long a question stays open.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(90);

/// The longest answer that is kept; the terminal itself takes no longer line.
const LONGEST: usize = 4096;

/// A screen that is held by Ctrl-S gets this long to take a line.
const SHOW_LIMIT: Duration = Duration::from_secs(2);

/// What Enter alone answers to a question of yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enter {
    Yes,
    No,
}

impl Terminal {
    /// Asks and reads one line, without its end. `None`: end of file (Ctrl-D).
    ///
    /// The terminal keeps its modes, so Ctrl-C reaches the shell too.
    pub fn ask_line(&self, prompt: &str, limit: Duration) -> Result<Option<String>> {
        self.ask_line_until(prompt, Instant::now() + limit)
    }

    /// The same up to a point in time, which several questions can share.
    pub fn ask_line_until(&self, prompt: &str, end: Instant) -> Result<Option<String>> {
        self.guard.before_waiting()?;
        let _quiet = self.guard.screen().pause();
        let prompt = display_safe(prompt);
        self.tty.write_until(&prompt, Instant::now() + SHOW_LIMIT);
        let mut line = Vec::new();
        let mut buffer = [0; 256];
        loop {
            let Some(read) = self.tty.read_until(&mut buffer, end) else {
                self.tty.write_now("\n");
                return Err(no_answer(&prompt));
            };
            // A hang-up or a move to the background ends the answer as end of file does.
            let read = read.unwrap_or_default();
            line.extend_from_slice(buffer.get(..read).unwrap_or_default());
            if line.last() == Some(&b'\n') {
                line.pop();
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            if read == 0 || line.len() > LONGEST {
                self.tty.write_now("\n");
                return Ok(None);
            }
        }
    }

    /// A question of yes or no; Ctrl-D is no.
    pub fn agrees(&self, question: &str, enter: Enter) -> Result<bool> {
        let end = Instant::now() + ANSWER_LIMIT;
        let choice = match enter {
            Enter::Yes => "[Y/n]",
            Enter::No => "[y/N]",
        };
        loop {
            let answer = self.ask_line_until(&format!("{question} {choice} "), end)?;
            let Some(answer) = answer else {
                return Ok(false);
            };
            match answer.trim().to_ascii_lowercase().as_str() {
                "" => return Ok(enter == Enter::Yes),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => self.say("answer y or n"),
            }
        }
    }

    /// Shows one line; the waiting line makes room for it.
    pub fn say(&self, line: &str) {
        let _quiet = self.guard.screen().pause();
        let line = format!("{}\n", display_safe(line));
        self.tty.write_until(&line, Instant::now() + SHOW_LIMIT);
    }
}

fn no_answer(prompt: &str) -> Error {
    let question = prompt.trim_end().trim_end_matches(':');
    Error::new(
        "no-answer",
        format!("nobody answered in time: {question}"),
        "run it again and answer on the terminal",
    )
    .exit(Exit::NoTerminal)
}

/// A person is needed for `what`, and cannot be reached.
#[must_use]
pub fn no_terminal(what: &str, remedy: &str) -> Error {
    Error::new(
        "no-terminal",
        format!("{what} is needed, and there is no terminal to ask on"),
        remedy,
    )
    .exit(Exit::NoTerminal)
}

/// Before a protected profile is used: its name typed, exactly.
pub fn confirm_by_typing(guard: &ProcessGuard, name: &str) -> Result<()> {
    let shown = display_safe(name);
    let terminal = Terminal::open(guard).ok_or_else(|| {
        no_terminal(
            &format!("the name of the protected profile \"{shown}\""),
            "run it in a terminal, or pass --yes",
        )
    })?;
    let prompt = format!("{name} is protected. Type its name to use it: ");
    match terminal.ask_line(&prompt, ANSWER_LIMIT)? {
        Some(answer) if answer.trim() == name => Ok(()),
        Some(_) => Err(Error::new(
            "protected",
            format!("the name typed is not \"{shown}\", which is protected"),
            "type the profile's name to use it, or pass --yes",
        )),
        None => Err(Error::new(
            "protected",
            format!("\"{shown}\" is protected, and its name was not typed"),
            "type the profile's name to use it, or pass --yes",
        )
        .exit(Exit::NoTerminal)),
    }
}
