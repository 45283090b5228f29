//! In a terminal the program is what the shell started: keys, signals, size, jobs. With keys and with an endpoint alike.

use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use super::endpoint::Given;
use super::support::home::Home;
use super::support::left_out::left_out;
use super::support::pty::{Key, Terminal};
use super::support::run::xrole;
use super::support::sts::{Codes, FakeSts, World};
use super::support::tools;

/// Both ways, as they are typed.
const WAYS: [&str; 2] = ["xrole exec prod --", "xrole exec --server prod --"];

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456"])))
}

/// A shell with job control, its prompt on the screen, and the MFA session there.
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

fn home(sts: &FakeSts) -> Home {
    let home = Home::central(sts).program("xrole", &xrole());
    let code = ["use", "prod", "--shell", "sh", "--mfa-code", "123456"];
    super::support::run::Run::xrole(&home, &code)
        .status(0)
        .check();
    home
}

/// A script in the home, run as a job in the foreground.
fn start(terminal: &Terminal, home: &Home, way: &str, script: &str, up: &str) {
    home.write("scene", script);
    terminal.command(&format!("{way} sh scene; echo \"status $?\""));
    terminal.wait_for_line(up);
    terminal.wait_for_job();
}

#[test]
fn the_code_is_asked_for_before_the_program_starts() {
    for way in WAYS {
        let sts = sts();
        let home = Home::central(&sts).program("xrole", &xrole());
        let Some(terminal) = shell(&home) else {
            return;
        };
        terminal.command(&format!(
            "{way} sh -c 'echo up; exit 7'; echo \"status $?\""
        ));
        terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
        assert!(!terminal.screen().contains("\nup"));
        terminal.command("123456");
        terminal.wait_for_line("up");
        terminal.wait_for_line("status 7");
    }
}

#[test]
fn ctrl_c_during_the_question_starts_nothing() {
    for way in WAYS {
        let sts = sts();
        let home = Home::central(&sts).program("xrole", &xrole());
        let Some(terminal) = shell(&home) else {
            return;
        };
        terminal.command(&format!("{way} touch started"));
        terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
        terminal.press(Key::CtrlC);
        // What is typed before the question is gone would be its answer.
        terminal.wait_for_cursor_after("ready>");
        terminal.command("echo \"status $?\"");
        terminal.wait_for_line("status 130");
        assert!(!home.path("started").exists());
    }
}

#[test]
fn keys_are_the_programs() {
    for way in WAYS {
        let sts = sts();
        let home = home(&sts);
        let Some(terminal) = shell(&home) else {
            return;
        };
        for (key, name) in [(Key::CtrlC, "INT"), (Key::CtrlBackslash, "QUIT")] {
            let script =
                format!("trap 'echo; echo got-{name}; exit 9' {name}; echo up-{name}; read x");
            start(&terminal, &home, way, &script, &format!("up-{name}"));
            terminal.press(key);
            terminal.wait_for_line(&format!("got-{name}"));
            terminal.wait_for_line("status 9");
            terminal.command("clear");
            terminal.wait_until("a clear screen", |screen| {
                !screen.contents().contains("status")
            });
        }
        // Untreated, it ends the program, and the shell knows of what.
        start(&terminal, &home, way, "echo up; exec sleep 60", "up");
        terminal.press(Key::CtrlC);
        terminal.wait_for_cursor_after("ready>");
        terminal.command("echo \"after $?\"");
        terminal.wait_for_line("after 130");
    }
}

#[test]
fn jobs_are_the_shells() {
    for way in WAYS {
        let sts = sts();
        let home = home(&sts);
        let Some(terminal) = shell(&home) else {
            return;
        };
        let script = "env | grep ^AWS_CONTAINER >given; echo up; read x; echo \"read $x\"; exit 4";
        start(&terminal, &home, way, script, "up");
        terminal.press(Key::CtrlZ);
        terminal.wait_for("Stopped");
        terminal.wait_for_cursor_after("ready>");
        terminal.command("jobs -l | wc -l | tr -d ' ' | sed s/^/jobs-/");
        terminal.wait_for_line("jobs-1");
        if let Some(given) = Given::read(&home) {
            // The endpoint is not stopped: another program of the job may be asking.
            assert_eq!(given.ask().status, "200 OK");
        }
        terminal.command("fg >/dev/null; echo \"status $?\"");
        terminal.wait_for_job();
        terminal.command("word");
        terminal.wait_for_line("read word");
        terminal.wait_for_line("status 4");
        if let Some(given) = Given::read(&home) {
            given.wait_until_closed();
        }
    }
}

