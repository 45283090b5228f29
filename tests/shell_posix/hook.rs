//! The hook as a guest: what the user's shell had before is there afterwards, and each can load it as often as they like.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::ALL;
use crate::shells::{Ran, TestShell, left_out, shells, variable};
use crate::stub;

/// Feeds lines to a shell in whose folder `hook` and `deinit` lie.
fn fed(shell: &TestShell, flags: &[&str], lines: &str) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let path = stub::install(home.path());
    fs::write(
        home.path().join("hook"),
        stub::hook(shell.name, &path, "auto", false),
    )
    .unwrap();
    fs::write(
        home.path().join("deinit"),
        stub::dialect(shell.name).deinit(),
    )
    .unwrap();
    let lines = format!("{lines}\nexit 0\n");
    let env = [("TERM", "dumb")];
    // The others have no prompt part, and an interactive ash says more than what is asked here.
    if ["bash", "zsh"].contains(&shell.name) {
        shell.interactive(home.path(), flags, &lines, &env)
    } else {
        shell.script(home.path(), flags, &lines, &env)
    }
}

const LIVE: &str = "export XROLE_PROFILE=prod XROLE_KEY_ID=A AWS_ACCESS_KEY_ID=A XROLE_EXPIRES=$(( $(date +%s) + 2578 ))\n";

#[test]
fn loading_is_silent_in_every_mode() {
    for shell in shells(&ALL) {
        let modes: &[&[&str]] = match shell.name {
            "bash" => &[
                &[],
                &["-eu", "-o", "pipefail"],
                &["--posix", "-eu"],
                &["-O", "failglob", "-f"],
            ],
            "zsh" => &[
                &[],
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
                    "warnnestedvar",
                    "-o",
                    "noclobber",
                    "-o",
                    "globsubst",
                    "-o",
                    "rcquotes",
                    "-o",
                    "ignorebraces",
                ],
                &[
                    "-o",
                    "noglobalexport",
                    "-o",
                    "cshjunkiequotes",
                    "-o",
                    "interactivecomments",
                    "-o",
                    "posixidentifiers",
                ],
            ],
            _ => &[&["-eu"]],
        };
        for flags in modes {
            for how in [". ./hook", "\\eval \"$(cat hook)\""] {
                let aliases = match shell.name {
                    "bash" | "zsh" => {
                        "alias xrole=oops read='read -e' printf=oops eval=oops set=oops local=oops unset=oops export=oops\n"
                    }
                    _ => "alias xrole=oops eval=oops set=oops unset=oops\n",
                };
                let lines = format!(
                    "IFS='0123XRe'\n: >errors\nHOW='{how}'\n{aliases}\\eval \"$HOW\" 2>>errors\n\\eval \"$HOW\" 2>>errors\nfalse && true\n\
                     xrole use prod 2>>errors\necho \"<$XROLE_PROFILE,$AWS_REGION>\"\nxrole unset 2>>errors\n\
                     echo \"<${{XROLE_PROFILE-none}},$IFS>\"\ncat errors\n"
                );
                let ran = fed(&shell, flags, &lines);
                assert_eq!(
                    (ran.text().as_str(), ran.status),
                    ("<prod,us-east-1>\n<none,0123XRe>\n", Some(0)),
                    "{} {flags:?} {how}: {}",
                    shell.name,
                    ran.errors()
                );
            }
        }
    }
}

#[test]
fn the_status_and_other_hooks_are_kept() {
    let bash = "PROMPT_COMMAND='seen=$?'\n. ./hook\n";
    let zsh = "precmd() { seen=$? }\n. ./hook\n";
    for shell in shells(&["bash", "zsh"]) {
        let load = if shell.name == "bash" { bash } else { zsh };
        let lines = format!("{load}{LIVE}(exit 7)\necho \"$? $seen\"\ntrue\necho \"$? $seen\"\n");
        let ran = fed(&shell, &[], &lines);
        assert_eq!(ran.text(), "7 7\n0 0\n", "{}: {}", shell.name, ran.errors());
    }
}

