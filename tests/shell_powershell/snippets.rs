//! Values, code and data through PowerShell, and the function of its hook.

use std::fmt::Write as _;
use std::path::Path;

use crate::hostile_values::hostile_values;
use crate::lab::{Lab, both, hook_for, printed};
use crate::little_xrole::SECRET;
use xrole::shell::{Change, Saved};
use xrole::shell::{Shell, json};

/// What ConvertFrom-Json would turn into dates.
const DATES: [&str; 3] = [
    "2026-01-31T08:30:00Z",
    "2026-01-31T08:30:00.5+02:00",
    "/Date(1700000000000)/",
];

fn values() -> Vec<String> {
    let mut values = hostile_values(2, 10_000);
    values.extend(DATES.map(str::to_owned));
    values
}

fn assert_same(found: &str, values: &[String]) {
    let found: Vec<&str> = found.split('\0').collect();
    assert_eq!(found.len(), values.len());
    for (found, value) in found.iter().zip(values) {
        assert_eq!(found, value);
    }
}

const OPEN: &str = "$found = [System.Collections.Generic.List[string]]::new()\n";
const CLOSE: &str =
    "\n[System.IO.File]::WriteAllText(\"$PWD/out\", [string]::Join(\"`0\", $found))\n";

#[test]
fn values_come_back_from_code() {
    let Some(lab) = Lab::new() else { return };
    let values = values();
    let mut code = String::new();
    for value in &values {
        let quoted = Shell::PowerShell.quote(value).unwrap();
        assert!(
            quoted.bytes().all(|byte| (b' '..=b'~').contains(&byte)),
            "{quoted}"
        );
        let _ = writeln!(code, "$found.Add(({quoted}));");
    }
    let ran = lab.bare(&[], &format!("{OPEN}{code}{CLOSE}"));
    assert_eq!(printed(&ran), both("", ""));
    assert_same(&lab.read("out"), &values);
    lab.write("code.ps1", &code);
    let ran = lab.bare(
        &[],
        &format!("{OPEN}Get-Content code.ps1 | Out-String | Invoke-Expression{CLOSE}"),
    );
    assert_eq!(printed(&ran), both("", ""));
    assert_same(&lab.read("out"), &values);
    assert!(!lab.path().join("CANARY").exists());
}

#[test]
fn values_come_back_from_data() {
    let Some(lab) = Lab::new() else { return };
    let values = values();
    let data: String = values
        .iter()
        .map(|value| {
            let change = Change {
                set: vec![("XROLE_PROFILE", value.clone())],
                previous: Some(value.clone()),
                ..Change::default()
            };
            // Past the grammar, which would refuse most of them.
            json::render(&change).unwrap()
        })
        .collect();
    lab.write("data", &data);
    let ran = lab.script(
        &[],
        &format!(
            "{OPEN}foreach ($line in Get-Content data) {{
                __xrole_apply $line; $found.Add($env:XROLE_PROFILE)
                if ($env:XROLE_PROFILE -cne $global:__xrole_prev) {{ $line }}
            }}{CLOSE}"
        ),
    );
    assert_eq!(printed(&ran), both("", ""));
    assert_same(&lab.read("out"), &values);
    assert!(!lab.path().join("CANARY").exists());
}

/// One of each kind; short, since every prefix of it is tried.
fn short_change() -> Change {
    let saved = |name| Saved {
        name,
        exported: true,
    };
    Change {
        save: vec![saved("AWS_PROFILE")],
        resave: vec![saved("AWS_VAULT")],
        restore: vec!["AWS_REGION"],
        unset: vec!["AWS_PROFILE"],
        set: vec![("XROLE_PROFILE", "it's".into())],
        previous: Some("dev".into()),
        color: Some(6),
        forget: false,
    }
}

const CHANGED: &str =
    "$env:XROLE_PROFILE -or $env:AWS_PROFILE -cne 'mine' -or (Get-Variable -Name '__xrole_*')";

