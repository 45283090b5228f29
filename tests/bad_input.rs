//! Bad input to the real binary: what is said, to whom, with which status. Nothing is lost and nothing half done.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use support::home::Home;
use support::left_out::left_out;
use support::pty::Terminal;
use support::run::{Run, xrole};
use support::sts::{Codes, FakeSts, World};

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&["111111"])))
}

/// A home without an STS: whatever reaches for one fails the row.
fn home(config: &str) -> Home {
    Home::new()
        .config(config)
        .credentials("[central]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = s\n")
        .sts("http://127.0.0.1:1")
}

fn refused(home: &Home, words: &[&str], status: i32, stderr: &str) {
    let words = [words, &["--shell", "bash"]].concat();
    Run::xrole(home, &words)
        .stdout("false;\n")
        .stderr(stderr)
        .status(status)
        .check();
}

const PROD: &str = "[profile central]
region = eu-central-1
[profile prod]
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = central
region = eu-central-1
";

#[test]
fn broken_files_are_named_with_the_line() {
    for (config, stderr) in [
        (
            "[profile a]\nregion eu\n",
            "xrole: config:2: expected \"key = value\", found \"region eu\"\n\
             write \"region = eu\"\n",
        ),
        (
            "[profile a\nregion = eu\n",
            "xrole: config:1: expected \"]\" at the end of \"[profile a\"\n\
             write \"[profile a]\"\n",
        ),
        (
            "region = eu\n[profile a]\n",
            "xrole: config:1: \"region = eu\" stands before any section\n\
             put [default] or [profile NAME] on a line above it\n",
        ),
        (
            "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = b\n\
             [profile b]\nrole_arn = arn:aws:iam::222222222222:role/y\nsource_profile = a\n",
            "xrole: profiles form a loop: a (config:3) → b (config:6) → a\n\
             one of them must name a profile with credentials\n",
        ),
        (
            "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/x\n",
            "xrole: config:2: profile \"a\" has role_arn but no source_profile or credential_source\n\
             name the profile whose credentials may assume the role: source_profile = …\n",
        ),
        (
            "[profile a]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = zz\n",
            "xrole: config:3: source_profile \"zz\" of profile \"a\" does not exist\n\
             add its keys: aws configure --profile zz; or name another profile\n",
        ),
        (
            "[profile a]\nregion = not a region\n",
            "xrole: profile \"a\" (config:1) holds no credentials: only region\n\
             aws configure --profile a, or give it a source_profile and role_arn\n",
        ),
    ] {
        refused(&home(config), &["use", "a"], 1, stderr);
    }
}

