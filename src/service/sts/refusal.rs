//! Why a call gave no session, with everything a person may need to know and nothing secret.

use crate::aws::plan::Operation;
use crate::http::FaultKind;

/// Who refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// AWS answered with an error.
    Answered,
    /// No answer of AWS's.
    Network(FaultKind),
    /// An answer that is not a whole session.
    Incomplete,
    /// The request was never sent.
    Unsent,
}

/// Where a request was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Host and port.
    pub host: String,
    pub via: Option<Via>,
}

/// The proxy that a request went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    pub variable: &'static str,
    pub address: String,
}

/// A call that gave no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub operation: Operation,
    pub kind: Kind,
    pub http_status: Option<u16>,
    /// AWS's code, such as `AccessDenied`.
    pub code: Option<String>,
    /// AWS's message, or what is known of the fault. Not yet escaped.
    pub message: String,
    pub request_id: Option<String>,
    /// The local clock minus AWS's in seconds, where AWS told its own.
    pub clock_difference: Option<i64>,
    /// A code may have reached AWS, and counts as used.
    pub code_sent: bool,
    /// How often the request was sent.
    pub attempts: u32,
    pub route: Box<Route>,
}

const THROTTLED: [&str; 6] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
];

impl Refusal {
    /// Ignoring case: AWS guarantees none of these texts (`docs/rules/aws.md#refusals`).
    #[must_use]
    pub fn says(&self, part: &str) -> bool {
        self.message
            .to_ascii_lowercase()
            .contains(&part.to_ascii_lowercase())
    }

    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// The code was wrong or used: another one may be asked for.
    #[must_use]
    pub fn is_invalid_code(&self) -> bool {
        self.has_code("AccessDenied") && self.says("invalid MFA one time pass code")
    }

    /// What signed the call has expired: a cached parent is dropped and minted anew.
    #[must_use]
    pub fn is_expired_parent(&self) -> bool {
        self.operation != Operation::AssumeRoleWithWebIdentity
            && (self.has_code("ExpiredToken") || self.has_code("ExpiredTokenException"))
    }

    /// Nothing of AWS's was heard: cached sessions stay usable.
    #[must_use]
    pub fn is_network(&self) -> bool {
        matches!(self.kind, Kind::Network(_))
    }

    #[must_use]
    pub fn is_clock_skew(&self) -> bool {
        self.says("Signature expired:")
            || self.says("Signature not yet current:")
            || [
                "RequestExpired",
                "RequestTimeTooSkewed",
                "RequestInTheFuture",
            ]
            .into_iter()
            .any(|code| self.has_code(code))
    }

    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.http_status == Some(429)
            || self.says("Rate exceeded")
            || THROTTLED.into_iter().any(|code| self.has_code(code))
    }

    /// May the same request do better in a moment?
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self.kind {
            Kind::Network(fault) => matches!(
                fault,
                FaultKind::NameNotFound
                    | FaultKind::Refused
                    | FaultKind::Unreachable
                    | FaultKind::TimedOut
                    | FaultKind::Closed
                    | FaultKind::Other
            ),
            Kind::Answered => {
                self.http_status.is_some_and(|status| status >= 500)
                    || self.is_throttled()
                    || self.has_code("IDPCommunicationError")
            }
            Kind::Incomplete | Kind::Unsent => false,
        }
    }
}
