//! A session taken again (`renew`, `use -`) is of the same identity as before, or it is refused.

mod support;

use support::home::{CENTRAL_CONFIG, Home};
use support::run::Run;
use support::sts::{Codes, FakeSts, World};

const ROLE: &str = "arn:aws:iam::666666666666:role/ReadOnly";

/// Every role can be assumed from `[default]` too, so that falling through to it would work.
fn home(sts: &FakeSts) -> Home {
    let central = "aws_access_key_id = AKIAIOSFODNN7ALICE01\n\
                   aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYALICEKEY01\n";
    Home::central(sts)
        .config(&format!(
            "[default]\nregion = eu-central-1\n{CENTRAL_CONFIG}"
        ))
        .credentials(&format!("[central]\n{central}[default]\n{central}"))
        .variable("AWS_REGION", "eu-central-1")
}

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111"])))
}

/// `renew` in a shell that holds a session of the role.
fn renew(home: &Home) -> Run {
    Run::xrole(home, &["renew", "--shell", "bash"])
        .variable("XROLE_PROFILE", ROLE)
        .variable("XROLE_KEY_ID", "ASIAEXAMPLE")
        .variable("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
}

fn explained_base(home: &Home) -> String {
    let explained = Run::xrole(home, &["explain", ROLE]).run().stdout;
    let base = explained.lines().find(|line| line.starts_with("base"));
    base.unwrap_or_default().to_owned()
}

#[test]
fn a_role_in_no_file_is_not_taken_again_by_the_default_profile() {
    let sts = sts();
    let home = home(&sts);
    let refusal = format!(
        "xrole: it is not known for sure whose credentials assumed {ROLE}\n\
         name the profile that assumes the role: xrole use {ROLE} --source PROFILE\n"
    );
    for again in [
        renew(&home),
        Run::xrole(&home, &["use", "-", "--shell", "bash"]).variable("XROLE_PREV", ROLE),
    ] {
        again.stdout("false;\n").stderr(&refusal).status(1).check();
    }
}

#[test]
fn a_source_that_followed_from_the_environment_is_remembered() {
    let sts = sts();
    let home = home(&sts);
    let used = Run::xrole(&home, &["use", ROLE, "--shell", "bash"])
        .variable("AWS_PROFILE", "central")
        .run();
    assert_eq!((used.stderr.as_str(), used.status), ("", 0));
    let renewed = renew(&home).run();
    assert_eq!((renewed.stderr.as_str(), renewed.status), ("", 0));
    let base = explained_base(&home);
    assert!(base.contains("of profile central"), "{base}");
}

/// Nobody said now whose credentials assume the role, so it is said.
#[test]
fn a_role_in_no_file_names_the_options_that_it_is_taken_with_again() {
    let sts = sts();
    let home = home(&sts);
    let words = ["use", ROLE, "--shell", "bash"];
    let options = ["--source", "central", "--region", "eu-west-1"];
    Run::xrole(&home, &[words.as_slice(), &options].concat())
        .stderr("")
        .check();
    Run::xrole(&home, &words)
        .stderr(&format!(
            "xrole: {ROLE}: taken as last time, with --source central --region eu-west-1\n"
        ))
        .check();
    // What was said now is known.
    Run::xrole(&home, &[words.as_slice(), &options].concat())
        .stderr("")
        .check();
}

#[test]
fn renew_does_not_take_another_profile_that_is_protected() {
    let sts = sts();
    let home = home(&sts).settings("[profile readonly]\nprotected = true\n");
    Run::xrole(&home, &["renew", "readonly", "--shell", "bash"])
        .stdout("false;\n")
        .stderr(
            "xrole: this shell does not hold \"readonly\", which is protected\n\
             xrole use readonly asks before it is taken\n",
        )
        .status(1)
        .check();
}

/// Where `on_expire = clear`, the hook has taken the keys away and says: run xrole renew.
#[test]
fn a_session_whose_expired_keys_were_taken_away_is_renewed() {
    let sts = sts();
    let home = home(&sts)
        .variable("XROLE_PROFILE", "readonly")
        .variable("XROLE_EXPIRES", "1769848200")
        .variable("AWS_PROFILE", "xrole-expired");
    let status = Run::xrole(&home, &["status"]).run();
    assert_eq!(
        status.stdout.lines().next(),
        Some("readonly: expired; xrole renew brings a fresh session")
    );
    let renewed = Run::xrole(&home, &["renew", "--shell", "bash"]).run();
    assert_eq!((renewed.stderr.as_str(), renewed.status), ("", 0));
}

/// What `use` writes, in a shell that holds a session in us-west-2, which the files do not give its profile.
#[test]
fn the_region_of_a_session_is_kept_by_renew_and_not_taken_over_by_the_next_role() {
    let sts = sts();
    let home = home(&sts)
        .variable("XROLE_PROFILE", "readonly")
        .variable("XROLE_REGION", "us-west-2")
        .variable("AWS_REGION", "us-west-2")
        .variable("AWS_DEFAULT_REGION", "us-west-2")
        .variable("XROLE_KEY_ID", "ASIAEXAMPLE")
        .variable("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE");
    for (words, region) in [
        (["renew", "--shell", "bash"].as_slice(), "us-west-2"),
        (&["use", "readonly", "--shell", "bash"], "eu-central-1"),
    ] {
        let done = Run::xrole(&home, words).run();
        assert_eq!((done.stderr.as_str(), done.status), ("", 0));
        let exported = format!(" AWS_REGION='{region}'");
        assert!(
            done.stdout.contains(&exported),
            "{words:?}: {}",
            done.stdout.len()
        );
    }
}
