//! What a prompt does besides showing the segment: it takes up renewals, tells of expiry, and starts no process.

use std::fs;
use std::process::Command;

use crate::prompt::{BOTH, live, show, start};
use crate::shells::{Ran, left_out, shells, variable};
use crate::stub;

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

/// Ten prompts of a live session start no process; the trace between two markers shows it.
#[test]
#[cfg(target_os = "linux")]
fn a_prompt_starts_no_process() {
    let path = variable("PATH").unwrap_or_default();
    let Some(strace) = std::env::split_paths(&path)
        .map(|folder| folder.join("strace"))
        .find(|file| file.is_file())
    else {
        return left_out("strace is not there");
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
            return left_out(&format!("strace may not trace here ({})", ran.errors()));
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
            live("prod", 2578)
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
