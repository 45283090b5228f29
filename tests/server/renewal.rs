//! Renewed in time where that needs nobody; where it needs a code, said to the program and picked up from elsewhere.

use std::cell::RefCell;
use std::time::Duration;

use super::endpoint::{Answer, Program, wait_until};
use super::support::home::Home;
use super::support::run::Run;
use super::support::sts::{Codes, FakeSts, Fault, World};
use super::support::tools;

const CODES: [&str; 4] = ["123456", "234567", "345678", "456789"];

/// Sessions of this life can be handed out for ten seconds: none is with less than a minute left.
const SHORT: i64 = 70;

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&CODES)))
}

fn short(sts: &FakeSts) {
    sts.change(|state| state.lifetime = Some(SHORT));
}

/// What the program's terminal would show.
fn said(home: &Home) -> String {
    std::fs::read_to_string(home.path("stderr")).expect("what was said")
}

/// The first answer, and the first one after its session is not handed out any more.
fn outlive(program: &Program) -> (Answer, Answer) {
    let first = program.ask();
    assert_eq!(first.status, "200 OK", "{first:?}");
    let second = RefCell::new(None);
    wait_until("another answer", || {
        let answer = program.ask();
        let other = answer.text("AccessKeyId") != first.text("AccessKeyId");
        second.replace(Some(answer));
        other
    });
    (first, second.take().expect("an answer"))
}

#[test]
fn the_answer_is_the_protocols() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let answer = program.ask();
    let mut keys: Vec<&str> = answer
        .body
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "AccessKeyId",
            "AccountId",
            "Expiration",
            "RoleArn",
            "SecretAccessKey",
            "Token"
        ]
    );
    assert_eq!(
        answer.text("RoleArn"),
        "arn:aws:iam::666666666666:role/ReadOnly"
    );
    assert_eq!(answer.text("AccountId"), "666666666666");
    assert!(answer.text("AccessKeyId").starts_with("ASIA"));
    let expiration = answer.text("Expiration");
    assert!(
        expiration.len() == 20 && expiration.ends_with('Z'),
        "{expiration}"
    );
    // The session that every terminal has.
    let done = Run::xrole(&home, &["use", "readonly", "--shell", "sh"])
        .status(0)
        .check();
    assert!(done.stdout.contains(answer.text("AccessKeyId")));
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

#[test]
fn a_session_that_needs_no_code_is_renewed_once_for_all() {
    let sts = sts();
    short(&sts);
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let first = program.ask();
    assert_eq!(first.status, "200 OK", "{first:?}");
    let ends = sts.change(|state| state.issued[first.text("AccessKeyId")].expires);
    wait_until("the last minute", || sts.now() > ends - 60);
    sts.forget_requests();
    sts.change(|state| state.lifetime = None);
    sts.next(Fault::Delay(Duration::from_secs(1)));
    // More at once than there are connections, all of whom find the old one over.
    let answers: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(|| program.ask())).collect();
        asking
            .into_iter()
            .map(|one| one.join().expect("no panic"))
            .collect()
    });
    for answer in &answers {
        assert_eq!(answer.status, "200 OK", "{answer:?}");
        assert_eq!(answer.text("AccessKeyId"), answers[0].text("AccessKeyId"));
        assert!(answer.text("Expiration") > first.text("Expiration"));
    }
    assert_eq!(sts.operations(), ["AssumeRole"]);
    assert_eq!(sts.take_violations(), [""; 0]);
}

#[test]
fn a_failure_is_said_and_gone_when_it_is_over() {
    let sts = sts();
    short(&sts);
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    sts.plan(None, Fault::ServerError, 3);
    let (_, failure) = outlive(&program);
    assert_eq!(failure.status, "503 Service Unavailable");
    assert_eq!(failure.text("code"), "aws-failing", "{failure:?}");
    wait_until("a new session", || program.ask().status == "200 OK");
    assert_eq!(said(&home), "");
}

/// The command in the answer is run as it stands, by a shell that has other settings than the program.
#[test]
fn where_a_code_is_needed_the_command_in_the_answer_helps() {
    let cases: [(&[&str], Variables, &str); 4] = [
        (&["prod"], &[], "xrole renew prod"),
        (&["staging", "--yes"], &[], "xrole use staging"),
        (
            &["prod", "--duration", "4h"],
            &[("AWS_REGION", "us-east-1")],
            "xrole renew prod --region us-east-1 --duration 14400",
        ),
        (
            &[
                "arn:aws:iam::444444444444:role/Audit",
                "--external-id",
                "audit-2718",
                "--mfa-serial",
                "arn:aws:iam::111111111111:mfa/alice",
            ],
            &[("AWS_PROFILE", "central"), ("AWS_REGION", "eu-central-1")],
            "xrole renew arn:aws:iam::444444444444:role/Audit --source central --region eu-central-1 \
             --external-id audit-2718 --mfa-serial arn:aws:iam::111111111111:mfa/alice",
        ),
    ];
    std::thread::scope(|scope| {
        for (options, variables, command) in cases {
            scope.spawn(move || helped_by(options, variables, command));
        }
    });
}

