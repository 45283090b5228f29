//! What the program finds in its environment, and that real clients take the endpoint and nothing else.

use super::support::home::Home;
use super::support::run::Run;
use super::support::sts::world::{ALICE_KEY, ALICE_SECRET};
use super::support::sts::{Codes, FakeSts, World};
use super::support::tools;

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456"])))
}

#[test]
fn the_endpoint_is_all_that_it_is_given() {
    let sts = sts();
    let home = Home::central(&sts);
    let mut run = Run::xrole(
        &home,
        &[
            "exec",
            "--server",
            "readonly",
            "--",
            "sh",
            "-c",
            "env | sort",
        ],
    );
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_CREDENTIAL_FILE",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "XROLE_SHELL",
        "XROLE_PREV",
    ] {
        // A profile has to exist, and half a pair of keys does not.
        let value = if name.ends_with("PROFILE") {
            "central"
        } else {
            "old"
        };
        run = run.variable(name, value);
    }
    let done = run.status(0).check();
    let before = home.env();
    let new: Vec<&str> = done
        .stdout
        .lines()
        .filter(|line| line.starts_with("AWS") || line.starts_with("XROLE"))
        .filter(|line| {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            before.get(name).is_none_or(|old| old != value)
        })
        .collect();
    let names: Vec<&str> = new
        .iter()
        .map(|line| line.split_once('=').expect("NAME=VALUE").0)
        .collect();
    assert_eq!(
        names,
        [
            "AWSUME_PROFILE",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_DEFAULT_REGION",
            "AWS_REGION",
            "XROLE_REGION",
        ],
        "{new:?}"
    );
    assert!(!done.stdout.contains("old"), "{}", done.stdout);
}

/// A shell inside of it takes another role in that role's own region.
#[test]
fn another_role_inside_has_its_own_region() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &super::support::run::xrole());
    super::endpoint::config(
        &home,
        "[profile west]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = central\nregion = eu-west-1\n",
    );
    let inside = "xrole status >/dev/null; echo status $?; eval \"$(xrole use west)\"; echo $AWS_REGION ${AWS_CONTAINER_CREDENTIALS_FULL_URI-none}";
    Run::xrole(
        &home,
        &["exec", "--server", "readonly", "--", "sh", "-c", inside],
    )
    .stdout("status 1\neu-west-1 none\n")
    .stderr("")
    .check();
}

/// Hidden files are hidden from the program, not from an xrole inside of it.
#[test]
fn another_role_can_be_taken_inside_where_files_are_hidden() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &super::support::run::xrole());
    let keys = std::fs::read_to_string(home.path(".aws/credentials")).expect("keys");
    home.write(
        ".aws/credentials",
        &format!("{keys}{}", keys.replace("[central]", "[default]")),
    );
    let inside = "echo $AWS_SHARED_CREDENTIALS_FILE; grep -c aws_access_key_id $AWS_CONFIG_FILE; \
                  xrole exec --server readonly -- xrole exec readonly -- sh -c 'echo $XROLE_PROFILE'; \
                  xrole list central | grep access_key_id; eval \"$(xrole use readonly --shell sh)\" && \
                  echo ${AWS_CONFIG_FILE-own} ${AWS_SHARED_CREDENTIALS_FILE-own}";
    Run::xrole(
        &home,
        &["exec", "--server", "readonly", "--", "sh", "-c", inside],
    )
    .stdout(&format!(
        "/dev/null\n0\nreadonly\naws_access_key_id      {ALICE_KEY}  credentials:2\nown own\n"
    ))
    .stderr("")
    .check();
}

/// Other profiles work there as they do without xrole, and with its cache.
#[test]
fn other_profiles_work_where_default_is_hidden() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &super::support::run::xrole());
    let keys = std::fs::read_to_string(home.path(".aws/credentials")).expect("keys");
    home.write(".aws/credentials", &keys.replace("[central]", "[default]"));
    let config = "[profile two]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = default\n\
                  region = eu-central-1\n[default]\nregion = eu-central-1\n";
    home.write(".aws/config", config);
    for aws in [tools::aws_1(), tools::aws_2()].into_iter().flatten() {
        let line = format!(
            "for p in default two; do '{}' sts get-caller-identity --profile $p --query Account --output text; done",
            aws.display()
        );
        // The profile that gives none is the endpoint's.
        Run::xrole(&home, &["exec", "--server", "two", "--", "sh", "-c", &line])
            .stdout("666666666666\n666666666666\n")
            .check();
    }
}

