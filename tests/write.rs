//! `write`: a session as a profile that every program reads, kept fresh, and out again.

mod support;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use support::home::Home;
use support::left_out::left_out;
use support::pty::Terminal;
use support::run::{Done, Run, xrole};
use support::sts::world::{ALICE_KEY, ALICE_SECRET};
use support::sts::{Codes, FakeSts, World};
use support::tools;

const CREDENTIALS: &str = ".aws/credentials";
const CONFIG: &str = ".aws/config";

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["123456", "234567"])))
}

fn text(home: &Home, file: &str) -> String {
    std::fs::read_to_string(home.path(file)).unwrap_or_default()
}

/// The value of a key in a section of the credentials file.
fn value(home: &Home, section: &str, key: &str) -> Option<String> {
    let text = text(home, CREDENTIALS);
    let (_, rest) = text.split_once(&format!("[{section}]\n"))?;
    let section = rest.split("\n[").next()?;
    let mut lines = section.lines();
    lines.find_map(|line| Some(line.strip_prefix(&format!("{key} = "))?.to_owned()))
}

fn key(home: &Home, section: &str) -> String {
    value(home, section, "aws_access_key_id").unwrap_or_default()
}

fn write(home: &Home, arguments: &[&str]) -> Done {
    Run::xrole(home, &[&["write"], arguments].concat()).check()
}

/// Exactly the bytes from before, once what was written is taken out again.
#[test]
fn a_session_is_written_beside_what_is_there_and_removed_again() {
    let sts = sts();
    let home = Home::central(&sts);
    let keys = format!(
        "# mine\r\n[central]\r\naws_access_key_id = {ALICE_KEY} \r\naws_secret_access_key={ALICE_SECRET}\r\n; end"
    );
    home.write(CREDENTIALS, &keys);
    let config = text(&home, CONFIG);
    let done = write(&home, &["readonly"]);
    assert_eq!(done.stderr, "");
    let end = value(&home, "readonly-session", "x_security_token_expires");
    assert_eq!(end, None, "line ends are the file's");
    let written = text(&home, CREDENTIALS);
    let added = written.strip_prefix(&keys).expect("only added to");
    let lines: Vec<&str> = added.split("\r\n").collect();
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line.split(" = ").next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "",
            "",
            "[readonly-session]",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "x_security_token_expires",
            "x_xrole"
        ]
    );
    let end = lines[6].rsplit(' ').next().unwrap();
    assert_eq!(
        done.stdout,
        format!(
            "wrote the session of readonly to ~/.aws/credentials as profile readonly-session, until {end}\n"
        )
    );
    assert_eq!(
        text(&home, CONFIG),
        format!(
            "{config}\n[profile readonly-session]\nregion = eu-central-1\nx_xrole = readonly\n"
        )
    );
    let mode = std::fs::metadata(home.path(CREDENTIALS))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // The session that is live is written again, not another one.
    assert_eq!(write(&home, &["readonly"]).stdout, done.stdout);
    assert_eq!(text(&home, CREDENTIALS), written);
    assert_eq!(sts.operations(), ["AssumeRole"]);
    // By either name.
    for name in ["readonly", "readonly-session"] {
        write(&home, &["readonly"]);
        Run::xrole(&home, &["write", "--remove", name])
            .stdout("removed profile readonly-session from ~/.aws/credentials\n")
            .stderr("")
            .check();
        assert_eq!(text(&home, CREDENTIALS), keys);
        assert_eq!(text(&home, CONFIG), config);
    }
}

#[test]
fn without_any_folder_both_files_are_made_private() {
    let sts = sts();
    let home = Home::central(&sts)
        .variable("AWS_SHARED_CREDENTIALS_FILE", "~/new/credentials")
        .variable("AWS_CONFIG_FILE", "~/.aws/config");
    let file = format!(
        "[profile central]\naws_access_key_id = {ALICE_KEY}\naws_secret_access_key = {ALICE_SECRET}\n\
         [profile open]\nrole_arn = arn:aws:iam::666666666666:role/ReadOnly\nsource_profile = central\nregion = eu-west-1\n"
    );
    home.write(CONFIG, &file);
    write(&home, &["open", "--to", "my tools"]);
    let path = home.path("new/credentials");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(text(&home, "new/credentials").starts_with("[my tools]\naws_access_key_id = ASIA"));
    assert!(
        text(&home, CONFIG)
            .ends_with("\n[profile \"my tools\"]\nregion = eu-west-1\nx_xrole = open\n")
    );
}