type Variables = &'static [(&'static str, &'static str)];

/// Outlives a session that needs a code, is told of the command, and has what that obtains.
fn helped_by(options: &[&str], variables: Variables, command: &str) {
    let settings = "[settings]\nsession_key = file\n[profile staging]\nprotected = true\n";
    let sts = sts();
    short(&sts);
    let mut home = Home::central(&sts)
        .settings(settings)
        .program("xrole", &super::support::run::xrole());
    for (name, value) in variables {
        home = home.variable(name, value);
    }
    let program = Program::start_with(&home, &[options, &["--mfa-code", CODES[0]]].concat());
    let before = said(&home);
    let calls = sts.operations();
    let (old, answer) = outlive(&program);
    assert_eq!(answer.status, "503 Service Unavailable", "{answer:?}");
    assert_eq!(answer.text("code"), "code-needed");
    assert_eq!(
        answer.text("message"),
        format!(
            "a code for arn:aws:iam::111111111111:mfa/alice is needed, and nobody is asked for it here; \
             in another terminal: {command}"
        )
    );
    // Nobody was asked, so nothing was sent.
    assert_eq!(sts.operations(), calls);

    sts.change(|state| state.lifetime = None);
    let elsewhere = format!("{command} --shell sh --mfa-code {} --yes", CODES[1]);
    let elsewhere = if command.starts_with("xrole renew") {
        elsewhere.trim_end_matches(" --yes")
    } else {
        &elsewhere
    };
    Run::program(&home, "sh", &["-c", elsewhere])
        .without("AWS_REGION")
        .without("AWS_PROFILE")
        .variable("AWS_DEFAULT_REGION", "ap-south-1")
        .status(0)
        .check();
    let answer = program.ask();
    assert_eq!(answer.status, "200 OK", "{command}: {answer:?}");
    assert_ne!(answer.text("AccessKeyId"), old.text("AccessKeyId"));
    assert_eq!(said(&home), before, "{command}");
    assert_eq!(sts.take_violations(), [""; 0]);
}

/// The session that was typed for is the program's, also where sessions are kept nowhere.
#[test]
fn without_a_cache_the_first_session_is_handed_on() {
    let sts = sts();
    let home = Home::central(&sts).settings("[settings]\nsession_key = off\n");
    let program = Program::start_with(&home, &["prod", "--mfa-code", CODES[0]]);
    let answer = program.ask();
    assert_eq!(
        answer.text("RoleArn"),
        "arn:aws:iam::222222222222:role/Operator"
    );
    assert_eq!(sts.operations(), ["GetSessionToken", "AssumeRole"]);
}

/// The identity is the one that the program was started with, whatever becomes of the files.
#[test]
fn an_edited_profile_changes_nothing_for_a_running_program() {
    let sts = sts();
    short(&sts);
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    home.write(".aws/config", "[profile readonly]\nregion = eu-west-1\n");
    let (_, answer) = outlive(&program);
    assert_eq!(
        answer.text("RoleArn"),
        "arn:aws:iam::666666666666:role/ReadOnly"
    );
    assert_eq!(answer.status, "200 OK");
}

/// One process of boto3 over several ends: each call is signed with a session that is live.
#[test]
fn boto3_goes_on_over_the_end_of_its_sessions() {
    const CALLS: usize = 4;
    const LIFE: i64 = 40;
    let Some(python) = tools::python() else {
        return;
    };
    let sts = sts();
    sts.change(|state| state.lifetime = Some(LIFE));
    let home = Home::central(&sts);
    let script = "\
import boto3, os, sys, time
sts = boto3.client('sts')
keys = set()
for call in range(int(sys.argv[1])):
    while not os.path.exists(f'call-{call}'):
        time.sleep(0.05)
    print(sts.get_caller_identity()['Account'])
    keys.add(sts._request_signer._credentials.access_key)
assert len(keys) == int(sys.argv[1]), keys
";
    let python = python.to_str().expect("a path in UTF-8");
    let exec = ["exec", "--server", "readonly", "--"];
    let calls = CALLS.to_string();
    let words = [&exec[..], &[python, "-c", script, &calls]].concat();
    std::thread::scope(|scope| {
        let program = scope.spawn(|| {
            Run::xrole(&home, &words)
                .stdout(&"666666666666\n".repeat(CALLS))
                .check()
        });
        for call in 0..CALLS {
            let answered = || {
                let operations = sts.operations().into_iter();
                operations
                    .filter(|name| name == "GetCallerIdentity")
                    .count()
            };
            wait_until("the call before", || {
                answered() == call || program.is_finished()
            });
            // What the call before was signed with ends, at the clock that counts.
            sts.advance(LIFE + 1);
            home.write(&format!("call-{call}"), "");
        }
    });
    assert_eq!(sts.take_violations(), [""; 0]);
}
