//! Finds the real shells, and runs scripts in them within a bound of time.
//!
//! `XROLE_TEST_SHELLS` names the shells that must be found; a missing one fails. Unset: what is installed runs, and
//! what was left out is said. PowerShell is `XROLE_TEST_PWSH`, else on PATH.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub use crate::left_out::left_out;

/// A shell and the arguments with which it reads no start file.
#[derive(Debug, Clone)]
pub struct TestShell {
    pub name: &'static str,
    pub program: PathBuf,
    pub args: Vec<&'static str>,
}

/// What a script printed, and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub status: Option<i32>,
}

impl Ran {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn errors(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

const KNOWN: [(&str, &str, &[&str]); 7] = [
    ("bash", "bash", &["--norc", "--noprofile"]),
    ("zsh", "zsh", &["-f"]),
    ("dash", "dash", &[]),
    ("mksh", "mksh", &[]),
    ("busybox-ash", "busybox", &["ash"]),
    ("fish", "fish", &["--no-config"]),
    ("pwsh", "pwsh", &["-NoProfile", "-NonInteractive"]),
];

const LONGEST_RUN: Duration = Duration::from_mins(5);

#[allow(
    clippy::disallowed_methods,
    reason = "a test program reads its own settings"
)]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn on_path(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&variable("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn find_pwsh() -> Option<PathBuf> {
    let named = variable("XROLE_TEST_PWSH").map(PathBuf::from);
    named.or_else(|| on_path("pwsh"))
}

/// The ones of `wanted` that are here. Fails if one is missing that `XROLE_TEST_SHELLS` demands.
pub fn shells(wanted: &[&str]) -> Vec<TestShell> {
    let demanded = variable("XROLE_TEST_SHELLS")
        .map(|names| names.to_string_lossy().into_owned())
        .unwrap_or_default();
    for name in demanded.split_whitespace() {
        let known = KNOWN.iter().any(|(known, ..)| *known == name);
        assert!(known, "XROLE_TEST_SHELLS names {name}, which no test knows");
    }
    let mut found = Vec::new();
    for (name, program, args) in KNOWN.into_iter().filter(|(name, ..)| wanted.contains(name)) {
        let path = if name == "pwsh" {
            find_pwsh()
        } else {
            on_path(program)
        };
        if let Some(program) = path {
            found.push(TestShell {
                name,
                program,
                args: args.to_vec(),
            });
            continue;
        }
        assert!(
            !demanded.split_whitespace().any(|demand| demand == name),
            "XROLE_TEST_SHELLS demands {name}, and {program} is not there"
        );
        left_out(&format!("{name} ({program} is not there)"));
    }
    found
}

/// A clean environment: a folder as HOME, PATH, and nothing of AWS's.
pub fn clean_env(home: &Path) -> BTreeMap<String, String> {
    let path = variable("PATH").unwrap_or_default();
    [
        ("HOME", home.to_string_lossy()),
        ("PATH", path.to_string_lossy()),
        ("LC_ALL", "C.UTF-8".into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
    ]
    .map(|(name, value)| (name.to_owned(), value.into_owned()))
    .into()
}

impl TestShell {
    /// Runs a script from a file, in a clean environment with `env` on top.
    pub fn script(&self, home: &Path, flags: &[&str], script: &str, env: &[(&str, &str)]) -> Ran {
        let extension = if self.name == "pwsh" { "ps1" } else { "sh" };
        let file = home.join(format!(
            "script-{}-{}.{extension}",
            self.name,
            fastrand::u64(..)
        ));
        fs::write(&file, script).expect("a script is written");
        let mut command = Command::new(&self.program);
        command.args(&self.args).args(flags);
        if self.name == "pwsh" {
            command.arg("-File");
        }
        command.arg(&file);
        self.run(command, home, None, env)
    }

    /// Feeds an interactive shell its lines on standard input.
    pub fn interactive(
        &self,
        home: &Path,
        flags: &[&str],
        lines: &str,
        env: &[(&str, &str)],
    ) -> Ran {
        let mut command = Command::new(&self.program);
        command.args(&self.args).args(flags).arg("-i");
        self.run(command, home, Some(lines), env)
    }

    /// Runs a prepared command in a clean environment, and ends it after five minutes.
    pub fn run(
        &self,
        mut command: Command,
        home: &Path,
        input: Option<&str>,
        env: &[(&str, &str)],
    ) -> Ran {
        let files = tempfile::tempdir().expect("a folder for output");
        let file = |name: &str| files.path().join(name);
        fs::write(file("in"), input.unwrap_or_default()).expect("input is written");
        let create = |name: &str| fs::File::create(file(name)).expect("output is created");
        let mut child = command
            .env_clear()
            .envs(clean_env(home))
            .envs(env.iter().copied())
            .current_dir(home)
            .stdin(fs::File::open(file("in")).map_or_else(|_| Stdio::null(), Stdio::from))
            .stdout(create("out"))
            .stderr(create("err"))
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let deadline = Instant::now() + LONGEST_RUN;
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                break status.code();
            }
            if Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                panic!("{} did not end in time", self.name);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let read = |name: &str| fs::read(file(name)).expect("output is read");
        Ran {
            stdout: read("out"),
            stderr: read("err"),
            status,
        }
    }
}
