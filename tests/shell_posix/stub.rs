//! A program named xrole that answers with what the library renders: this test program itself, behind a script.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::shells::variable;
use xrole::clock::Timestamp;
use xrole::context::Context;
use xrole::os::pipe_reader::{Reader, reader};
use xrole::session::{Credentials, Secret, Session};
use xrole::shell::{Env, Exports, sync_change, unset_change, use_change};
use xrole::shell::{HookOptions, Shell};

/// What must never be seen on a screen.
pub const CANARY: &str = "canary/SECRET+value";

/// Installs it as `bin/xrole`; every call is noted in `calls`.
pub fn install(home: &Path) -> String {
    let folder = home.join("bin");
    fs::create_dir_all(&folder).unwrap();
    let (file, here) = (folder.join("xrole"), home.display());
    let program = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\n\
         printf '%s\\n' \"$*\" >>'{here}/calls'\n\
         case $2 in slow) echo waiting >&2; exec sleep 60 ;; esac\n\
         XROLE_STUB_FILE='{here}/answer'.$$\n\
         export XROLE_STUB_FILE XROLE_STUB_COMMAND=\"$1\" XROLE_STUB_ARGUMENT=\"$2\"\n\
         '{}' --exact stub::acts_as_the_binary --nocapture 3>&1 >/dev/null 2>'{here}/stub-errors' || exit 99\n\
         cat \"$XROLE_STUB_FILE\"; status=$(cat \"$XROLE_STUB_FILE.status\")\n\
         rm \"$XROLE_STUB_FILE\" \"$XROLE_STUB_FILE.status\"; exit \"$status\"\n",
        program.display()
    );
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file.to_str().unwrap().to_owned()
}

/// The hook of a shell that calls the stub.
pub fn hook(shell: &str, path: &str, prompt: &'static str, clear_expired: bool) -> String {
    let options = HookOptions {
        path: path.to_owned(),
        prompt,
        clear_expired,
        color: 6,
        completion: "",
    };
    dialect(shell).hook(&options).unwrap()
}

pub fn dialect(shell: &str) -> Shell {
    match shell {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        _ => Shell::Posix,
    }
}

/// A key id made of a profile's name.
pub fn key_id(name: &str) -> String {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    format!("ASIA{name:X<16}")
}

pub fn session(key_id: String, expires: i64, generation: i64) -> Session {
    Session {
        credentials: Credentials {
            access_key_id: key_id,
            secret_access_key: Secret::new(CANARY),
            session_token: Some(Secret::new(CANARY)),
        },
        expiration: Some(Timestamp(expires)),
        clock_offset: 0,
        minted: Timestamp(expires - 3600),
        requested: 3600,
        identity: None,
        generation,
    }
}

fn number(env: &Env, name: &str, otherwise: i64) -> i64 {
    env.get(name)
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// What the binary prints for a call, and its status.
fn answer(env: &Env, command: &str, argument: &str) -> (String, i32) {
    let expires = number(env, "XROLE_TEST_EXPIRES", 4_102_444_800);
    let generation = number(env, "XROLE_TEST_GEN", 1);
    let selector = match (command, argument) {
        ("use", "-") => env.get("XROLE_PREV").unwrap_or_default(),
        ("use", name) => name,
        _ => env.get("XROLE_PROFILE").unwrap_or_default(),
    };
    let name = if command == "_sync" {
        "renewed"
    } else {
        selector
    };
    let session = session(key_id(name), expires, generation);
    let exports = Exports {
        selector,
        session: &session,
        region: match selector {
            "prod" => Some("us-east-1"),
            "staging" => Some("eu-central-1"),
            _ => None,
        },
        region_variable: None,
        stamp: env.get("XROLE_TEST_STAMP").map(Path::new),
        color: 6,
        profile_env: None,
    };
    let failed = match (command, selector) {
        ("use", "bad" | "") => Some(1),
        ("use", "interrupted") => Some(130),
        ("_sync", _) if env.contains("XROLE_TEST_SYNC_FAILS") => Some(1),
        _ => None,
    };
    let change = match command {
        "use" | "renew" => use_change(env, &exports).change,
        "unset" => unset_change(env).change,
        "_sync" => sync_change(env, &exports),
        _ => return (format!("called {command} {argument}\n"), 7),
    };
    match failed {
        Some(status) => (Shell::Posix.failure().to_owned(), status),
        None => (Shell::Posix.render(&change).unwrap(), 0),
    }
}

/// Does nothing unless the script above has started it.
#[test]
fn acts_as_the_binary() {
    let Some(file) = variable("XROLE_STUB_FILE") else {
        return;
    };
    let env = Context::read().env;
    let get = |name| env.get(name).unwrap_or_default();
    let (command, argument) = (get("XROLE_STUB_COMMAND"), get("XROLE_STUB_ARGUMENT"));
    let (text, status) = if command == "_captured" {
        let output = fs::File::options()
            .append(true)
            .open("/proc/self/fd/3")
            .unwrap();
        let status = match reader(&output, argument.parse().unwrap()) {
            Reader::Shell => 0,
            Reader::Other => 1,
            Reader::Unknown => 2,
        };
        let status = if env.contains("XROLE_TEST_HIDDEN") {
            2
        } else {
            status
        };
        (String::new(), status)
    } else {
        answer(&env, command, argument)
    };
    fs::write(&file, text).unwrap();
    let mut status_file = file;
    status_file.push(".status");
    fs::write(status_file, status.to_string()).unwrap();
}
