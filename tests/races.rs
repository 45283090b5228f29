//! Many processes at once: one code, one call a hop, all served, whoever is killed in between.

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::home::Home;
use support::pty::process::sleeps;
use support::pty::{Key, Terminal};
use support::run::{Run, xrole};
use support::sts::state::State;
use support::sts::{Codes, FakeSts, Fault, World};

const LONGEST: Duration = Duration::from_mins(3);

fn codes() -> Vec<String> {
    (0..200).map(|n| format!("{:06}", 100_000 + n)).collect()
}

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::List(codes())))
}

/// A home whose `mfa_process` prints code after code, as a device does, and counts how often it was asked.
fn home(sts: &FakeSts, settings: &str) -> Home {
    let home = Home::central(sts);
    let device = "#!/bin/sh\n\
        set -e\n\
        exec 9>>\"$HOME/asked.lock\"\n\
        flock 9\n\
        echo asked >>\"$HOME/asked\"\n\
        echo $((99999 + $(wc -l <\"$HOME/asked\")))\n";
    home.write("bin/device", device);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(home.path("bin/device"), mode).expect("chmod");
    home.settings(&format!(
        "[settings]\nsession_key = file\nmfa_process = device\n{settings}"
    ))
}

fn asked(home: &Home) -> usize {
    fs::read_to_string(home.path("asked")).map_or(0, |text| text.lines().count())
}

/// Killed when dropped, so that a failed assertion leaves nothing behind.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Output goes to files: a hundred pipes would need a hundred readers.
fn start(home: &Home, number: usize, profile: &str) -> Started {
    let file = |name: &str| {
        let path = home.path(&format!("{name}-{number}"));
        fs::File::create(path).expect("a file in an own home")
    };
    let child = Command::new("setsid")
        .arg(xrole())
        .args(["use", profile, "--shell", "bash"])
        .env_clear()
        .envs(home.env())
        .current_dir(home.path(""))
        .stdin(Stdio::null())
        .stdout(file("out"))
        .stderr(file("err"))
        .spawn()
        .expect("xrole starts");
    Started(child)
}

