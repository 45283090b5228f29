//! AWS files that are odd or long, given to the real binary: what is told to whom, and on how small a stack.

mod support;

use std::fmt::Write as _;

use support::home::Home;
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, Fault, World};
use xrole::clock::Timestamp;
use xrole::context::Context;

const PROD: &str = "[profile central]
region = eu-central-1
[profile prod]
role_arn = arn:aws:iam::666666666666:role/ReadOnly
source_profile = central
region = eu-central-1
";

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111"])))
}

#[test]
fn only_what_belongs_to_the_call_is_told() {
    let sts = sts();
    let mut config = PROD.to_owned();
    for n in 0..200 {
        let _ = write!(config, "[profile name!{n}]\nregion : eu\n[stray {n}]\n");
    }
    config.push_str("[profile central]\noutput = json\n");
    let home = Home::central(&sts).config(&config);
    let central = "xrole: config:607: profile \"central\" is here again (first at config:1): both sections count, \
                   but the AWS CLI and boto3 refuse such a file\n";
    for words in [
        &["use", "prod", "--shell", "sh"][..],
        &["exec", "prod", "--", "true"],
        &["credential-process", "prod"],
        &["export", "prod"],
        &["explain", "prod"],
    ] {
        Run::xrole(&home, words).stderr(central).check();
    }
    Run::xrole(&home, &["status"]).stderr("").status(1).check();
    Run::xrole(&home, &["prompt"]).stderr("").check();
    let all = format!(
        "xrole: 200 names are seen by the AWS CLI and boto3, but not by other AWS SDKs: first at config:7: \
         profile \"name!0\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n\
         xrole: 200 lines have \":\" for \"=\", with which the AWS SDKs reject the file: first at config:8: \
         \":\" after \"region\" is taken for \"=\", but the AWS SDKs reject the file\n\
         xrole: 200 sections are ignored: first at config:9: [stray 0] is ignored: a section of this file is \
         [default], [profile NAME], [sso-session NAME] or [services NAME]\n{central}"
    );
    Run::xrole(&home, &["list"]).stderr(&all).check();
    // What is said of a profile is said when it fails, too.
    Run::xrole(&home, &["explain", "name!7"])
        .stdout("")
        .stderr(
            "xrole: config:28: profile \"name!7\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n\
             xrole: config:29: \":\" after \"region\" is taken for \"=\", but the AWS SDKs reject the file\n\
             xrole: profile \"name!7\" (config:28) holds no credentials: only region\n\
             aws configure --profile name!7, or give it a source_profile and role_arn\n",
        )
        .status(1)
        .check();
}

/// An answer to AssumeRole that holds for an hour.
fn answer() -> Fault {
    let end = Timestamp(Context::read().clock.now().0 + 3600).rfc3339();
    Fault::Answer(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
             <AssumedRoleUser><AssumedRoleId>A:x</AssumedRoleId>\
             <Arn>arn:aws:sts::222222222222:assumed-role/R/x</Arn></AssumedRoleUser><Credentials>\
             <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>{end}</Expiration></Credentials></AssumeRoleResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>"
        ),
    )
}

#[test]
fn fifty_roles_are_assumed_on_a_small_stack_and_more_are_refused() {
    let sts = sts();
    let mut config = "[profile central]\nregion = eu-central-1\n".to_owned();
    for n in 0..3450 {
        let source = if n == 0 {
            "central".to_owned()
        } else {
            format!("p{}", n - 1)
        };
        let _ = write!(
            config,
            "[profile p{n}]\nrole_arn = arn:aws:iam::222222222222:role/R{n}\nsource_profile = {source}\nregion = eu-central-1\n"
        );
    }
    let home = Home::central(&sts).config(&config);
    // A binary that is not optimised takes twice the stack of one that is.
    let use_it = |profile: &str| {
        let line = format!(
            "ulimit -s 1024; exec '{}' use {profile} --shell sh",
            xrole().display()
        );
        Run::program(&home, "sh", &["-c", &line])
    };
    sts.plan(Some("AssumeRole"), answer(), 50);
    let done = use_it("p49").check();
    assert!(
        done.stdout.contains("AWS_SESSION_TOKEN='t'"),
        "{}",
        done.stdout
    );
    assert_eq!(sts.operations().len(), 50);
    for (profile, path) in [
        (
            "p50",
            "p50 (config:205) → p49 (config:201) → p48 (config:197) → … → p0 (config:3)",
        ),
        (
            "p3449",
            "p3449 (config:13801) → p3448 (config:13797) → p3447 (config:13793) → … → p3399 (config:13599)",
        ),
    ] {
        use_it(profile)
            .stdout("false;\n")
            .stderr(&format!(
                "xrole: more than 50 roles in a row: {path}\n\
                 let a source_profile on the way name a profile with credentials\n"
            ))
            .status(1)
            .check();
    }
}

#[test]
fn a_header_that_stands_too_deep_stops() {
    let home = Home::central(&sts()).config(&format!(
        "{PROD}[profile staging]\nregion = eu-west-1\n [profile test]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = central\n"
    ));
    Run::xrole(&home, &["use", "staging", "--shell", "sh"])
        .stdout("false;\n")
        .stderr(
            "xrole: config:9: looks like a header, but continues the value of \"region\" (config:8), because it is indented deeper\n\
             xrole: config:9, config:10: [profile test] is indented, so it starts no section, and role_arn counts for \"staging\"\n\
             remove the white space before [profile test], or the line if \"staging\" is meant\n",
        )
        .status(1)
        .check();
}