#[test]
fn set_e_survives_the_prompt() {
    for shell in shells(&["bash", "zsh"]) {
        let lines = format!(
            ". ./hook\n{LIVE}set -eu\nfalse && true\n:\nXROLE_EXPIRES=1\n:\nunset XROLE_GEN XROLE_EXPIRES\n:\nunset XROLE_PROFILE\n:\necho alive\n"
        );
        let ran = fed(&shell, &[], &lines);
        assert_eq!(ran.text(), "alive\n", "{}: {}", shell.name, ran.errors());
    }
}

#[test]
fn loading_twice_changes_nothing() {
    for shell in shells(&["bash", "zsh"]) {
        let state = match shell.name {
            "bash" => "echo \"$PS1|$PROMPT_COMMAND\"\n",
            _ => "print -r -- \"${PROMPT//[^v]/}|$precmd_functions\"\n",
        };
        let lines = format!(". ./hook\n:\n{state}. ./hook\n:\n. ./hook\n:\n{state}");
        let ran = fed(&shell, &[], &lines);
        let text = ran.text();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{}: {}", shell.name, ran.errors());
        assert_eq!(lines[0], lines[1], "{}", shell.name);
        assert!(lines[0].contains("xrole"), "{text}");
    }
}

#[test]
fn deinit_is_the_exact_undo() {
    let bash = "state() { declare -p PS1 PROMPT_COMMAND precmd_functions 2>/dev/null; declare -F; compgen -v | grep xrole; complete -p | grep xrole; }\n";
    let zsh = "state() { print -r -- \"$PROMPT|$RPROMPT|$precmd_functions|${+precmd_functions}|$psvar\"; print -rl -- ${(ok)functions} ${(k)parameters[(I)*xrole*]} }\n";
    for shell in shells(&["bash", "zsh"]) {
        let (state, starts): (_, &[&str]) = match shell.name {
            "bash" => (
                bash,
                &[
                    ":",
                    "PROMPT_COMMAND='x=1'",
                    "PROMPT_COMMAND=('x=1' 'y=2')",
                    "PROMPT_COMMAND=(); PROMPT_COMMAND[3]='y=2'",
                    "PS1='$(echo a) \\w$ '",
                ],
            ),
            _ => (
                zsh,
                &[
                    ":",
                    "a() { : }; precmd_functions=(a)",
                    "RPROMPT='%~'; psvar=(one two)",
                    "PROMPT='%(?.a.b)$ '",
                ],
            ),
        };
        for start in starts {
            let lines = format!(
                "{start}\n{state}:\nstate >before\n. ./hook\n:\n{LIVE}:\nunset XROLE_PROFILE XROLE_KEY_ID\n. ./deinit\n:\nstate >after\n\
                 diff before after && echo same\n"
            );
            let ran = fed(&shell, &[], &lines);
            assert_eq!(
                ran.text(),
                "same\n",
                "{} {start}: {}",
                shell.name,
                ran.errors()
            );
        }
    }
}

#[test]
fn what_use_saved_outlives_deinit() {
    for shell in shells(&["bash", "zsh"]) {
        let lines = "export AWS_PROFILE=mine\n. ./hook\nxrole use prod\n. ./deinit\neval \"$(bin/xrole unset)\"\necho \"$AWS_PROFILE ${XROLE_PROFILE-none}\"\n";
        let ran = fed(&shell, &[], lines);
        assert_eq!(
            ran.text(),
            "mine none\n",
            "{}: {}",
            shell.name,
            ran.errors()
        );
    }
}

