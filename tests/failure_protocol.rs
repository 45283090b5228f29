//! A `use` that fails never looks like success, promise 2 of `SECURITY.md` (`docs/rules/security.md#failure-protocol`):
//! `eval "$(xrole use P)" && touch NEXT`
//! under every kind of failure, in every shell, with the hook and without.

mod support;

#[path = "support/shells.rs"]
mod shells;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use shells::{Ran, TestShell};
use support::home::{CENTRAL_CONFIG, Home};
use support::left_out;
use support::pty::{Key, Terminal};
use support::run::xrole;
use support::sts::{Codes, FakeSts, Fault, World};

const SHELLS: [&str; 7] = ["bash", "dash", "zsh", "mksh", "busybox-ash", "fish", "pwsh"];

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111", "222222"])))
}

/// A home in which `xrole` is the program under test, and the shell holds keys of its own.
fn home(sts: &FakeSts) -> Home {
    Home::central(sts)
        .program("xrole", &xrole())
        .variable("AWS_ACCESS_KEY_ID", "AKIAOLD")
        .variable("AWS_SECRET_ACCESS_KEY", "it's $old")
        .variable("AWS_REGION", "us-east-1")
}

/// What goes wrong: its name, the profile, what brings it about, and the exit status of xrole.
struct Failure {
    name: &'static str,
    words: &'static str,
    status: i32,
    prepare: fn(&FakeSts, &Home),
}

const FAILURES: [Failure; 9] = [
    Failure {
        name: "no such profile",
        words: "use nowhere",
        status: 1,
        prepare: |_, _| (),
    },
    Failure {
        name: "no terminal to ask on",
        words: "use prod",
        status: 3,
        prepare: |_, _| (),
    },
    Failure {
        name: "wrong usage",
        words: "use readonly --nope",
        status: 2,
        prepare: |_, _| (),
    },
    Failure {
        name: "no previous profile",
        words: "use -",
        status: 2,
        prepare: |_, _| (),
    },
    Failure {
        name: "nothing to renew",
        words: "renew",
        status: 1,
        prepare: |_, _| (),
    },
    Failure {
        name: "a broken config file",
        words: "use readonly",
        status: 1,
        prepare: |_, home| home.write(".aws/config", "[profile readonly\n"),
    },
    Failure {
        name: "STS refuses",
        words: "use readonly",
        status: 1,
        prepare: |sts, _| {
            sts.plan(
                Some("AssumeRole"),
                Fault::Answer(403, "<ErrorResponse/>".into()),
                9,
            );
        },
    },
    Failure {
        name: "STS fails",
        words: "use readonly",
        status: 1,
        prepare: |sts, _| sts.plan(Some("AssumeRole"), Fault::ServerError, 9),
    },
    Failure {
        name: "the answer is cut short",
        words: "use readonly",
        status: 1,
        prepare: |sts, _| sts.plan(Some("AssumeRole"), Fault::CutNeatly(300), 9),
    },
];

/// Prints every variable that a child would get and that xrole or AWS's tools read.
const SHOW: &str = "env | grep -E '^(AWS|XROLE)' | sort";
const BETWEEN: &str = "--------\n";

/// The line as the shell's users write it: what is evaluated, then what must not happen after a failure.
fn line(shell: &str, words: &str, hook: bool) -> String {
    match (shell, hook) {
        ("pwsh", false) => format!("xrole {words} | Out-String | Invoke-Expression; New-Item NEXT"),
        ("fish", false) => format!("xrole {words} | source; and touch NEXT"),
        (_, false) => format!("eval \"$(xrole {words})\" && touch NEXT"),
        ("pwsh", true) => format!("xrole {words}; if ($?) {{ New-Item NEXT }}"),
        ("fish", true) => format!("xrole {words}; and touch NEXT"),
        (_, true) => format!("xrole {words} && touch NEXT"),
    }
}

fn hook(shell: &str) -> String {
    match shell {
        "pwsh" => "Invoke-Expression (& { (xrole init powershell | Out-String) })\n".into(),
        "fish" => "xrole init fish | source\n".into(),
        "bash" | "zsh" => format!("eval \"$(xrole init {shell})\"\n"),
        _ => "eval \"$(xrole init sh)\"\n".into(),
    }
}

fn script(shell: &str, words: &str, hooked: bool) -> String {
    let show = if shell == "pwsh" {
        format!("/bin/sh -c \"{SHOW}\"\n")
    } else {
        format!("{SHOW}\n")
    };
    let between = "echo --------\n";
    let mut script = String::new();
    if hooked {
        script += &hook(shell);
    }
    let line = line(shell, words, hooked);
    // PowerShell's `throw` ends the script, as it should: the rest goes on in a trap.
    let line = if shell == "pwsh" {
        format!("try {{ {line} }} catch {{ $thrown = 1 }}")
    } else {
        line
    };
    let _ = write!(script, "{show}{between}{line}\n{between}{show}");
    script
}

fn run(shell: &TestShell, home: &Home, script: &str) -> Ran {
    let env: Vec<(&str, &str)> = pairs(home.env());
    shell.script(&home.path(""), &[], script, &env)
}

