//! How a session comes about: the MFA plans, the bases, what is cached and when it is minted anew.

mod support;

use support::home::{CENTRAL_CONFIG, Home};
use support::run::{Done, Run};
use support::sts::world::{ALICE_KEY, ALICE_SECRET};
use support::sts::{Codes, FakeSts, World};

const CODES: [&str; 4] = ["111111", "222222", "333333", "444444"];

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&CODES)))
}

fn take(home: &Home, arguments: &[&str]) -> Done {
    let all = [&["use"], arguments, &["--shell", "sh"]].concat();
    Run::xrole(home, &all).status(0).check()
}

/// What a snippet exports under a name.
fn exported(snippet: &Done, name: &str) -> Option<String> {
    let (_, rest) = snippet.stdout.split_once(&format!("{name}='"))?;
    Some(rest.split_once('\'')?.0.to_owned())
}

fn config(home: &Home, more: &str) {
    home.write(".aws/config", &format!("{CENTRAL_CONFIG}\n{more}"));
}

#[test]
fn one_code_serves_every_role_and_hop() {
    let sts = sts();
    let home = Home::central(&sts);
    take(&home, &["prod", "--mfa-code", "111111"]);
    for profile in ["staging", "audit", "deploy", "prod"] {
        take(&home, &[profile]);
    }
    let calls = sts.operations();
    assert_eq!(
        calls,
        [
            "GetSessionToken",
            "AssumeRole",
            "AssumeRole",
            "AssumeRole",
            "AssumeRole"
        ]
    );
    let codes = sts.requests().iter().filter(|call| call.code).count();
    assert_eq!(codes, 1);
}

#[test]
fn a_role_for_longer_than_an_hour_takes_its_own_code() {
    let sts = sts();
    let home = Home::central(&sts);
    let four_hours = take(&home, &["prod", "--duration", "4h", "--mfa-code", "111111"]);
    let requests = sts.requests();
    assert_eq!(sts.operations(), ["AssumeRole"]);
    assert_eq!(requests[0].parameter("DurationSeconds"), Some("14400"));
    assert_eq!(requests[0].parameter("TokenCode"), Some("111111"));
    assert!(exported(&four_hours, "AWS_SESSION_TOKEN").is_some());
}

#[test]
fn a_chained_role_is_capped_and_that_is_said_once() {
    let sts = sts();
    let home = Home::central(&sts);
    config(
        &home,
        "[profile long]\nrole_arn = arn:aws:iam::555555555555:role/Deploy\nsource_profile = prod\n\
         region = eu-central-1\nduration_seconds = 14400\n",
    );
    let said = take(&home, &["long", "--mfa-code", "111111"]).stderr;
    assert!(
        said.contains("long: 4 h asked (config:") && said.contains("AWS caps chained roles"),
        "{said}"
    );
    assert_eq!(take(&home, &["long"]).stderr, "");
}

#[test]
fn renew_mints_anew_without_a_code() {
    let sts = sts();
    let home = Home::central(&sts);
    let first = take(&home, &["prod", "--mfa-code", "111111"]);
    let renewed = Run::xrole(&home, &["renew", "prod", "--shell", "sh"])
        .status(0)
        .check();
    assert_ne!(
        exported(&first, "AWS_ACCESS_KEY_ID"),
        exported(&renewed, "AWS_ACCESS_KEY_ID")
    );
    let again = take(&home, &["prod"]);
    assert_eq!(
        exported(&again, "AWS_ACCESS_KEY_ID"),
        exported(&renewed, "AWS_ACCESS_KEY_ID")
    );
    assert_eq!(
        sts.operations(),
        ["GetSessionToken", "AssumeRole", "AssumeRole"]
    );
}

#[test]
fn a_parent_that_aws_no_longer_takes_is_minted_again() {
    let sts = sts();
    let home = Home::central(&sts);
    take(&home, &["prod", "--mfa-code", "111111"]);
    // The STS forgets the MFA session; the local clock cannot know.
    sts.change(|state| {
        for issued in state.issued.values_mut() {
            issued.expires = 0;
        }
    });
    take(&home, &["staging", "--mfa-code", "222222"]);
    assert_eq!(
        sts.operations(),
        [
            "GetSessionToken",
            "AssumeRole",
            "AssumeRole",
            "GetSessionToken",
            "AssumeRole"
        ]
    );
}

