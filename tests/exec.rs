//! `exec`: what the program is given, and that status, signals and terminal are its own.

mod support;

use std::path::Path;

use support::home::Home;
use support::left_out::left_out;
use support::pty::{Key, Terminal};
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, World};
use support::tools;

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456", "234567", "345678"])))
}

#[test]
fn the_program_has_the_session_and_nothing_stale() {
    let sts = sts();
    let home = Home::central(&sts);
    let shown = "echo $AWS_REGION/$AWS_DEFAULT_REGION $XROLE_PROFILE \
                 ${AWS_SESSION_TOKEN:+token} ${AWS_PROFILE-no} ${AWS_SECURITY_TOKEN-no} \
                 ${AWS_CONTAINER_CREDENTIALS_FULL_URI-no} ${XROLE_SHELL-no} ${XROLE_PREV-no}; \
                 test \"$XROLE_KEY_ID\" = \"$AWS_ACCESS_KEY_ID\" && test -e \"$XROLE_STAMP\"";
    Run::xrole(&home, &["exec", "readonly", "--", "sh", "-c", shown])
        .variable("AWS_PROFILE", "central")
        .variable("AWS_SECURITY_TOKEN", "old")
        .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
        .variable("XROLE_SHELL", "fish")
        .variable("XROLE_PREV", "staging")
        .stdout("eu-central-1/eu-central-1 readonly token no no no no no\n")
        .stderr("")
        .check();
    assert_eq!(sts.operations(), ["AssumeRole"]);
    assert_eq!(sts.take_violations(), [""; 0]);
}

#[test]
fn without_a_profile_it_is_the_shells_own_or_the_default() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["exec", "--", "sh", "-c", "echo $XROLE_PROFILE"])
        .variable("AWS_PROFILE", "readonly")
        .stdout("readonly\n")
        .check();
    // Inside a program of `exec`, the session that it was given.
    let binary = xrole();
    let inner = binary.to_str().expect("a path in UTF-8");
    let arguments = [
        "exec",
        "readonly",
        inner,
        "exec",
        "--",
        "sh",
        "-c",
        "echo $XROLE_PROFILE",
    ];
    Run::xrole(&home, &arguments).stdout("readonly\n").check();
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn the_status_is_the_programs_own() {
    let sts = sts();
    let home = Home::central(&sts);
    home.write("bin/plain", "echo never\n");
    home.write("bin/lost", "#!/nowhere/sh\n");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.path("bin/lost"), mode).expect("chmod");
    let plain = home.path("bin/plain");
    let plain = plain.to_str().expect("a path in UTF-8");
    for (command, status, stderr) in [
        (&["sh", "-c", "exit 42"][..], 42, String::new()),
        (&["sh", "-c", "kill -TERM $$"], 143, String::new()),
        (
            &["no-such-program"],
            127,
            "xrole: there is no program no-such-program\n\
             aliases and functions are known to the shell alone: xrole exec PROFILE -- sh -c '…'\n"
                .into(),
        ),
        (
            &[plain],
            126,
            format!(
                "xrole: could not start {plain}: Permission denied (os error 13)\n\
                 it must be a program, and executable: see ls -l\n"
            ),
        ),
        (
            &["lost"],
            126,
            "xrole: could not start lost: the interpreter that its first line names is missing\n\
             look at its first line, #!…, also for a carriage return at its end\n"
                .into(),
        ),
    ] {
        let arguments = [&["exec", "readonly", "--"], command].concat();
        Run::xrole(&home, &arguments)
            .stdout("")
            .stderr(&stderr)
            .status(status)
            .check();
    }
}

/// Nobody types a code for a command that is mistyped.
#[test]
fn a_program_that_is_missing_is_told_before_a_code_is_asked() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["exec", "prod", "--", "terrafrom", "plan"])
        .stdout("")
        .status(127)
        .check();
    assert_eq!(sts.operations(), [""; 0]);
}

#[test]
fn inside_it_commands_without_a_name_mean_its_session() {
    let sts = sts();
    let home = Home::central(&sts);
    let binary = xrole();
    let inner = binary.to_str().expect("a path in UTF-8");
    let script = format!(
        "'{inner}' explain --json | grep -o '\"profile\":\"readonly\"' | head -n 1 &&
         '{inner}' export --format json | grep -c $AWS_ACCESS_KEY_ID &&
         '{inner}' write"
    );
    let done = Run::xrole(&home, &["exec", "readonly", "--", "sh", "-c", &script])
        .variable("AWS_PROFILE", "central")
        .check();
    let lines: Vec<_> = done.stdout.lines().collect();
    assert_eq!(lines[..2], ["\"profile\":\"readonly\"", "1"]);
    assert!(
        lines[2].starts_with("wrote the session of readonly to "),
        "{}",
        lines[2]
    );
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn stdin_arguments_and_core_limit_reach_it_unchanged() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["exec", "readonly", "cat"])
        .stdin("one\ntwo\n")
        .stdout("one\ntwo\n")
        .check();
    Run::xrole(
        &home,
        &[
            "exec", "readonly", "printf", "%s|", "a b", "", "--yes", "--", "*",
        ],
    )
    .stdout("a b||--yes|--|*|")
    .check();
    let limit = Run::program(&home, "sh", &["-c", "ulimit -S -c"])
        .check()
        .stdout;
    Run::xrole(&home, &["exec", "readonly", "sh", "-c", "ulimit -S -c"])
        .stdout(&limit)
        .check();
}

