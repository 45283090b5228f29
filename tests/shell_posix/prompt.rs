//! The prompt segment in interactive shells: what it shows, where it stands, and that nothing in it ever runs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::shells::{Ran, TestShell, shells};
use crate::stub;
use xrole::shell::posix::quote;

pub const BOTH: [&str; 2] = ["bash", "zsh"];

/// Prints the prompt between `<` and `>` as the shell expands it.
pub fn show(shell: &TestShell) -> &'static str {
    match shell.name {
        "bash" => "echo \"<${PS1@P}>\"\n",
        _ => "print -rP -- \"<$PROMPT>\"\n",
    }
}

/// A shell in `home` that has loaded its hook and has a plain prompt.
pub fn start(
    shell: &TestShell,
    home: &Path,
    prompt: &'static str,
    clear: bool,
    lines: &str,
    env: &[(&str, &str)],
) -> Ran {
    let path = stub::install(home);
    fs::write(
        home.join("hook"),
        stub::hook(shell.name, &path, prompt, clear),
    )
    .unwrap();
    fs::write(home.join("deinit"), stub::dialect(shell.name).deinit()).unwrap();
    let lines = format!("PS1='$ '\n{lines}\nexit 0\n");
    shell.interactive(home, &[], &lines, env)
}

/// Only what was printed in angle brackets, without the marks that readline reads.
fn shown(ran: &Ran) -> Vec<String> {
    let text = ran.text().replace(['\u{1}', '\u{2}'], "");
    let drawn = text
        .lines()
        .filter_map(|line| line.strip_prefix('<')?.strip_suffix('>'));
    drawn.map(str::to_owned).collect()
}

/// The lines that make a session live for so many seconds.
pub fn live(profile: &str, seconds: i64) -> String {
    format!(
        "export XROLE_PROFILE={} XROLE_KEY_ID=A AWS_ACCESS_KEY_ID=A XROLE_GEN=5 XROLE_EXPIRES=$(( $(date +%s) + {seconds} ))\n",
        quote(profile).unwrap()
    )
}

#[test]
fn the_segment_shows_name_and_time_left() {
    for shell in shells(&BOTH) {
        let home = tempfile::tempdir().unwrap();
        let mut lines = String::from(". ./hook\n");
        lines.push_str(show(&shell));
        for seconds in [32_758, 3658, 2578, 898, 298, -5] {
            lines.push_str(&live("prod", seconds));
            lines.push_str(show(&shell));
        }
        lines.push_str("__xrole_color=1\n");
        lines.push_str(&live("arn:aws:iam::222222222222:role/team/Admin", 898));
        lines.push_str(show(&shell));
        lines.push_str("AWS_ACCESS_KEY_ID=B\n");
        lines.push_str(show(&shell));
        lines.push_str("NO_COLOR=1\n");
        lines.push_str(show(&shell));
        lines.push_str("unset XROLE_PROFILE\n");
        lines.push_str(show(&shell));
        let ran = start(
            &shell,
            home.path(),
            "auto",
            false,
            &lines,
            &[("TERM", "xterm")],
        );
        let colour = |digit: u8, text: &str| format!("\u{1b}[3{digit}m{text}\u{1b}[39m $ ");
        assert_eq!(
            shown(&ran),
            [
                "$ ".to_owned(),
                colour(6, "[prod 9h05m]"),
                colour(6, "[prod 1h00m]"),
                colour(6, "[prod 42m]"),
                colour(3, "[prod 14m]"),
                colour(1, "[prod 4m]"),
                colour(1, "[prod expired]"),
                colour(1, "[Admin 14m]"),
                colour(1, "[Admin?]"),
                "[Admin?] $ ".to_owned(),
                "$ ".to_owned(),
            ],
            "{}: {}",
            shell.name,
            ran.errors()
        );
    }
}

#[test]
fn hostile_names_are_text() {
    let names = [
        "$(touch canary)",
        "`touch canary`",
        "%n%m%(?.a.b)%{x%}",
        "\\u\\h\\$(touch canary)",
        "a'b\";*;!!",
        "!",
        "é生 x",
        "${HOME}",
        "a]b",
        "%91v",
        "%F{red}",
        "a@b:c",
    ];
    for shell in shells(&BOTH) {
        let modes: &[&str] = match shell.name {
            "bash" => &["", "set -o posix\n", "set -o histexpand\n"],
            _ => &[
                "",
                "setopt promptsubst promptbang\n",
                "setopt ksharrays shwordsplit globsubst promptsubst\n",
            ],
        };
        for mode in modes {
            let home = tempfile::tempdir().unwrap();
            let mut lines = format!("{mode}. ./hook\n");
            for (n, name) in names.into_iter().enumerate() {
                fs::write(home.path().join(format!("name{n}")), live(name, 2578)).unwrap();
                let _ = write!(lines, ". ./name{n}\n{}", show(&shell));
            }
            let escape = live("a\u{1b}]0;x\u{7}\nb", 2578);
            fs::write(home.path().join("escape"), escape).unwrap();
            let _ = write!(lines, ". ./escape\n{}", show(&shell));
            let ran = start(
                &shell,
                home.path(),
                "auto",
                false,
                &lines,
                &[("TERM", "dumb")],
            );
            let mut expected: Vec<_> = names
                .iter()
                .map(|name| format!("[{name} 42m] $ "))
                .collect();
            expected.push("[a?]0;x??b 42m] $ ".to_owned());
            assert_eq!(shown(&ran), expected, "{} {mode}", shell.name);
            assert!(!home.path().join("canary").exists());
        }
    }
}