#[test]
fn half_a_key_pair() {
    for (key, lacks) in [
        ("aws_access_key_id", "aws_secret_access_key"),
        ("aws_secret_access_key", "aws_access_key_id"),
    ] {
        let home = home(PROD).credentials(&format!("[central]\n{key} = AKIAEXAMPLE\n"));
        refused(
            &home,
            &["use", "prod"],
            1,
            &format!(
                "xrole: credentials:2: profile \"central\" has {key} but no {lacks}\n\
                 add {lacks} to [central] in the credentials file, or give both keys anew: \
                 aws configure --profile central\n"
            ),
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_place_where_no_cache_can_be() {
    let sts = sts();
    for (place, why) in [
        (
            "/proc",
            "no directory can be made there; XROLE_CACHE_DIR can name another place",
        ),
        (
            "/proc/self/fd/x",
            "no directory can be made there; XROLE_CACHE_DIR can name another place",
        ),
        (
            "/dev/null",
            "a file or a symbolic link is where the directory should be",
        ),
    ] {
        let home = Home::central(&sts).variable("XROLE_CACHE_DIR", place);
        // Of anybody but root /proc is somebody else's.
        let foreign = "the directory belongs to another user (uid 0)";
        let root = rustix::process::geteuid().is_root();
        let why = if place == "/proc" && !root {
            foreign
        } else {
            why
        };
        let done = Run::xrole(&home, &["use", "readonly", "--shell", "sh"])
            .stderr(&format!("xrole: sessions are not kept in {place}: {why}\n"))
            .check();
        assert!(done.stdout.contains("AWS_SESSION_TOKEN"));
    }
}

#[test]
fn renew_after_something_else_has_changed_the_keys() {
    let home = home(PROD)
        .variable("XROLE_PROFILE", "prod")
        .variable("XROLE_KEY_ID", "ASIAOFXROLE")
        .variable("AWS_ACCESS_KEY_ID", "AKIAFOREIGN");
    refused(
        &home,
        &["renew"],
        1,
        "xrole: something else has changed the AWS keys of this shell since it took \"prod\"\n\
         take it again: xrole use prod; or keep the keys that are there: xrole unset\n",
    );
}

#[test]
fn names() {
    let home = home(PROD);
    for (words, status, stderr) in [
        (
            &["use", "prdo"][..],
            1,
            "xrole: profile \"prdo\" is in neither ~/.aws/config nor ~/.aws/credentials\n\
             did you mean \"prod\" (config:3)? xrole list shows all\n",
        ),
        (
            &["use", "nothing-like-it"],
            1,
            "xrole: profile \"nothing-like-it\" is in neither ~/.aws/config nor ~/.aws/credentials\n\
             xrole list shows all profiles\n",
        ),
        (
            &["use", "pr\u{1b}[31mod"],
            1,
            "xrole: the profile name \"pr\\u{1b}[31mod\" holds control or invisible characters (U+001B)\n\
             give the profile a plain name in the AWS files\n",
        ),
        (
            &["use", "prod", "--region", "eu west"],
            1,
            "xrole: \"eu west\" (--region) is not a region name\n\
             name a region such as eu-west-1 there, or with --region\n",
        ),
        (
            &["use", "arn:aws:iam::222222222222:role/x"],
            1,
            "xrole: profile \"default\" is in neither ~/.aws/config nor ~/.aws/credentials (its credentials would assume arn:aws:iam::222222222222:role/x)\n\
             name the profile that assumes the role: xrole use arn:aws:iam::222222222222:role/x --source PROFILE\n\
             or, where no file holds its credentials: --source Environment, Ec2InstanceMetadata or EcsContainer\n",
        ),
        (
            &["use", "-"],
            2,
            "xrole: there is no previous profile in this shell\n\
             name one: xrole use PROFILE (the hook of `xrole init` remembers the previous one)\n",
        ),
        (
            &["renew"],
            1,
            "xrole: this shell holds no session of xrole's to renew\n\
             name the profile: xrole renew PROFILE\n",
        ),
    ] {
        refused(&home, words, status, stderr);
    }
}

/// Who named the profile is part of the place where it is to be mended.
#[test]
fn a_profile_named_by_the_environment() {
    Run::xrole(&home(PROD), &["explain"])
        .variable("AWS_PROFILE", "prdo")
        .stdout("")
        .stderr(
            "xrole: profile \"prdo\" (AWS_PROFILE) is in neither ~/.aws/config nor ~/.aws/credentials\n\
             did you mean \"prod\" (config:3)? xrole list shows all\n",
        )
        .status(1)
        .check();
}

#[test]
fn a_person_is_needed() {
    let home = home(&format!(
        "{PROD}mfa_serial = arn:aws:iam::111111111111:mfa/alice\n"
    ));
    refused(
        &home,
        &["use", "prod"],
        3,
        "xrole: a code for arn:aws:iam::111111111111:mfa/alice is needed, and there is no terminal to ask on\n\
         run \"xrole use prod\" in a terminal, or set mfa_process\n",
    );
    let home = home.settings("[settings]\nsession_key = file\n[profile prod]\nprotected = true\n");
    refused(
        &home,
        &["use", "prod"],
        3,
        "xrole: the name of the protected profile \"prod\" is needed, and there is no terminal to ask on\n\
         run it in a terminal, or pass --yes\n",
    );
}

#[test]
fn no_home() {
    let words = ["use", "prod", "--shell", "bash"];
    Run::xrole(&home(PROD), &words)
        .without("HOME")
        .stdout("false;\n")
        .stderr(
            "xrole: no home directory is known, so the AWS files cannot be found\n\
             set HOME, or AWS_CONFIG_FILE\n",
        )
        .status(1)
        .check();
}

#[test]
fn wrong_usage_fails_in_the_shells_own_words() {
    for (words, stdout) in [
        (&["use", "--nope", "--shell", "bash"][..], "false;\n"),
        (&["use", "--nope", "--shell", "fish"], "false;\n"),
        (
            &["unset", "x", "--shell", "powershell"],
            "throw 'xrole failed';\n",
        ),
        (&["renew", "a", "b", "--shell=zsh"], "false;\n"),
        (&["use", "prod", "--shell", "tcl"], "false;\n"),
        (&["exec", "--nope", "--shell", "sh"], "false;\n"),
        (&["list", "--nope"], ""),
        // Nobody knows what it was meant to be: `eval "$(xrole ues prod)" && deploy`.
        (&["nope", "--shell", "bash"], "false;\n"),
        (
            &["ues", "prod", "--shell", "powershell"],
            "throw 'xrole failed';\n",
        ),
        (&["--nope", "use", "prod", "--shell", "bash"], "false;\n"),
    ] {
        let variable = if words.contains(&"tcl") { "sh" } else { "" };
        let done = Run::xrole(&home(PROD), words)
            .variable("XROLE_SHELL", variable)
            .stdout(stdout)
            .status(2)
            .check();
        assert!(done.stderr.starts_with("error: "), "{}", done.stderr);
    }
}

#[test]
fn wrong_usage_is_told_to_programs_in_json() {
    Run::xrole(&home(PROD), &["list", "--json", "--nope"])
        .stdout("{\"v\":1,\"error\":{\"class\":\"usage\",\"message\":\"unexpected argument '--nope' found\",\"remedy\":\"xrole list --help shows what can be given\",\"at\":[]}}\n")
        .status(2)
        .check();
}

#[test]
fn options_mean_the_same_on_either_side_of_the_subcommand() {
    let home = home(PROD);
    for words in [
        &["--json", "list"][..],
        &["--region", "us-east-1", "explain", "prod"],
    ] {
        let before = Run::xrole(&home, words).check();
        let mut behind = words.to_vec();
        let at = words
            .iter()
            .position(|word| ["list", "explain"].contains(word))
            .unwrap();
        behind[..=at].rotate_right(1);
        let behind = Run::xrole(&home, &behind).check();
        assert_eq!(before.stdout, behind.stdout);
        assert_ne!(before.stdout, "");
    }
}

#[test]
fn help_is_never_evaluated() {
    for name in ["use", "unset", "renew"] {
        let done = Run::xrole(&home(PROD), &[name, "--help", "--shell", "bash"])
            .stdout("false;\n")
            .check();
        let usage = format!("\nUsage: xrole {name} ");
        assert!(done.stderr.contains(&usage), "{}", done.stderr);
    }
}

#[test]
fn code_is_not_printed_on_a_terminal() {
    let home = home(PROD);
    let program = xrole();
    let arguments = ["use", "prod", "--shell", "bash"];
    let mut terminal = Terminal::start(
        &program.to_string_lossy(),
        &arguments,
        home.env(),
        &home.path(""),
    );
    assert_eq!(terminal.exit_status(), 2);
    terminal.wait_for("for this time: eval \"$(xrole use prod --shell bash)\"");
    terminal.wait_for("put this line into ~/.bashrc once: eval \"$(xrole init bash)\"");
}

#[test]
fn errors_as_json() {
    let stderr = "xrole: profile \"prdo\" is in neither ~/.aws/config nor ~/.aws/credentials\n\
                  did you mean \"prod\" (config:3)? xrole list shows all\n";
    for words in [
        &["explain", "prdo", "--json"][..],
        &["list", "prdo", "--json"],
    ] {
        Run::xrole(&home(PROD), words)
            .stdout(
                r#"{"v":1,"error":{"class":"profile-not-found","message":"profile \"prdo\" is in neither ~/.aws/config nor ~/.aws/credentials","remedy":"did you mean \"prod\" (config:3)? xrole list shows all","at":[]}}
"#,
            )
            .stderr(stderr)
            .status(1)
            .check();
    }
}

/// The session is delivered although it cannot be kept: one notice, status 0.
fn delivered_with_one_notice(home: &Home) -> String {
    let done = Run::xrole(home, &["use", "readonly", "--shell", "bash"]).check();
    assert!(
        done.stdout.contains("AWS_SESSION_TOKEN='"),
        "{}",
        done.stdout
    );
    assert_eq!(
        done.stderr
            .lines()
            .filter(|line| line.starts_with("xrole: "))
            .count(),
        1,
        "{}",
        done.stderr
    );
    done.stderr
}

#[test]
fn a_file_in_the_caches_place() {
    let sts = sts();
    let home = Home::central(&sts).file(".cache/xrole", "mine");
    let notice = delivered_with_one_notice(&home);
    assert!(notice.contains(".cache/xrole"), "{notice}");
    let kept = fs::read_to_string(home.path(".cache/xrole")).expect("still there");
    assert_eq!(kept, "mine");
}

#[test]
fn a_cache_that_others_may_write_or_that_is_anothers() {
    let sts = sts();
    let home = Home::central(&sts);
    let cache = home.path(".cache/xrole");
    fs::create_dir(&cache).expect("a folder");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).expect("chmod");
    delivered_with_one_notice(&home);
    assert_eq!(fs::read_dir(&cache).expect("a folder").count(), 0);
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o700)).expect("chmod");
    if std::os::unix::fs::chown(&cache, Some(12345), None).is_err() {
        left_out("only root can give a folder away");
        return;
    }
    delivered_with_one_notice(&home);
    assert_eq!(fs::read_dir(&cache).expect("a folder").count(), 0);
}

