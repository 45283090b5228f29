//! What a person's commands leave in the shell, with the hook and without: after `unset` it is as it was.

use std::fs;
use std::path::Path;

use crate::ALL;
use crate::shells::{Ran, TestShell, shells};
use crate::stub;

/// `dump` shows every variable, set or not, and what a child would see; `x` is xrole, in one of its two forms.
const PRELUDE: &str = r#"
dump() {
  for n in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION \
    AWS_SESSION_EXPIRATION AWSUME_EXPIRATION AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID AWS_ROLE_ARN AWS_REGION \
    AWS_DEFAULT_REGION AWSUME_PROFILE AWS_VAULT AWSU_PROFILE AWS_SSO_PROFILE XROLE_PROFILE XROLE_EXPIRES XROLE_GEN \
    XROLE_KEY_ID XROLE_STAMP XROLE_REGION __xrole_on __xrole_e_AWS_PROFILE __xrole_p_AWS_PROFILE; do
    eval "case \${$n+x} in x) printf '%s=[%s]\n' $n \"\$$n\" ;; esac"
  done
  env | grep -E '^(AWS|XROLE_[PEGKSR]|__xrole)' | sort
}
region() { printf '%s: %s %s %s\n' "$1" "${XROLE_PROFILE-none}" "${AWS_REGION-none}" "$(env | grep -c '^AWS_REGION=')"; }
"#;

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Line,
    Function,
}

/// Runs `script` with `x` defined; what it prints is compared by the caller.
fn run(shell: &TestShell, form: Form, flags: &[&str], script: &str) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let path = stub::install(home.path());
    let hook = stub::hook(shell.name, &path, "auto", false);
    fs::write(home.path().join("hook"), hook).unwrap();
    let load = match form {
        Form::Line => format!("x() {{ eval \"$('{path}' \"$@\")\"; }}\n"),
        Form::Function => ". ./hook\nx() { xrole \"$@\"; }\n".to_owned(),
    };
    fs::write(home.path().join("load"), format!("{PRELUDE}{load}")).unwrap();
    shell.script(home.path(), flags, &format!(". ./load\n{script}"), &[])
}

fn every_form(names: &[&str], script: &str, check: impl Fn(&str, &Ran)) {
    for shell in shells(names) {
        for form in [Form::Line, Form::Function] {
            let ran = run(&shell, form, &[], script);
            assert_eq!(ran.errors(), "", "{}", shell.name);
            check(shell.name, &ran);
        }
    }
}

#[test]
fn unset_returns_to_the_start() {
    for (start, dev) in [
        (
            "export AWS_PROFILE=\"it's \\$(x) \" AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=AKIA AWS_VAULT='a\nb'",
            "eu-west-1 1",
        ),
        (
            "AWS_PROFILE='a b' AWS_REGION=eu-west-1 AWS_SECRET_ACCESS_KEY='*'",
            "eu-west-1 0",
        ),
        (
            "export AWS_PROFILE= AWS_REGION=; AWS_DEFAULT_REGION=; AWS_ROLE_ARN=",
            " 1",
        ),
        (":", "none 0"),
    ] {
        let script = format!(
            "{start}\ndump >before\n\
             x use prod; region first; echo \"${{AWS_PROFILE-gone}} ${{AWS_VAULT-gone}} $AWSUME_PROFILE\"\n\
             x use staging; region second\n\
             x use dev; region third\n\
             x use bad; echo \"status $?\"; region still\n\
             x renew; x use staging; x renew; x use dev; x unset\n\
             dump >after; diff before after && echo same\n\
             x use prod; x unset; dump >after; diff before after && echo 'same again'\n"
        );
        every_form(&ALL, &script, |shell, ran| {
            let expected = format!(
                "first: prod us-east-1 1\ngone gone prod\nsecond: staging eu-central-1 1\nthird: dev {dev}\n\
                 status 1\nstill: dev {dev}\nsame\nsame again\n"
            );
            assert_eq!(ran.text(), expected, "{shell}: {start}");
        });
    }
}

