//! MFA codes: from the option, a command or the person, in that order, and what happens after a refusal.

mod attempts;

use std::thread;
use std::time::{Duration, Instant};

use crate::clock::{Clock, Timestamp};
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::helper_command::{Failure, HelperCommand, Input, program_name, split_words};
use crate::place::{Origin, Sourced};
use crate::session::Secret;
use crate::terminal::{ANSWER_LIMIT, ProcessGuard, Terminal, Waiting, no_terminal};

const PROCESS_LIMIT: Duration = Duration::from_mins(1);
const PROCESS_OUTPUT: usize = 4096;

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

/// Decides whether a command may run, by the file that names it (security: trust).
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

    fn ask(&self, serial: &str, reason: Reason) -> Result<Secret> {
        let Some(terminal) = Terminal::open(self.guard) else {
            let again = display_safe(&self.run_again);
            return Err(no_terminal(
                &format!("a code for {}", display_safe(serial)),
                &format!("run \"{again}\" in a terminal, or set mfa_process"),
            ));
        };
        match reason {
            Reason::First => {}
            Reason::Wrong => terminal.say(
                "AWS did not accept that code: mistyped, used already, or the device's clock is off",
            ),
            Reason::UsedUntil(until) => {
                let wait = seconds_to_next(self.clock.now(), until);
                terminal.say(&format!(
                    "that code was used already, the next one comes in {wait} s"
                ));
                self.wait_for_next(until)?;
            }
        }
        // Typing errors share the time of one question, since a lock is held meanwhile.
        let end = Instant::now() + ANSWER_LIMIT;
        loop {
            let answer = terminal.ask_line_until(&format!("MFA code for {serial}: "), end)?;
            let Some(answer) = answer.map(Secret::new) else {
                return Err(Error::new(
                    "no-answer",
                    format!("no code for {} was typed", display_safe(serial)),
                    "run it again and type the six digits that the device shows",
                )
                .exit(Exit::NoTerminal));
            };
            match six_digits(answer.expose()) {
                Some(code) => return Ok(code),
                None => terminal.say("a code is six digits"),
            }
        }
    }

    fn run(&self, line: &Sourced<String>, reason: Reason) -> Result<Secret> {
        if !matches!(line.origin, Origin::Option(_)) {
            (self.trust)(line)?;
        }
        let failed = |name: &str, problem: &str, remedy: &str| {
            let key = match line.origin {
                Origin::Option(name) => name,
                _ => "mfa_process",
            };
            Error::new("mfa-process", format!("{key}{name} {problem}"), remedy)
                .at(line.origin.place())
        };
        let words = split_words(&line.value)
            .map_err(|problem| failed("", problem, "write a program and its arguments"))?;
        let name = format!(" \"{}\"", program_name(&words));
        match reason {
            Reason::First => {}
            // It would print the same digits again.
            Reason::Wrong => self.wait_for_next(Timestamp(i64::MAX))?,
            Reason::UsedUntil(until) => self.wait_for_next(until)?,
        }
        let helper = HelperCommand {
            words,
            input: Input::Terminal,
            environment: Vec::new(),
            output_limit: PROCESS_OUTPUT,
            deadline: PROCESS_LIMIT,
            waiting_for: format!("waiting for the MFA code from{name}, Ctrl-C to stop"),
        };
        let output = helper.run(self.guard).map_err(|failure: Failure| {
            let remedy = "run the command by itself to see what it says";
            failed(&name, &failure.to_string(), remedy).exit(failure.exit())
        })?;
        let code = std::str::from_utf8(&output).ok().and_then(six_digits);
        code.ok_or_else(|| {
            let remedy = "it has to print the code and nothing else on stdout";
            failed(&name, "did not print six digits", remedy)
        })
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

/// The code in what was typed or printed: spaces and line ends dropped, six digits.
fn six_digits(text: &str) -> Option<Secret> {
    let code: Secret = Secret::new(text.split_ascii_whitespace().collect::<String>());
    let digits = code.expose().as_bytes();
    (digits.len() == 6 && digits.iter().all(u8::is_ascii_digit)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Output;
    use crate::place::{Place, SourceFile};

    const SERIAL: &str = "arn:aws:iam::111111111111:mfa/alice";

    fn in_config(line: &str) -> Sourced<String> {
        let place = Place {
            file: SourceFile::Config,
            line: 7,
        };
        Sourced::new(line.into(), Origin::File(place))
    }

    fn guard() -> ProcessGuard {
        ProcessGuard::new(Output::plain())
    }

    /// No file is asked about.
    const TRUSTED: &Trust<'static> = &|_| Ok(());

    #[test]
    fn spaces_are_dropped_and_six_digits_remain() {
        for (text, code) in [
            ("492817", Some("492817")),
            (" 492 817\r\n", Some("492817")),
            ("49281", None),
            ("4928170", None),
            ("49281x", None),
            ("４９２８１７", None),
            ("", None),
        ] {
            let found = six_digits(text);
            assert_eq!(found.as_ref().map(Secret::expose), code, "{text:?}");
        }
    }

    #[test]
    fn option_before_command_before_terminal_and_the_code_once() {
        let (guard, own) = (guard(), in_config("own"));
        let option = Sourced::new("opt".to_string(), Origin::Option("--mfa-process"));
        let command = CodeSource::Command;
        for (code, process, profile, first, second) in [
            (None, None, None, CodeSource::Terminal, CodeSource::Terminal),
            (
                None,
                None,
                Some(own.clone()),
                command(own.clone()),
                command(own.clone()),
            ),
            (
                None,
                Some("opt"),
                Some(own.clone()),
                command(option.clone()),
                command(option),
            ),
            (
                Some("492817"),
                None,
                Some(own.clone()),
                CodeSource::Given(Secret::new("492817")),
                command(own),
            ),
        ] {
            let mut codes = Codes::new(
                &guard,
                Clock::fixed(Timestamp(0)),
                TRUSTED,
                "xrole use prod",
            )
            .options(code, process)
            .profile(profile);
            assert_eq!([codes.source(), codes.source()], [first, second]);
        }
    }

    fn outcome(code: Option<&str>, process: Option<&str>, serial: &str) -> (String, u8) {
        let guard = guard();
        let mut codes = Codes::new(
            &guard,
            Clock::fixed(Timestamp(0)),
            TRUSTED,
            "xrole use prod",
        )
        .options(code, None)
        .profile(process.map(in_config));
        match codes.next(serial, Reason::First) {
            Ok(code) => (code.expose().to_string(), 0),
            Err(error) => (error.to_string(), error.exit.code()),
        }
    }

    #[test]
    fn a_code_or_two_lines() {
        let command = Some;
        for (code, process, serial, shown, exit) in [
            (Some("49 28 17"), None, SERIAL, "492817", 0),
            (
                Some("4928"),
                None,
                SERIAL,
                "--mfa-code is not six digits\npass the six digits that the device shows",
                2,
            ),
            (None, command("/bin/echo 492 817"), SERIAL, "492817", 0),
            (
                None,
                command("/bin/echo secret"),
                SERIAL,
                "config:7: mfa_process \"echo\" did not print six digits\nit has to print the code and nothing else on stdout",
                1,
            ),
            (
                None,
                command("/bin/false x"),
                SERIAL,
                "config:7: mfa_process \"false\" ended with status 1\nrun the command by itself to see what it says",
                1,
            ),
            (
                None,
                command("op 'x"),
                SERIAL,
                "config:7: mfa_process has a quote without its end\nwrite a program and its arguments",
                1,
            ),
            (
                Some("492817"),
                None,
                "arn:aws:iam::111111111111:u2f/user/alice/key",
                "arn:aws:iam::111111111111:u2f/user/alice/key is a FIDO security key, which STS cannot use\nregister a TOTP device (an authenticator app) as well, and name it: mfa_serial = arn:aws:iam::ACCOUNT:mfa/NAME",
                1,
            ),
        ] {
            assert_eq!(outcome(code, process, serial), (shown.to_string(), exit));
        }
    }

    #[test]
    fn a_command_of_an_untrusted_file_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let canary = folder.path().join("canary");
        let line = format!("/bin/touch {}", canary.display());
        let guard = guard();
        let refuse = |line: &Sourced<String>| -> Result<()> {
            Err(Error::new("trust", "others may write it", "chmod").at(line.origin.place()))
        };
        let mut codes = Codes::new(
            &guard,
            Clock::fixed(Timestamp(0)),
            &refuse,
            "xrole use prod",
        );
        codes = codes.profile(Some(in_config(&line)));
        let error = codes.next(SERIAL, Reason::First).unwrap_err();
        assert_eq!(error.headline(), "config:7: others may write it");
        assert!(!canary.exists());
    }
}