/// In a mount namespace of its own, where mounting is allowed.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_read_only_one() {
    if support::tools::on_path("unshare").is_none() {
        return left_out("unshare is not there");
    }
    let sts = sts();
    for (options, prepare) in [
        (
            "size=16k",
            "head -c 100000 /dev/zero >\"$XROLE_CACHE_DIR/fill\" 2>/dev/null",
        ),
        ("ro,size=1m", ":"),
    ] {
        let home = Home::central(&sts);
        fs::create_dir(home.path(".cache/xrole")).expect("a folder");
        let script = format!(
            "mount -t tmpfs -o mode=0700,{options} none \"$XROLE_CACHE_DIR\" 2>/dev/null || {{ echo unmounted; exit; }}\n\
             {prepare}\n\"$0\" use readonly --shell bash"
        );
        let program = xrole();
        let words = ["-m", "sh", "-c", &script, &program.to_string_lossy()];
        let done = Run::program(&home, "unshare", &words).run();
        if done.stdout == "unmounted\n" || done.stderr.starts_with("unshare: ") {
            left_out("mounting is not allowed here");
            return;
        }
        assert_eq!(done.status, 0, "{options}: {}", done.stderr);
        assert!(done.stdout.contains("AWS_SESSION_TOKEN='"), "{options}");
        let said = done
            .stderr
            .lines()
            .filter(|line| line.starts_with("xrole: "))
            .count();
        assert_eq!(said, 1, "{options}: {}", done.stderr);
    }
}