#[test]
fn what_xrole_did_not_write_is_written_over_only_by_force() {
    let sts = sts();
    let home = Home::central(&sts);
    let before = format!("{}[tools]\nregion = x\n", text(&home, CREDENTIALS));
    home.write(CREDENTIALS, &before);
    let run = |arguments: &[&str]| Run::xrole(&home, &[&["write"], arguments].concat());
    run(&["readonly", "--to", "tools"])
        .stdout("")
        .stderr(
            "xrole: credentials:4: profile \"tools\" is not one that xrole wrote\n\
             name another with --to NAME, or write over it with --force\n",
        )
        .status(1)
        .check();
    // A section of the config file alone is somebody's too.
    run(&["readonly", "--to", "audit"])
        .stderr(
            "xrole: config:16: profile \"audit\" is not one that xrole wrote\n\
             name another with --to NAME, or write over it with --force\n",
        )
        .status(1)
        .check();
    // Nobody is asked for a code before that is known, and nothing is minted.
    run(&["prod", "--to", "tools"]).status(1).check();
    assert_eq!(sts.operations(), [""; 0]);
    for name in ["central", "prod", "deploy"] {
        run(&["deploy", "--to", name, "--force"])
            .stderr(&format!(
                "xrole: the session of \"deploy\" comes from profile \"{name}\", which would be written over\n\
                 name another profile with --to NAME\n"
            ))
            .status(1)
            .check();
    }
    assert_eq!(text(&home, CREDENTIALS), before);
    run(&["readonly", "--to", "tools", "--force"])
        .stderr("")
        .check();
    let written = text(&home, CREDENTIALS);
    assert!(
        written.starts_with(&format!("{before}aws_access_key_id = ASIA")),
        "{written}"
    );
    let forced = run(&["readonly", "--to", "audit", "--force"]).check();
    assert_eq!(
        forced.stderr,
        "xrole: config:17: role_arn of profile \"audit\" counts before the keys that were written\n"
    );
    // What was a person's own stays when xrole's is removed.
    run(&["--remove", "tools"]).check();
    assert!(text(&home, CREDENTIALS).starts_with(&before));
    assert!(!text(&home, CREDENTIALS).contains("[tools]\nregion = x\naws"));
    run(&["--remove", "central"])
        .stdout("")
        .stderr(
            "xrole: credentials:1: xrole did not write profile \"central\", nor another one for it\n\
             xrole list shows the profiles; what xrole wrote has the key x_xrole\n",
        )
        .status(1)
        .check();
    run(&["--remove", "nobody"])
        .stderr(
            "xrole: xrole wrote no profile \"nobody\", nor another one for it\n\
             xrole list shows the profiles; what xrole wrote has the key x_xrole\n",
        )
        .status(1)
        .check();
}

#[test]
fn what_cannot_be_written_is_refused_with_the_reason() {
    let sts = sts();
    let home = Home::central(&sts);
    let before = text(&home, CREDENTIALS);
    let readonly = "[settings]\nsession_key = file\n[profile read*]\nprotected = true\n";
    home.write(".config/xrole/config.ini", readonly);
    for (arguments, status, said) in [
        (
            &["central"][..],
            1,
            "profile \"central\" has long-term keys and no session to write\n\
             programs that read AWS's files can take the profile itself: AWS_PROFILE=central",
        ),
        (
            &["readonly"],
            3,
            "the name of the protected profile \"readonly\" is needed, and there is no terminal to ask on\n\
             run it in a terminal, or pass --yes",
        ),
        (
            &["readonly", "--yes", "--to", "a]b"],
            1,
            "\"a]b\" cannot be the name of a section in the credentials file\ngive the profile a plain name",
        ),
        (
            &["prod"],
            3,
            "a code for arn:aws:iam::111111111111:mfa/alice is needed, and there is no terminal to ask on\n\
             run \"xrole use prod\" in a terminal, or set mfa_process",
        ),
    ] {
        Run::xrole(&home, &[&["write"], arguments].concat())
            .stdout("")
            .stderr(&format!("xrole: {said}\n"))
            .status(status)
            .check();
    }
    let done = Run::xrole(&home, &["write", "readonly", "--yes", "--min-ttl", "2h"])
        .status(1)
        .check();
    assert!(
        done.stderr.contains(", --min-ttl asks for 2h\n"),
        "{}",
        done.stderr
    );
    Run::xrole(&home, &["write", "--remove"]).status(2).check();
    Run::xrole(&home, &["write", "x", "--remove", "--force"])
        .status(2)
        .check();
    assert_eq!(text(&home, CREDENTIALS), before);
}