/// `nohup` ignores HUP, `&` in a script INT and QUIT: a program in xrole's place must find that so.
#[cfg(target_os = "linux")]
#[test]
fn ignored_signals_stay_ignored() {
    let sts = sts();
    let home = Home::central(&sts);
    let binary = xrole();
    let script = format!(
        "trap '' HUP INT; exec '{}' exec readonly -- grep SigIgn /proc/self/status",
        binary.display()
    );
    let plain = "trap '' HUP INT; exec grep SigIgn /proc/self/status";
    // The C library keeps signals 32 and 33 for its threads.
    let ignored = |script: &str| {
        let done = Run::program(&home, "sh", &["-c", script]).check();
        let mask = done.stdout.trim_start_matches("SigIgn:").trim();
        u64::from_str_radix(mask, 16).expect("a mask") & 0x7fff_ffff
    };
    assert_eq!(ignored(plain) & 0b11, 0b11);
    assert_eq!(ignored(&script), ignored(plain));
}

#[test]
fn a_least_life_is_kept_or_refused_with_the_way_out() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["exec", "--min-ttl", "45m", "readonly", "true"]).check();
    let done = Run::xrole(&home, &["exec", "--min-ttl", "2h", "readonly", "true"])
        .stdout("")
        .status(1)
        .check();
    assert!(
        done.stderr.ends_with(
            " left, --min-ttl asks for 2h\n\
             ask for less, or for a longer session with --duration (AWS caps chained roles at 1 h)\n"
        ),
        "{}",
        done.stderr
    );
    // Not minted in vain.
    assert_eq!(sts.operations(), ["AssumeRole"]);
    Run::xrole(&home, &["exec", "--min-ttl", "soon", "readonly", "true"])
        .stderr(
            "xrole: --min-ttl \"soon\" is not a time\n\
             write seconds or hours and minutes: 3600, 45m, 4h, 1h30m\n",
        )
        .status(2)
        .check();
}

#[test]
fn a_protected_profile_asks_first() {
    let sts = sts();
    let home = Home::central(&sts)
        .settings("[settings]\nsession_key = file\n[profile readonly]\nprotected = true\n");
    let done = Run::xrole(&home, &["exec", "readonly", "true"])
        .status(3)
        .check();
    assert!(
        done.stderr.contains("protected profile \"readonly\""),
        "{}",
        done.stderr
    );
    Run::xrole(&home, &["exec", "--yes", "readonly", "true"]).check();
}

/// A shell with job control in a terminal, its prompt on the screen.
fn shell(home: &Home) -> Option<Terminal> {
    let bash = tools::shell("bash")?;
    let mut env = home.env().clone();
    env.insert("PS1".into(), "ready> ".into());
    let terminal = Terminal::start(
        &bash.to_string_lossy(),
        &["--norc", "--noprofile", "-i"],
        &env,
        Path::new(&home.path("")),
    );
    terminal.wait_for_cursor_after("ready>");
    Some(terminal)
}

#[test]
fn a_code_is_asked_for_and_keys_act_on_the_program() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &xrole());
    let Some(terminal) = shell(&home) else {
        return;
    };
    terminal.command("xrole exec prod -- sh -c 'echo is $XROLE_PROFILE; exit 7'; echo status $?");
    terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    terminal.command("123456");
    terminal.wait_for_line("is prod");
    terminal.wait_for_line("status 7");

    terminal.command(
        "xrole exec prod -- sh -c 'trap \"echo got-int; exit 9\" INT; echo up; read x'; echo st $?",
    );
    terminal.wait_for_line("up");
    terminal.press(Key::CtrlC);
    terminal.wait_for_line("st 9");

    terminal.command("xrole exec prod -- sh -c 'echo on-$((1+1)); read x; echo read $x'");
    terminal.wait_for_line("on-2");
    terminal.press(Key::CtrlZ);
    terminal.wait_for("Stopped");
    terminal.wait_for_cursor_after("ready>");
    terminal.command("jobs -l | wc -l | tr -d ' ' | sed s/^/jobs-/");
    terminal.wait_for_line("jobs-1");
    terminal.command("fg >/dev/null");
    terminal.wait_for_job();
    terminal.command("word");
    terminal.wait_for_line("read word");

    terminal.command("xrole exec prod -- sh -c 'stty size | tr \" \" x'");
    terminal.wait_for_line("30x100");
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
    if tools::on_path("ps").is_none() {
        return left_out("ps is not there");
    }
    terminal
        .command("xrole exec prod -- sh -c 'ps -o pgid= -p $$ | tr -d \" \" | sed s/$$/leader/'");
    terminal.wait_for_line("leader");
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
}
