//! `credential-process`: AWS's protocol, exactly, and at once.

mod support;

use std::process::{Command, Stdio};

use support::home::Home;
use support::pty::Terminal;
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, World};

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456", "234567"])))
}

#[test]
fn version_1_as_aws_has_it() {
    let sts = sts();
    let home = Home::central(&sts);
    let done = Run::xrole(&home, &["credential-process", "readonly"])
        .stderr("")
        .check();
    let answer: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    let object = answer.as_object().expect("an object");
    let mut names: Vec<_> = object.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "AccessKeyId",
            "Expiration",
            "SecretAccessKey",
            "SessionToken",
            "Version"
        ]
    );
    assert_eq!(object["Version"], 1);
    let expiration = object["Expiration"].as_str().expect("text");
    assert!(
        expiration.len() == 20 && expiration.ends_with('Z'),
        "{expiration}"
    );
    // The keys themselves, where the profile has no role: no token, no expiry.
    Run::xrole(&home, &["credential-process", "central"])
        .stdout(
            "{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7ALICE01\",\
             \"SecretAccessKey\":\"wJalrXUtnFEMI/K7MDENG/bPxRfiCYALICEKEY01\"}\n",
        )
        .check();
}

#[test]
fn without_a_terminal_a_code_is_a_matter_for_a_person() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["credential-process", "prod"])
        .stdout("")
        .stderr(
            "xrole: a code for arn:aws:iam::111111111111:mfa/alice is needed, and there is no terminal to ask on\n\
             run \"xrole use prod\" in a terminal, or set mfa_process\n",
        )
        .status(3)
        .check();
    assert_eq!(sts.operations(), [""; 0]);
}

#[test]
fn on_a_terminal_it_asks_there_and_never_shows_secrets_there() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &xrole());
    let script = "xrole credential-process prod; echo shown $?; \
                  xrole credential-process prod | tr , '\\n' | grep -c SessionToken";
    let terminal = Terminal::start("sh", &["-c", script], home.env(), &home.path(""));
    terminal.wait_for("shown 2");
    terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    terminal.command("123456");
    terminal.wait_for_line("1");
}

#[test]
fn fifty_at_once_are_one_call() {
    let sts = sts();
    let home = Home::central(&sts);
    let children: Vec<_> = (0..50)
        .map(|_| {
            Command::new(xrole())
                .args(["credential-process", "readonly"])
                .env_clear()
                .envs(home.env())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("xrole starts")
        })
        .collect();
    let mut answers: Vec<_> = children
        .into_iter()
        .map(|child| {
            let output = child.wait_with_output().expect("a child of ours");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            output.stdout
        })
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "all are served the same session");
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn a_profile_that_asks_for_itself_is_told() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &xrole()).config(
        "[profile loop]\ncredential_process = xrole credential-process loop\n\
         [profile base]\ncredential_process = xrole credential-process role\n\
         [profile role]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = base\n\
         region = eu-central-1\n",
    );
    for (profile, path) in [("loop", "loop → loop"), ("role", "base → base")] {
        let done = Run::xrole(&home, &["credential-process", profile])
            .stdout("")
            .status(1)
            .check();
        let text = format!("the credential_process of one profile asks for the next: {path}");
        assert!(done.stderr.contains(&text), "{}", done.stderr);
    }
    assert_eq!(sts.operations(), [""; 0]);
}

#[test]
fn another_profile_is_served_through_it() {
    let sts = sts();
    let config = format!(
        "{}[profile through]\ncredential_process = xrole credential-process readonly\n",
        support::home::CENTRAL_CONFIG
    );
    let home = Home::central(&sts)
        .program("xrole", &xrole())
        .config(&config);
    let direct = Run::xrole(&home, &["credential-process", "readonly"]).check();
    Run::xrole(&home, &["credential-process", "through"])
        .stdout(&direct.stdout)
        .check();
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn a_program_that_is_not_there_is_said_to_be_missing() {
    let sts = sts();
    let home = Home::central(&sts).config(
        "[profile process]\ncredential_process = xrole-no-such-tool --prod\n\
         [profile path]\ncredential_process = /nowhere/tool\n\
         [profile code]\nrole_arn = arn:aws:iam::222222222222:role/Operator\nsource_profile = central\n\
         region = eu-central-1\nmfa_serial = arn:aws:iam::111111111111:mfa/alice\n\
         mfa_process = xrole-no-such-tool code\n",
    );
    for (profile, stderr) in [
        (
            "process",
            "xrole: config:2: credential_process of profile \"process\" could not be started: \
             xrole-no-such-tool: command not found\n\
             install xrole-no-such-tool, or write its whole path: it is in no folder of PATH\n",
        ),
        (
            "path",
            "xrole: config:4: credential_process of profile \"path\" could not be started: \
             /nowhere/tool: no such file\n\
             correct the path, or install /nowhere/tool (a script needs its interpreter too)\n",
        ),
        (
            "code",
            "xrole: config:10: mfa_process \"xrole-no-such-tool\" could not be started: \
             xrole-no-such-tool: command not found\n\
             install xrole-no-such-tool, or write its whole path: it is in no folder of PATH\n",
        ),
    ] {
        Run::xrole(&home, &["use", profile, "--shell", "sh"])
            .stdout("false;\n")
            .stderr(stderr)
            .status(1)
            .check();
    }
}
