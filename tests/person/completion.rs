//! TAB: what is offered, what is inserted, and that nothing in a name ever runs.

use crate::shell::{Person, persons_shells};
use crate::support::home::CENTRAL_CONFIG;
use crate::support::pty::Key;

/// Names that would run something if they were not quoted, each with a beginning of its own.
const HOSTILE: &str = r#"
[profile "aa$(touch CANARY);`touch CANARY`"]
region = us-east-1
[profile "bb it's ! \"quoted\""]
region = us-east-1
[profile team:dev]
region = us-west-2
"#;

fn hostile(shell: &crate::shells::TestShell) -> Person {
    Person::with(shell, |home| {
        home.config(&format!("{CENTRAL_CONFIG}{HOSTILE}"))
    })
}

#[test]
fn a_profile_is_completed() {
    for shell in persons_shells() {
        let person = Person::at(&shell);
        person.terminal.type_text("xrole use reado");
        person.terminal.press(Key::Tab);
        person.terminal.wait_for("xrole use readonly");
        person.terminal.press(Key::Enter);
        person.terminal.wait_for("[readonly ");
    }
}

#[test]
fn subcommands_and_options_are_completed() {
    for shell in persons_shells() {
        for (typed, completed) in [
            ("xrole expl", "xrole explain"),
            ("xrole use --sou", "xrole use --source"),
        ] {
            let person = Person::at(&shell);
            person.terminal.type_text(typed);
            person.terminal.press(Key::Tab);
            person.terminal.wait_for(completed);
        }
    }
}

#[test]
fn roles_are_shown_with_their_description() {
    for shell in persons_shells() {
        // bash shows no descriptions, and the test host of PowerShell shows one candidate a TAB.
        if !matches!(shell.name, "zsh" | "fish") {
            continue;
        }
        let person = Person::at(&shell);
        person.terminal.type_text("xrole use ");
        person.terminal.press(Key::Tab);
        person
            .terminal
            .wait_for("arn:aws:iam::222222222222:role/Operator");
        person.terminal.wait_for("the previous profile");
    }
}

#[test]
fn hostile_names_are_one_literal_argument() {
    for shell in persons_shells() {
        let person = hostile(&shell);
        // What is typed, and the end of the name that TAB makes of it, however the shell quotes the rest.
        for (typed, end) in [("aa", "CANARY"), ("bb", "quoted"), ("team:d", "dev")] {
            person.terminal.type_text(&format!("xrole list {typed}"));
            person.terminal.press(Key::Tab);
            person.terminal.wait_for(end);
            person.terminal.press(Key::Enter);
            person.waits_for_prompt();
            let screen = person.terminal.screen();
            let region = screen.contains("us-east-1") || screen.contains("us-west-2");
            assert!(
                region,
                "{} {typed}\n{}",
                person.name,
                person.terminal.picture()
            );
            assert!(
                !screen.contains("is in neither"),
                "{}",
                person.terminal.picture()
            );
            assert!(
                !person.home.path("CANARY").exists(),
                "{} ran {typed}",
                person.name
            );
            person.does("clear");
        }
    }
}

#[test]
fn a_hostile_name_in_the_prompt_is_text() {
    for shell in persons_shells() {
        let name = "aa$(touch CANARY);`touch CANARY`%n";
        let person = Person::with(&shell, |home| {
            home.config(&format!(
                "{CENTRAL_CONFIG}\n[profile \"{name}\"]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = central\nregion = us-east-1\n"
            ))
        });
        person.does(&format!("xrole use '{name}'"));
        person.terminal.wait_for(&format!("[{name} "));
        person.does("");
        assert!(!person.home.path("CANARY").exists(), "{}", person.name);
    }
}