#[test]
fn bash_hooks_of_every_kind_still_run() {
    for (before, runs) in [
        ("PROMPT_COMMAND='a=$((${a:-0}+1))'", "1 0"),
        (
            "PROMPT_COMMAND=('a=$((${a:-0}+1))' 'b=$((${b:-0}+1))')",
            "1 1",
        ),
        (
            "PROMPT_COMMAND=(); PROMPT_COMMAND[2]='b=$((${b:-0}+1))'",
            "0 1",
        ),
        ("PROMPT_COMMAND='  a=$((${a:-0}+1)) ;'", "1 0"),
    ] {
        for shell in shells(&["bash"]) {
            let lines =
                format!("{before}\n. ./hook\n{LIVE}a=0 b=0\necho \"$a $b <$__xrole_ps1>\"\n");
            let ran = fed(&shell, &[], &lines);
            assert_eq!(
                ran.text(),
                format!("{runs} <[prod 42m] >\n"),
                "{before}: {}",
                ran.errors()
            );
        }
    }
    for shell in shells(&["bash"]) {
        let preexec = "bash_preexec_imported=defined; other() { :; }; precmd_functions=(other)\n\
             PROMPT_COMMAND='for f in \"${precmd_functions[@]}\"; do $f; done'\n";
        let lines = format!(
            "{preexec}. ./hook\n. ./hook\n{LIVE}echo \"${{precmd_functions[*]}} <$__xrole_ps1>\"; . ./deinit; echo \"${{precmd_functions[*]}}\"\n"
        );
        let ran = fed(&shell, &[], &lines);
        assert_eq!(
            ran.text(),
            "__xrole_prompt other <[prod 42m] >\nother\n",
            "{}",
            ran.errors()
        );
    }
}

/// The clock of bash before 4.2, which has no `%(…)T`, taken out of the hook and run in a bash of today.
#[test]
fn the_clock_of_old_bash_counts() {
    for shell in shells(&["bash"]) {
        let old = "sed 's/>= 402/>= 40200/' hook >old; . ./old\n";
        let lines = format!(
            "{old}{LIVE}echo \"<$__xrole_ps1>\"\nSECONDS=500\n:\necho \"<$__xrole_ps1>\"\nSECONDS=3\n:\necho \"<$__xrole_ps1>\"\n\
             unset SECONDS\nSECONDS='a[$(touch canary)]'\n:\necho \"<$__xrole_ps1>\"\nSECONDS=09\n:\necho \"<$__xrole_ps1>\"; ls canary 2>/dev/null\n"
        );
        let ran = fed(&shell, &[], &lines);
        let text = ran.text();
        let lines: Vec<_> = text.lines().collect();
        // Setting SECONDS forward moves the clock with it: 42m58s less 500s. Backwards asks for the time anew.
        assert_eq!(
            lines,
            [
                "<[prod 42m] >",
                "<[prod 34m] >",
                "<[prod 42m] >",
                "<[prod 42m] >",
                "<[prod 42m] >"
            ],
            "{}",
            ran.errors()
        );
    }
}

/// The files are valid as they stand, and in the form that shfmt gives them.
#[test]
fn the_files_are_clean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shell");
    let path = variable("PATH").unwrap_or_default();
    for (tool, args, files) in [
        (
            "shellcheck",
            &[][..],
            &["xrole.bash", "deinit.bash", "xrole.sh"][..],
        ),
        ("shfmt", &["-d"], &["xrole.bash", "deinit.bash", "xrole.sh"]),
        ("bash", &["-n"], &["xrole.bash"]),
        ("bash", &["-n"], &["deinit.bash"]),
        ("dash", &["-n"], &["xrole.sh"]),
        ("zsh", &["-n"], &["xrole.zsh"]),
        ("zsh", &["-n"], &["deinit.zsh"]),
    ] {
        if !std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()) {
            left_out(&format!("{tool} is not there"));
            continue;
        }
        let output = Command::new(tool)
            .args(args)
            .args(files)
            .current_dir(&folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(
            output.status.success() && said.is_empty(),
            "{tool} {files:?}: {said}"
        );
    }
}