#[test]
fn no_prefix_of_a_snippet_sets_anything() {
    let Some(lab) = Lab::new() else { return };
    let snippet = Shell::PowerShell.render(&short_change()).unwrap();
    let whole = snippet.trim_end().trim_end_matches(';').len();
    lab.write("snippet", &snippet);
    let ran = lab.bare(
        &[("AWS_PROFILE", "mine")],
        &format!(
            "$text = Get-Content -Raw snippet
            foreach ($n in 1..{whole}) {{
                try {{ Invoke-Expression $text.Substring(0, $n) *>$null }} catch {{ }}
                if ({CHANGED}) {{ \"$n\" }}
            }}"
        ),
    );
    assert_eq!(printed(&ran), both(&format!("{whole}\n"), ""));
}

#[test]
fn no_prefix_of_data_sets_anything() {
    let Some(lab) = Lab::new() else { return };
    let data = Shell::Json.render(&short_change()).unwrap();
    let whole = data.trim_end().len();
    lab.write("data", &data);
    let ran = lab.script(
        &[("AWS_PROFILE", "mine")],
        &format!(
            "$text = Get-Content -Raw data
            foreach ($n in 1..{whole}) {{
                try {{ __xrole_apply $text.Substring(0, $n) *>$null }} catch {{ }}
                if ($env:XROLE_PROFILE -or $env:AWS_PROFILE -cne 'mine' -or $global:__xrole_old) {{ \"$n\" }}
            }}"
        ),
    );
    assert_eq!(printed(&ran), both(&format!("{whole}\n"), ""));
}

#[test]
fn a_snippet_does_nothing_in_another_dialect() {
    let Some(lab) = Lab::new() else { return };
    for (name, shell) in [
        ("fish", Shell::Fish),
        ("posix", Shell::Posix),
        ("data", Shell::Json),
    ] {
        lab.write(name, &shell.render(&short_change()).unwrap());
        let ran = lab.bare(
            &[("AWS_PROFILE", "mine")],
            &format!("try {{ Get-Content -Raw {name} | Invoke-Expression *>$null }} catch {{ }}\nif ({CHANGED}) {{ 'CHANGED' }}; 'reached'"),
        );
        assert_eq!(printed(&ran), both("reached\n", ""), "{name}");
    }
    lab.write(
        "snippet",
        &Shell::PowerShell.render(&short_change()).unwrap(),
    );
    for shell in crate::shells::shells(&["bash", "zsh", "dash", "mksh"]) {
        let script = "eval \"$(cat snippet)\"; echo reached; env";
        let ran = shell.script(lab.path(), &[], script, &[("AWS_PROFILE", "mine")]);
        let text = ran.text();
        assert!(
            !text.contains("XROLE_PROFILE") && !text.contains("__xrole"),
            "{}: {text}",
            shell.name
        );
        assert!(
            !text.contains("reached") || text.contains("AWS_PROFILE=mine"),
            "{}: {text}",
            shell.name
        );
    }
}

#[test]
fn tracing_shows_no_secret() {
    let Some(lab) = Lab::new() else { return };
    lab.write("stamp", "2 2000000000\n");
    let ran = lab.script(
        &[],
        "Set-PSDebug -Trace 2
        xrole use prod
        $null = prompt
        xrole use staging
        xrole unset
        Set-PSDebug -Off",
    );
    let shown = ran.text() + &ran.errors();
    assert!(shown.contains("xrole use staging"), "{shown}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert_eq!(lab.xrole.calls()[1], "_sync --shell json [- -]");
}

#[test]
fn a_vanished_binary_stops_the_line() {
    let Some(lab) = Lab::new() else { return };
    lab.write("hook.ps1", &hook_for(Path::new("/gone/xrole")));
    let ran = lab.script(
        &[("XROLE_PROFILE", "old")],
        "try { xrole use prod && 'GONE ON' } catch { 'stopped', $LASTEXITCODE }; $env:XROLE_PROFILE",
    );
    assert_eq!(printed(&ran), both("stopped\n127\nold\n", ""));
}

#[test]
fn hook_and_undo_pass_the_parser() {
    let Some(lab) = Lab::new() else { return };
    lab.write("deinit.ps1", Shell::PowerShell.deinit());
    let ran = lab.bare(
        &[],
        "foreach ($file in 'hook.ps1', 'deinit.ps1') {
            $tokens = $null; $errors = $null
            [void][System.Management.Automation.Language.Parser]::ParseFile(\"$PWD/$file\", [ref]$tokens, [ref]$errors)
            \"$file $($errors.Count) $($tokens.Count -gt 50)\"
            # What Windows PowerShell 5.1 does not know.
            $tokens | Where-Object { 'AndAnd', 'OrOr', 'QuestionMark', 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket' -contains $_.Kind }
        }",
    );
    assert_eq!(
        printed(&ran),
        both("hook.ps1 0 True\ndeinit.ps1 0 True\n", "")
    );
}