fn pairs(env: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    env.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn unchanged(what: &str, home: &Home, ran: &Ran) {
    let text = ran.text();
    let parts: Vec<&str> = text.split(BETWEEN).collect();
    let shown = format!("{what}\n{text}\n{}", ran.errors());
    assert_eq!(parts.len(), 3, "{shown}");
    assert!(parts[0].contains("AWS_ACCESS_KEY_ID=AKIAOLD\n"), "{shown}");
    assert_eq!(parts[0], parts[2], "{shown}");
    // The function in fish says it where its output is read, for `xrole use P | source; and NEXT`.
    assert!(["", "false;\n"].contains(&parts[1]), "{shown}");
    assert!(!home.path("NEXT").exists(), "{shown}");
}

fn every_failure_in(names: &[&str], hooked: bool) {
    for failure in FAILURES {
        for shell in shells::shells(names) {
            let sts = sts();
            let home = home(&sts);
            (failure.prepare)(&sts, &home);
            let script = script(shell.name, failure.words, hooked);
            let ran = run(&shell, &home, &script);
            let what = format!("{} in {} (hook: {hooked})", failure.name, shell.name);
            unchanged(&what, &home, &ran);
            assert!(!ran.errors().is_empty(), "{what} says nothing");
        }
    }
}

#[test]
fn nothing_follows_a_failure_in_posix_shells() {
    every_failure_in(&["bash", "dash", "zsh", "mksh", "busybox-ash"], false);
}

#[test]
fn nothing_follows_a_failure_in_posix_shells_with_the_hook() {
    every_failure_in(&["bash", "dash", "zsh", "mksh", "busybox-ash"], true);
}

#[test]
fn nothing_follows_a_failure_in_fish() {
    every_failure_in(&["fish"], false);
    every_failure_in(&["fish"], true);
}

#[test]
fn nothing_follows_a_failure_in_powershell() {
    every_failure_in(&["pwsh"], false);
    every_failure_in(&["pwsh"], true);
}

/// The hook hands on the binary's own status; without it the failure text gives 1.
#[test]
fn the_status_is_the_failures_own() {
    for failure in FAILURES {
        for shell in shells::shells(&["bash", "dash", "zsh", "mksh", "busybox-ash", "fish"]) {
            let sts = sts();
            let home = home(&sts);
            (failure.prepare)(&sts, &home);
            let status = if shell.name == "fish" {
                "$status"
            } else {
                "$?"
            };
            let script = format!(
                "{}xrole {}\necho status-{status}\n",
                hook(shell.name),
                failure.words
            );
            let ran = run(&shell, &home, &script);
            let expected = format!("status-{}\n", failure.status);
            let what = format!("{} in {}", failure.name, shell.name);
            let text = ran.text().replace("false;\n", "");
            assert_eq!(text, expected, "{what}\n{}", ran.errors());
        }
    }
}

#[test]
fn set_e_ends_the_script() {
    for shell in shells::shells(&["bash", "dash", "zsh", "mksh", "busybox-ash"]) {
        for hooked in [false, true] {
            let sts = sts();
            let home = home(&sts);
            let (hook, line) = if hooked {
                (hook(shell.name), "xrole use nowhere")
            } else {
                (String::new(), "eval \"$(xrole use nowhere)\"")
            };
            let script = format!("set -eu\n{hook}echo before\n{line}\necho after\n");
            let ran = run(&shell, &home, &script);
            let what = format!("{} (hook: {hooked})\n{}", shell.name, ran.errors());
            assert_eq!(ran.text(), "before\n", "{what}");
            assert_eq!(ran.status, Some(1), "{what}");
        }
    }
}

/// A success beside the failures: what is tested above can be passed.
#[test]
fn after_success_the_next_command_runs() {
    for shell in shells::shells(&SHELLS) {
        for hooked in [false, true] {
            let sts = sts();
            let home = home(&sts);
            let ran = run(&shell, &home, &script(shell.name, "use readonly", hooked));
            let what = format!(
                "{} (hook: {hooked})\n{}{}",
                shell.name,
                ran.text(),
                ran.errors()
            );
            assert!(home.path("NEXT").exists(), "{what}");
            assert!(ran.text().contains("XROLE_PROFILE=readonly\n"), "{what}");
        }
    }
}

/// A result that cannot be written is a failure, and half of one is never evaluated.
#[test]
fn a_stdout_that_takes_nothing_is_a_failure() {
    let sts = sts();
    let home = home(&sts).without("AWS_REGION");
    // A stdout that is closed is /dev/null to Rust's runtime, as if the user had written that.
    if !std::path::Path::new("/dev/full").exists() {
        return shells::left_out("there is no /dev/full");
    }
    let script = "xrole use readonly --shell sh >/dev/full\necho status-$?\n";
    for shell in shells::shells(&["bash"]) {
        let ran = run(&shell, &home, script);
        assert_eq!(ran.text(), "status-1\n", "{}", ran.errors());
        assert_eq!(
            ran.errors(),
            "xrole: could not write to stdout: No space left on device (os error 28)\n\
             make room, or let the reader of the pipe read on, and run it again\n"
        );
    }
}

/// How a person or the system ends the MFA question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    CtrlC,
    CtrlD,
    Signal(i32),
}

