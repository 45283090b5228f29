//! TAB in the real shells: with what `init` brings, and with the committed files alone.

mod support;

#[path = "support/shells.rs"]
mod shells;

use shells::shells;
use support::home::{CENTRAL_CONFIG, Home};
use support::left_out;
use support::pty::{Key, Terminal};
use support::run::{Run, xrole};

const COMPLETIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/completions");

/// Profiles with names that would run something, were they not one literal word.
fn config() -> String {
    format!(
        "{CENTRAL_CONFIG}\n[profile team:dev]\nregion = eu-west-1\n\
         [profile \"zap $(touch CANARY) it's\"]\nregion = eu-west-1\n"
    )
}

/// `COMP_WORDBREAKS`.
const BREAKS: &str = " \t\n\"'><=;|&(:";

fn home() -> Home {
    Home::new().config(&config()).program("xrole", &xrole())
}

#[test]
fn the_protocol_answers_with_what_may_stand_there() {
    let home = home();
    for (words, stdout) in [
        (&["zsh", "--", "xrole", "us"][..], "1 static\n"),
        (
            &["zsh", "--", "xrole", "init", ""],
            "1 values\nbash\t\nzsh\t\nfish\t\npowershell\t\nsh\tAny other POSIX shell: the function alone\n",
        ),
        (&["zsh", "--", "xrole", "use", "prod", ""], "1 none\n"),
        (
            &["bash", "xrole write --remove stag", BREAKS],
            "1 values\nstaging\n",
        ),
        (
            &["bash", "xrole configure stag", BREAKS],
            "1 values\nstaging\n",
        ),
        (
            &["bash", "xrole configure new --source stag", BREAKS],
            "1 values\nstaging\n",
        ),
        (
            &["bash", "xrole configure new --region eu-w", BREAKS],
            "1 values\neu-west-1\neu-west-2\neu-west-3\n",
        ),
        (
            &["zsh", "--", "xrole", "write", "prod", "--to", ""],
            "1 none\n",
        ),
        (&["bash", "xrole use team:", BREAKS], "1 values\ndev\n"),
        (
            &["bash", "xrole use zap", BREAKS],
            "1 values\nzap\\ \\$\\(touch\\ CANARY\\)\\ it\\'s\n",
        ),
        (
            &["bash", "xrole use --source stag", BREAKS],
            "1 values\nstaging\n",
        ),
    ] {
        let arguments = [&["_complete", "1"], words].concat();
        Run::xrole(&home, &arguments)
            .stdout(stdout)
            .stderr("")
            .check();
    }
}

struct Shell {
    name: &'static str,
    start_file: &'static str,
    /// With what `init` brings, and with the committed file alone.
    starts: [String; 2],
}

fn starts() -> [Shell; 3] {
    [
        Shell {
            name: "bash",
            start_file: ".bashrc",
            starts: [
                "PS1='ready$ '\neval \"$(xrole init bash)\"\n".into(),
                format!("PS1='ready$ '\n. '{COMPLETIONS}/xrole.bash'\n"),
            ],
        },
        Shell {
            name: "zsh",
            start_file: ".zshrc",
            starts: [
                "PROMPT='ready$ '\nautoload -Uz compinit\ncompinit -u -D\neval \"$(xrole init zsh)\"\n"
                    .into(),
                format!(
                    "PROMPT='ready$ '\nfpath=('{COMPLETIONS}' $fpath)\nautoload -Uz compinit\ncompinit -u -D\n"
                ),
            ],
        },
        Shell {
            name: "fish",
            start_file: ".config/fish/config.fish",
            starts: [
                "function fish_prompt; printf 'ready$ '; end\nxrole init fish | source\n".into(),
                format!(
                    "function fish_prompt; printf 'ready$ '; end\nsource '{COMPLETIONS}/xrole.fish'\n"
                ),
            ],
        },
    ]
}

/// Types the beginning of a line, presses TAB, waits for what stands there then, and takes the line away.
fn completes(terminal: &Terminal, typed: &str, line: &str) {
    terminal.type_text(typed);
    terminal.wait_for_cursor_after(typed);
    terminal.press(Key::Tab);
    terminal.wait_for_cursor_after(&format!("ready$ {line}"));
    terminal.press(Key::CtrlU);
    terminal.wait_for_cursor_after("ready$");
}