#[test]
fn a_child_shell_clears_what_xrole_set() {
    for shell in shells(&ALL) {
        let child = format!(
            "{} {} -c '. ./load; export AWS_PROFILE=mine; x \"$@\"; x unset; dump' child",
            shell.program.display(),
            shell.args.join(" ")
        );
        let script = format!(
            "export AWS_REGION=eu-west-1\nx use prod\n{child} use staging\n{child} unset\nx use dev\n{child} use prod\n"
        );
        for form in [Form::Line, Form::Function] {
            let ran = run(&shell, form, &[], &script);
            assert_eq!(ran.errors(), "", "{}", shell.name);
            let mine = "AWS_PROFILE=[mine]\nAWS_PROFILE=mine\n";
            // The region of the first two is the role's; dev has none, so that the third is the user's.
            let third = "AWS_PROFILE=[mine]\nAWS_REGION=[eu-west-1]\nAWS_PROFILE=mine\nAWS_REGION=eu-west-1\n";
            let shown = ran.text().replace("AWS_EC2_METADATA_DISABLED=true\n", "");
            assert_eq!(shown, format!("{mine}{mine}{third}"), "{}", shell.name);
        }
    }
}

#[test]
fn keys_of_others_are_kept() {
    let script = "export AWS_PROFILE=start AWS_REGION=eu-west-1\n\
         x use prod; export AWS_ACCESS_KEY_ID=AKIAOTHER AWS_SECRET_ACCESS_KEY=o; unset AWS_SESSION_TOKEN\n\
         x use staging; region use; x unset; region unset; echo \"$AWS_ACCESS_KEY_ID ${AWS_SESSION_TOKEN-none} ${AWS_PROFILE-none}\"\n\
         unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; x use prod; export AWS_ACCESS_KEY_ID=AKIATHIRD\n\
         x unset; region left; echo \"$AWS_ACCESS_KEY_ID ${AWS_CREDENTIAL_EXPIRATION-none} ${__xrole_on-off}\"\n";
    every_form(&ALL, script, |shell, ran| {
        assert_eq!(
            ran.text(),
            "use: staging eu-central-1 1\nunset: none eu-west-1 1\nAKIAOTHER none none\n\
             left: none eu-west-1 1\nAKIATHIRD none off\n",
            "{shell}"
        );
    });
}

#[test]
fn the_previous_role_comes_back() {
    let script = "x use - 2>/dev/null || echo none; x use prod; x use prod; x use staging; x use -; region a\n\
         x use -; region b; x unset; x use -; region c\n";
    for shell in shells(&ALL) {
        let ran = run(&shell, Form::Function, &[], script);
        assert_eq!(
            ran.text(),
            "none\na: prod us-east-1 1\nb: staging eu-central-1 1\nc: staging eu-central-1 1\n",
            "{}",
            shell.name
        );
    }
}

#[test]
fn a_failure_stops_what_follows() {
    for shell in shells(&ALL) {
        for form in [Form::Line, Form::Function] {
            let chained = run(
                &shell,
                form,
                &[],
                "x use prod; x use bad && echo next; region kept\n",
            );
            assert_eq!(chained.text(), "kept: prod us-east-1 1\n", "{}", shell.name);
            let strict = run(&shell, form, &["-eu"], "x use bad\necho next\n");
            assert_eq!(
                (strict.text().as_str(), strict.status),
                ("", Some(1)),
                "{}",
                shell.name
            );
            let modes: &[&str] = match shell.name {
                "bash" => &["--posix", "-eu", "-o", "pipefail"],
                "zsh" => &[
                    "-eu",
                    "-o",
                    "ksharrays",
                    "-o",
                    "shwordsplit",
                    "-o",
                    "warncreateglobal",
                    "-o",
                    "errreturn",
                ],
                _ => &["-eu"],
            };
            let script =
                "IFS='0123XROLE'\nfalse && true\nx use prod\nx use staging\nx unset\necho done\n";
            let ran = run(&shell, form, modes, script);
            let errors = ran.errors();
            // Without the hook, zsh warns of globals that a user's own function creates.
            let errors = if form == Form::Line && shell.name == "zsh" {
                ""
            } else {
                errors.as_str()
            };
            assert_eq!(
                (ran.text().as_str(), errors),
                ("done\n", ""),
                "{}",
                shell.name
            );
        }
    }
}

