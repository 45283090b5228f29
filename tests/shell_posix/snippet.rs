//! A snippet is all or nothing: cut off, or read by another shell, it sets nothing.

use std::fmt::Write as _;
use std::path::Path;

use crate::ALL;
use crate::shells::{TestShell, shells};
use crate::stub::{key_id, session};
use xrole::shell::Shell;
use xrole::shell::posix::quote;
use xrole::shell::{Change, Env, Exports, Saved, use_change};

/// One of each thing that a snippet does.
fn every_part() -> Change {
    let saved = |name, exported| Saved { name, exported };
    Change {
        save: vec![saved("AWS_PROFILE", true), saved("AWS_REGION", false)],
        resave: vec![saved("AWS_VAULT", true)],
        restore: vec!["AWS_DEFAULT_REGION"],
        unset: vec!["AWS_ACCOUNT_ID"],
        set: vec![
            ("AWS_ACCESS_KEY_ID", key_id("prod")),
            ("XROLE_PROFILE", "it's $(x); \\".to_owned()),
        ],
        previous: Some("a'b".to_owned()),
        color: Some(3),
        forget: false,
    }
}

fn whole_use() -> Change {
    let session = session(key_id("prod"), 4_102_444_800, 1);
    let exports = Exports {
        selector: "prod",
        session: &session,
        region: Some("us-east-1"),
        region_variable: None,
        stamp: Some(Path::new("/run/x")),
        color: 6,
        profile_env: None,
    };
    use_change(&Env::from([("AWS_PROFILE", "before")]), &exports).change
}

const CHECK: &str = "check() { case \"${AWS_PROFILE-}|${AWS_REGION-}|${AWS_VAULT-}|${AWS_DEFAULT_REGION-}|${AWS_ACCOUNT_ID-}|\
     ${AWS_ACCESS_KEY_ID-}|${XROLE_PROFILE-}|${__xrole_on-}|${__xrole_prev-}|${__xrole_color-}|${__xrole_e_AWS_PROFILE-}\" in \
     'before|plain|vault||account||||||') ;; *) echo \"$1\" ;; esac; }\n\
     export AWS_PROFILE=before AWS_VAULT=vault AWS_ACCOUNT_ID=account\nAWS_REGION=plain\n";

/// The lengths of those prefixes that changed anything.
fn changing(shell: &TestShell, text: &str, lengths: impl Iterator<Item = usize>) -> Vec<usize> {
    let home = tempfile::tempdir().unwrap();
    let mut script = String::from(CHECK);
    for length in lengths {
        let prefix = quote(&text[..length]).unwrap();
        let _ = writeln!(
            script,
            "( trap 'check {length}' 0; eval {prefix} ) 2>/dev/null"
        );
    }
    let ran = shell.script(home.path(), &[], &script, &[]);
    ran.text()
        .lines()
        .map(|line| line.parse().unwrap())
        .collect()
}

#[test]
fn a_snippet_cut_off_anywhere_sets_nothing() {
    let unset = Change {
        restore: vec!["AWS_PROFILE", "AWS_VAULT"],
        unset: vec!["AWS_ACCOUNT_ID"],
        forget: true,
        ..Change::default()
    };
    for shell in shells(&ALL) {
        for change in [every_part(), unset.clone()] {
            let text = Shell::Posix.render(&change).unwrap();
            let whole = [text.len() - 1, text.len()];
            let changed = changing(&shell, &text, 0..=text.len());
            assert_eq!(changed, whole, "{}: {text}", shell.name);
        }
        let text = Shell::Posix.render(&whole_use()).unwrap();
        let ends = text
            .match_indices(['\n', ';', ' ', '\''])
            .map(|(at, _)| at + 1);
        let changed = changing(&shell, &text, ends);
        assert_eq!(changed, [text.len()], "{}", shell.name);
    }
}

#[test]
fn a_snippet_survives_an_unquoted_eval() {
    let text = Shell::Posix.render(&whole_use()).unwrap();
    for shell in shells(&["bash", "dash", "mksh", "busybox-ash"]) {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("snippet"), &text).unwrap();
        let script = "export AWS_PROFILE=before; eval $(cat snippet)\n\
             echo \"$XROLE_PROFILE $AWS_REGION $__xrole_e_AWS_PROFILE ${AWS_PROFILE-none}\"\n";
        let ran = shell.script(home.path(), &["-eu"], script, &[]);
        assert_eq!(
            (ran.text().as_str(), ran.errors().as_str()),
            ("prod us-east-1 before none\n", ""),
            "{}",
            shell.name
        );
    }
}

