//! The user's program, which takes this process's place: signals, terminal, exit status are its own.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::process::Command;

use crate::display_safe::display_safe_bytes;
use crate::error::{Error, Exit, Result};
use crate::os::program::{is_there, take_place};
use crate::shell::{Change, Env, Holding, is_own};

/// What the hooks tell xrole in its environment, and nobody else: a shell of another kind would take it for its own.
const FOR_XROLE_ALONE: [&str; 2] = ["XROLE_SHELL", "XROLE_PREV"];

/// Set or removed for the program, on top of what it inherits.
#[derive(Default)]
pub struct Additions(Vec<(&'static str, Option<String>)>);

/// Names only: the values hold secrets.
impl std::fmt::Debug for Additions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(n, _)| n))
            .finish()
    }
}

impl Additions {
    /// What `use` would do to a shell with this environment. A region that an earlier role set goes: the
    /// one from before is known to the shell alone.
    #[must_use]
    pub fn of(change: &Change, env: &Env) -> Self {
        let holding = Holding::of(env);
        let stale = change
            .restore
            .iter()
            .filter(|name| is_own(env, holding, name));
        let removed = stale.chain(&change.unset).chain(&FOR_XROLE_ALONE);
        let mut additions: Vec<_> = removed.map(|name| (*name, None)).collect();
        let set = change.set.iter();
        additions.extend(set.map(|(name, value)| (*name, Some(value.clone()))));
        Self(additions)
    }

    fn apply(&self, command: &mut Command) {
        for (name, value) in &self.0 {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}

/// A program that is about to start.
#[derive(Debug)]
pub struct Program {
    pub name: OsString,
    pub arguments: Vec<OsString>,
    pub environment: Additions,
    /// Where programs are looked for.
    pub path: Option<OsString>,
}

impl Program {
    /// Replaces this process. Comes back only with the reason why it could not.
    #[must_use]
    pub fn take_over(self) -> Error {
        let mut command = Command::new(&self.name);
        command.args(&self.arguments);
        self.environment.apply(&mut command);
        let problem = take_place(command);
        self.refusal(&problem)
    }

    /// As shells have it: 127 for a program that is not there, 126 for one that does not start.
    fn refusal(&self, problem: &std::io::Error) -> Error {
        let shown = display_safe_bytes(self.name.as_encoded_bytes());
        if problem.kind() != ErrorKind::NotFound {
            let remedy = "it must be a program, and executable: see ls -l";
            return Error::new(
                "not-executable",
                format!("could not start {shown}: {problem}"),
                remedy,
            )
            .exit(Exit::Status(126));
        }
        if is_there(&self.name, self.path.as_deref()) {
            return Error::new(
                "not-executable",
                format!(
                    "could not start {shown}: the interpreter that its first line names is missing"
                ),
                "look at its first line, #!…, also for a carriage return at its end",
            )
            .exit(Exit::Status(126));
        }
        not_found(&self.name)
    }
}

/// Says that a program is not there before anybody is asked for a code for it.
pub fn refuse_missing(name: &OsStr, path: Option<&OsStr>) -> Result<()> {
    if is_there(name, path) {
        Ok(())
    } else {
        Err(not_found(name))
    }
}

fn not_found(name: &OsStr) -> Error {
    let shown = display_safe_bytes(name.as_encoded_bytes());
    Error::new(
        "not-found",
        format!("there is no program {shown}"),
        "aliases and functions are known to the shell alone: xrole exec PROFILE -- sh -c '…'",
    )
    .exit(Exit::Status(127))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_role_left_goes_and_what_the_user_set_stays() {
        let env = Env::from([
            ("AWS_ACCESS_KEY_ID", "ASIAQQQQQQQQQQQQQQQQ"),
            ("XROLE_KEY_ID", "ASIAQQQQQQQQQQQQQQQQ"),
            ("XROLE_PROFILE", "prod"),
            ("XROLE_REGION", "eu-west-1"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ]);
        let change = Change {
            restore: vec!["AWS_REGION", "AWS_DEFAULT_REGION"],
            unset: vec!["AWS_PROFILE"],
            set: vec![("XROLE_PROFILE", "audit".into())],
            ..Change::default()
        };
        assert_eq!(
            Additions::of(&change, &env).0,
            [
                ("AWS_REGION", None),
                ("AWS_PROFILE", None),
                ("XROLE_SHELL", None),
                ("XROLE_PREV", None),
                ("XROLE_PROFILE", Some("audit".to_owned())),
            ]
        );
    }
}
