//! `export`: each format, read back by a program that reads such text.

#[path = "support/shells.rs"]
mod shells;
mod support;

use shells::shells;
use support::home::Home;
use support::left_out;
use support::pty::Terminal;
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, World};
use support::tools;

const SHOWN: &str = "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY";

fn home(sts: &FakeSts) -> Home {
    Home::central(sts).program("xrole", &xrole())
}

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&[])))
}

/// Long-term keys, so that the text is the same in every run.
#[test]
fn formats() {
    let sts = sts();
    let home = home(&sts);
    let (key, secret) = (
        "AKIAIOSFODNN7ALICE01",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYALICEKEY01",
    );
    let removed = "AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN AWS_ACCOUNT_ID";
    let unset = |prefix: &str, suffix: &str, names: &str| -> String {
        let lines = names
            .split(' ')
            .map(|name| [prefix, name, suffix, "\n"].concat());
        lines.collect()
    };
    let session = "AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION";
    let gone = ("Remove-Item -LiteralPath 'Env:", "' -ErrorAction Ignore");
    for (format, expected) in [
        (
            "env",
            format!(
                "export AWS_ACCESS_KEY_ID='{key}'\nexport AWS_SECRET_ACCESS_KEY='{secret}'\n{}\
                 export AWS_REGION='eu-central-1'\nexport AWS_DEFAULT_REGION='eu-central-1'\n{}",
                unset("unset ", "", session),
                unset("unset ", "", removed)
            ),
        ),
        (
            "fish",
            format!(
                "set -gx AWS_ACCESS_KEY_ID '{key}'\nset -gx AWS_SECRET_ACCESS_KEY '{secret}'\n{}\
                 set -gx AWS_REGION 'eu-central-1'\nset -gx AWS_DEFAULT_REGION 'eu-central-1'\n{}",
                unset("set -e ", "", session),
                unset("set -e ", "", removed)
            ),
        ),
        (
            "powershell",
            format!(
                "$Env:AWS_ACCESS_KEY_ID = '{key}'\n$Env:AWS_SECRET_ACCESS_KEY = '{secret}'\n{}\
                 $Env:AWS_REGION = 'eu-central-1'\n$Env:AWS_DEFAULT_REGION = 'eu-central-1'\n{}",
                unset(gone.0, gone.1, session),
                unset(gone.0, gone.1, removed)
            ),
        ),
        (
            "dotenv",
            format!(
                "AWS_ACCESS_KEY_ID='{key}'\nAWS_SECRET_ACCESS_KEY='{secret}'\n\
                 AWS_REGION='eu-central-1'\nAWS_DEFAULT_REGION='eu-central-1'\n"
            ),
        ),
        (
            "process",
            format!(
                "{{\"Version\":1,\"AccessKeyId\":\"{key}\",\"SecretAccessKey\":\"{secret}\"}}\n"
            ),
        ),
        (
            "ini",
            format!(
                "[central]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\nregion = eu-central-1\n"
            ),
        ),
        (
            "json",
            format!(
                "{{\"AWS_ACCESS_KEY_ID\":\"{key}\",\"AWS_ACCOUNT_ID\":null,\"AWS_CREDENTIAL_EXPIRATION\":null,\
                 \"AWS_DEFAULT_PROFILE\":null,\"AWS_DEFAULT_REGION\":\"eu-central-1\",\"AWS_PROFILE\":null,\
                 \"AWS_REGION\":\"eu-central-1\",\"AWS_SECRET_ACCESS_KEY\":\"{secret}\",\"AWS_SECURITY_TOKEN\":null,\
                 \"AWS_SESSION_EXPIRATION\":null,\"AWS_SESSION_TOKEN\":null}}\n"
            ),
        ),
    ] {
        Run::xrole(&home, &["export", "central", "--format", format])
            .stdout(&expected)
            .check();
    }
    Run::xrole(&home, &["export", "central", "--format", "toml"])
        .stdout("")
        .status(2)
        .check();
    Run::xrole(&home, &["export", "central", "--format", "ini", "--no-export"])
        .stderr("xrole: --no-export says nothing in this format\nuse it with --format env or --format fish\n")
        .status(2)
        .check();
}

#[test]
fn shells_read_it() {
    let sts = sts();
    let home = home(&sts);
    let inner = |ending: &str| format!("{ending}; sh -c 'echo inner $AWS_ACCESS_KEY_ID'");
    for (program, script, inherits) in [
        ("sh", "eval \"$(xrole export readonly)\"", true),
        ("sh", "eval \"$(xrole export readonly --no-export)\"", false),
        ("fish", "xrole export readonly --format fish | source", true),
        (
            "fish",
            "xrole export readonly --format fish --no-export | source",
            false,
        ),
        (
            "pwsh",
            "xrole export readonly --format powershell | Out-String | Invoke-Expression; \
             $AWS_ACCESS_KEY_ID = $Env:AWS_ACCESS_KEY_ID; $AWS_SECRET_ACCESS_KEY = $Env:AWS_SECRET_ACCESS_KEY",
            true,
        ),
    ] {
        // What is missing and demanded fails there; what is missing otherwise is said.
        let found = match program {
            "sh" => tools::on_path(program),
            _ => shells(&[program]).pop().map(|shell| shell.program),
        };
        let Some(shell) = found else { continue };
        let script = inner(&format!("{script}; echo \"{SHOWN}\""));
        let done = Run::program(&home, shell, &["-c", &script])
            .stderr("")
            .check();
        let lines: Vec<_> = done.stdout.lines().collect();
        let key = lines[0].split(' ').next().unwrap_or_default();
        assert!(key.starts_with("ASIA"), "{program}: {}", done.stdout);
        let inherited = if inherits { key } else { "" };
        assert_eq!(
            lines[1].trim_end(),
            format!("inner {inherited}").trim_end(),
            "{program}"
        );
    }
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn nothing_secret_on_a_terminal_unless_told_to() {
    let sts = sts();
    let home = home(&sts);
    let script = "xrole export central --format dotenv; echo one $?; \
                  xrole export central --format dotenv --print; echo two $?";
    let terminal = Terminal::start("sh", &["-c", script], home.env(), &home.path(""));
    terminal.wait_for_line("two 0");
    let screen = terminal.screen();
    let (refused, printed) = screen.split_once("one 2").expect("the first is refused");
    assert!(
        refused.contains("pass --print: xrole export central --print"),
        "{screen}"
    );
    assert!(!refused.contains("AKIA"), "{screen}");
    assert!(
        printed.contains("AWS_ACCESS_KEY_ID='AKIAIOSFODNN7ALICE01'"),
        "{screen}"
    );
}