#[test]
fn hostile_numbers_and_stamps_change_nothing() {
    let numbers = [
        "a[$(touch canary)]",
        "09",
        "²",
        "1234567890123456789012345678901234567890",
        "",
        " 5",
        "-5",
        "5+5",
        "0x10",
        "XROLE_GEN",
    ];
    // In a stamp these two are a number behind a space.
    let stamps: Vec<_> = numbers
        .into_iter()
        .filter(|number| !["", " 5"].contains(number))
        .collect();
    for shell in shells(&BOTH) {
        let home = tempfile::tempdir().unwrap();
        let mut lines = format!(
            ". ./hook\n{}export XROLE_STAMP=$PWD/stamp\n",
            live("prod", 2578)
        );
        for number in &stamps {
            let value = quote(number).unwrap();
            let _ = write!(lines, "printf '%s 1\\n' {value} >stamp\n{}", show(&shell));
        }
        for odd in [
            "rm stamp",
            "mkdir stamp",
            "rmdir stamp; mkfifo stamp",
            "rm stamp; printf 9 >stamp; chmod 0 stamp",
            "XROLE_STAMP=/dev/tcp/127.0.0.1/9",
        ] {
            let _ = write!(lines, "{odd}\n{}", show(&shell));
        }
        for number in numbers {
            let _ = write!(
                lines,
                "XROLE_EXPIRES={}\n{}",
                quote(number).unwrap(),
                show(&shell)
            );
        }
        lines.push_str("__xrole_color='9;x' XROLE_EXPIRES=\n");
        lines.push_str(show(&shell));
        let env = [("TERM", "dumb"), ("XROLE_TEST_SYNC_FAILS", "1")];
        let ran = start(&shell, home.path(), "auto", false, &lines, &env);
        let mut expected = vec!["[prod 42m] $ "; stamps.len() + 5];
        expected.extend(vec!["[prod] $ "; numbers.len() + 1]);
        assert_eq!(shown(&ran), expected, "{}: {}", shell.name, ran.errors());
        assert!(!home.path().join("canary").exists());
        // Who may read every file reads the one of mode 0 too; nobody else's number leads to a call.
        let calls = fs::read_to_string(home.path().join("calls")).unwrap_or_default();
        assert!(calls.lines().count() <= 1, "{}: {calls}", shell.name);
    }
}

#[test]
fn the_place_of_the_segment() {
    let left = "[prod 42m] $ ";
    let right = " [prod 42m]";
    for (shell, prompt, before, places) in [
        ("bash", "auto", ":", [left, ""]),
        ("bash", "left", "STARSHIP_SHELL=bash", [left, ""]),
        ("bash", "right", ":", [left, ""]),
        ("bash", "none", ":", ["$ ", ""]),
        ("bash", "auto", "STARSHIP_SHELL=bash", ["$ ", ""]),
        ("bash", "auto", "POSH_SHELL=bash", ["$ ", ""]),
        ("bash", "auto", "STARSHIP_SHELL=zsh", [left, ""]),
        ("bash", "auto", "shopt -u promptvars", ["$ ", ""]),
        ("zsh", "auto", ":", [left, ""]),
        ("zsh", "right", ":", ["$ ", right]),
        ("zsh", "none", ":", ["$ ", ""]),
        ("zsh", "auto", "STARSHIP_SHELL=zsh", ["$ ", ""]),
        ("zsh", "auto", "POSH_SHELL=zsh", ["$ ", ""]),
        ("zsh", "auto", "STARSHIP_SHELL=bash", [left, ""]),
        ("zsh", "auto", "p10k() { :; }", ["$ ", ""]),
        (
            "zsh",
            "auto",
            "prompt_pure_precmd() { :; }; precmd_functions=(prompt_pure_precmd)",
            ["$ ", right],
        ),
    ] {
        for shell in shells(&[shell]) {
            let home = tempfile::tempdir().unwrap();
            let both = match shell.name {
                "bash" => "echo \"<${PS1@P}>\"; echo \"<>\"\n",
                _ => "print -rP -- \"<$PROMPT>\"; print -rP -- \"<${RPROMPT-}>\"\n",
            };
            let lines = format!("{before}\n. ./hook\n{}{both}", live("prod", 2578));
            let ran = start(
                &shell,
                home.path(),
                prompt,
                false,
                &lines,
                &[("TERM", "dumb")],
            );
            assert_eq!(shown(&ran), places, "{} {prompt} {before}", shell.name);
        }
    }
}

#[test]
fn powerlevel10k_gets_an_element() {
    for shell in shells(&["zsh"]) {
        let home = tempfile::tempdir().unwrap();
        let lines = format!(
            "p10k() {{ print -rl -- \"$@\" }}\n. ./hook\nprompt_xrole\n__xrole_color=3\n{}prompt_xrole\n",
            live("50%n", 2578)
        );
        let ran = start(
            &shell,
            home.path(),
            "auto",
            false,
            &lines,
            &[("TERM", "xterm")],
        );
        assert_eq!(ran.text(), "segment\n-f\n3\n-t\n50%%n 42m\n");
    }
}