/// Settings that a person gives to a written profile in the config file stay, and are no reason to refuse it.
#[test]
fn a_written_profile_may_have_settings_of_a_person() {
    let sts = sts();
    let home = Home::central(&sts);
    let config = text(&home, CONFIG);
    write(&home, &["readonly", "--to", "tools"]);
    for own in ["output = json\n", "output = json\nregion = eu-west-3\n"] {
        home.write(CONFIG, &format!("{config}[profile tools]\n{own}"));
        write(&home, &["readonly", "--to", "tools"]);
        let region = if own.contains("region") {
            ""
        } else {
            "region = eu-central-1\nx_xrole = readonly\n"
        };
        assert_eq!(
            text(&home, CONFIG),
            format!("{config}[profile tools]\n{own}{region}")
        );
        write(&home, &["--remove", "tools"]);
        assert_eq!(
            text(&home, CONFIG),
            format!("{config}[profile tools]\n{own}")
        );
        home.write(CONFIG, &config);
        write(&home, &["readonly", "--to", "tools"]);
    }
}

#[test]
fn a_role_that_is_in_no_file_is_named_by_its_last_part() {
    let sts = sts();
    let home = Home::central(&sts);
    let role = "arn:aws:iam::666666666666:role/ReadOnly";
    write(
        &home,
        &[role, "--source", "central", "--region", "eu-west-3"],
    );
    assert_eq!(
        value(&home, "ReadOnly-session", "x_xrole").as_deref(),
        Some(role)
    );
    assert!(text(&home, CONFIG).contains("[profile ReadOnly-session]\nregion = eu-west-3\n"));
    Run::xrole(&home, &["write", "--remove", role])
        .stdout("removed profile ReadOnly-session from ~/.aws/credentials\n")
        .check();
}

#[test]
fn a_linked_credentials_file_is_followed() {
    let sts = sts();
    let home = Home::central(&sts);
    let keys = text(&home, CREDENTIALS);
    home.write("dotfiles/aws", &keys);
    std::fs::remove_file(home.path(CREDENTIALS)).unwrap();
    std::os::unix::fs::symlink("../dotfiles/aws", home.path(CREDENTIALS)).unwrap();
    write(&home, &["readonly"]);
    assert!(home.path(CREDENTIALS).is_symlink());
    assert!(text(&home, "dotfiles/aws").starts_with(&format!("{keys}\n[readonly-session]\n")));
}

/// Not even a person at a terminal is asked for a code that would be of no use.
#[test]
fn a_file_that_cannot_be_written_is_told_before_a_code_is_asked() {
    let sts = sts();
    let home = Home::central(&sts);
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    for (path, bits, said) in [
        (
            CREDENTIALS,
            0o400,
            "could not write ~/.aws/credentials: it is read-only\nchmod u+w ~/.aws/credentials",
        ),
        (
            ".aws",
            0o500,
            "could not write ~/.aws/credentials: Permission denied (os error 13)\n\
             make it and its folder writable for you, or let AWS_SHARED_CREDENTIALS_FILE name another file",
        ),
    ] {
        if bits == 0o500 && rustix::process::geteuid().is_root() {
            continue;
        }
        let path = home.path(path);
        let before = std::fs::metadata(&path).unwrap().permissions();
        std::fs::set_permissions(&path, mode(bits)).unwrap();
        let run = Run::xrole(&home, &["write", "prod"]);
        run.stderr(&format!("xrole: {said}\n")).status(1).check();
        std::fs::set_permissions(&path, before).unwrap();
    }
    assert_eq!(sts.operations(), Vec::<String>::new());
}

/// A limit on the size of files fails what is written, and ends nothing without a word.
#[test]
fn a_limit_on_files_is_told() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &xrole());
    let before = text(&home, CREDENTIALS);
    let limited = |command: &str| {
        let script = format!("ulimit -f 0; {command}");
        Run::program(&home, "sh", &["-c", &script])
    };
    let done = limited("xrole write readonly").status(1).check();
    let expected = "could not write ~/.aws/credentials: File too large (os error 27)";
    assert!(done.stderr.contains(expected), "{}", done.stderr);
    assert_eq!(text(&home, CREDENTIALS), before);
    limited("eval \"$(xrole use readonly)\" && echo \"$XROLE_PROFILE\"")
        .stdout("readonly\n")
        .check();
}

