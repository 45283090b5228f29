//! The prompt segment in interactive shells: what it shows, what it never runs, and that it starts no process.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use xrole::shell::posix::quote;

use crate::shells::{Ran, TestShell, shells, variable};
use crate::stub;

const BOTH: [&str; 2] = ["bash", "zsh"];

/// Prints the prompt between `<` and `>` as the shell expands it.
fn show(shell: &TestShell) -> &'static str {
    match shell.name {
        "bash" => "echo \"<${PS1@P}>\"\n",
        _ => "print -rP -- \"<$PROMPT>\"\n",
    }
}

/// A shell in `home` that has loaded its hook and has a plain prompt.
fn start(
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
fn live(profile: &str, seconds: i64) -> String {
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
        for seconds in [32_750, 3650, 2550, 850, 250, -5] {
            lines.push_str(&live("prod", seconds));
            lines.push_str(show(&shell));
        }
        lines.push_str("__xrole_color=1\n");
        lines.push_str(&live("arn:aws:iam::222222222222:role/team/Admin", 850));
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
                fs::write(home.path().join(format!("name{n}")), live(name, 2550)).unwrap();
                let _ = write!(lines, ". ./name{n}\n{}", show(&shell));
            }
            let escape = live("a\u{1b}]0;x\u{7}\nb", 2550);
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
            live("prod", 2550)
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
fn a_renewal_arrives_once() {
    for shell in shells(&BOTH) {
        let home = tempfile::tempdir().unwrap();
        let state = "echo \"$AWS_ACCESS_KEY_ID $XROLE_GEN $XROLE_PROFILE $AWS_REGION\"\n";
        let sync = "_sync --shell";
        let lines = format!(
            ". ./hook\nxrole use prod\n{state}export XROLE_TEST_GEN=2\necho '2 4102444800' >stamp\n{state}:\n:\n\
             export XROLE_TEST_SYNC_FAILS=1\necho '3 4102444800' >stamp\n:\n:\n{state}\
             AWS_ACCESS_KEY_ID=AKIAOTHER\necho '4 4102444800' >stamp\n:\ngrep -c '{sync}' calls\n{}",
            show(&shell)
        );
        let stamp = home.path().join("stamp");
        let stamp = stamp.to_str().unwrap();
        let ran = start(
            &shell,
            home.path(),
            "auto",
            false,
            &lines,
            &[("TERM", "dumb"), ("XROLE_TEST_STAMP", stamp)],
        );
        assert_eq!(
            ran.text(),
            "ASIAPRODXXXXXXXXXXXX 1 prod us-east-1\nASIARENEWEDXXXXXXXXX 2 prod us-east-1\n\
             ASIARENEWEDXXXXXXXXX 2 prod us-east-1\n2\n<[prod?] $ >\n",
            "{}: {}",
            shell.name,
            ran.errors()
        );
    }
}

#[test]
fn expiry_is_told_once_and_can_clear() {
    for shell in shells(&BOTH) {
        let told = |ran: &Ran| {
            ran.errors()
                .matches("xrole: the session of prod has expired; run: xrole renew\n")
                .count()
        };
        let state = "echo \"${AWS_ACCESS_KEY_ID-none} ${AWS_PROFILE-none} $XROLE_PROFILE\"\n";
        let home = tempfile::tempdir().unwrap();
        let lines = format!(
            ". ./hook\n:\n{}:\n:\n{state}XROLE_GEN=6\n:\n",
            live("prod", -5)
        );
        let ran = start(
            &shell,
            home.path(),
            "auto",
            false,
            &lines,
            &[("TERM", "dumb")],
        );
        assert_eq!(
            (told(&ran), ran.text().as_str()),
            (2, "A none prod\n"),
            "{}: {}",
            shell.name,
            ran.errors()
        );

        let lines = format!(
            "{}. ./hook\n:\n:\n{state}{}",
            live("prod", -5),
            show(&shell)
        );
        let ran = start(
            &shell,
            home.path(),
            "auto",
            true,
            &lines,
            &[("TERM", "dumb")],
        );
        assert_eq!(
            (told(&ran), ran.text().as_str()),
            (0, "none xrole-expired prod\n<[prod expired] $ >\n"),
            "{}: {}",
            shell.name,
            ran.errors()
        );

        let lines = format!(
            "export AWS_PROFILE=mine\n. ./hook\nxrole use prod\nXROLE_EXPIRES=5\n:\n{state}xrole renew\n{state}\
             XROLE_EXPIRES=5\n:\nxrole unset\n{state}"
        );
        let ran = start(
            &shell,
            home.path(),
            "auto",
            true,
            &lines,
            &[("TERM", "dumb")],
        );
        assert_eq!(
            ran.text(),
            "none xrole-expired prod\nASIAPRODXXXXXXXXXXXX none prod\nnone mine \n",
            "{}: {}",
            shell.name,
            ran.errors()
        );
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
            let lines = format!("{before}\n. ./hook\n{}{both}", live("prod", 2550));
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
            live("50%n", 2550)
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

/// Ten prompts of a live session start no process; the trace between two markers shows it.
#[test]
#[cfg(target_os = "linux")]
fn a_prompt_starts_no_process() {
    let path = variable("PATH").unwrap_or_default();
    let Some(strace) = std::env::split_paths(&path)
        .map(|folder| folder.join("strace"))
        .find(|file| file.is_file())
    else {
        println!("left out: strace is not there");
        return;
    };
    for shell in shells(&BOTH) {
        let home = tempfile::tempdir().unwrap();
        let path = stub::install(home.path());
        fs::write(
            home.path().join("hook"),
            stub::hook(shell.name, &path, "auto", false),
        )
        .unwrap();
        fs::create_dir(home.path().join("marker")).unwrap();
        let prompts = ":\n".repeat(10);
        let lines = format!(
            ". ./hook\nxrole use prod\n:\ncd marker\n{prompts}cd ..\necho '2 4102444800' >stamp\n:\n\
             export XROLE_TEST_SYNC_FAILS=1\ncd marker\n{prompts}cd ..\n\
             echo '3 4102444800' >stamp\ncd marker\n{prompts}cd ..\nexit\n"
        );
        let stamp = home.path().join("stamp");
        fs::write(&stamp, "1 4102444800\n").unwrap();
        let mut command = Command::new(&strace);
        command
            .args([
                "-f",
                "-qq",
                "-e",
                "trace=clone,clone3,fork,vfork,execve,chdir",
                "-o",
                "trace",
            ])
            .arg(&shell.program)
            .args(&shell.args)
            .arg("-i");
        let env = [
            ("XROLE_TEST_STAMP", stamp.to_str().unwrap()),
            ("XROLE_TEST_GEN", "1"),
        ];
        let ran = shell.run(command, home.path(), Some(&lines), &env);
        let trace = fs::read_to_string(home.path().join("trace")).unwrap_or_default();
        if trace.is_empty() {
            println!("left out: strace may not trace here ({})", ran.errors());
            return;
        }
        let started: Vec<usize> = trace
            .split("marker\"")
            .skip(1)
            .map(|part| part.split("chdir(").next().unwrap_or_default())
            .map(|part| {
                part.lines()
                    .filter(|line| {
                        line.contains("clone") || line.contains("fork(") || line.contains("execve")
                    })
                    .count()
            })
            .collect();
        assert_eq!(started, [0, 0, 0], "{}: {trace}", shell.name);
        let syncs = trace.matches("bin/xrole\", [").count();
        assert_eq!(syncs, 3, "use, then one _sync for each new stamp: {trace}");
    }
}

/// Not asserted: printed, for a look at the cost.
#[test]
fn microseconds_per_prompt() {
    for shell in shells(&BOTH) {
        let home = tempfile::tempdir().unwrap();
        let (hook, clock) = match shell.name {
            "bash" => ("__xrole_prompt", "t=${EPOCHREALTIME/./}"),
            _ => ("__xrole_precmd", "t=${EPOCHREALTIME/./}; t=${t[1,16]}"),
        };
        let lines = format!(
            "zmodload zsh/datetime 2>/dev/null\n. ./hook\n{}echo '5 1' >stamp; export XROLE_STAMP=$PWD/stamp\n\
             {clock}; a=$t; for ((i = 0; i < 2000; i++)); do {hook}; done; {clock}; echo $(( (t - a) / 2000 ))\n",
            live("prod", 2550)
        );
        let ran = start(
            &shell,
            home.path(),
            "auto",
            false,
            &lines,
            &[("TERM", "xterm")],
        );
        let text = ran.text();
        println!("{}: {} µs per prompt", shell.name, text.trim());
        assert!(
            text.trim().parse::<u32>().is_ok(),
            "{}: {text}{}",
            shell.name,
            ran.errors()
        );
    }
}
