//! fish: quoting and snippets through the real shell, and the function of its hook.

use std::fmt::Write as _;
use std::path::Path;

use crate::fish_lab::{Lab, both, hook_for, printed};
use crate::hostile_values::hostile_values;
use crate::little_xrole::SECRET;
use crate::shells::Ran;
use xrole::clock::Timestamp;
use xrole::session::{Credentials, Secret, Session};
use xrole::shell::Shell;
use xrole::shell::{Change, Env, Exports, Saved, use_change};

fn prod(env: &Env) -> Change {
    let session = Session {
        credentials: Credentials {
            access_key_id: "ASIA0000000000000001".into(),
            secret_access_key: Secret::new(SECRET),
            session_token: Some(Secret::new(SECRET)),
        },
        expiration: Some(Timestamp(2_000_000_000)),
        clock_offset: 0,
        minted: Timestamp(1_999_999_000),
        requested: 3600,
        identity: None,
        generation: 7,
    };
    let exports = Exports {
        selector: "prod",
        session: &session,
        region: Some("eu-central-1"),
        region_variable: None,
        stamp: Some(Path::new("/run/it's a stamp")),
        color: 6,
        profile_env: None,
    };
    use_change(env, &exports).change
}

#[test]
fn values_come_back_byte_for_byte() {
    let Some(lab) = Lab::new() else { return };
    let values = hostile_values(1, 10_000);
    for (batch, values) in values.chunks(1000).enumerate() {
        let quoted: Vec<String> = values
            .iter()
            .map(|value| Shell::Fish.quote(value).unwrap())
            .collect();
        lab.write(
            "values.fish",
            &format!("printf '%s\\0' {};", quoted.join(" ")),
        );
        let expected: Vec<u8> = values
            .iter()
            .flat_map(|value| [value.as_bytes(), b"\0"].concat())
            .collect();
        for arguments in [
            ["values.fish"].as_slice(),
            &["-c", "eval (cat values.fish | string collect)"],
            &["-c", "cat values.fish | source"],
        ] {
            let ran = lab.fish(arguments, &[]);
            assert!(
                ran.stdout == expected,
                "batch {batch} {arguments:?}: {}",
                ran.errors()
            );
        }
    }
    assert!(!lab.path().join("CANARY").exists());
}

#[test]
fn no_prefix_of_a_snippet_sets_anything() {
    let Some(lab) = Lab::new() else { return };
    let saved = |name, exported| Saved { name, exported };
    // One of each kind keeps it short, since every prefix of it is tried.
    let change = Change {
        save: vec![saved("AWS_PROFILE", true)],
        resave: vec![saved("AWS_VAULT", false)],
        restore: vec!["AWS_REGION"],
        unset: vec!["AWS_PROFILE"],
        set: vec![("XROLE_PROFILE", "it's".into())],
        previous: Some("dev".into()),
        color: Some(6),
        forget: false,
    };
    let snippet = Shell::Fish.render(&change).unwrap();
    // Without its last `;` and line end the snippet is whole.
    let whole = snippet.trim_end().trim_end_matches(';').len();
    lab.write("snippet", &snippet);
    let ran = lab.fish(
        &[
            "-c",
            &format!(
                "set -l text (cat snippet | string collect)
                for n in (seq 1 {whole})
                    eval (string sub -l $n -- $text | string collect) 2>/dev/null
                    if set -q XROLE_PROFILE; or test \"$AWS_PROFILE\" != mine
                        or set -gn | string match -q '__xrole*'
                        echo $n
                    end
                end"
            ),
        ],
        &[("AWS_PROFILE", "mine")],
    );
    assert_eq!(ran.text(), format!("{whole}\n"));
}

#[test]
fn a_snippet_does_nothing_in_another_dialect() {
    let Some(lab) = Lab::new() else { return };
    let change = prod(&Env::from([("AWS_PROFILE", "mine")]));
    lab.write("fish", &Shell::Fish.render(&change).unwrap());
    for shell in ["bash", "zsh", "sh"] {
        let ran = lab.run(
            Path::new(shell),
            &["-c", "eval \"$(cat fish)\"; echo reached; env"],
            &[("AWS_PROFILE", "mine")],
        );
        assert_clean(shell, &ran);
    }
    for (name, shell) in [("posix", Shell::Posix), ("powershell", Shell::PowerShell)] {
        lab.write(name, &shell.render(&change).unwrap());
        let ran = lab.fish(
            &[
                "-c",
                &format!(
                    "cat {name} | source; echo reached; env; set -gn | string match -r '^__xrole.*'"
                ),
            ],
            &[("AWS_PROFILE", "mine")],
        );
        assert!(ran.text().starts_with("reached\n"), "{name}: {ran:?}");
        assert_clean(name, &ran);
    }
}