/// Within the time that a test has, although each of the profiles could be one that xrole wrote.
#[test]
fn very_many_profiles_are_no_obstacle() {
    let sts = sts();
    let home = Home::central(&sts);
    let mut config = text(&home, CONFIG);
    for number in 0..40_000 {
        let _ = write!(config, "[profile p{number}]\nregion = eu-west-1\n");
    }
    home.write(CONFIG, &config);
    write(&home, &["readonly"]);
    write(&home, &["--remove", "readonly"]);
    assert_eq!(text(&home, CONFIG), config);
}

/// A config file that is generated, or that there is none, costs the region alone.
#[test]
fn without_a_config_file_to_write_the_keys_are_written() {
    let sts = sts();
    let role = "arn:aws:iam::666666666666:role/ReadOnly";
    let role = [role, "--source", "central", "--region", "eu-west-3"];
    for (variable, readonly, arguments, region, why) in [
        (
            None,
            true,
            &["readonly"][..],
            "eu-central-1",
            "could not write ~/.aws/config: it is read-only",
        ),
        (
            Some("/dev/null"),
            false,
            &role[..],
            "eu-west-3",
            "AWS_CONFIG_FILE names no file",
        ),
        (
            Some(""),
            false,
            &role[..],
            "eu-west-3",
            "AWS_CONFIG_FILE names no file",
        ),
    ] {
        let mut home = Home::central(&sts);
        if readonly {
            let mode = std::fs::Permissions::from_mode(0o400);
            std::fs::set_permissions(home.path(CONFIG), mode).unwrap();
        }
        if let Some(value) = variable {
            home = home.variable("AWS_CONFIG_FILE", value);
        }
        let config = text(&home, CONFIG);
        let done = write(&home, &[arguments, &["--to", "tools"]].concat());
        let notice = format!(
            "xrole: profile \"tools\" is written without its region, so programs need AWS_REGION={region}: {why}\n"
        );
        assert!(done.stderr.ends_with(&notice), "{}", done.stderr);
        assert!(key(&home, "tools").starts_with("ASIA"));
        write(&home, &["--remove", "tools"]);
        assert_eq!(key(&home, "tools"), "");
        assert_eq!(text(&home, CONFIG), config);
    }
}

/// The AWS CLI and xrole itself take the written profile for what it is.
#[test]
fn real_clients_use_it() {
    let sts = sts();
    let home = Home::central(&sts);
    write(&home, &["readonly"]);
    let arguments = [
        "sts",
        "get-caller-identity",
        "--query",
        "Arn",
        "--output",
        "text",
    ];
    for cli in [tools::aws_1(), tools::aws_2()].into_iter().flatten() {
        let done = Run::program(&home, &cli, &arguments)
            .variable("AWS_PROFILE", "readonly-session")
            .stderr("")
            .check();
        let role = "arn:aws:sts::666666666666:assumed-role/ReadOnly/";
        assert!(done.stdout.starts_with(role), "{}", done.stdout);
        let region = [
            "configure",
            "get",
            "region",
            "--profile",
            "readonly-session",
        ];
        Run::program(&home, &cli, &region)
            .stdout("eu-central-1\n")
            .check();
    }
    let done = Run::xrole(
        &home,
        &["export", "readonly-session", "--format", "process"],
    )
    .stderr("")
    .check();
    assert!(
        done.stdout.contains(&key(&home, "readonly-session")),
        "{}",
        done.stdout
    );
    assert!(
        done.stdout.contains("\"Expiration\":\"20"),
        "{}",
        done.stdout
    );
}

