//! One refused call with all that is known of it: who asked, for what, from which line.

use std::fmt::Write as _;

use crate::aws::chain::is_role;
use crate::aws::config::{Profiles, Setting};
use crate::aws::plan::{Call, Operation, Plan};
use crate::display_safe::display_safe;
use crate::error::Error;
use crate::place::Place;
use crate::service::sts::Refusal;
use crate::words::quoted;

pub(super) struct Case<'a> {
    pub refusal: &'a Refusal,
    pub call: &'a Call,
    pub plan: &'a Plan,
    pub profiles: &'a Profiles,
}

/// What a row of the table says.
pub(super) struct Finding {
    pub class: &'static str,
    /// What happened, after "AWS refused …: "; empty where that says it all.
    pub what: String,
    /// Most likely first; a single one is the remedy itself.
    pub causes: Vec<String>,
    /// Commands or acts, most useful first.
    pub next: Vec<String>,
    /// Lines besides the role's.
    pub at: Option<Place>,
}

impl Finding {
    pub fn new(class: &'static str, what: impl Into<String>) -> Self {
        Self {
            class,
            what: what.into(),
            causes: Vec::new(),
            next: Vec::new(),
            at: None,
        }
    }

    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next.push(next.into());
        self
    }

    pub fn at(mut self, place: Option<Place>) -> Self {
        self.at = place;
        self
    }
}

impl Case<'_> {
    pub fn operation(&self) -> &'static str {
        match self.call.operation {
            Operation::GetSessionToken => "GetSessionToken",
            Operation::AssumeRole => "AssumeRole",
            Operation::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
        }
    }

    /// The ARN as it is in the file; "the role" where the call has none.
    pub fn role(&self) -> String {
        self.call.role_arn.as_ref().map_or_else(
            || "the role".to_owned(),
            |arn| display_safe(&arn.value).into_owned(),
        )
    }

    /// Account and name of the role.
    pub fn account_and_name(&self) -> Option<(&str, &str)> {
        let arn = self.call.role_arn.as_ref()?.value.as_str();
        let mut parts = arn.splitn(6, ':').skip(4);
        Some((parts.next()?, parts.next()?.rsplit('/').next()?))
    }

    /// The ARN that AWS says has called.
    pub fn caller(&self) -> Option<&str> {
        let after = self.refusal.message.split_once("User: ")?.1;
        let arn = after.split_once(" is not authorized")?.0;
        arn.starts_with("arn:").then_some(arn)
    }

    pub fn caller_or(&self, otherwise: &str) -> String {
        display_safe(self.caller().unwrap_or(otherwise)).into_owned()
    }

    /// Which AssumeRole of how many, counted from 1.
    pub fn hop(&self) -> Option<(usize, usize)> {
        let is_hop = |call: &&Call| call.operation == Operation::AssumeRole;
        let hops: Vec<_> = self.plan.calls.iter().filter(is_hop).collect();
        let at = hops.iter().position(|hop| hop.key == self.call.key)?;
        Some((at + 1, hops.len()))
    }

    /// Does the base itself sign the call?
    pub fn is_first(&self) -> bool {
        let first = self.plan.calls.first();
        first.is_none_or(|first| first.key == self.call.key)
    }

    pub fn is_later_hop(&self) -> bool {
        self.hop().is_some_and(|(n, _)| n > 1)
    }

    /// Is it a role's ARN that was selected, so that options say what lines would?
    pub fn is_in_no_file(&self) -> bool {
        is_role(self.profiles, &self.plan.profile)
    }

    /// `[profile prod] (config:12)`: where a line is to be added.
    pub fn section(&self, name: &str) -> String {
        let header = if name == "default" {
            "[default]".to_owned()
        } else {
            format!("[profile {}]", quoted(name))
        };
        match self.profiles.profiles.get(name) {
            Some(profile) => format!("{header} ({})", profile.at),
            None => header,
        }
    }

    /// A `mfa_serial` of the base's profile, which no hop uses.
    pub fn unused_serial(&self) -> Option<&Setting> {
        let base = &self.plan.base.profile;
        let is_hop = self.plan.calls.iter().any(|call| call.profile == *base);
        self.profiles
            .profiles
            .get(base)
            .filter(|_| !is_hop)?
            .get("mfa_serial")
    }

    pub fn explain(&self) -> String {
        format!("xrole explain {}", quoted(&self.plan.profile))
    }

    pub fn base_profile(&self) -> String {
        quoted(&self.plan.base.profile)
    }

    /// Three parts: what was refused; the causes and what to do; AWS's own words for a search.
    pub fn error(&self, finding: &Finding) -> Error {
        let mut lines = Vec::new();
        match finding.causes.as_slice() {
            [] => {}
            [one] => lines.push(one.clone()),
            causes => {
                lines.push("likely causes, most likely first:".to_owned());
                let numbered = causes.iter().enumerate();
                lines.extend(numbered.map(|(n, cause)| format!("  {} {cause}", n + 1)));
            }
        }
        lines.extend(finding.next.iter().map(|next| format!("next: {next}")));
        lines.extend(self.words_of_aws());
        let error = Error::new(
            finding.class,
            self.headline(&finding.what),
            lines.join("\n"),
        );
        let serial = self.call.serial_number.as_ref();
        let first = self
            .call
            .at
            .or_else(|| serial.and_then(|serial| serial.origin.place()));
        error
            .at(first)
            .at(finding.at.filter(|at| Some(*at) != first))
    }

    fn headline(&self, what: &str) -> String {
        let mut line = match self.call.operation {
            Operation::GetSessionToken => format!(
                "no MFA session for profile \"{}\"",
                display_safe(&self.plan.profile)
            ),
            Operation::AssumeRole | Operation::AssumeRoleWithWebIdentity => format!(
                "could not assume {} for profile \"{}\"",
                self.role(),
                display_safe(&self.call.profile)
            ),
        };
        if let Some((n, hops @ 2..)) = self.hop() {
            let _ = write!(line, " (hop {n} of {hops})");
        }
        if !what.is_empty() {
            line.push_str(": ");
            line.push_str(what);
        }
        line
    }

    fn words_of_aws(&self) -> Option<String> {
        let refusal = self.refusal;
        let parts: Vec<String> = [
            refusal.http_status.map(|status| status.to_string()),
            refusal
                .code
                .as_deref()
                .map(|code| display_safe(code).into_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() || refusal.is_network() {
            return None;
        }
        let mut line = format!("AWS said: {}", parts.join(" "));
        if !refusal.message.is_empty() {
            line.push_str(": ");
            line.push_str(&display_safe(refusal.message.trim()));
        }
        if let Some(id) = &refusal.request_id {
            let _ = write!(line, " (request {})", display_safe(id));
        }
        Some(line)
    }
}