#[test]
fn the_function_passes_everything_else_through() {
    let script = "xrole list a; echo \"$?\"; xrole use --help; echo \"$?\"; xrole renew -h; echo \"$?\"\n\
         xrole use interrupted; echo \"$?\"; xrole; echo \"$?\"; region end\n";
    for shell in shells(&ALL) {
        let ran = run(&shell, Form::Function, &[], script);
        // The stub knows no help: it fails, or sets something if it were evaluated.
        let text = ran.text();
        assert!(
            text.starts_with("called list a\n7\n"),
            "{}: {text}",
            shell.name
        );
        assert!(
            text.contains("\n130\ncalled  \n7\nend: none none 0\n"),
            "{}: {text}",
            shell.name
        );
    }
}

#[test]
fn nothing_leaks_under_tracing() {
    for shell in shells(&ALL) {
        let script = "set -xv\nx use prod\nx use bad || :\nx use staging\ncase $- in *x*v* | *v*x*) echo traced;; esac\nx unset\nset +xv\n\
             x use prod; env | grep -c __xrole; set -a; x use staging; x unset; x use dev; env | grep -c __xrole; set +a\n";
        let ran = run(&shell, Form::Function, &[], script);
        assert_eq!(ran.text(), "traced\n0\n0\n", "{}", shell.name);
        let errors = ran.errors();
        assert!(errors.contains("use prod"), "{}: not traced", shell.name);
        assert!(!errors.contains(stub::CANARY), "{}: {errors}", shell.name);
    }
}

#[test]
fn a_substitution_prints_and_a_subshell_evaluates() {
    let script = "eval \"$(xrole use prod)\"; region eval\n\
         ( xrole use staging; region inside ) | cat\n\
         v=$( ( xrole use staging; region nested ) | cat ); echo \"$v\"\n\
         ( xrole use staging; region file ) >out; cat out\n\
         eval \"$(xrole use bad)\" && echo next; region end\n";
    for shell in shells(&["bash", "zsh"]) {
        let ran = run(&shell, Form::Function, &[], script);
        assert_eq!(ran.errors(), "", "{}", shell.name);
        let text = ran.text();
        if shell.name == "bash" {
            assert_eq!(
                text,
                "eval: prod us-east-1 1\ninside: staging eu-central-1 1\nnested: staging eu-central-1 1\n\
                 file: staging eu-central-1 1\nend: prod us-east-1 1\n"
            );
        } else {
            assert!(
                text.starts_with("eval: prod us-east-1 1\ninside: staging eu-central-1 1\n"),
                "{text}"
            );
            assert!(text.ends_with("end: prod us-east-1 1\n"), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_known_is_refused() {
    let script = "export XROLE_TEST_HIDDEN=1\neval \"$(xrole use prod)\" && echo next; region eval\n\
         ( xrole use prod || echo \"status $?\"; region inside ) | cat\nxrole use prod; region alone\n";
    for shell in shells(&["bash"]) {
        let ran = run(&shell, Form::Function, &[], script);
        assert_eq!(
            ran.text(),
            "eval: none none 0\nfalse;\nstatus 2\ninside: none none 0\nalone: prod us-east-1 1\n"
        );
    }
}

#[test]
fn a_vanished_binary_is_status_127() {
    for shell in shells(&ALL) {
        let home = tempfile::tempdir().unwrap();
        let hook = stub::hook(shell.name, "/nowhere/it's/xrole", "auto", false);
        assert!(!hook.contains("/abs/xrole") && !hook.contains("@XROLE"));
        fs::write(Path::new(home.path()).join("hook"), hook).unwrap();
        let ran = shell.script(
            home.path(),
            &[],
            ". ./hook\nxrole use prod 2>/dev/null; echo $?; xrole list 2>/dev/null; echo $?\n",
            &[],
        );
        assert_eq!(ran.text(), "127\n127\n", "{}", shell.name);
    }
}