#[test]
fn another_kind_of_shell_sets_nothing() {
    let fish = "source snippet 2>/dev/null\nenv | string match -r '^(AWS|AWSUME|XROLE|__xrole)_.*'; set -n | string match -r '.*xrole.*'\ntrue\n";
    let pwsh = "try { Get-Content -Raw snippet | Invoke-Expression *>$null } catch { }\n\
         Get-ChildItem Env: | ForEach-Object { if ($_.Name -match '^(AWS|AWSUME|XROLE|__xrole)_') { $_.Name } }\n";
    for shell in shells(&["fish", "pwsh"]) {
        for change in [every_part(), whole_use(), Change::default()] {
            let home = tempfile::tempdir().unwrap();
            let text = Shell::Posix.render(&change).unwrap();
            std::fs::write(home.path().join("snippet"), text).unwrap();
            let script = if shell.name == "fish" { fish } else { pwsh };
            let ran = shell.script(home.path(), &[], script, &[("AWS_PROFILE", "before")]);
            let seen = ran.text();
            let seen: Vec<_> = seen
                .lines()
                .filter(|line| {
                    !line.starts_with("AWS_EC2_METADATA") && !["AWS", "XROLE"].contains(line)
                })
                .collect();
            let before = if shell.name == "fish" {
                "AWS_PROFILE=before"
            } else {
                "AWS_PROFILE"
            };
            assert_eq!(seen, [before], "{}: {}", shell.name, ran.errors());
        }
    }
}

#[test]
fn modes_and_separators_change_nothing() {
    let text = Shell::Posix.render(&whole_use()).unwrap();
    for shell in shells(&ALL) {
        let modes: &[&[&str]] = match shell.name {
            "bash" => &[
                &["-eu", "-o", "pipefail"],
                &["--posix", "-eu"],
                &["-O", "failglob", "-O", "nocasematch", "-f"],
            ],
            "zsh" => &[
                &["-eu", "-o", "pipefail"],
                &[
                    "-o",
                    "ksharrays",
                    "-o",
                    "shwordsplit",
                    "-o",
                    "warncreateglobal",
                    "-o",
                    "errreturn",
                ],
                &[
                    "-o",
                    "globsubst",
                    "-o",
                    "globassign",
                    "-o",
                    "ignorebraces",
                    "-o",
                    "kshglob",
                    "-o",
                    "nounset",
                ],
                &[
                    "-o",
                    "posixbuiltins",
                    "-o",
                    "posixstrings",
                    "-o",
                    "cshjunkiequotes",
                    "-o",
                    "rcquotes",
                ],
            ],
            _ => &[&["-eu"]],
        };
        for flags in modes {
            for separator in ["0123456789", "aeSX_", "'/$", ""] {
                let home = tempfile::tempdir().unwrap();
                std::fs::write(home.path().join("snippet"), &text).unwrap();
                let script = format!(
                    "export AWS_PROFILE=before\nIFS={}\neval \"$(cat snippet)\" && echo \"$XROLE_PROFILE,$AWS_REGION,\
                     $AWS_ACCESS_KEY_ID,$__xrole_e_AWS_PROFILE,$AWS_SESSION_EXPIRATION,${{AWS_PROFILE-none}}\"\n",
                    quote(separator).unwrap()
                );
                let ran = shell.script(home.path(), flags, &script, &[]);
                assert_eq!(
                    (ran.text().as_str(), ran.errors().as_str(), ran.status),
                    (
                        "prod,us-east-1,ASIAPRODXXXXXXXXXXXX,before,2100-01-01T00:00:00Z,none\n",
                        "",
                        Some(0)
                    ),
                    "{} {flags:?} {separator:?}",
                    shell.name
                );
            }
        }
    }
}

/// One that cannot be set would leave half an identity, with the status of success.
#[test]
fn a_readonly_variable_stops_all_of_it() {
    let text = Shell::Posix.render(&whole_use()).unwrap();
    for shell in shells(&ALL) {
        for name in ["AWS_PROFILE", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"] {
            let home = tempfile::tempdir().unwrap();
            std::fs::write(home.path().join("snippet"), &text).unwrap();
            let script = format!(
                "export AWS_ACCESS_KEY_ID=AKIAOLD {name}=old; readonly {name}\n\
                 eval \"$(cat snippet)\" && echo done\n\
                 echo \"${name} $AWS_ACCESS_KEY_ID ${{XROLE_PROFILE-none}} ${{__xrole_on-off}}\"\n"
            );
            let ran = shell.script(home.path(), &[], &script, &[]);
            assert_eq!(
                (ran.text().as_str(), ran.errors().as_str()),
                (
                    "old AKIAOLD none off\n",
                    "xrole: one of the AWS variables is readonly in this shell: nothing was changed\n\
                     readonly -p shows which; a new shell can be without it\n"
                ),
                "{} {name}",
                shell.name
            );
        }
    }
}

#[test]
fn functions_of_the_users_are_not_called() {
    for (name, dialect) in [("bash", Shell::Bash), ("zsh", Shell::Zsh)] {
        for shell in shells(&[name]) {
            let home = tempfile::tempdir().unwrap();
            let text = dialect.render(&whole_use()).unwrap();
            std::fs::write(home.path().join("snippet"), text).unwrap();
            let script = "for n in unset export printf; do eval \"$n() { echo called; }\"; done\n\
                AWS_PROFILE=mine\neval \"$(cat snippet)\"\necho \"${AWS_PROFILE-none} $AWS_ACCESS_KEY_ID\"\n";
            let ran = shell.script(home.path(), &[], script, &[]);
            assert_eq!(ran.text(), format!("none {}\n", key_id("prod")), "{name}");
        }
    }
}
