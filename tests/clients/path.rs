//! The paths that a session takes to a program: what is typed in front of it, and what the config file holds.

use crate::support::home::{CENTRAL_CONFIG, Home};

/// One way to hand a session on.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// As README names it.
    pub name: &'static str,
    /// The words in front of the program's own.
    pub before: fn(profile: &str) -> Vec<String>,
    /// Puts in place what must be there beforehand.
    pub prepare: fn(home: &Home, profile: &str),
}

pub const ALL: [Path; 4] = [
    Path {
        name: "`use`",
        before: |profile| shell("use", profile, "--shell sh"),
        prepare: |_, _| (),
    },
    Path {
        name: "`export`",
        before: |profile| shell("export", profile, "--format env"),
        prepare: |_, _| (),
    },
    EXEC,
    CREDENTIAL_PROCESS,
];

pub const EXEC: Path = Path {
    name: "`exec`",
    before: |profile| words(&["xrole", "exec", profile, "--"]),
    prepare: |_, _| (),
};

pub const CREDENTIAL_PROCESS: Path = Path {
    name: "`credential-process`",
    before: |_| words(&["env", "AWS_PROFILE=through"]),
    prepare: |home, profile| {
        let through = format!(
            "{CENTRAL_CONFIG}\n[profile through]\nregion = eu-central-1\n\
             credential_process = xrole credential-process {profile}\n"
        );
        home.write(".aws/config", &through);
    },
};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What a person types into their shell, and then the program.
fn shell(command: &str, profile: &str, options: &str) -> Vec<String> {
    let line = format!("eval \"$(xrole {command} {profile} {options})\" && exec \"$@\"");
    words(&["sh", "-c", &line, "sh"])
}
