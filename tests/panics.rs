//! A fault of xrole's own never looks like success to `eval`, and tells nothing that is secret.
//!
//! The test starts itself as the child: the very `main.rs` of xrole, with commands that panic in the place of its own.

#[allow(
    dead_code,
    unused_imports,
    reason = "neither its own main nor its tests run here"
)]
#[path = "../src/main.rs"]
mod program;
mod support;

use std::process::ExitCode;

use support::home::Home;
use support::run::{Done, Run};
use support::tools;
use xrole::command::Outcome;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG";
/// Names the child's fault.
const FAULT: &str = "TEST_FAULT";

#[allow(
    clippy::disallowed_methods,
    reason = "the child is told by its environment what it is"
)]
fn fault() -> Option<String> {
    std::env::var(FAULT).ok()
}

fn main() -> ExitCode {
    match fault().as_deref() {
        Some("main") => program::start(|_, _| panic!("{SECRET}")),
        Some("thread") => program::start(|_, _| {
            let ended = std::thread::spawn(|| panic!("{SECRET}")).join();
            assert!(ended.is_err());
            Ok(Outcome::done("export AWS_SECRET_ACCESS_KEY=half\n"))
        }),
        _ => {
            a_panic_answers_in_every_dialect();
            a_panic_of_another_thread_spoils_the_answer_too();
            eval_does_not_go_on_after_a_panic();
            println!("test panics ... ok");
            ExitCode::SUCCESS
        }
    }
}

fn child(home: &Home, words: &[&str], fault: &str) -> Run {
    let this = std::env::current_exe().expect("this binary");
    Run::program(home, this, words).variable(FAULT, fault)
}

/// Version and source position, and not a word of the panic's own.
fn assert_told(done: &Done) {
    let version = env!("CARGO_PKG_VERSION");
    let start = format!("xrole: {version} stopped on a fault of its own at tests/panics.rs:");
    assert!(done.stderr.starts_with(&start), "{}", done.stderr);
    assert!(
        done.stderr.contains("\nxrole: please report this line\n"),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains(SECRET), "{}", done.stderr);
}

fn a_panic_answers_in_every_dialect() {
    let home = Home::new();
    for (words, stdout) in [
        (&["use", "prod", "--shell", "bash"][..], "false;\n"),
        (&["renew", "--shell", "fish"], "false;\n"),
        (
            &["unset", "--shell", "powershell"],
            "throw 'xrole failed';\n",
        ),
        (&["use", "prod", "--shell", "json"], ""),
        (&["list"], ""),
    ] {
        let done = child(&home, words, "main")
            .stdout(stdout)
            .status(101)
            .check();
        assert_told(&done);
    }
}

fn a_panic_of_another_thread_spoils_the_answer_too() {
    let words = ["use", "prod", "--shell", "bash"];
    let home = Home::new();
    let done = child(&home, &words, "thread")
        .stdout("false;\n")
        .status(1)
        .check();
    assert_told(&done);
    let refused = "xrole: the result came after the run had already answered\nrun it again\n";
    assert!(done.stderr.ends_with(refused), "{}", done.stderr);
}

fn eval_does_not_go_on_after_a_panic() {
    let home = Home::new();
    let this = std::env::current_exe().expect("this binary");
    let script = format!(
        "AWS_ACCESS_KEY_ID=AKIAOLD; eval \"$('{}' use prod)\" && touch NEXT; echo $? $AWS_ACCESS_KEY_ID",
        this.display()
    );
    for shell in ["bash", "dash"] {
        let Some(program) = tools::shell(shell) else {
            continue;
        };
        Run::program(&home, program, &["-c", &script])
            .variable(FAULT, "main")
            .stdout("1 AKIAOLD\n")
            .check();
        assert!(!home.path("NEXT").exists(), "{shell}");
    }
}