fn interactive(shell: &str) -> (&'static [&'static str], &'static str) {
    match shell {
        "bash" => (&["--noprofile", "--norc", "-i"], "$?"),
        "zsh" => (&["-f", "-i"], "$?"),
        "fish" => (
            &[
                "--no-config",
                "-C",
                "function fish_prompt; printf 'ready#$ '; end",
            ],
            "$status",
        ),
        _ => (&["-i"], "$?"),
    }
}

/// Ends the question in an interactive shell: nothing follows, the keys from before stay, echo is back.
fn end_question(shell: &TestShell, end: End, hooked: bool) {
    let what = format!("{end:?} in {} (hook: {hooked})", shell.name);
    let sts = sts();
    let home = home(&sts).variable("PS1", "ready#$ ");
    let (arguments, status) = interactive(shell.name);
    let program = shell.program.to_string_lossy();
    let mut terminal = Terminal::start(&program, arguments, home.env(), &home.path(""));
    terminal.wait_for_cursor_after("ready#$");
    if hooked {
        terminal.command(hook(shell.name).trim_end());
        terminal.wait_for_cursor_after("ready#$");
    }
    terminal.command(&format!("{SHOW} >before"));
    terminal.wait_for_cursor_after("ready#$");
    terminal.command(&line(shell.name, "use prod", hooked));
    terminal.wait_for_cursor_after("mfa/alice:");
    terminal.wait_until_asleep();
    match end {
        End::CtrlC => terminal.press(Key::CtrlC),
        End::CtrlD => terminal.press(Key::CtrlD),
        End::Signal(number) => signal(&home, number),
    }
    terminal.wait_for_cursor_after("ready#$");
    terminal.command(&format!("echo status-{status}"));
    let statuses: &[&str] = match (end, hooked) {
        // Without the hook zsh and fish see the failure text alone, and 1 is its status.
        (End::CtrlC, false) => &["status-130", "status-1"],
        // zsh ends the whole line, function and all, with a status of its own.
        (End::CtrlC, true) if shell.name == "zsh" => &["status-130", "status-2"],
        (End::CtrlC, true) => &["status-130"],
        (End::CtrlD, true) => &["status-3"],
        (End::Signal(15), true) => &["status-143"],
        (End::Signal(1), true) => &["status-129"],
        _ => &["status-1"],
    };
    terminal.wait_until(&format!("{statuses:?}: {what}"), |screen| {
        screen
            .contents()
            .lines()
            .any(|line| statuses.contains(&line.trim()))
    });
    terminal.wait_for_cursor_after("ready#$");
    terminal.command(&format!("{SHOW} >after"));
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("stty -a >modes");
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("exit 0");
    terminal.exit_status();
    let read = |name: &str| std::fs::read_to_string(home.path(name)).expect(name);
    assert_eq!(read("before"), read("after"), "{what}");
    assert!(read("before").contains("AKIAOLD"), "{what}");
    assert!(read("modes").contains(" echo "), "{what}");
    assert!(!home.path("NEXT").exists(), "{what}");
    assert_eq!(sts.operations(), Vec::<String>::new(), "{what}");
}

/// Signals the one xrole of this home, as `kill` by its number does.
fn signal(home: &Home, number: i32) {
    let wanted = format!("HOME={}\0", home.path("").display());
    let mut sent = false;
    for process in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let path = process.path();
        let name = std::fs::read_to_string(path.join("comm")).unwrap_or_default();
        let environ = std::fs::read(path.join("environ")).unwrap_or_default();
        if name == "xrole\n" && String::from_utf8_lossy(&environ).contains(&wanted) {
            let pid = process.file_name();
            let done = Command::new("kill")
                .arg(format!("-{number}"))
                .arg(&pid)
                .status();
            sent |= done.is_ok_and(|status| status.success());
        }
    }
    assert!(sent, "no xrole to signal");
}

fn ends(names: &[&str], ends: &[End]) {
    for shell in shells::shells(names) {
        for end in ends {
            for hooked in [false, true] {
                end_question(&shell, *end, hooked);
            }
        }
    }
}

#[test]
fn ctrl_c_and_ctrl_d_at_the_question_in_bash_and_zsh() {
    ends(&["bash", "zsh"], &[End::CtrlC, End::CtrlD]);
}

#[test]
fn ctrl_c_and_ctrl_d_at_the_question_in_small_shells() {
    ends(&["dash", "mksh"], &[End::CtrlC, End::CtrlD]);
}

#[test]
fn ctrl_c_and_ctrl_d_at_the_question_in_fish() {
    ends(&["fish"], &[End::CtrlC, End::CtrlD]);
}

#[cfg(target_os = "linux")]
#[test]
fn signals_at_the_question() {
    ends(&["bash", "zsh", "fish"], &[End::Signal(15), End::Signal(1)]);
}

#[test]
fn the_profiles_above_are_those_of_the_home() {
    for name in ["prod", "readonly"] {
        assert!(CENTRAL_CONFIG.contains(&format!("[profile {name}]")));
    }
}
