//! Helpers that behave well and badly, run for real.

use rustix::process::{Pid, Signal};

use super::*;
use crate::output::Output;

fn helper(script: &str) -> HelperCommand {
    HelperCommand {
        words: ["/bin/sh", "-c", script].map(String::from).to_vec(),
        input: Input::Nothing,
        keeps_last_words: false,
        environment: vec![("ADDED".into(), Some("yes".into()))],
        output_limit: 64,
        deadline: Duration::from_secs(20),
        waiting_for: "waiting for a test".into(),
    }
}

fn run(helper: HelperCommand) -> Result<String, Failure> {
    let guard = ProcessGuard::new(Output::plain());
    let output = helper.run(&guard)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

#[test]
fn output_or_the_reason_why_not() {
    for (script, result) in [
        ("echo 123456", Ok("123456\n")),
        ("echo $ADDED; cat", Ok("yes\n")),
        ("printf ab; exec 1>&-; sleep 0.05", Ok("ab")),
        ("exit 7", Err(Failure::Status(7, String::new()))),
        ("kill -KILL $$", Err(Failure::Signal(9, String::new()))),
        ("kill -INT $$", Err(Failure::Interrupted)),
        ("while :; do echo flood; done", Err(Failure::TooMuch(64))),
    ] {
        assert_eq!(run(helper(script)), result.map(String::from), "{script}");
    }
}

#[test]
fn words_are_not_given_to_a_shell() {
    let echo = |words: &[&str]| HelperCommand {
        words: words.iter().map(ToString::to_string).collect(),
        ..helper("")
    };
    assert_eq!(
        run(echo(&["echo", "$(id) *", ";false"])),
        Ok("$(id) * ;false\n".into())
    );
    assert_eq!(run(echo(&[])), Err(Failure::Empty));
}

#[test]
fn one_that_cannot_start_says_why_and_what_to_do() {
    for (program, shown, remedy) in [
        (
            "xrole-no-such-program",
            "could not be started: xrole-no-such-program: command not found",
            "install xrole-no-such-program, or write its whole path: it is in no folder of PATH",
        ),
        (
            "/nowhere/tool",
            "could not be started: /nowhere/tool: no such file",
            "correct the path, or install /nowhere/tool (a script needs its interpreter too)",
        ),
        (
            "/etc/passwd",
            "could not be started: /etc/passwd: it is not executable",
            "let it name a program, which /etc/passwd becomes by chmod +x",
        ),
    ] {
        let words = vec![program.to_owned()];
        let failure = run(HelperCommand {
            words,
            ..helper("")
        })
        .unwrap_err();
        assert_eq!(failure.to_string(), shown);
        assert_eq!(failure.remedy().as_deref(), Some(remedy));
    }
}

#[test]
fn the_last_words_are_shown_where_they_are_kept() {
    for (script, result) in [
        ("echo well >&2; echo ok", Ok("ok\n")),
        (
            "printf '1\\n2\\n\\n3\\n4\\033[2J\\n' >&2; exit 1",
            Err("ended with status 1: 2 / 3 / 4\\u{1b}[2J"),
        ),
        ("echo no >&2; kill -9 $$", Err("was ended by signal 9: no")),
        // What it leaves behind may hold both pipes; its end counts.
        ("sleep 5 & echo ok", Ok("ok\n")),
    ] {
        let keeping = HelperCommand {
            keeps_last_words: true,
            ..helper(script)
        };
        let result = result.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(run(keeping).map_err(|failure| failure.to_string()), result);
    }
}

#[test]
fn bytes_reach_stdin_and_a_helper_that_reads_none_is_no_obstacle() {
    let with = |script: &str, bytes: String| HelperCommand {
        input: Input::Bytes(Secret::new(bytes)),
        ..helper(script)
    };
    assert_eq!(run(with("cat", "request".into())), Ok("request".into()));
    assert_eq!(run(with("echo ok", "x".repeat(1 << 20))), Ok("ok\n".into()));
}

#[test]
fn an_agent_that_keeps_the_pipe_open_delays_nothing_and_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    let script = format!("sleep 30 & echo $! > '{}'; echo done", pid_file.display());
    assert_eq!(run(helper(&script)), Ok("done\n".into()));
    let agent = pid_in(&pid_file);
    rustix::process::kill_process(agent, Signal::KILL).expect("the agent should still run");
}

#[test]
fn the_deadline_ends_the_whole_group() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    let script = format!(
        "trap '' TERM; sleep 30 & echo $! > '{}'; wait; sleep 30",
        pid_file.display()
    );
    let slow = HelperCommand {
        deadline: Duration::from_millis(500),
        ..helper(&script)
    };
    let failure = run(slow).unwrap_err();
    assert_eq!(
        failure.to_string(),
        "did not end within 0.5 s and was stopped"
    );
    let inner = pid_in(&pid_file);
    // Its parent is gone, so it may stay a zombie for a moment until init has taken it.
    let end = Instant::now() + Duration::from_secs(10);
    while rustix::process::test_kill_process(inner).is_ok() && !is_zombie(inner) {
        assert!(Instant::now() < end, "the inner process still runs");
        std::thread::sleep(LOOK);
    }
}

fn pid_in(file: &std::path::Path) -> Pid {
    let text = std::fs::read_to_string(file).unwrap();
    Pid::from_raw(text.trim().parse().unwrap()).unwrap()
}

fn is_zombie(pid: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    status.is_ok_and(|text| text.contains(") Z "))
}

#[test]
fn a_line_is_cut_into_words() {
    for (line, words) in [
        ("op item #1", Ok(vec!["op", "item", "#1"])),
        (
            "op item get 'AWS prod' --otp",
            Ok(vec!["op", "item", "get", "AWS prod", "--otp"]),
        ),
        ("a\\ b $HOME `c`", Ok(vec!["a b", "$HOME", "`c`"])),
        ("op 'AWS", Err("has a quote without its end")),
        ("  ", Err("names no program")),
    ] {
        let words = words.map(|words| words.into_iter().map(String::from).collect());
        assert_eq!(split_words(line), words, "{line}");
    }
    assert_eq!(program_name(&["/usr/bin/op".into(), "key".into()]), "op");
}
