//! The paths that a session takes to a program: what is typed in front of it, and what the config file holds.

use crate::support::home::{CENTRAL_CONFIG, Home};
use crate::support::run::Run;

/// One way to hand a session on.
#[derive(Debug, Clone, Copy)]
pub struct Path {
    /// As README names it.
    pub name: &'static str,
    /// The words in front of the program's own.
    pub before: fn(profile: &str) -> Vec<String>,
    /// Puts in place what must be there beforehand.
    pub prepare: fn(home: &Home, profile: &str),
    /// What a person can do for a program that runs, once its session has ended.
    pub renew: fn(home: &Home, profile: &str),
    /// The last seconds of a session, in which this path hands it out no more.
    pub kept_back: i64,
}

pub const ALL: [Path; 9] = [
    USE,
    EXPORT,
    EXEC,
    WRITE,
    CREDENTIAL_PROCESS,
    USE_PROFILE_ENV,
    EXEC_PROFILE_ENV,
    EXEC_AS,
    SERVER,
];

const PLAIN: Path = Path {
    name: "",
    before: |_| vec![],
    prepare: |_, _| (),
    renew: |_, _| (),
    kept_back: 0,
};

const USE: Path = Path {
    name: "`use`",
    before: |profile| shell("use", profile, "--shell sh"),
    ..PLAIN
};

const EXPORT: Path = Path {
    name: "`export`",
    before: |profile| shell("export", profile, "--format env"),
    ..PLAIN
};

pub const EXEC: Path = Path {
    name: "`exec`",
    before: |profile| words(&["xrole", "exec", profile, "--"]),
    ..PLAIN
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
    ..PLAIN
};

const USE_PROFILE_ENV: Path = Path {
    name: "`use --profile-env`",
    before: |profile| shell("use", profile, "--profile-env --shell sh"),
    ..PLAIN
};

pub const EXEC_PROFILE_ENV: Path = Path {
    name: "`exec --profile-env`",
    before: |profile| words(&["xrole", "exec", "--profile-env", profile, "--"]),
    ..PLAIN
};

pub const EXEC_AS: Path = Path {
    name: "`exec --as`",
    before: |profile| words(&["xrole", "exec", "--as", profile, "--"]),
    ..PLAIN
};

pub const SERVER: Path = Path {
    name: "`exec --server`",
    before: |profile| words(&["xrole", "exec", "--server", profile, "--"]),
    kept_back: 60,
    ..PLAIN
};

pub const WRITE: Path = Path {
    name: "`write`",
    before: |_| words(&["env", "AWS_PROFILE=written"]),
    prepare: |home, profile| {
        let arguments = ["write", profile, "--to", "written", "--keep-fresh"];
        Run::xrole(home, &arguments).check();
    },
    renew: |home, profile| {
        let file = || std::fs::read_to_string(home.path(".aws/credentials")).expect("a file");
        let before = file();
        Run::xrole(home, &["renew", profile, "--shell", "sh"]).check();
        assert_ne!(file(), before, "it is written anew");
    },
    ..PLAIN
};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What a person types into their shell, and then the program.
fn shell(command: &str, profile: &str, options: &str) -> Vec<String> {
    let line = format!("eval \"$(xrole {command} {profile} {options})\" && exec \"$@\"");
    words(&["sh", "-c", &line, "sh"])
}
