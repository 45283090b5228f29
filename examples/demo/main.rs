//! xrole's main job in a real bash, typed as a person types it, against a local STS: two roles, one MFA
//! code, the AWS CLI, and the way back. `--picture FILE` draws what the terminal showed.

#[path = "../../tests/support/mod.rs"]
mod support;
mod svg;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use support::home::Home;
use support::pty::{Key, Terminal};
use support::sts::world::ALICE_SEED;
use support::sts::{Codes, FakeSts, World, mfa};
use support::tools;
use xrole::context::Context;

/// High enough for the whole session, so that nothing scrolls away.
const ROWS: u16 = 60;

const QUESTION: &str = "MFA code for arn:aws:iam::111111111111:mfa/alice:";

const START_FILE: &str = "\
unset HISTFILE
PS1='$ '
eval \"$(xrole init bash)\"
";

/// A command, and what the terminal must and must not show when the prompt is back.
struct Step {
    command: &'static str,
    asks_for_code: bool,
    shows: &'static [&'static str],
    /// How the prompt after it begins.
    prompt: &'static str,
}

const fn step(command: &'static str, shows: &'static [&'static str], prompt: &'static str) -> Step {
    Step {
        command,
        asks_for_code: false,
        shows,
        prompt,
    }
}

const STEPS: &[Step] = &[
    Step {
        asks_for_code: true,
        ..step("xrole use prod", &[], "[prod ")
    },
    step(
        "aws sts get-caller-identity",
        &["arn:aws:sts::222222222222:assumed-role/Operator/alice"],
        "[prod ",
    ),
    step("xrole use staging", &[], "[staging "),
    step(
        "aws sts get-caller-identity --query Arn --output text",
        &["arn:aws:sts::333333333333:assumed-role/Operator/alice"],
        "[staging ",
    ),
    step("xrole use -", &[], "[prod "),
    step("xrole status", &["prod", "222222222222"], "[prod "),
    step("xrole unset", &[], "$"),
    step(
        "echo \"access key: ${AWS_ACCESS_KEY_ID-none}\"",
        &["access key: none"],
        "$",
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => demo(None),
        ["--picture", file] => demo(Some(Path::new(file))),
        ["--code"] => println!("{}", code_now()),
        _ => {
            eprintln!("usage: demo [--picture FILE | --code]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// What alice's MFA device shows.
fn code_now() -> String {
    mfa::code_at(ALICE_SEED, Context::read().clock.now().0)
}

fn demo(picture: Option<&Path>) {
    let sts = FakeSts::start(World::central(Codes::Totp(ALICE_SEED.to_vec())));
    let home = scene(&sts);
    println!(
        "A local STS stands in for AWS: {}. This is a real bash.\n",
        sts.url()
    );
    let terminal = play(&home);
    report(&sts);
    if let Some(file) = picture {
        let drawing = terminal.with_screen(svg::draw);
        std::fs::write(file, drawing)
            .unwrap_or_else(|error| panic!("could not write {}: {error}", file.display()));
        println!("drawn: {}", file.display());
        return;
    }
    drop(terminal);
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !tools::under_ci() {
        offer_shell(&home);
        // A person may well type a code twice.
        drop(sts.take_violations());
    }
}

fn scene(sts: &FakeSts) -> Home {
    let aws = tools::aws_1().expect("the AWS CLI: run `make demo`, which installs it");
    let home = Home::central(sts)
        .file(".bashrc", START_FILE)
        .variable("BASH_SILENCE_DEPRECATION_WARNING", "1")
        .program("xrole", &xrole())
        .program("aws", &aws);
    let this = std::env::current_exe().expect("a running program has a path");
    let script = format!("#!/bin/sh\nexec '{}' --code\n", this.display());
    home.write("bin/mfa-code", &script);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.path("bin/mfa-code"), executable).expect("chmod of an own file");
    home
}

/// The binary that was built beside this example.
fn xrole() -> PathBuf {
    let this = std::env::current_exe().expect("a running program has a path");
    let folder = this
        .parent()
        .and_then(Path::parent)
        .expect("target/…/examples");
    let binary = folder.join("xrole");
    assert!(
        binary.exists(),
        "{} is not built: run `make demo`",
        binary.display()
    );
    binary
}

fn shell_arguments(home: &Home) -> [String; 4] {
    let start_file = home.path(".bashrc").to_string_lossy().into_owned();
    [
        "--noprofile".into(),
        "--rcfile".into(),
        start_file,
        "-i".into(),
    ]
}

/// Types every step and checks what the terminal shows.
fn play(home: &Home) -> Terminal {
    let arguments = shell_arguments(home);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let terminal = Terminal::start_with_rows("bash", &arguments, home.env(), &home.path(""), ROWS);
    wait_for_prompt(&terminal, "$", None);
    for step in STEPS {
        let row = cursor_row(&terminal);
        terminal.command(step.command);
        if step.asks_for_code {
            terminal.wait_for_cursor_after(QUESTION);
            terminal.type_text(&code_now());
            terminal.press(Key::Enter);
        }
        wait_for_prompt(&terminal, step.prompt, Some(row));
        let shown = rows(&terminal, row, cursor_row(&terminal));
        for text in step.shows {
            assert!(
                shown.contains(text),
                "`{}` did not show {text:?}\n{}",
                step.command,
                terminal.picture()
            );
        }
        let asked = shown.matches(QUESTION).count();
        assert_eq!(
            asked,
            usize::from(step.asks_for_code),
            "`{}`: questions for a code\n{}",
            step.command,
            terminal.picture()
        );
        print_rows(&terminal, row, cursor_row(&terminal));
    }
    terminal
}

fn cursor_row(terminal: &Terminal) -> u16 {
    terminal.with_screen(|screen| screen.cursor_position().0)
}

/// Waits until the cursor stands after a prompt that begins so, below `above`.
fn wait_for_prompt(terminal: &Terminal, begins: &str, above: Option<u16>) {
    terminal.wait_until(&format!("a prompt that begins with {begins:?}"), |screen| {
        let (row, column) = screen.cursor_position();
        let text = screen.contents_between(row, 0, row, column);
        above.is_none_or(|above| row > above) && text.starts_with(begins) && text.ends_with("$ ")
    });
}

fn rows(terminal: &Terminal, from: u16, to: u16) -> String {
    terminal.with_screen(|screen| screen.contents_between(from, 0, to, 0))
}

/// The rows of one step as a transcript, in colour where someone looks.
fn print_rows(terminal: &Terminal, from: u16, to: u16) {
    let mut out = std::io::stdout().lock();
    let written = if out.is_terminal() {
        let (first, count) = (usize::from(from), usize::from(to - from));
        let coloured: Vec<Vec<u8>> = terminal.with_screen(|screen| {
            let (_, columns) = screen.size();
            screen
                .rows_formatted(0, columns)
                .skip(first)
                .take(count)
                .collect()
        });
        coloured.iter().try_for_each(|row| {
            out.write_all(row)
                .and_then(|()| out.write_all(b"\x1b[m\r\n"))
        })
    } else {
        writeln!(out, "{}", rows(terminal, from, to).trim_end())
    };
    written
        .and_then(|()| out.flush())
        .expect("stdout takes the transcript");
}

/// What the STS was asked: one code, and one call for each role, though prod was used twice.
fn report(sts: &FakeSts) {
    let requests = sts.requests();
    let count = |operation: &str| {
        requests
            .iter()
            .filter(|it| it.operation == operation)
            .count()
    };
    let (codes, sessions) = (
        requests.iter().filter(|it| it.code).count(),
        count("AssumeRole"),
    );
    println!(
        "\nThe STS saw {codes} MFA code, {} GetSessionToken, {sessions} AssumeRole, {} GetCallerIdentity.",
        count("GetSessionToken"),
        count("GetCallerIdentity")
    );
    assert_eq!((codes, sessions), (1, 2), "{requests:#?}");
}

fn offer_shell(home: &Home) {
    print!("\nA shell in this scene, to try more? [Y/n] ");
    let mut answer = String::new();
    let asked = std::io::stdout()
        .flush()
        .and_then(|()| std::io::stdin().read_line(&mut answer));
    if !matches!(asked, Ok(read) if read > 0) || answer.trim().eq_ignore_ascii_case("n") {
        return;
    }
    println!(
        "\nTry: xrole list, xrole use audit, xrole explain deploy, xrole use (a list to pick from),\n\
         aws sts get-caller-identity. `mfa-code` prints the code of alice's device. `exit` ends it.\n"
    );
    let mut shell = Command::new("bash");
    shell
        .args(shell_arguments(home))
        .env_clear()
        .envs(home.env());
    if let Some(terminal) = tools::variable("TERM") {
        shell.env("TERM", terminal);
    }
    if let Err(error) = shell.current_dir(home.path("")).status() {
        eprintln!("bash does not start: {error}");
    }
}