#[test]
fn a_wrong_local_clock_costs_one_repetition_and_shifts_nothing() {
    for hours in [-1, 1] {
        let sts = sts();
        sts.change(|state| state.clock_offset = hours * 3600);
        let home = Home::central(&sts);
        take(&home, &["readonly"]);
        Run::xrole(&home, &["status", "--all"])
            .status(1)
            .check()
            .stdout
            .lines()
            .find(|line| {
                line.contains("readonly") && (line.contains("1h00m") || line.contains("59m"))
            })
            .expect("an hour by the local clock");
        assert_eq!(sts.operations().len(), 2, "{hours}");
    }
}

#[test]
fn a_role_in_no_file_and_what_clear_forgets() {
    let sts = sts();
    let home = Home::central(&sts);
    let audit = "arn:aws:iam::444444444444:role/Audit";
    let serial = "arn:aws:iam::111111111111:mfa/alice";
    let options = [
        audit,
        "--source",
        "central",
        "--external-id",
        "audit-2718",
        "--mfa-serial",
        serial,
        "--region",
        "eu-west-3",
    ];
    let first = take(&home, &[&options[..], &["--mfa-code", "111111"]].concat());
    assert_eq!(exported(&first, "AWS_REGION").as_deref(), Some("eu-west-3"));
    // The ARN alone is the same role again.
    let again = take(&home, &[audit]);
    assert_eq!(
        exported(&again, "AWS_ACCESS_KEY_ID"),
        exported(&first, "AWS_ACCESS_KEY_ID")
    );
    Run::xrole(&home, &["clear", audit])
        .stdout(&format!("forgot 2 cached sessions of {audit}\n"))
        .check();
    Run::xrole(&home, &["clear", "--all"]).status(0).check();
    Run::xrole(&home, &["status", "--all"])
        .stdout("this shell holds no session of xrole's\nno session is cached\n")
        .status(1)
        .check();
}

#[test]
fn a_protected_profile_needs_yes_without_a_terminal() {
    let sts = sts();
    let home = Home::central(&sts)
        .settings("[settings]\nsession_key = file\n[profile read*]\nprotected = true\n");
    Run::xrole(&home, &["use", "readonly", "--shell", "sh"])
        .stdout("false;\n")
        .stderr(
            "xrole: the name of the protected profile \"readonly\" is needed, and there is no terminal to ask on\n\
             run it in a terminal, or pass --yes\n",
        )
        .status(3)
        .check();
    take(&home, &["readonly", "--yes"]);
}

#[test]
fn every_base_that_can_be_had_here() {
    let sts = sts();
    let home = Home::central(&sts)
        .variable("KEY", ALICE_KEY)
        .variable("SECRET", ALICE_SECRET);
    home.write(
        "bin/keys",
        "#!/bin/sh\nprintf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\"}' \"$KEY\" \"$SECRET\"\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(home.path("bin/keys"), mode).expect("chmod");
    let role = "role_arn = arn:aws:iam::666666666666:role/ReadOnly\nregion = eu-central-1\n";
    config(
        &home,
        &format!(
            "[profile process]\ncredential_process = keys\n\
             [profile by-process]\n{role}source_profile = process\n\
             [profile by-environment]\n{role}credential_source = Environment\n"
        ),
    );
    take(&home, &["by-process"]);
    let own = |run: Run| {
        run.variable("AWS_ACCESS_KEY_ID", ALICE_KEY)
            .variable("AWS_SECRET_ACCESS_KEY", ALICE_SECRET)
    };
    own(Run::xrole(
        &home,
        &["use", "by-environment", "--shell", "sh"],
    ))
    .status(0)
    .check();
    let refused = own(Run::xrole(
        &home,
        &["use", "by-environment", "--shell", "sh"],
    ))
    .variable("XROLE_KEY_ID", ALICE_KEY)
    .variable("XROLE_PROFILE", "prod")
    .status(1)
    .check();
    assert!(refused.stderr.contains("xrole unset"), "{}", refused.stderr);
    let callers: Vec<_> = sts.requests().into_iter().map(|call| call.caller).collect();
    let alice = Some("arn:aws:iam::111111111111:user/alice".to_owned());
    assert!(callers.iter().all(|caller| *caller == alice), "{callers:?}");
}