fn assert_clean(what: &str, ran: &Ran) {
    let text = ran.text();
    assert!(
        text.contains("AWS_PROFILE=mine\n") || !text.contains("reached"),
        "{what}: {text}"
    );
    for word in [SECRET, "XROLE_", "__xrole"] {
        assert!(!text.contains(word), "{what} has {word}: {text}");
    }
}

/// What `unset` must bring back: each variable's value, whether exported, and whether there at all.
const LOOK: &str = "function look
    for n in AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_VAULT AWSUME_PROFILE XROLE_PROFILE XROLE_KEY_ID
        for scope in g U; for export in x u
            set -q$scope$export $n; and echo $n $scope $export (count $$n) \"$$n\"
        end; end
    end
    env | string match -r '^(?:AWS|XROLE|__xrole).*' | sort
    set -gn | string match -r '^__xrole_(?:on|[ep]_.*)$'
end\n";

#[test]
fn unset_returns_to_the_start() {
    let Some(lab) = Lab::new() else { return };
    for before in [
        "true",
        "set -gx AWS_PROFILE mine; set -gx AWS_REGION us-west-2",
        "set -g AWS_PROFILE plain; set -g AWS_REGION plain",
        "set -gx AWS_PROFILE ''; set -gx AWS_REGION ''; set -g AWS_VAULT ''",
        "set -gx AWS_ACCESS_KEY_ID AKIAMINE; set -gx AWS_SECRET_ACCESS_KEY \"it's\nmine\"",
        "set -Ux AWS_REGION universal; set -U AWS_PROFILE universal",
    ] {
        let mut lines = format!("{LOOK}{before}\nset -g start (look | string collect)\n");
        for during in [
            "xrole use prod",
            "xrole use prod; xrole use staging",
            "xrole use prod; xrole use bare",
            "xrole use prod; xrole use prod; xrole renew",
            "xrole use prod; xrole use staging; xrole use -; test $XROLE_PROFILE = prod; or echo WRONG",
            "xrole use prod; xrole use bad >/dev/null; test $XROLE_PROFILE = prod; or echo WRONG",
        ] {
            let _ = writeln!(
                lines,
                "{during}
                test -n \"$XROLE_KEY_ID\" -a \"$XROLE_KEY_ID\" = \"$AWS_ACCESS_KEY_ID\"; or echo NOT USED
                xrole unset; or echo FAILED
                set -g end (look | string collect)
                test \"$start\" = \"$end\"; or printf '%s\\n' {} \"$start\" -- \"$end\"",
                Shell::Fish.quote(during).unwrap()
            );
        }
        let ran = lab.script(&format!(
            "{lines}\nset -eU AWS_PROFILE; set -eU AWS_REGION; true"
        ));
        assert_eq!(printed(&ran), both("", ""), "{before}");
    }
}

#[test]
fn keys_of_others_and_child_shells_keep_what_is_theirs() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.script(
        "set -gx AWS_PROFILE mine
        xrole use prod
        fish -c 'source hook.fish; xrole unset; env' | string match -r '^(?:AWS_[A-DF-Z]|XROLE_).*'
        echo child $status $XROLE_PROFILE
        set -gx AWS_ACCESS_KEY_ID foreign
        xrole unset
        echo $AWS_ACCESS_KEY_ID (count $XROLE_PROFILE $XROLE_KEY_ID $AWS_REGION)
        set -gx AWS_PROFILE mine; xrole use prod; set -gx AWS_ACCESS_KEY_ID foreign
        xrole use staging; xrole unset; echo $AWS_ACCESS_KEY_ID (count $AWS_PROFILE)",
    );
    assert_eq!(
        printed(&ran),
        both("child 1 prod\nforeign 0\nforeign 0\n", "")
    );
}

