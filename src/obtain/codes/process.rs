//! A code from a command: `mfa_process`.

use std::time::Duration;

use super::{Codes, Reason, six_digits};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::place::{Origin, Sourced};
use crate::session::Secret;
use crate::source::helper_command::{Failure, HelperCommand, Input, program_name, split_words};

const PROCESS_LIMIT: Duration = Duration::from_mins(1);
const PROCESS_OUTPUT: usize = 4096;

impl Codes<'_> {
    pub(super) fn run(&self, line: &Sourced<String>, reason: Reason) -> Result<Secret> {
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
            keeps_last_words: false,
            environment: Vec::new(),
            output_limit: PROCESS_OUTPUT,
            deadline: PROCESS_LIMIT,
            waiting_for: format!("waiting for the MFA code from{name}, Ctrl-C to stop"),
        };
        let output = helper.run(self.guard).map_err(|failure: Failure| {
            let remedy = failure
                .remedy()
                .unwrap_or_else(|| "run the command by itself to see what it says".to_owned());
            failed(&name, &failure.to_string(), &remedy).exit(failure.exit())
        })?;
        let code = std::str::from_utf8(&output).ok().and_then(six_digits);
        code.ok_or_else(|| {
            let remedy = "it has to print the code and nothing else on stdout";
            failed(&name, "did not print six digits", remedy)
        })
    }
}
