//! A code from the person at the terminal.

use std::time::Instant;

use super::{Codes, Reason, seconds_to_next, six_digits};
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::person::{ANSWER_LIMIT, Terminal, no_terminal};
use crate::session::Secret;

impl Codes<'_> {
    pub(super) fn ask(&self, serial: &str, reason: Reason) -> Result<Secret> {
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
}