/// `default` gives other credentials, in every way that it can: each client must still come to the endpoint.
#[test]
fn a_default_profile_does_not_come_first() {
    let clients = [
        tools::aws_1().map(|aws| format!("{} sts get-caller-identity --query Arn", aws.display())),
        tools::aws_2().map(|aws| format!("{} sts get-caller-identity --query Arn", aws.display())),
        tools::python().map(|python| {
            let program =
                "import boto3; print(boto3.client(\"sts\").get_caller_identity()[\"Arn\"])";
            format!("{} -c '{program}'", python.display())
        }),
    ];
    let keys = format!("aws_access_key_id = {ALICE_KEY}\naws_secret_access_key = {ALICE_SECRET}\n");
    let central = format!("[central]\n{keys}");
    let in_credentials = format!("{central}[default]\n{keys}");
    let process = format!(
        "credential_process = /bin/echo '{{\"Version\": 1, \"AccessKeyId\": \"{ALICE_KEY}\", \"SecretAccessKey\": \"{ALICE_SECRET}\"}}'\n"
    );
    for (config, credentials) in [
        ("output = text\n", &in_credentials),
        (format!("output = text\n{keys}").as_str(), &central),
        (
            "output = text\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nrole_session_name = wrong\nsource_profile = central\n",
            &central,
        ),
        (&format!("output = text\n{process}"), &central),
        (
            "output = text\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = R\n",
            &central,
        ),
        ("output = text\n", &central),
    ] {
        let sts = sts();
        let home = Home::central(&sts).credentials(credentials);
        super::endpoint::config(&home, &format!("[default]\n{config}"));
        for client in clients.iter().flatten() {
            let done = Run::xrole(
                &home,
                &["exec", "--server", "readonly", "--", "sh", "-c", client],
            )
            .status(0)
            .check();
            assert_eq!(
                done.stdout.trim_matches(['"', '\n']),
                "arn:aws:sts::666666666666:assumed-role/ReadOnly/alice",
                "{client}\n{config}"
            );
            assert!(
                !done.stdout.contains('"'),
                "output = text is lost: {client}\n{config}"
            );
        }
    }
}

/// The file of boto, which is older than the shared ones.
#[test]
fn keys_in_botos_file_do_not_come_first() {
    let Some(aws) = tools::aws_1() else {
        return;
    };
    let sts = sts();
    let home = Home::central(&sts);
    let keys = format!("aws_access_key_id = {ALICE_KEY}\naws_secret_access_key = {ALICE_SECRET}\n");
    home.write(".boto", &format!("[Credentials]\n{keys}"));
    let identity = [
        "sts",
        "get-caller-identity",
        "--query",
        "Account",
        "--output",
        "text",
    ];
    let aws = aws.to_str().expect("a path in UTF-8");
    // So it would be without a hand.
    Run::program(&home, aws, &identity)
        .variable("AWS_DEFAULT_REGION", "eu-central-1")
        .stdout("111111111111\n")
        .check();
    let command = [&["exec", "--server", "readonly", aws][..], &identity].concat();
    Run::xrole(&home, &command).stdout("666666666666\n").check();
}

#[test]
fn the_token_can_be_in_a_file_which_goes_with_the_program() {
    use std::os::unix::fs::PermissionsExt as _;
    let sts = sts();
    let home = Home::central(&sts);
    let file = home.path("token");
    let mut program =
        super::endpoint::Program::start_with(&home, &["--token-file", "token", "readonly"]);
    assert_eq!(program.token, "");
    program.given.token = std::fs::read_to_string(&file).expect("the token file");
    assert_eq!(program.token.len(), 64);
    let mode = std::fs::metadata(&file)
        .expect("the token file")
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert_eq!(program.ask().status, "200 OK");
    program.kill();
    super::endpoint::wait_until("the file is gone", || !file.exists());

    // Nothing that is there is written to, and the path is whole wherever the program goes.
    home.write("token", "mine");
    let command = [
        "exec",
        "--server",
        "--token-file",
        "token",
        "readonly",
        "true",
    ];
    let shown = file.display();
    Run::xrole(&home, &command)
        .stderr(&format!(
            "xrole: could not create the token file {shown}: File exists (os error 17)\n\
             name a file that does not exist yet, or delete it: rm {shown}\n"
        ))
        .status(1)
        .check();
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), "mine");
    let command = [
        "exec",
        "--server",
        "--token-file",
        "other",
        "readonly",
        "sh",
        "-c",
        "cd /; cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE | wc -c; echo ${AWS_CONTAINER_AUTHORIZATION_TOKEN-none}",
    ];
    let done = Run::xrole(&home, &command).status(0).check();
    assert_eq!(
        done.stdout.split_whitespace().collect::<Vec<_>>(),
        ["64", "none"]
    );
}

#[test]
fn a_client_that_reads_the_file_is_served() {
    let sts = sts();
    let home = Home::central(&sts);
    for aws in [tools::aws_1(), tools::aws_2()].into_iter().flatten() {
        let aws = aws.to_str().expect("a path in UTF-8");
        let command = [
            "exec",
            "--server",
            "--token-file",
            "token",
            "readonly",
            aws,
            "sts",
            "get-caller-identity",
            "--query",
            "Account",
            "--output",
            "text",
        ];
        Run::xrole(&home, &command).stdout("666666666666\n").check();
    }
}

/// What has no end or no token is nothing that an endpoint could renew.
#[test]
fn keys_that_are_no_session_are_refused() {
    let sts = sts();
    let home = Home::central(&sts);
    Run::xrole(&home, &["exec", "--server", "central", "true"])
        .stderr(
            "xrole: central: these are the long-term keys themselves, which never expire\n\
             xrole: the credentials are long-term keys, not a session, so that an endpoint has nothing to renew\n\
             leave --server out, or name a profile with a role\n",
        )
        .status(1)
        .check();
    Run::xrole(&home, &["exec", "--token-file", "x", "central", "true"])
        .status(2)
        .check();
}