#[test]
fn the_function_stands_in_every_place_of_a_line() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.script(
        "xrole use - >out; echo $status (cat out)
        xrole use prod; and echo set $XROLE_PROFILE; xrole unset
        xrole use prod | source; and echo piped $XROLE_PROFILE; xrole unset
        xrole use bad | source; and echo DEPLOYED; or echo stopped
        xrole use bad >out; echo $status (cat out)
        set -l text (xrole use prod | string collect); echo (count $XROLE_PROFILE)
        eval $text; and echo evaluated $XROLE_PROFILE
        xrole list 'a b' '' -- --x; echo $status
        xrole use --help
        xrole",
    );
    assert_eq!(
        ran.text(),
        "2 false;\nset prod\npiped prod\nstopped\n1 false;\n0\nevaluated prod\nlist|a b||--|--x\n0\nuse|--help\n\n"
    );
    assert_eq!(ran.errors(), "");
    assert_eq!(
        lab.xrole.calls()[1..6],
        [
            "use prod [fish ]",
            "unset [fish ]",
            "use prod [fish prod]",
            "unset [fish prod]",
            "use bad [fish prod]"
        ]
    );
}

#[test]
fn without_the_hook_the_line_form_does_the_same() {
    let Some(lab) = Lab::new() else { return };
    lab.write(
        "script.fish",
        &format!(
            "function x; XROLE_SHELL=fish {} $argv; end
        set -gx AWS_PROFILE mine
        x use prod | source; and echo $XROLE_PROFILE (count $AWS_PROFILE)
        x use bad | source; and echo DEPLOYED; or echo stopped
        eval (x use staging); and echo $XROLE_PROFILE
        x unset | source; and echo $AWS_PROFILE (count $XROLE_PROFILE)",
            lab.xrole.path().display()
        ),
    );
    let ran = lab.fish(&["script.fish"], &[]);
    assert_eq!(
        printed(&ran),
        both("prod 0\nstopped\nstaging\nmine 0\n", "")
    );
}

#[test]
fn a_vanished_binary_and_a_universal_variable_stop_the_line() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.script(
        "set -Ux AWS_PROFILE everywhere
        xrole use prod; and echo DEPLOYED; echo $status (count $XROLE_PROFILE $AWS_ACCESS_KEY_ID)
        set -eU AWS_PROFILE",
    );
    assert_eq!(ran.text(), "1 0\n");
    assert_eq!(
        ran.errors(),
        "xrole: universal variables would stay exported beside the session: AWS_PROFILE\nrun: set -eU AWS_PROFILE\n"
    );
    lab.write("hook.fish", &hook_for(Path::new("/gone/xrole")));
    let ran = lab.script("xrole use prod; and echo DEPLOYED; echo $status");
    assert_eq!(ran.text(), "false;\n127\n");
}

#[test]
fn tracing_shows_no_secret_and_children_see_nothing_internal() {
    let Some(lab) = Lab::new() else { return };
    lab.write("stamp", "2 2000000000\n");
    let ran = lab.interactive(
        &[],
        "set -g fish_trace 1
        xrole use prod
        emit fish_prompt
        xrole use staging
        xrole use prod | source
        set -e fish_trace
        env | string match -r '^__xrole.*'
        echo $XROLE_GEN",
    );
    assert_eq!(ran.text(), "1\n");
    assert!(
        ran.errors().contains("xrole use staging"),
        "{}",
        ran.errors()
    );
    assert!(!ran.errors().contains(SECRET), "{}", ran.errors());
    assert_eq!(lab.xrole.calls()[1], "_sync --shell fish [- -]");
}

#[test]
fn hook_and_undo_pass_the_formatter_and_the_parser() {
    let Some(lab) = Lab::new() else { return };
    lab.write("deinit.fish", Shell::Fish.deinit());
    for (name, file) in [
        (
            "hook",
            concat!(env!("CARGO_MANIFEST_DIR"), "/shell/xrole.fish"),
        ),
        (
            "undo",
            concat!(env!("CARGO_MANIFEST_DIR"), "/shell/deinit.fish"),
        ),
    ] {
        let ran = lab.run(Path::new("fish_indent"), &["--check", file], &[]);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.errors());
    }
    for file in ["hook.fish", "deinit.fish"] {
        let ran = lab.fish(&["--no-execute", file], &[]);
        assert_eq!((ran.status, ran.errors().as_str()), (Some(0), ""), "{file}");
    }
}
