//! The endpoint lives exactly as long as its program, whose life it does not touch.

use std::net::TcpStream;

use rustix::process::{Pid, Signal, kill_process};

use super::endpoint::{Program, wait_until};
use super::support::home::Home;
use super::support::left_out::left_out;
use super::support::run::Run;
use super::support::sts::{Codes, FakeSts, Fault, World};
use super::support::tools;

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456"])))
}

fn send(id: u32, signal: Signal) {
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
    kill_process(pid.expect("a process number"), signal).expect("a process of ours");
}

#[test]
fn the_port_is_closed_when_the_program_has_ended_and_not_before() {
    let sts = sts();
    let home = Home::central(&sts);
    for end in ["by itself", "kill -9", "TERM"] {
        let mut program = Program::start(&home, "readonly");
        assert_eq!(program.ask().status, "200 OK", "{end}");
        match end {
            "by itself" => program.finish(),
            "kill -9" => program.kill(),
            _ => {
                send(program.id(), Signal::TERM);
                program.finish();
            }
        }
        program.wait_until_closed();
    }
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn what_the_program_starts_does_not_keep_the_endpoint() {
    let sts = sts();
    let home = Home::central(&sts);
    let script = "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI; sleep 300 >/dev/null 2>&1 </dev/null &";
    let done = Run::xrole(
        &home,
        &["exec", "--server", "readonly", "--", "sh", "-c", script],
    )
    .status(0)
    .check();
    let port = done.stdout.split(['/', ':']).nth(4);
    let port: u16 = port.and_then(|port| port.parse().ok()).expect("a port");
    wait_until("the port is closed", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
}

#[test]
fn status_and_input_are_the_programs_own() {
    let sts = sts();
    let home = Home::central(&sts);
    for (command, status) in [
        (&["sh", "-c", "exit 42"][..], 42),
        (&["sh", "-c", "kill -TERM $$"], 143),
        (&["sh", "-c", "kill -KILL $$"], 137),
        (&["no-such-program"], 127),
        (&["/etc/passwd"], 126),
    ] {
        let arguments = [&["exec", "--server", "readonly", "--"], command].concat();
        Run::xrole(&home, &arguments).status(status).check();
    }
    Run::xrole(&home, &["exec", "--server", "readonly", "cat"])
        .stdin("one\ntwo\n")
        .stdout("one\ntwo\n")
        .check();
    if tools::on_path("ps").is_none() {
        return left_out("ps is not there");
    }
    // It is no child of the program, which would not expect one.
    let children = "ps -o comm= --ppid $$ | grep -c xrole; true";
    Run::xrole(
        &home,
        &["exec", "--server", "readonly", "sh", "-c", children],
    )
    .stdout("0\n")
    .check();
}

/// A pipe that the program closes is closed: the endpoint holds nothing of what the program was given.
#[test]
fn the_endpoint_holds_no_descriptor_of_the_programs() {
    let sts = sts();
    let home = Home::central(&sts);
    let binary = super::support::run::xrole();
    // The program waits for the end of its pipe, and in vain where that is held.
    let inner = "exec 3>&- >/dev/null; n=0; \
        until test -e order || test $n = 600; do sleep 0.1; n=$((n + 1)); done; echo program >>order";
    let script = format!(
        "{{ exec '{}' exec --server readonly -- sh -c '{inner}' 3>&1; }} | \
         {{ cat >/dev/null; echo pipe >>order; }}; until grep -q program order; do sleep 0.1; done; cat order",
        binary.display()
    );
    Run::program(&home, "sh", &["-c", &script])
        .stdout("pipe\nprogram\n")
        .check();
}

/// Whatever happens to the endpoint does not happen to the program.
#[cfg(target_os = "linux")]
#[test]
fn the_program_outlives_its_endpoint() {
    let sts = sts();
    let home = Home::central(&sts);
    let mut program = Program::start_with(&home, &["--token-file", "token", "readonly"]);
    let server = program.server_id();
    let stat = std::fs::read_to_string(format!("/proc/{server}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit_once(") ").expect("stat").1.split(' ').collect();
    // Parent, group and session: nobody's child here, and alone (proc_pid_stat(5)).
    assert_ne!(fields[1], program.id().to_string());
    assert_eq!(
        [fields[2], fields[3]],
        [server.to_string(), server.to_string()]
    );
    assert!(home.path("token").exists());
    send(server, Signal::TERM);
    program.wait_until_closed();
    wait_until("the token file is gone", || !home.path("token").exists());
    assert!(program.runs());
    program.finish();
}

/// Nobody is told secrets by the process list, and no other process of the user reads its memory.
#[cfg(target_os = "linux")]
#[test]
fn the_endpoint_shows_nothing_of_itself() {
    use std::os::unix::fs::MetadataExt as _;
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let proc = format!("/proc/{}", program.server_id());
    let words = std::fs::read_to_string(format!("{proc}/cmdline")).expect("its words");
    assert!(words.ends_with("\0_serve\0--detached\0"), "{words}");
    let owner = std::fs::metadata(format!("{proc}/environ")).map(|meta| meta.uid());
    assert_eq!(owner.ok(), Some(0));
    let limits = std::fs::read_to_string(format!("{proc}/limits")).expect("its limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    assert_eq!(
        core.and_then(|line| line.split_whitespace().nth(4)),
        Some("0")
    );
    for descriptor in 0..3 {
        let target = std::fs::read_link(format!("{proc}/fd/{descriptor}"));
        let target = target
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        let expected = if descriptor == 0 {
            "socket:"
        } else {
            "/dev/null"
        };
        assert!(target.starts_with(expected), "{descriptor}: {target}");
    }
}

/// Without a terminal nothing is asked, and nothing is started.
#[test]
fn a_code_without_a_terminal_ends_it_before_the_program() {
    let sts = sts();
    let home = Home::central(&sts);
    let done = Run::xrole(&home, &["exec", "--server", "prod", "touch", "started"])
        .status(3)
        .check();
    assert!(
        done.stderr.contains("run \"xrole use prod\" in a terminal"),
        "{}",
        done.stderr
    );
    assert!(!home.path("started").exists());
    assert_eq!(sts.operations(), [""; 0]);
}

/// Neither the session nor the token lies anywhere but in the program's environment and the answer.
#[test]
fn secrets_are_in_no_file_and_no_message() {
    let sts = sts();
    let home = Home::central(&sts)
        .variable("LOG_SENSITIVE_BODIES", "true")
        .variable("RUST_LOG", "trace")
        .variable("RUST_BACKTRACE", "full");
    sts.change(|state| state.lifetime = Some(61));
    let mut program = Program::start(&home, "readonly");
    let mut secrets = vec![program.token.clone()];
    let mut keep = |program: &Program| {
        let answer = program.ask();
        assert_eq!(answer.status, "200 OK");
        secrets.extend(["SecretAccessKey", "Token"].map(|key| answer.text(key).to_owned()));
        answer.text("AccessKeyId").to_owned()
    };
    let first = keep(&program);
    wait_until("a renewal", || keep(&program) != first);
    // A refusal is rendered from what AWS said.
    sts.plan(None, Fault::ServerError, 3);
    let mut refusal = String::new();
    wait_until("a refusal", || {
        let answer = program.ask();
        refusal = answer.body.to_string();
        answer.status == "503 Service Unavailable"
    });
    let mut places = vec![("the refusal".to_owned(), refusal)];
    collect(&home.path(""), &mut places);
    #[cfg(target_os = "linux")]
    for id in [program.id(), program.server_id()] {
        let words = std::fs::read(format!("/proc/{id}/cmdline")).expect("its words");
        places.push((id.to_string(), String::from_utf8_lossy(&words).into_owned()));
    }
    for (place, text) in &places {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{place}");
        }
    }
    program.finish();
}

fn collect(folder: &std::path::Path, places: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the home") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, places);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            places.push((path.display().to_string(), text));
        }
    }
}
