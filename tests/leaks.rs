//! No secret where nobody asked for it: not in messages, files, process lists, at any verbosity.

mod support;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use support::home::Home;
use support::run::{Run, xrole};
use support::sts::world::ALICE_SECRET;
use support::sts::{Codes, FakeSts, Fault, World};

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111", "222222"])))
}

/// Every secret that the STS has issued so far, and alice's own.
fn secrets(sts: &FakeSts, snippets: &[String]) -> Vec<String> {
    let mut secrets = vec![ALICE_SECRET.to_owned()];
    for snippet in snippets {
        for name in ["AWS_SECRET_ACCESS_KEY='", "AWS_SESSION_TOKEN='"] {
            let (_, rest) = snippet.split_once(name).expect("an exported secret");
            secrets.push(rest.split_once('\'').expect("a quote").0.to_owned());
        }
    }
    assert!(secrets.len() > snippets.len() && !sts.operations().is_empty());
    secrets
}

fn search(folder: &Path, secrets: &[String], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the home") {
        let path = entry.expect("an entry").path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            search(&path, secrets, found);
        } else if !path.ends_with(".aws/credentials") {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
            if secrets.iter().any(|secret| text.contains(secret.as_str())) {
                found.push(path.display().to_string());
            }
        }
    }
}

#[test]
fn secrets_stay_out_of_messages_and_files() {
    let sts = sts();
    let home = Home::central(&sts)
        .variable("LOG_SENSITIVE_BODIES", "true")
        .variable("RUST_LOG", "trace")
        .variable("RUST_BACKTRACE", "full");
    let run = |arguments: &[&str]| Run::xrole(&home, arguments).run();
    let first = run(&["use", "prod", "--shell", "sh", "--mfa-code", "111111"]);
    let second = run(&["use", "staging", "--shell", "sh"]);
    let secrets = secrets(&sts, &[first.stdout.clone(), second.stdout.clone()]);
    let mut said = vec![first.stderr, second.stderr];
    for (fault, profile) in [
        (Fault::Cut(700), "readonly"),
        (Fault::Throttling, "audit"),
        (Fault::Expiration("soon".into()), "deploy"),
    ] {
        sts.plan(None, fault, 3);
        let failed = run(&["use", profile, "--shell", "sh"]);
        said.extend([failed.stdout.replace("false;\n", ""), failed.stderr]);
    }
    sts.plan(None, Fault::Delay(Duration::ZERO), 0);
    for arguments in [
        &["list"][..],
        &["list", "central"],
        &["list", "central", "--json"],
        &["list", "--json"],
        &["explain", "prod"],
        &["explain", "prod", "--json"],
        &["status", "--all"],
        &["status", "--all", "--json"],
        &["prompt"],
        &["init", "bash"],
        &["_complete", "1", "zsh", "--", "xrole", "use", ""],
        &["write", "prod", "--keep-fresh"],
        &["list", "prod-session"],
        &["explain", "prod-session"],
        &["write", "staging", "--to", "central", "--force"],
        &["configure", "central", "--region", "eu-west-1", "--yes"],
        &["renew", "nobody"],
    ] {
        let done = run(arguments);
        said.extend([done.stdout, done.stderr]);
    }
    for text in &said {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
    let mut found = Vec::new();
    search(&home.path(""), &secrets, &mut found);
    assert_eq!(found, Vec::<String>::new());
}

/// The shape of a secret key, where a key id belongs.
const MISPLACED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn a_secret_key_in_the_place_of_the_key_id_is_not_shown() {
    let config = "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/Operator\nsource_profile = central\n\
                  region = eu-central-1\nsso_role_name = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let exchanged = format!(
        "[central]\naws_access_key_id = {MISPLACED}\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n"
    );
    let twice = format!(
        "[central]\naws_access_key_id = {MISPLACED}\naws_secret_access_key = {MISPLACED}\n"
    );
    // As AWS words them, with what it takes out of the Authorization header.
    let echoes = [
        format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{MISPLACED}/20260131/eu-central-1/sts/aws4_request'"
        ),
        format!(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256 Credential={MISPLACED}/20260131/eu-central-1/sts/aws4_request, SignedHeaders=host, Signature=0"
        ),
        "Credential should be scoped to a valid region, not 'K7MDENG'; date 'bPxRfiCYEXAMPLEKEY'."
            .to_owned(),
    ];
    let sts = sts();
    let mut said = Vec::new();
    for (credentials, explains) in [(&exchanged, 1), (&twice, 0)] {
        let home = Home::central(&sts).config(config).credentials(credentials);
        for (arguments, status) in [
            (&["list"][..], 0),
            (&["list", "--json"], 0),
            (&["list", "central"], 0),
            (&["list", "central", "--json"], 0),
            (&["list", "prod"], 0),
            (&["explain", "prod"], explains),
            (&["explain", "prod", "--json"], explains),
        ] {
            let done = Run::xrole(&home, arguments).status(status).check();
            said.extend([done.stdout, done.stderr]);
        }
        for echo in &echoes {
            let answer = format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>IncompleteSignature</Code><Message>{echo}</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            );
            if explains == 0 {
                sts.next(Fault::Answer(400, answer));
            }
            let use_it = Run::xrole(&home, &["use", "prod", "--shell", "sh"]);
            let done = use_it.stdout("false;\n").status(1).check();
            assert_eq!(
                done.stderr.contains("IncompleteSignature"),
                explains == 0,
                "{}",
                done.stderr
            );
            said.push(done.stderr);
        }
    }
    for text in &said {
        for part in [MISPLACED, "K7MDENG", "bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"] {
            assert!(!text.contains(part), "{text}");
        }
    }
    assert!(
        said[4].contains("aws_access_key_id      ***"),
        "{}",
        said[4]
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_waiting_process_shows_nothing_and_leaves_no_core() {
    let sts = sts();
    sts.next(Fault::BlackHole);
    let home = Home::central(&sts);
    let mut child = std::process::Command::new(xrole())
        .args(["use", "readonly", "--shell", "sh"])
        .env_clear()
        .envs(home.env())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("xrole starts");
    let proc = format!("/proc/{}", child.id());
    let start = std::time::Instant::now();
    while sts.operations().is_empty() {
        assert!(start.elapsed() < Duration::from_mins(1), "it asks nothing");
        std::thread::sleep(Duration::from_millis(20));
    }
    let limits = fs::read_to_string(format!("{proc}/limits")).expect("its limits");
    let command_line = fs::read_to_string(format!("{proc}/cmdline")).expect("its words");
    // Of a process that is not dumpable, /proc belongs to root.
    let owner = fs::metadata(format!("{proc}/environ")).map(|meta| meta.uid());
    let _ = child.kill();
    let _ = child.wait();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .expect("a limit on core files");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    assert!(!command_line.contains(ALICE_SECRET));
    assert_eq!(owner.ok(), Some(0));
}
