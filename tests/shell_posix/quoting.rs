//! What is quoted comes back byte for byte, and nothing runs.

use std::fmt::Write as _;
use std::fs;

use crate::ALL;
use crate::shells::shells;
use xrole::shell::posix::quote;

const CASES: usize = 10_000;
const BATCH: usize = 500;

/// Values rich in what shells read: fixed ones first, then from a seed.
fn values(canary: &str) -> Vec<String> {
    let pieces = [
        "'",
        "\"",
        "\\",
        "$",
        "!",
        "%",
        "\n",
        "\r",
        "\t",
        "\u{1b}",
        "\u{1}",
        "\u{7f}",
        "\u{81}",
        "\u{2018}",
        "\u{2019}",
        "\u{201a}",
        "\u{201b}",
        "\u{202e}",
        "=ls",
        "~",
        "~root",
        "`",
        "$(",
        ")",
        "${HOME}",
        "*",
        "?",
        "[",
        "]",
        "{a,b}",
        ";",
        "&",
        "|",
        "<",
        ">",
        "#",
        " ",
        "-",
        "--",
        "é",
        "生",
        "\u{10ffff}",
        "a",
        "Z",
        "0",
        "''",
        "\\'",
        "\\\\",
        "\\n",
        "%s",
        "\u{88}",
        "\u{fffd}",
    ];
    let mut values: Vec<String> = [
        "", " ", "'", "''", "\\", "a\\", "\n", "\n\n", "a\n", "=ls", "~", "-n", "-e", "!", "!!",
        "%n", "*", "x=y",
    ]
    .map(str::to_owned)
    .into();
    values.push(format!("$(touch {canary})"));
    values.push(format!("`touch {canary}`"));
    values.push(format!("';touch {canary};'"));
    values.push(format!("\n touch {canary}\n"));
    let mut random = fastrand::Rng::with_seed(20_260_131);
    while values.len() < CASES {
        let length = random.usize(0..12);
        let mut value = String::new();
        for _ in 0..length {
            if random.u8(..) < 8 {
                let _ = write!(value, "$(touch {canary})");
            } else {
                value.push_str(random.choice(pieces).unwrap_or_default());
            }
        }
        values.push(value);
    }
    values
}

#[test]
fn values_come_back_byte_for_byte() {
    for shell in shells(&ALL) {
        let home = tempfile::tempdir().unwrap();
        let canary = home.path().join("canary");
        let values = values(&canary.to_string_lossy());
        let mut script = String::new();
        let mut expected = Vec::new();
        for batch in values.chunks(BATCH) {
            script.push_str("printf '%s\\0'");
            for value in batch {
                let _ = write!(script, " {}", quote(value).unwrap());
                expected.extend_from_slice(value.as_bytes());
                expected.push(0);
            }
            script.push('\n');
        }
        fs::write(home.path().join("values"), &script).unwrap();
        let evaluated = "eval \"$(cat values)\"\n";
        let modes: &[&[&str]] = match shell.name {
            "bash" => &[&[], &["--posix"]],
            "zsh" => &[
                &[],
                &["-o", "rcquotes"],
                &["-o", "ksharrays", "-o", "shwordsplit", "-o", "globsubst"],
            ],
            _ => &[&[]],
        };
        for flags in modes {
            for (form, text) in [("script", script.as_str()), ("eval", evaluated)] {
                for locale in ["C.UTF-8", "C"] {
                    let ran = shell.script(home.path(), flags, text, &[("LC_ALL", locale)]);
                    let at = ran
                        .stdout
                        .iter()
                        .zip(&expected)
                        .position(|(got, want)| got != want);
                    assert!(
                        ran.stdout == expected && ran.stderr.is_empty(),
                        "{} {flags:?} {form} {locale}: differs at {at:?}; {}",
                        shell.name,
                        ran.errors()
                    );
                }
            }
        }
        assert!(!canary.exists(), "{}: something ran", shell.name);
        println!("{}: {} values", shell.name, values.len());
    }
}

#[test]
fn nul_is_refused() {
    assert!(quote("a\0b").is_err());
}
