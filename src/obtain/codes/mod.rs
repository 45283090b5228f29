//! MFA codes: from the option, a command or the person, in that order, and what happens after a refusal.

mod ask;
mod attempts;
mod process;

#[cfg(test)]
mod tests;

use std::thread;
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::display_safe::{display_safe, is_white_space};
use crate::error::{Error, Exit, Result};
use crate::person::{ProcessGuard, Terminal, Waiting};
use crate::place::{Origin, Sourced};
use crate::session::Secret;

use attempts::seconds_to_next;
pub use attempts::{Attempts, Next, Reason, Verdict};

/// The class of the error that says that only a person can renew the session.
pub const CODE_NEEDED: &str = "code-needed";

/// Where the next code comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum CodeSource {
    /// `--mfa-code`, once.
    Given(Secret),
    /// `--mfa-process` or `mfa_process`: a command line.
    Command(Sourced<String>),
    Terminal,
    /// Nobody is asked and nothing is run.
    Nobody,
}

/// Decides whether a command may run, by the file that names it (`docs/rules/security.md#trust`).
pub type Trust<'a> = dyn Fn(&Sourced<String>) -> Result<()> + 'a;

/// The codes of one run.
pub struct Codes<'a> {
    guard: &'a ProcessGuard,
    clock: Clock,
    given: Option<Secret>,
    process: Option<Sourced<String>>,
    trust: &'a Trust<'a>,
    run_again: String,
    attended: bool,
}

impl<'a> Codes<'a> {
    /// `run_again` is the command line that a person would type, such as `xrole use prod`.
    pub fn new(
        guard: &'a ProcessGuard,
        clock: Clock,
        trust: &'a Trust<'a>,
        run_again: impl Into<String>,
    ) -> Self {
        Self {
            guard,
            clock,
            given: None,
            process: None,
            trust,
            run_again: run_again.into(),
            attended: true,
        }
    }

    /// No codes at all: for what nobody asked for at this moment. `run_again` is then what a person runs elsewhere.
    #[must_use]
    pub fn unattended(mut self) -> Self {
        self.attended = false;
        self
    }

    /// `--mfa-code` and `--mfa-process`.
    #[must_use]
    pub fn options(mut self, code: Option<&str>, process: Option<&str>) -> Self {
        self.given = code.map(Secret::new);
        let option = |line: &str| Sourced::new(line.into(), Origin::Option("--mfa-process"));
        self.process = process.map(option);
        self
    }

    /// The profile's or the settings' `mfa_process`, which an option outranks.
    #[must_use]
    pub fn profile(mut self, mfa_process: Option<Sourced<String>>) -> Self {
        self.process = self.process.or(mfa_process);
        self
    }

    fn source(&mut self) -> CodeSource {
        if !self.attended {
            return CodeSource::Nobody;
        }
        match (self.given.take(), &self.process) {
            (Some(code), _) => CodeSource::Given(code),
            (None, Some(line)) => CodeSource::Command(line.clone()),
            (None, None) => CodeSource::Terminal,
        }
    }

    /// Could another code be had?
    #[must_use]
    pub fn source_left(&self) -> bool {
        self.attended
            && (self.given.is_some()
                || self.process.is_some()
                || Terminal::open(self.guard).is_some())
    }

    /// A code of six digits for the device.
    pub fn next(&mut self, serial: &str, reason: Reason) -> Result<Secret> {
        if serial.contains(":u2f/") {
            return Err(fido(serial));
        }
        match self.source() {
            CodeSource::Given(code) => six_digits(code.expose()).ok_or_else(|| {
                Error::new(
                    "mfa-code",
                    "--mfa-code is not six digits",
                    "pass the six digits that the device shows",
                )
                .exit(Exit::Usage)
            }),
            CodeSource::Command(line) => self.run(&line, reason),
            CodeSource::Terminal => self.ask(serial, reason),
            CodeSource::Nobody => Err(Error::new(
                CODE_NEEDED,
                format!(
                    "a code for {} is needed, and nobody is asked for it here",
                    display_safe(serial)
                ),
                format!("in another terminal: {}", display_safe(&self.run_again)),
            )
            .exit(Exit::NoTerminal)),
        }
    }

    /// Waits for the device's next code. The signal thread ends the wait with the process.
    fn wait_for_next(&self, used_until: Timestamp) -> Result<()> {
        let seconds = seconds_to_next(self.clock.now(), used_until);
        let text = |left| format!("waiting {left} s for the next MFA code, Ctrl-C to stop");
        let waiting = Waiting::start(self.guard, text(seconds))?;
        for left in (1..=seconds).rev() {
            waiting.set(text(left));
            thread::sleep(Duration::from_secs(1));
        }
        Ok(())
    }
}

impl std::fmt::Debug for Codes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Codes")
            .field("given", &self.given)
            .field("process", &self.process.as_ref().map(|line| line.origin))
            .finish_non_exhaustive()
    }
}

/// Every code there was has been used already, and no other can be had.
#[must_use]
pub fn used_up(serial: &str) -> Error {
    Error::new(
        "mfa-code",
        format!("the code for {} was used already", display_safe(serial)),
        "wait for the device's next code, up to 30 s, and run it again",
    )
}

fn fido(serial: &str) -> Error {
    Error::new(
        "mfa-device",
        format!(
            "{} is a FIDO security key, which STS cannot use",
            display_safe(serial)
        ),
        "register a TOTP device (an authenticator app) as well, and name it: mfa_serial = arn:aws:iam::ACCOUNT:mfa/NAME",
    )
}

/// The code in what was typed or printed: white space dropped, six digits, also the wide ones of a Japanese keyboard.
fn six_digits(text: &str) -> Option<Secret> {
    let plain = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(c) - u32::from('\u{ff10}'), 10).unwrap_or(c)
        }
        _ => c,
    };
    let kept = text.chars().filter(|c| !is_white_space(*c));
    let code: Secret = Secret::new(kept.map(plain).collect::<String>());
    let digits = code.expose().as_bytes();
    (digits.len() == 6 && digits.iter().all(u8::is_ascii_digit)).then_some(code)
}