/// The session that each process put out.
fn finish(home: &Home, numbered: Vec<(usize, Started)>) -> Vec<String> {
    let end = Instant::now() + LONGEST;
    let mut tokens = Vec::new();
    for (number, mut started) in numbered {
        let status = loop {
            match started.0.try_wait().expect("a child of ours") {
                Some(status) => break status,
                None => assert!(Instant::now() < end, "process {number} did not end"),
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let read = |name: &str| {
            fs::read_to_string(home.path(&format!("{name}-{number}"))).unwrap_or_default()
        };
        assert!(status.success(), "{number}: {status}\n{}", read("err"));
        assert_eq!(read("err"), "", "{number}");
        tokens.push(token(&read("out")));
    }
    tokens
}

fn token(snippet: &str) -> String {
    let start = snippet.find("AWS_SESSION_TOKEN='").expect(snippet);
    let token = &snippet[start + "AWS_SESSION_TOKEN='".len()..];
    token[..token.find('\'').expect("a closing quote")].to_owned()
}

fn at_once(home: &Home, profiles: &[&str], count: usize) -> Vec<String> {
    let started = (0..count)
        .map(|number| {
            (
                number,
                start(home, number, profiles[number % profiles.len()]),
            )
        })
        .collect();
    finish(home, started)
}

fn distinct(mut tokens: Vec<String>) -> usize {
    tokens.sort();
    tokens.dedup();
    tokens.len()
}

#[test]
fn a_hundred_processes_ask_for_one_code_and_make_one_call_a_hop() {
    let sts = sts();
    let home = home(&sts, "");
    // The hold of the lock is what the other ninety-nine meet.
    sts.plan(
        Some("GetSessionToken"),
        Fault::Delay(Duration::from_secs(1)),
        1,
    );
    let tokens = at_once(&home, &["deploy"], 100);
    assert_eq!(distinct(tokens), 1);
    assert_eq!(asked(&home), 1);
    assert_eq!(
        sts.operations(),
        ["GetSessionToken", "AssumeRole", "AssumeRole"]
    );
}

#[test]
fn two_roles_of_one_device_share_one_code() {
    let sts = sts();
    let home = home(&sts, "");
    let tokens = at_once(&home, &["prod", "staging"], 20);
    assert_eq!(distinct(tokens), 2);
    assert_eq!(asked(&home), 1);
    assert_eq!(
        sts.operations(),
        ["GetSessionToken", "AssumeRole", "AssumeRole"]
    );
}

/// Sessions of under a minute are served to nobody: each round of processes meets the end of the one before.
#[test]
fn at_expiry_the_session_is_minted_once_again() {
    let sts = sts();
    let home = home(&sts, "");
    sts.change(|state| state.lifetime = Some(70));
    let first = distinct(at_once(&home, &["prod"], 1));
    assert_eq!((first, asked(&home)), (1, 1));
    let ends = |state: &mut State| state.issued.values().map(|issued| issued.expires).max();
    let ends = sts.change(ends).expect("a session");
    wait_until("the last minute", || sts.now() > ends - 60);
    sts.change(|state| state.lifetime = None);
    sts.forget_requests();
    let tokens = at_once(&home, &["prod"], 50);
    assert_eq!(distinct(tokens), 1);
    assert_eq!(asked(&home), 2);
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
}

/// Under `direct` each role needs a code of its own; the strict STS reports one that comes twice.
#[test]
fn with_direct_codes_two_roles_never_send_the_same_one() {
    let sts = sts();
    let home = home(&sts, "mfa = direct\n");
    let tokens = at_once(&home, &["prod", "staging"], 10);
    assert_eq!(distinct(tokens), 2);
    assert_eq!(asked(&home), 2);
    assert_eq!(sts.operations(), ["AssumeRole", "AssumeRole"]);
    assert_eq!(sts.take_violations(), Vec::<String>::new());
}

fn temporaries(home: &Home) -> usize {
    fs::read_dir(home.path(".cache/xrole"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.len() != 64 && entry.path().is_file()
        })
        .count()
}

/// Ten seconds of processes that die at any instant, the sessions renewed all the while.
#[test]
fn a_storm_of_kills_leaves_nothing_torn_and_nothing_locked() {
    let sts = sts();
    let home = home(&sts, "");
    sts.change(|state| state.lifetime = Some(62));
    let end = Instant::now() + Duration::from_secs(10);
    let mut number = 0;
    let mut running: Vec<(usize, Started)> = Vec::new();
    while Instant::now() < end {
        running.push((number, start(&home, number, "prod")));
        number += 1;
        std::thread::sleep(Duration::from_millis(fastrand::u64(..30)));
        while running.len() > 6 {
            drop(running.swap_remove(fastrand::usize(..running.len())));
        }
        running.retain_mut(|(_, started)| {
            started
                .0
                .try_wait()
                .expect("a child of ours")
                .is_none_or(|status| {
                    assert!(status.success(), "a process that was not killed failed");
                    false
                })
        });
    }
    drop(running);
    for number in 0..number {
        let text = fs::read_to_string(home.path(&format!("out-{number}"))).expect("output");
        assert!(text.is_empty() || text.ends_with("}\n"), "torn: {text}");
    }
    sts.change(|state| state.lifetime = None);
    Run::xrole(&home, &["use", "prod", "--shell", "bash"])
        .stderr("")
        .check();
    assert!(temporaries(&home) <= number, "{}", temporaries(&home));
    // The fake STS fails the test as it is dropped if a code came twice.
}

/// Whoever holds the lock while the code is asked dies; a waiter asks instead.
#[test]
fn a_holder_that_is_killed_leaves_the_question_to_a_waiter() {
    let sts = sts();
    let home = home(&sts, "");
    let slow = "#!/bin/sh\n[ -e \"$HOME/first\" ] || { : >\"$HOME/first\"; exec sleep 30; }\necho 100000\n";
    home.write("bin/device", slow);
    executable(&home.path("bin/device"));
    let holder = start(&home, 0, "prod");
    wait_until("the question", || home.path("first").exists());
    let waiters: Vec<_> = (1..6).map(|n| (n, start(&home, n, "prod"))).collect();
    let victim = start(&home, 6, "prod");
    wait_until("the wait of the one that dies", || sleeps(victim.0.id()));
    drop(victim);
    // Only xrole itself dies, as under the kernel's memory killer.
    drop(holder);
    assert_eq!(distinct(finish(&home, waiters)), 1);
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
}

fn executable(path: &PathBuf) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(path, mode).expect("chmod");
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + LONGEST;
    while !holds() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_waiter_says_what_it_waits_for_and_ends_at_ctrl_c() {
    let sts = sts();
    let home = Home::central(&sts);
    let Some(bash) = support::tools::shell("bash") else {
        return;
    };
    let program = xrole();
    let start = |script: &str| {
        let arguments = ["-c", script, &program.to_string_lossy()];
        Terminal::start(
            &bash.to_string_lossy(),
            &arguments,
            home.env(),
            &home.path(""),
        )
    };
    let mut holder = start("\"$0\" use prod --shell bash >out-holder");
    holder.wait_for_cursor_after("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    let waiter =
        start("trap : INT; \"$0\" use prod --shell bash >out-waiter; echo \"status $?\"; sleep 20");
    waiter.wait_for("waiting for the MFA code asked in pts/");
    waiter.wait_for("Ctrl-C to stop");
    waiter.press(Key::CtrlC);
    waiter.wait_for("status 130");
    let said = fs::read_to_string(home.path("out-waiter")).expect("output");
    assert_eq!(said, "false;\n");
    holder.type_text("100000");
    holder.press(Key::Enter);
    assert_eq!(holder.exit_status(), 0, "{}", holder.picture());
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
}
