//! What was asked of the STS, for assertions, and what must never have been asked.

use std::collections::{BTreeMap, BTreeSet};

/// One request as it was understood and answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Counts accepted connections from 1.
    pub connection: u64,
    pub operation: String,
    /// AWS's parameter names, `TokenCode` included; `Action` and `Version` left out.
    pub parameters: BTreeMap<String, String>,
    /// The access key id that signed; `None` for an unsigned request.
    pub signer: Option<String>,
    /// The ARN behind that key, if it is known.
    pub caller: Option<String>,
    /// The region of the credential scope.
    pub region: Option<String>,
    /// Whether a code was presented.
    pub code: bool,
    /// 200, 403 …; 0 where no answer was sent.
    pub status: u16,
    /// AWS's error code, if it was an error.
    pub error: Option<String>,
}

impl Recorded {
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

#[derive(Debug, Default)]
pub struct Records {
    pub requests: Vec<Recorded>,
    /// Sentences on what a client must never do; a test that does not expect them fails.
    pub violations: Vec<String>,
    presented: BTreeSet<(String, String)>,
}

impl Records {
    /// A code may be sent once, whatever became of it (`docs/rules/security.md#used-codes`).
    pub fn present_code(&mut self, serial: &str, code: &str) {
        if !self.presented.insert((serial.to_owned(), code.to_owned())) {
            self.violations
                .push(format!("code {code} for {serial} was sent a second time"));
        }
    }

    pub fn violation(&mut self, sentence: String) {
        self.violations.push(sentence);
    }
}