/// What is typed, and the line after TAB.
const LINES: [(&str, &str); 6] = [
    ("xrole stat", "xrole status"),
    ("xrole use stag", "xrole use staging"),
    ("xrole use --y", "xrole use --yes"),
    ("xrole use x --source stag", "xrole use x --source staging"),
    ("xrole init fi", "xrole init fish"),
    ("xrole explain rea", "xrole explain readonly"),
];

#[test]
fn tab_completes_in_each_shell() {
    for shell in starts() {
        let Some(found) = shells(&[shell.name]).pop() else {
            continue;
        };
        for start in &shell.starts {
            let home = home().file(shell.start_file, start);
            let program = found.program.to_string_lossy().into_owned();
            let terminal = Terminal::start(&program, &["-i"], home.env(), &home.path(""));
            terminal.wait_for_cursor_after("ready$");
            for (typed, line) in LINES {
                completes(&terminal, typed, line);
            }
            terminal.type_text("xrole list team:d");
            terminal.wait_for_cursor_after("team:d");
            terminal.press(Key::Tab);
            terminal.wait_until("team:dev", |screen| {
                screen
                    .contents()
                    .replace('\\', "")
                    .contains("xrole list team:dev")
            });
            terminal.press(Key::Enter);
            terminal.wait_for("eu-west-1");
            terminal.wait_for_cursor_after("ready$");
            terminal.command("clear");
            terminal.wait_for_cursor_after("ready$");
            terminal.type_text("xrole list zap");
            terminal.wait_for_cursor_after("zap");
            terminal.press(Key::Tab);
            terminal.wait_for("CANARY");
            terminal.press(Key::Enter);
            terminal.wait_for("eu-west-1");
            assert!(!home.path("CANARY").exists(), "{}", shell.name);
        }
    }
}

/// A tool's own completion, said in each shell's way; in bash in all of its ways.
const TOOLS: [(&str, &str); 3] = [
    (
        "bash",
        "complete -W 'alpha --wide' mytool\n\
         _second() { test \"$1|$2|$3|$COMP_LINE|${COMP_WORDS[*]}|$COMP_CWORD\" = 'second|al|x|second x al|second x al|2' && COMPREPLY=(alpha); }\n\
         complete -F _second second\n\
         complete -C \"sh -c 'test \\\"\\$COMP_LINE|\\$1|\\$2|\\$3\\\" = \\\"third al|third|al|third\\\" && echo alpha' -\" third\n",
    ),
    (
        "zsh",
        "_mytool() { _arguments '--wide' '1:x:(alpha)' }\ncompdef _mytool mytool\n",
    ),
    (
        "fish",
        "complete -c mytool -f -a alpha\ncomplete -c mytool -l wide\n",
    ),
];

/// What is typed behind `exec PROFILE`, and the line after TAB.
const BEHIND: [(&str, &str); 4] = [
    ("xrole exec prod myto", "xrole exec prod mytool"),
    ("xrole exec prod mytool al", "xrole exec prod mytool alpha"),
    (
        "xrole exec prod mytool --wi",
        "xrole exec prod mytool --wide",
    ),
    (
        "xrole exec --server team:dev -- mytool al",
        "xrole exec --server team:dev -- mytool alpha",
    ),
];

#[test]
fn behind_exec_the_commands_own_completion_takes_over() {
    for shell in starts() {
        let Some(found) = shells(&[shell.name]).pop() else {
            continue;
        };
        let (_, tool) = TOOLS
            .into_iter()
            .find(|(name, _)| *name == shell.name)
            .expect("each shell's way");
        for start in &shell.starts {
            let home = home()
                .file(shell.start_file, &format!("{start}{tool}"))
                .program("mytool", &xrole());
            let program = found.program.to_string_lossy().into_owned();
            let terminal = Terminal::start(&program, &["-i"], home.env(), &home.path(""));
            terminal.wait_for_cursor_after("ready$");
            for (typed, line) in BEHIND {
                completes(&terminal, typed, line);
            }
            // Options of xrole's own are still offered before the command.
            completes(
                &terminal,
                "xrole exec prod --ser",
                "xrole exec prod --server",
            );
            if shell.name == "bash" {
                for (typed, line) in [
                    (
                        "xrole exec prod second x al",
                        "xrole exec prod second x alpha",
                    ),
                    (
                        "xrole exec prod -- third al",
                        "xrole exec prod -- third alpha",
                    ),
                ] {
                    completes(&terminal, typed, line);
                }
            }
        }
    }
}