#[test]
fn a_session_that_has_ended_says_what_writes_it_again() {
    let sts = sts();
    let home = Home::central(&sts);
    write(&home, &["readonly", "--to", "tools"]);
    let end = value(&home, "tools", "x_security_token_expires").unwrap();
    let ended = text(&home, CREDENTIALS).replace(&end, "2026-01-31T08:30:00Z");
    home.write(CREDENTIALS, &ended);
    Run::xrole(&home, &["export", "tools"])
        .stdout("")
        .stderr(
            "xrole: credentials:6: the credentials of profile \"tools\" (static keys) expired at 2026-01-31T08:30:00Z\n\
             run: xrole write readonly --to tools\n",
        )
        .status(1)
        .check();
    // Another tool's section, which has no mark.
    home.write(CREDENTIALS, &ended.replace("x_xrole", "other"));
    let done = Run::xrole(&home, &["export", "tools"]).status(1).check();
    assert!(
        done.stderr
            .contains("\nwrite new keys and their aws_session_token at credentials:6"),
        "{}",
        done.stderr
    );
}

fn renew(home: &Home) {
    Run::xrole(home, &["renew", "readonly", "--shell", "sh"])
        .stderr("")
        .check();
}

#[test]
fn whoever_mints_the_session_anew_writes_what_follows_it() {
    let sts = sts();
    let home = Home::central(&sts);
    write(&home, &["readonly", "--keep-fresh"]);
    write(&home, &["readonly", "--keep-fresh", "--to", "second"]);
    write(&home, &["readonly", "--to", "third"]);
    let config = text(&home, CONFIG);
    let first = key(&home, "readonly-session");
    renew(&home);
    let second = key(&home, "readonly-session");
    assert_ne!(first, second);
    assert_eq!(key(&home, "second"), second);
    assert_eq!(key(&home, "third"), first, "not asked for");
    assert_eq!(text(&home, CONFIG), config);
    // What is written without it follows no longer.
    write(&home, &["readonly", "--to", "second"]);
    renew(&home);
    let third = key(&home, "readonly-session");
    assert_ne!(second, third);
    assert_eq!(key(&home, "second"), second);
    // Sections that are gone, or that are somebody's own now, are left so.
    let own = text(&home, CREDENTIALS).replace("x_xrole = readonly\n", "");
    home.write(CREDENTIALS, &own);
    renew(&home);
    assert_eq!(text(&home, CREDENTIALS), own);
    let kept = || {
        let cache = std::fs::read_dir(home.path(".cache/xrole")).unwrap();
        let names = cache.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| name.strip_suffix(".kept").is_some())
            .count()
    };
    assert_eq!(kept(), 0);
    write(&home, &["readonly", "--keep-fresh", "--to", "fourth"]);
    assert_eq!(kept(), 1);
    write(&home, &["--remove", "fourth"]);
    assert_eq!(kept(), 0);
}

#[test]
fn a_file_that_cannot_be_refreshed_fails_no_session() {
    let sts = sts();
    let home = Home::central(&sts);
    write(&home, &["readonly", "--keep-fresh"]);
    let before = text(&home, CREDENTIALS);
    let path = home.path(CREDENTIALS);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    let done = Run::xrole(&home, &["renew", "readonly", "--shell", "sh"]).check();
    assert!(done.stdout.contains("AWS_ACCESS_KEY_ID='ASIA"));
    assert_eq!(
        done.stderr,
        "xrole: profile \"readonly-session\" still has the old session: could not write ~/.aws/credentials: it is read-only\n"
    );
    assert_eq!(text(&home, CREDENTIALS), before);
}

/// A prompt that takes a renewed session up writes what follows it, and says nothing.
#[test]
fn sync_writes_what_follows_and_prints_code_alone() {
    let sts = sts();
    let home = Home::central(&sts);
    let used = Run::xrole(&home, &["use", "readonly", "--shell", "sh"]).check();
    let variable = |name: &str| {
        let (_, rest) = used.stdout.split_once(&format!("{name}='")).unwrap();
        rest.split_once('\'').unwrap().0.to_owned()
    };
    write(&home, &["readonly", "--keep-fresh"]);
    let written = text(&home, CREDENTIALS);
    renew(&home);
    let fresh = text(&home, CREDENTIALS);
    assert_ne!(fresh, written);
    // As if the one that minted it had been killed before it could write.
    home.write(CREDENTIALS, &written);
    let sync = || {
        let names = [
            "XROLE_STAMP",
            "XROLE_GEN",
            "XROLE_KEY_ID",
            "AWS_ACCESS_KEY_ID",
        ];
        names.iter().fold(
            Run::xrole(&home, &["_sync", "--shell", "sh"]).variable("XROLE_PROFILE", "readonly"),
            |run, name| run.variable(name, &variable(name)),
        )
    };
    let synced = sync().stderr("").check();
    assert!(synced.stdout.contains(&key(&home, "readonly-session")));
    assert_eq!(text(&home, CREDENTIALS), fresh);
    // A file that it cannot write is no reason to speak at a prompt.
    home.write(CREDENTIALS, "no syntax\n");
    sync().stderr("").stdout(&synced.stdout).check();
}

