//! The terminal driver is itself tested: every shell that a person may have starts in it and can be driven.

mod support;

use support::home::Home;
use support::pty::{Key, Terminal};
use support::run::Run;
use support::tools;

/// A shell that reads no start files of this machine, with the prompt `ready#$ `, since mksh as root insists on a #.
fn shell(home: &Home, name: &str) -> Option<Terminal> {
    let arguments: &[&str] = match name {
        "bash" => &["--noprofile", "--norc", "-i"],
        "zsh" => &["-f", "-i"],
        "fish" => &[
            "--no-config",
            "-C",
            "function fish_prompt; printf 'ready#$ '; end",
        ],
        "dash" | "mksh" => &["-i"],
        other => panic!("no shell {other}"),
    };
    tools::shell(name)?;
    Some(Terminal::start(name, arguments, home.env(), &home.path("")))
}

fn home() -> Home {
    Home::new().variable("PS1", "ready#$ ")
}

#[test]
fn every_shell_is_driven_to_its_end() {
    for name in ["bash", "zsh", "fish", "dash", "mksh"] {
        let home = home();
        let Some(mut terminal) = shell(&home, name) else {
            continue;
        };
        terminal.wait_for_cursor_after("ready#$");
        terminal.command("printf 'a-%s-b\\n' 23");
        terminal.wait_for_line("a-23-b");
        terminal.command("exit 7");
        assert_eq!(terminal.exit_status(), 7, "{name}");
    }
}

#[test]
fn keys_reach_the_program_and_echo_is_seen() {
    let home = home();
    let Some(terminal) = shell(&home, "bash") else {
        return;
    };
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("stty -echo; cat; stty echo");
    terminal.wait_until("echo off", |_| !terminal.echoes());
    terminal.type_text("unseen");
    terminal.press(Key::Enter);
    terminal.wait_for_line("unseen");
    terminal.press(Key::CtrlD);
    terminal.wait_for_cursor_after("ready#$");
    assert!(
        !terminal.screen().contains("unseenunseen"),
        "{}",
        terminal.picture()
    );
    assert!(terminal.output().windows(6).any(|bytes| bytes == b"unseen"));
}

#[test]
fn ctrl_c_interrupts() {
    let home = home();
    let Some(terminal) = shell(&home, "bash") else {
        return;
    };
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("sleep 60");
    terminal.wait_for_job();
    terminal.press(Key::CtrlC);
    terminal.wait_for("^C");
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("echo status-$?");
    terminal.wait_for_line("status-130");
}

/// A job in a process group of its own, with SIGHUP ignored, does not outlive its terminal.
#[test]
fn nothing_survives_the_terminal() {
    let home = home();
    let Some(terminal) = shell(&home, "bash") else {
        return;
    };
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("set -m; (trap '' HUP TERM; echo pid-$BASHPID-; exec sleep 60) &");
    terminal.wait_until("the job's number", |screen| {
        screen.contents().lines().any(|line| job_of(line).is_some())
    });
    let screen = terminal.screen();
    let job = screen.lines().find_map(job_of).expect("just seen");
    let alive = || rustix::process::test_kill_process(job).is_ok();
    assert!(alive());
    drop(terminal);
    let start = std::time::Instant::now();
    while alive() && start.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(!alive(), "a job outlived its terminal");
}

fn job_of(line: &str) -> Option<rustix::process::Pid> {
    let number = line.trim().rsplit_once("pid-")?.1.strip_suffix('-')?;
    rustix::process::Pid::from_raw(number.parse().ok()?)
}

#[test]
#[should_panic(expected = "ended before")]
fn a_wait_ends_with_the_program() {
    let home = home();
    let terminal = Terminal::start("sh", &["-i"], home.env(), &home.path(""));
    terminal.wait_for_cursor_after("ready#$");
    terminal.command("exit");
    terminal.wait_for("never");
}

/// Else a test would ask the person who runs it for a code.
#[test]
#[cfg(target_os = "linux")]
fn a_run_is_without_a_terminal_and_leaves_nothing() {
    let home = home();
    let session = "set -- $(cat /proc/$$/stat); [ \"$6\" = $$ ] && echo own session";
    Run::program(&home, "sh", &["-c", session])
        .stdout("own session\n")
        .stderr("")
        .check();
    let start = std::time::Instant::now();
    let left = Run::program(&home, "sh", &["-c", "sleep 600 & echo $!; exit 3"]);
    assert_eq!(left.run().status, 3);
    assert!(
        start.elapsed().as_secs() < 300,
        "it waited for what was left behind"
    );
}