#[test]
fn signals_go_to_the_program_alone() {
    for way in WAYS {
        let sts = sts();
        let home = home(&sts);
        let Some(terminal) = shell(&home) else {
            return;
        };
        for (signal, name) in [
            (Signal::TERM, "TERM"),
            (Signal::HUP, "HUP"),
            (Signal::USR1, "USR1"),
        ] {
            let script = format!(
                "trap 'echo got-{name}; exit 5' {name}; echo $$ >id; echo up-{name}; while :; do sleep 0.1; done"
            );
            start(&terminal, &home, way, &script, &format!("up-{name}"));
            send(&home, signal);
            terminal.wait_for_line(&format!("got-{name}"));
            terminal.wait_for_line("status 5");
            terminal.command("clear");
            terminal.wait_until("a clear screen", |screen| {
                !screen.contents().contains("status")
            });
        }
        start(
            &terminal,
            &home,
            way,
            "echo $$ >id; echo up; exec sleep 60",
            "up",
        );
        send(&home, Signal::TERM);
        terminal.wait_for_line("status 143");
    }
}

fn send(home: &Home, signal: Signal) {
    let id = std::fs::read_to_string(home.path("id")).expect("a process number");
    let id = id.trim().parse().ok().and_then(Pid::from_raw);
    kill_process(id.expect("a process number"), signal).expect("it runs");
}

#[test]
fn the_terminal_is_the_programs() {
    if tools::on_path("ps").is_none() {
        return left_out("ps is not there");
    }
    for way in WAYS {
        let sts = sts();
        let home = home(&sts);
        let Some(terminal) = shell(&home) else {
            return;
        };
        // It leads the job's group, which has the terminal; its size is there and changes are told.
        let script = "\
            trap 'stty size | tr \" \" x' WINCH\n\
            test \"$(ps -o pgid= -p $$ | tr -d ' ')\" = $$ && echo leader\n\
            test \"$(ps -o tpgid= -p $$ | tr -d ' ')\" = $$ && echo foreground\n\
            test -t 0 && test -t 1 && test -t 2 && echo terminals\n\
            stty size | tr ' ' x\n\
            echo up\n\
            while ! test -e done; do sleep 0.1; done\n";
        start(&terminal, &home, way, script, "up");
        for line in ["leader", "foreground", "terminals", "30x100"] {
            terminal.wait_for_line(line);
        }
        terminal.resize(40, 90);
        terminal.wait_for_line("40x90");
        home.write("done", "");
        terminal.wait_for_line("status 0");
    }
}

/// The MFA session ends under a running program: its terminal shows nothing of that, the answer does.
#[test]
fn an_ended_mfa_session_does_not_disturb_the_terminal() {
    let sts = sts();
    let home = home(&sts);
    // The role's session alone is minted anew, and short; then the MFA session is gone.
    sts.change(|state| state.lifetime = Some(62));
    let Some(terminal) = shell(&home) else {
        return;
    };
    terminal.command("xrole clear --all 2>/dev/null; clear");
    terminal.wait_until("a clear screen", |screen| {
        !screen.contents().contains("clear")
    });
    sts.change(|state| {
        let device = &mut state.world.users[0].devices[0];
        *device =
            super::support::sts::Device::new(&device.serial.clone(), Codes::list(&["234567"]));
    });
    let script = "env | grep ^AWS_CONTAINER >given; echo up; read x; exit 0";
    home.write("scene", script);
    terminal.command("xrole exec --server prod -- sh scene; echo \"status $?\"");
    terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    terminal.command("234567");
    terminal.wait_for_line("up");
    let before = terminal.screen();
    let given = Given::read(&home).expect("an endpoint");
    super::endpoint::wait_until("a refusal", || given.ask().text("code") == "code-needed");
    assert_eq!(terminal.screen(), before);
    terminal.press(Key::Enter);
    terminal.wait_for_line("status 0");
}

/// A device that no file names, chosen before the program starts, is the one that its renewals need.
#[test]
fn a_chosen_device_counts_for_the_renewals() {
    let sts = sts();
    sts.change(|state| state.lifetime = Some(64));
    let home = Home::central(&sts)
        .variable("AWS_ENDPOINT_URL_IAM", &sts.url())
        .program("xrole", &xrole());
    super::endpoint::config(
        &home,
        "[profile bare]\nrole_arn = arn:aws:iam::222222222222:role/Operator\n\
         source_profile = central\nregion = eu-central-1\n",
    );
    let Some(terminal) = shell(&home) else {
        return;
    };
    home.write(
        "scene",
        "env | grep ^AWS_CONTAINER >given; echo up; read x; exit 0",
    );
    terminal.command("xrole exec --server bare -- sh scene");
    terminal.wait_for("Use the device arn:aws:iam::111111111111:mfa/alice? [Y/n]");
    terminal.command("y");
    terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    terminal.command("123456");
    terminal.wait_for("into profile bare in ~/.aws/config? [y/N]");
    terminal.command("n");
    terminal.wait_for_line("up");
    let given = Given::read(&home).expect("an endpoint");
    super::endpoint::wait_until("a refusal", || given.ask().text("code") == "code-needed");
    let message = given.ask().text("message").to_owned();
    assert!(
        message.ends_with("xrole renew bare --mfa-serial arn:aws:iam::111111111111:mfa/alice"),
        "{message}"
    );
}
