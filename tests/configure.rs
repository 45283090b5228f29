//! `configure`: a profile added or changed with care, or refused with the reason.

mod support;

use std::os::unix::fs::PermissionsExt as _;

use support::home::{CENTRAL_CONFIG, Home};
use support::pty::{Key, Terminal};
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, World};

const CONFIG: &str = ".aws/config";
const ROLE: &str = "arn:aws:iam::777777777777:role/New";

fn home() -> Home {
    Home::new().config(CENTRAL_CONFIG).credentials(
        "[central]\naws_access_key_id = AKIAIOSFODNN7ALICE01\naws_secret_access_key = secret\n",
    )
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.path(CONFIG)).unwrap_or_default()
}

fn configure(home: &Home, arguments: &[&str]) -> Run {
    Run::xrole(home, &[&["configure"], arguments].concat())
}

const NAME: &str = "xrole: config:33: profile \"new one\": the AWS CLI and boto3 see this name, but other AWS SDKs do not\n";

#[test]
fn a_profile_is_added_and_works() {
    let mut world = World::central(Codes::list(&["123456"]));
    world.roles[4].trust = world.roles[2].trust.clone();
    let sts = FakeSts::start(world);
    let home = Home::central(&sts);
    let arguments = [
        "new one",
        "--role-arn",
        "arn:aws:iam::666666666666:role/ReadOnly",
        "--source",
        "central",
        "--mfa-serial",
        "arn:aws:iam::111111111111:mfa/alice",
        "--external-id",
        "audit-2718",
        "--region",
        "eu-west-1",
        "--duration",
        "45m",
        "--session-name",
        "alice",
        "--yes",
    ];
    let added = "[profile \"new one\"]\n\
        role_arn = arn:aws:iam::666666666666:role/ReadOnly\n\
        source_profile = central\n\
        mfa_serial = arn:aws:iam::111111111111:mfa/alice\n\
        external_id = audit-2718\n\
        role_session_name = alice\n\
        duration_seconds = 2700\n\
        region = eu-west-1\n";
    let shown = added.replace('\n', "\n+");
    let shown = shown.trim_end_matches('+');
    configure(&home, &arguments)
        .stdout(&format!(
            "+\n+{shown}wrote profile new one to ~/.aws/config\n"
        ))
        .stderr(NAME)
        .check();
    assert_eq!(config(&home), format!("{CENTRAL_CONFIG}\n{added}"));
    let used = ["export", "new one", "--mfa-code", "123456"];
    Run::xrole(&home, &used).stderr(NAME).check();
    configure(&home, &arguments)
        .stdout("profile new one of ~/.aws/config has these settings already\n")
        .stderr("")
        .check();
}

