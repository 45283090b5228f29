//! A person's session, key by key, in each shell that has a hook: real shells, the real binary, a strict STS.

#[path = "../support/shells.rs"]
mod shells;
#[path = "../support/mod.rs"]
mod support;

mod completion;
mod devices;
mod profile_env;
mod shell;

use std::os::unix::fs::PermissionsExt as _;

use shell::{Person, persons_shells};
use support::home::CENTRAL_CONFIG;
use support::left_out;
use support::pty::Key;
use support::run::Run;

/// Profile, region and keys that the person had before xrole.
fn own_variables(home: support::home::Home) -> support::home::Home {
    home.variable("AWS_PROFILE", "central")
        .variable("AWS_REGION", "us-east-2")
        .variable("AWS_ACCESS_KEY_ID", "AKIAOWNKEYOFTHEPERSON")
        .variable("AWS_SECRET_ACCESS_KEY", "it's \"mine\" $HOME `x`")
}

#[test]
fn a_day_in_each_shell() {
    for shell in persons_shells() {
        let person = Person::with(&shell, own_variables);
        let before = person.environment();
        person.is_asked("xrole use prod", "mfa/alice:");
        person.is_asked("999999", "mfa/alice:");
        person.does("111111");
        person.terminal.wait_for("[prod ");
        let prod = person.environment();
        assert_eq!(prod["XROLE_PROFILE"], "prod");
        assert!(!prod.contains_key("AWS_PROFILE"), "{}", person.name);

        person.does("xrole use staging");
        person.terminal.wait_for("[staging ");
        assert_eq!(person.profile().as_deref(), Some("staging"));
        person.does("xrole use -");
        assert_eq!(
            person.environment()["AWS_ACCESS_KEY_ID"],
            prod["AWS_ACCESS_KEY_ID"]
        );
        person.does("xrole status");
        person
            .terminal
            .wait_for("arn:aws:iam::222222222222:role/Operator");
        person.does("xrole unset");
        assert_eq!(person.environment(), before, "{}", person.name);

        let calls = [
            "GetSessionToken",
            "GetSessionToken",
            "AssumeRole",
            "AssumeRole",
        ];
        assert_eq!(person.sts.operations(), calls, "{}", person.name);
    }
}

#[test]
fn ctrl_c_at_the_question_leaves_everything_as_it_was() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.does("xrole use readonly");
        let before = person.environment();
        let line = person.and("xrole use prod", "touch NEXT");
        // Windows PowerShell has no &&; there the error ends the line.
        person.is_asked(&line, "mfa/alice:");
        person.terminal.press(Key::CtrlC);
        person.waits_for_prompt();
        // At its prompt a shell reads without echo; what it restores for its children is what was left to it.
        person.does("stty -a >modes");
        let modes = std::fs::read_to_string(person.home.path("modes")).expect("stty has run");
        for mode in ["isig", "icanon", "echo"] {
            let on = modes.split_whitespace().any(|word| word == mode);
            assert!(on, "{}: {mode} is off: {modes}", person.name);
        }
        assert_eq!(person.environment(), before, "{}", person.name);
        assert!(!person.home.path("NEXT").exists(), "{}", person.name);
        if matches!(person.name, "bash" | "zsh") {
            person.does("trap 'echo own' INT");
            person.is_asked("xrole use prod; echo s-$?", "mfa/alice:");
            person.terminal.press(Key::CtrlC);
            person.waits_for_prompt();
            person.terminal.wait_for("s-130");
            person.does("trap >traps");
            let traps = std::fs::read_to_string(person.home.path("traps")).expect("trap has run");
            assert!(traps.contains("echo own"), "{}: {traps}", person.name);
        }
        let line = person.and("xrole use nope", "touch NEXT");
        person.does(&line);
        assert_eq!(person.environment(), before, "{}", person.name);
        assert!(!person.home.path("NEXT").exists(), "{}", person.name);
    }
}

#[test]
fn a_process_that_is_xrole_itself_asks_on_the_terminal() {
    for shell in persons_shells() {
        let person = Person::with(&shell, |home| {
            let nested = "\n[profile nested]\ncredential_process = xrole credential-process prod\n";
            home.config(&format!("{CENTRAL_CONFIG}{nested}"))
        });
        person.is_asked("xrole use nested", "mfa/alice:");
        person.does("111111");
        person.terminal.wait_for("[nested ");
    }
}