/// Commands at once lose nothing of each other in either file, and a shared session is minted once.
#[test]
fn commands_at_once_lose_nothing() {
    let sts = sts();
    let home = Home::central(&sts);
    let (credentials, config) = (text(&home, CREDENTIALS), text(&home, CONFIG));
    std::thread::scope(|scope| {
        for n in 0..8 {
            let home = &home;
            scope.spawn(move || {
                write(
                    home,
                    &["readonly", "--to", &format!("w{n}"), "--keep-fresh"],
                );
                let new = format!("c{n}");
                let role = "arn:aws:iam::666666666666:role/ReadOnly";
                let words = [
                    "configure",
                    &new,
                    "--role-arn",
                    role,
                    "--source",
                    "central",
                    "--yes",
                ];
                Run::xrole(home, &[&words[..], &["--region", "eu-west-1"]].concat())
                    .stderr("")
                    .check();
            });
        }
    });
    let (new_credentials, new_config) = (text(&home, CREDENTIALS), text(&home, CONFIG));
    assert!(new_credentials.starts_with(&credentials) && new_config.starts_with(&config));
    for n in 0..8 {
        assert!(
            key(&home, &format!("w{n}")).starts_with("ASIA"),
            "{new_credentials}"
        );
        assert!(new_config.contains(&format!("[profile w{n}]\nregion = eu-central-1\n")));
        assert!(
            new_config.contains(&format!("[profile c{n}]\nrole_arn = ")),
            "{new_config}"
        );
    }
    assert_eq!(sts.operations(), ["AssumeRole"]);
    renew(&home);
    let keys: std::collections::BTreeSet<_> =
        (0..8).map(|n| key(&home, &format!("w{n}"))).collect();
    assert_eq!(keys.len(), 1, "all follow");
    write(&home, &["--remove", "readonly"]);
    assert_eq!(text(&home, CREDENTIALS), credentials);
}

#[test]
fn a_code_is_asked_on_the_terminal() {
    let sts = sts();
    let home = Home::central(&sts).program("xrole", &xrole());
    let script = "xrole write prod --to tools >out; echo done $?";
    let terminal = Terminal::start("sh", &["-c", script], home.env(), &home.path(""));
    terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
    terminal.command("123456");
    terminal.wait_for_line("done 0");
    assert!(key(&home, "tools").starts_with("ASIA"));
}

/// Once for the plan and the check, once under the lock: what was checked is what is written.
#[test]
fn each_file_is_read_twice() {
    let sts = sts();
    let home = Home::central(&sts);
    let binary = xrole();
    let words = [
        "-f",
        "-qq",
        "-e",
        "trace=openat,read",
        "-o",
        "trace",
        binary.to_str().expect("a path in UTF-8"),
        "write",
        "readonly",
        "--to",
        "tools",
    ];
    if std::process::Command::new("strace")
        .arg("-V")
        .output()
        .is_err()
    {
        return left_out("no strace");
    }
    let done = Run::program(&home, "strace", &words).run();
    if done.stderr.contains("strace:") {
        return left_out("strace may not trace");
    }
    assert!(
        done.stdout.starts_with("wrote the session of readonly"),
        "{}",
        done.stderr
    );
    let trace = text(&home, "trace");
    for file in [CREDENTIALS, CONFIG] {
        let name = file.rsplit('/').next().expect("a name");
        let opened = |line: &&str| {
            line.contains("openat(")
                && (line.contains(&format!("/{name}\"")) || line.contains(&format!(", \"{name}\"")))
        };
        let mut descriptors: Vec<&str> = Vec::new();
        let mut reads = 0;
        for line in trace.lines() {
            if opened(&line) {
                descriptors.extend(line.rsplit(" = ").next());
                continue;
            }
            let read = descriptors
                .iter()
                .position(|d| line.contains(&format!(" read({d},")));
            // Its end, a second read of one opening, is none.
            if let Some(at) = read {
                descriptors.remove(at);
                reads += 1;
            }
        }
        assert_eq!(reads, 2, "{file}\n{trace}");
    }
}
