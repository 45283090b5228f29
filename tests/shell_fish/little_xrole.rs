//! Enough of xrole to try the hooks with: three roles, renewals, and a role that fails.

use std::path::PathBuf;

use crate::answering::{Answer, Call, WAITS};
use xrole::clock::Timestamp;
use xrole::session::{Credentials, Secret, Session};
use xrole::shell::Shell;
use xrole::shell::{Env, Exports, sync_change, unset_change, use_change};

/// Every secret of the little xrole holds this text.
pub const SECRET: &str = "CANARYsecret";

#[derive(Debug, Clone)]
pub struct LittleXrole {
    pub expires: i64,
    pub stamp: Option<PathBuf>,
    /// What `_sync` and `renew` bring; `use` brings 1.
    pub renewed: i64,
}

impl LittleXrole {
    /// Answers `use prod|staging|bare|bad|sleep|-`, `renew`, `unset`, `_sync`; prints the words of any other call.
    #[must_use]
    pub fn answer(&self, call: &Call) -> Answer {
        let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
        let dialect = match words.as_slice() {
            [.., "--shell", name] => name,
            _ => call.env.get("XROLE_SHELL").unwrap_or(""),
        };
        let shell = match dialect {
            "fish" => Shell::Fish,
            "powershell" => Shell::PowerShell,
            "json" => Shell::Json,
            _ => return (words.join("|") + "\n", 0),
        };
        let active = call.env.get("XROLE_PROFILE").unwrap_or("");
        match words.as_slice() {
            ["use", "bad", ..] => (shell.failure().to_owned(), 1),
            ["use", "sleep", ..] => (String::new(), WAITS),
            ["use", "-", ..] => match call.env.nonempty("XROLE_PREV") {
                Some(previous) => self.used(&call.env, previous, 1, shell),
                None => (shell.failure().to_owned(), 2),
            },
            ["use", profile, ..] => self.used(&call.env, profile, 1, shell),
            ["renew", ..] => self.used(&call.env, active, self.renewed, shell),
            ["unset", ..] => (shell.render(&unset_change(&call.env).change).unwrap(), 0),
            ["_sync", ..] => {
                let session = session(active, self.renewed, self.expires);
                let change = sync_change(&call.env, &self.exports(active, &session));
                (shell.render(&change).unwrap(), 0)
            }
            _ => (words.join("|") + "\n", 0),
        }
    }

    fn used(&self, env: &Env, profile: &str, generation: i64, shell: Shell) -> Answer {
        let session = session(profile, generation, self.expires);
        let change = use_change(env, &self.exports(profile, &session)).change;
        (shell.render(&change).unwrap(), 0)
    }

    fn exports<'a>(&'a self, profile: &'a str, session: &'a Session) -> Exports<'a> {
        Exports {
            selector: profile,
            session,
            region: match profile {
                "prod" => Some("eu-central-1"),
                "staging" => Some("us-east-1"),
                _ => None,
            },
            region_variable: None,
            stamp: self.stamp.as_deref(),
            color: 6,
            profile_env: None,
        }
    }
}

fn session(profile: &str, generation: i64, expires: i64) -> Session {
    Session {
        credentials: Credentials {
            access_key_id: format!(
                "ASIA{:0>16}",
                format!("{}{generation}", profile.to_uppercase())
            ),
            secret_access_key: Secret::new(format!("{SECRET}{profile}{generation}")),
            session_token: Some(Secret::new(format!(
                "{SECRET}/token+{profile}{generation}=="
            ))),
        },
        expiration: Some(Timestamp(expires)),
        clock_offset: 0,
        minted: Timestamp(expires - 3600),
        requested: 3600,
        identity: None,
        generation,
    }
}