#[test]
fn a_session_ends_in_sight_and_a_renewal_elsewhere_is_picked_up() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.sts.change(|state| state.lifetime = Some(3));
        person.does("xrole use readonly");
        let before = person.environment();
        person.sees(&["[readonly expired] ready#$"]);
        person
            .terminal
            .wait_for("the session of readonly has expired; run: xrole renew");
        person.sts.change(|state| state.lifetime = None);
        let other = Run::xrole(&person.home, &["renew", "readonly", "--shell", "sh"]);
        other.status(0).check();
        person.sees(&["[readonly 1h00m] ready#$", "[readonly 59m] ready#$"]);
        let after = person.environment();
        assert_ne!(after["AWS_ACCESS_KEY_ID"], before["AWS_ACCESS_KEY_ID"]);
        assert_eq!(after["AWS_ACCESS_KEY_ID"], after["XROLE_KEY_ID"]);
        assert_eq!(person.sts.operations().len(), 2, "{}", person.name);
    }
}

/// A prompt that takes up a renewed session writes the profile that follows it, where the one who renewed it could not.
#[test]
fn a_written_profile_is_kept_fresh_by_the_prompt() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.does("xrole use readonly");
        person.does("xrole write readonly --keep-fresh --to tools");
        let key = || {
            let text = std::fs::read_to_string(person.home.path(".aws/credentials")).unwrap();
            let (_, section) = text.split_once("[tools]\naws_access_key_id = ").unwrap();
            section.lines().next().unwrap().to_owned()
        };
        let first = person.environment()["AWS_ACCESS_KEY_ID"].clone();
        assert_eq!(key(), first, "{}", person.name);
        let file = person.home.path(".aws/credentials");
        let mode = |mode| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&file, permissions).unwrap();
        };
        mode(0o400);
        Run::xrole(&person.home, &["renew", "readonly", "--shell", "sh"]).check();
        mode(0o600);
        assert_eq!(key(), first, "{}", person.name);
        person.does("xrole status");
        person.does("xrole status");
        let second = person.environment()["AWS_ACCESS_KEY_ID"].clone();
        assert_ne!(second, first, "{}", person.name);
        assert_eq!(key(), second, "{}", person.name);
    }
}

#[test]
fn the_status_of_the_last_command_is_kept() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.does("xrole use readonly");
        let status = match person.name {
            "fish" => "echo s-$status",
            "pwsh" => "\"s-$LASTEXITCODE\"",
            _ => "echo s-$?",
        };
        person.does("sh -c 'exit 7'");
        person.does(status);
        person.terminal.wait_for_line("s-7");
    }
}

#[test]
fn something_else_changing_the_keys_is_shown_and_left_alone() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.does("xrole use readonly");
        let set = match person.name {
            "fish" => "set -gx AWS_ACCESS_KEY_ID AKIAFOREIGNKEY000001",
            "pwsh" => "$env:AWS_ACCESS_KEY_ID = 'AKIAFOREIGNKEY000001'",
            _ => "export AWS_ACCESS_KEY_ID=AKIAFOREIGNKEY000001",
        };
        person.does(set);
        person.terminal.wait_for("[readonly?] ready#$");
        person.does("xrole unset");
        let after = person.environment();
        assert_eq!(after["AWS_ACCESS_KEY_ID"], "AKIAFOREIGNKEY000001");
        assert!(!after.contains_key("XROLE_PROFILE"), "{}", person.name);
    }
}

#[test]
fn a_protected_profile_is_typed_and_red() {
    for shell in persons_shells() {
        let settings = "[settings]\nsession_key = file\n[profile read*]\nprotected = true\n";
        let person = Person::with(&shell, |home| home.settings(settings));
        person.is_asked("xrole use readonly", "Type its name to use it:");
        person.does("readonl");
        assert_eq!(person.profile(), None, "{}", person.name);
        person.is_asked("xrole use readonly", "Type its name to use it:");
        person.does("readonly");
        person.terminal.wait_for("[readonly ");
        person.terminal.wait_until("a red segment", |screen| {
            let (row, _) = screen.cursor_position();
            screen
                .cell(row, 1)
                .is_some_and(|cell| cell.fgcolor() == vt100::Color::Idx(1))
        });
    }
}

#[test]
fn a_profile_is_picked_from_a_list() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.terminal.command("xrole use");
        person.terminal.wait_for("ReadOnly");
        person.terminal.type_text("rdonly");
        // Every other role is gone from the list.
        person.terminal.wait_until("the one role", |screen| {
            let shown = screen.contents();
            shown.contains("rdonly") && !shown.contains("Operator")
        });
        person.terminal.press(Key::Enter);
        person.terminal.wait_for("[readonly ");
        person.waits_for_prompt();
        assert_eq!(person.profile().as_deref(), Some("readonly"));
    }
}

#[test]
fn strict_shells_live_on() {
    for shell in persons_shells() {
        if !matches!(shell.name, "bash" | "zsh") {
            continue;
        }
        let person = Person::at(&shell);
        person.does("set -eu");
        person.does("xrole use readonly");
        person.does("xrole use -  || echo no-previous");
        person.terminal.wait_for_line("no-previous");
        person.does("xrole unset");
        assert_eq!(person.profile(), None);
    }
}