#[test]
fn only_what_changes_is_written_and_shown() {
    let home = home();
    let before = "# mine\r\n[profile p]   # c\r\nrole_arn=arn:aws:iam::777777777777:role/Old # why\r\n\
        aws_secret_access_key = not to be shown\r\n  ; x\r\nsource_profile = central\r\nregion = eu-west-1\r\n\r\n\
        [profile central]\r\nregion = eu-central-1";
    home.write(CONFIG, before);
    std::fs::set_permissions(home.path(CONFIG), std::fs::Permissions::from_mode(0o640)).unwrap();
    configure(
        &home,
        &[
            "p",
            "--role-arn",
            ROLE,
            "--region",
            "eu-west-2",
            "--external-id",
            "abc",
            "--yes",
        ],
    )
    .stdout(
        " [profile p]   # c\n\
             -role_arn=arn:aws:iam::777777777777:role/Old # why\n\
             +role_arn=arn:aws:iam::777777777777:role/New # why\n\
             -region = eu-west-1\n\
             +region = eu-west-2\n\
             +external_id = abc\n\
             wrote profile p to ~/.aws/config\n",
    )
    .stderr("")
    .check();
    let after = before.replace("role/Old", "role/New").replace(
        "region = eu-west-1\r\n",
        "region = eu-west-2\r\nexternal_id = abc\r\n",
    );
    assert_eq!(config(&home), after);
    let mode = std::fs::metadata(home.path(CONFIG))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn what_use_would_refuse_is_refused() {
    let home = home();
    for (arguments, status, said) in [
        (
            &["new", "--role-arn", ROLE, "--source", "centrl", "--yes"][..],
            1,
            "source_profile \"centrl\" of profile \"new\" does not exist\ndid you mean \"central\" (config:1)? xrole list shows all",
        ),
        (
            &[
                "new",
                "--role-arn",
                "arn:aws:iam::777:role/New",
                "--source",
                "central",
                "--yes",
            ],
            1,
            "role_arn \"arn:aws:iam::777:role/New\" is not a role's ARN\n\
             role_arn: arn:PARTITION:iam::ACCOUNT:role/NAME with an account of 12 digits, 20 to 2048 characters",
        ),
        (
            &[
                "new",
                "--role-arn",
                ROLE,
                "--source",
                "central",
                "--external-id",
                "x",
                "--yes",
            ],
            1,
            "--external-id has 1 character, at least 2 are needed\n\
             external_id: 2 to 1224 characters of A-Z a-z 0-9 _ + = , . @ : / -",
        ),
        (
            &["prod", "--source", "deploy", "--yes"],
            1,
            "profiles form a loop: prod (config:6) → deploy (config:25) → prod\n\
             one of them must name a profile with credentials",
        ),
        (
            &["new", "--role-arn", ROLE, "--yes"],
            1,
            "profile \"new\" has role_arn but no source_profile or credential_source\n\
             name the profile whose credentials may assume the role: --source PROFILE",
        ),
        (
            &["prod", "--region", "eu_west_1", "--yes"],
            1,
            "\"eu_west_1\" (--region) is not a region name\nname a region such as eu-west-1 there, or with --region",
        ),
        (
            &["prod", "--duration", "5m", "--yes"],
            1,
            "--duration is 300 seconds\nduration_seconds: 900 to 43200, and no more than the role's maximum",
        ),
        (
            &["prod", "--external-id", "a # b", "--yes"],
            1,
            "the value for external_id holds what starts a comment: # or ; at the start or after a space, which the config file cannot hold\n\
             give another value",
        ),
        (
            &["a]b", "--region", "eu-west-1", "--yes"],
            1,
            "\"a]b\" cannot be the name of a section in the config file\ngive the profile a plain name",
        ),
        (
            &["a\u{202e}b", "--region", "eu-west-1", "--yes"],
            1,
            "the name \"a\\u{202e}b\" holds control or invisible characters\ngive the profile a plain name",
        ),
        (
            &["prod"],
            2,
            "nothing is given to configure\n\
             name the role and whose credentials assume it: xrole configure PROFILE --role-arn ARN --source PROFILE",
        ),
        (
            &["prod", "--region", "eu-west-1"],
            3,
            "a yes to the change is needed, and there is no terminal to ask on\nrun it in a terminal, or pass --yes",
        ),
        (
            &["prod", "--external-id", "-", "--yes"],
            3,
            "the external id is needed, and there is no terminal to ask on\nrun it in a terminal, or give the id itself",
        ),
    ] {
        configure(&home, arguments)
            .stdout("")
            .stderr(&format!("xrole: {said}\n"))
            .status(status)
            .check();
        assert_eq!(config(&home), CENTRAL_CONFIG);
    }
}

/// The remedy is an option, not a line of a file that is not written.
/// STS is called in the partition's default region then, and `use` says that programs have none.
#[test]
fn no_region_is_demanded() {
    let home = home().variable("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");
    configure(
        &home,
        &["new", "--role-arn", ROLE, "--source", "central", "--yes"],
    )
    .stderr("")
    .check();
    let added = format!("[profile new]\nrole_arn = {ROLE}\nsource_profile = central\n");
    assert!(config(&home).ends_with(&added), "{}", config(&home));
}

#[test]
fn a_line_of_the_credentials_file_that_counts_is_named() {
    let home = home();
    home.write(
        ".aws/credentials",
        "[central]\naws_access_key_id = AKIAIOSFODNN7ALICE01\naws_secret_access_key = secret\n[prod]\nregion = eu-west-3\n",
    );
    configure(&home, &["prod", "--region", "eu-west-1", "--yes"])
        .stderr(
            "xrole: credentials:5: region stands there too, and counts before the config file's\n\
             change or remove that line first\n",
        )
        .status(1)
        .check();
}

/// Variables can say that there is no credentials file; a config file is written only where there is one.
#[test]
fn files_that_are_none() {
    let keys =
        "[profile p]\naws_access_key_id = AKIAIOSFODNN7ALICE01\naws_secret_access_key = secret\n";
    for none in ["/dev/null", ""] {
        let home = home().variable("AWS_SHARED_CREDENTIALS_FILE", none);
        home.write(CONFIG, keys);
        configure(&home, &["p", "--region", "eu-west-1", "--yes"]).check();
        assert_eq!(config(&home), format!("{keys}region = eu-west-1\n"));
    }
    for (none, said) in [
        (
            "/dev/null",
            "could not write /dev/null: it is not a regular file\n\
             let AWS_CONFIG_FILE name another file",
        ),
        (
            "",
            "AWS_CONFIG_FILE is set but empty, so there is no config file to write\n\
             unset AWS_CONFIG_FILE, or let it name a file",
        ),
    ] {
        configure(&home(), &["p", "--region", "eu-west-1", "--yes"])
            .variable("AWS_CONFIG_FILE", none)
            .stdout("")
            .stderr(&format!("xrole: {said}\n"))
            .status(1)
            .check();
    }
}

/// A profile with two faults can be mended one by one.
#[test]
fn a_fault_that_was_there_before_is_told_and_no_obstacle() {
    let home = home();
    let broken =
        "[profile p]\nrole_arn = arn:aws:iam::777777777777:role/New\nsource_profile = gone\n";
    home.write(CONFIG, broken);
    configure(&home, &["p", "--region", "eu-west-1", "--yes"])
        .stdout(" [profile p]\n+region = eu-west-1\nwrote profile p to ~/.aws/config\n")
        .stderr("xrole: profile \"p\" still cannot be used: source_profile \"gone\" of profile \"p\" does not exist\n")
        .check();
    assert_eq!(config(&home), format!("{broken}region = eu-west-1\n"));
}

#[test]
fn the_first_profile_of_all_makes_the_file() {
    let home = Home::new();
    std::fs::remove_dir(home.path(".aws")).unwrap();
    configure(&home, &["p", "--region", "eu-west-1", "--yes"])
        .stderr(
            "xrole: profile \"p\" (config:1) holds no credentials: only region\n\
             aws configure --profile p, or give it a source_profile and role_arn\n",
        )
        .status(1)
        .check();
    assert!(!home.path(".aws").exists());
    let home = home.variable("AWS_SHARED_CREDENTIALS_FILE", "~/keys");
    home.write(
        "keys",
        "[p]\naws_access_key_id = AKIAIOSFODNN7ALICE01\naws_secret_access_key = secret\n",
    );
    configure(&home, &["p", "--region", "eu-west-1", "--yes"])
        .stdout("+[profile p]\n+region = eu-west-1\nwrote profile p to ~/.aws/config\n")
        .stderr("")
        .check();
    let mode = |name: &str| {
        let metadata = std::fs::metadata(home.path(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode(".aws"), mode(CONFIG)), (0o700, 0o600));
}

#[test]
fn a_person_sees_the_lines_and_says_yes_or_no() {
    let home = home().program("xrole", &xrole());
    let script = "for n in 1 2 3; do xrole configure prod --external-id - --region eu-west-1; echo done $?; done";
    let terminal = Terminal::start("sh", &["-c", script], home.env(), &home.path(""));
    for (answer, line) in [("n", "done 1"), ("", "done 1")] {
        terminal.wait_for_cursor_after("External id:");
        terminal.command("abc-123");
        terminal.wait_for_line("-region = eu-central-1");
        terminal.wait_for_line("+external_id = abc-123");
        terminal.wait_for_cursor_after("Write this to ~/.aws/config? [y/N]");
        terminal.command(answer);
        terminal.wait_for_line(line);
        assert_eq!(config(&home), CENTRAL_CONFIG);
    }
    terminal.wait_for_cursor_after("External id:");
    terminal.command("abc-123");
    terminal.wait_for_cursor_after("Write this to ~/.aws/config? [y/N]");
    terminal.command("Yes");
    terminal.wait_for_line("done 0");
    let expected = CENTRAL_CONFIG.replacen(
        "alice\nregion = eu-central-1\n",
        "alice\nregion = eu-west-1\nexternal_id = abc-123\n",
        1,
    );
    assert_eq!(config(&home), expected);
}

#[test]
fn what_changed_while_a_person_thought_is_not_written_over() {
    let home = home().program("xrole", &xrole());
    let script = "xrole configure prod --region eu-west-1; echo done $?; \
        xrole configure prod --region eu-west-1; echo again $?";
    let terminal = Terminal::start("sh", &["-c", script], home.env(), &home.path(""));
    terminal.wait_for_cursor_after("Write this to ~/.aws/config? [y/N]");
    let other = format!("{CENTRAL_CONFIG}\n[profile other]\n");
    home.write(CONFIG, &other);
    terminal.command("y");
    terminal.wait_for_line("xrole: ~/.aws/config has changed since the lines were shown");
    terminal.wait_for_line("done 1");
    assert_eq!(config(&home), other);
    // The end of input is no yes.
    terminal.wait_for_cursor_after("Write this to ~/.aws/config? [y/N]");
    terminal.press(Key::CtrlD);
    terminal.wait_for_line("again 3");
    assert_eq!(config(&home), other);
}
