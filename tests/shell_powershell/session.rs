//! A session in PowerShell: what `use` and `unset` do with the user's variables, and a person at a terminal.

use std::fmt::Write as _;

use crate::lab::{Lab, both, printed};
use crate::little_xrole::SECRET;
use crate::pty::{Key, Terminal};
use crate::shells::clean_env;

const LOOK: &str = "function look {
    (Get-ChildItem Env: | Where-Object { $_.Name -cmatch '^(AWS|XROLE|__xrole)' } | Sort-Object Name | ForEach-Object { \"$($_.Name)=$($_.Value)\" }) -join '|'
}\n";

#[test]
fn unset_returns_to_the_start() {
    let Some(lab) = Lab::new() else { return };
    for mode in [
        "",
        "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'",
    ] {
        let mut lines = format!("{LOOK}{mode}\n");
        for before in [
            "",
            "$env:AWS_PROFILE = 'mine'; $env:AWS_REGION = 'us-west-2'",
            "Set-Item Env:AWS_PROFILE ''; $env:AWS_VAULT = \"it's`nmine\"",
            "$env:AWS_ACCESS_KEY_ID = 'AKIAMINE'; $env:AWS_SECRET_ACCESS_KEY = 'mine'",
        ] {
            for during in [
                "xrole use prod",
                "xrole use prod; xrole use staging",
                "xrole use prod; xrole use bare",
                "xrole use prod; xrole use prod; xrole renew",
                "xrole use prod; xrole use staging; xrole use -; if ($env:XROLE_PROFILE -cne 'prod') { 'WRONG' }",
                "xrole use prod; try { xrole use bad; 'GONE ON' } catch { }; if ($env:XROLE_PROFILE -cne 'prod') { 'WRONG' }",
                "xrole use prod | Out-String | Invoke-Expression",
            ] {
                let _ = writeln!(
                    lines,
                    "{before}
                    $start = look
                    {during}
                    if (-not $env:XROLE_KEY_ID -or $env:XROLE_KEY_ID -cne $env:AWS_ACCESS_KEY_ID) {{ 'NOT USED' }}
                    xrole unset
                    $end = look
                    if ($start -cne $end -or $null -ne $global:__xrole_old) {{ @'\n{during}\n'@; $start; $end }}
                    Remove-Item Env:AWS_PROFILE, Env:AWS_REGION, Env:AWS_VAULT, Env:AWS_ACCESS_KEY_ID, Env:AWS_SECRET_ACCESS_KEY -ErrorAction Ignore",
                );
            }
        }
        assert_eq!(printed(&lab.script(&[], &lines)), both("", ""), "{mode}");
    }
}

#[test]
fn keys_of_others_stay_theirs() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.script(
        &[],
        "xrole use prod; $env:AWS_ACCESS_KEY_ID = 'foreign'; xrole unset
        \"$env:AWS_ACCESS_KEY_ID [$env:XROLE_PROFILE] [$env:AWS_REGION]\"
        xrole use prod; $env:AWS_ACCESS_KEY_ID = 'foreign'; xrole use staging; xrole unset
        \"$env:AWS_ACCESS_KEY_ID [$env:XROLE_PROFILE]\"",
    );
    assert_eq!(printed(&ran), both("foreign [] []\nforeign []\n", ""));
}

#[test]
fn the_function_stands_in_every_place_of_a_line() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.script(
        &[],
        "try { xrole use - && 'GONE ON' } catch { \"caught $LASTEXITCODE\" }
        xrole use prod && \"set $env:XROLE_PROFILE\"
        $text = xrole use staging; \"[$text] $env:XROLE_PROFILE\"
        try { xrole use bad && 'GONE ON' } catch { \"caught $_\" }
        try { xrole use bad | Out-String | Invoke-Expression; 'GONE ON' } catch { \"caught $_\" }
        xrole unset | Out-String | Invoke-Expression; \"[$env:XROLE_PROFILE]\"
        $line = xrole list -e:f -v --name 'a b' '' 'q\"x' '--' end; \"$line $?\"
        $line = 'input' | xrole list -x; $line
        $PSNativeCommandArgumentPassing = 'Legacy'
        xrole list -e:f 'a b' '' 'q\"x y' '--' end
        xrole use --help
        xrole; \"[$env:XROLE_SHELL$env:XROLE_PREV]\"",
    );
    assert_eq!(
        printed(&ran),
        both(
            "caught 2\nset prod\n[] staging\ncaught xrole: exit status 1\ncaught xrole failed\n[]\n\
             list|-e:f|-v|--name|a b||q\"x|--|end True\nlist|-x\nlist|-e:f|a b||q\"x y|--|end\nuse|--help\n\n[]\n",
            ""
        )
    );
    assert_eq!(
        lab.xrole.calls()[..6],
        [
            "use - [json -]",
            "use prod [json -]",
            "use staging [json -]",
            "use bad [json prod]",
            "use bad [powershell -]",
            "unset [powershell -]"
        ]
    );
}

#[test]
fn a_failure_ends_a_script_that_does_not_catch_it() {
    let Some(lab) = Lab::new() else { return };
    for preference in ["Continue", "Stop"] {
        let ran = lab.script(
            &[],
            &format!("$ErrorActionPreference = '{preference}'; xrole use bad; 'GONE ON'"),
        );
        assert_eq!(
            (ran.text().as_str(), ran.status),
            ("", Some(1)),
            "{preference}"
        );
    }
}

#[test]
fn a_person_sees_the_segment_and_keeps_the_statuses() {
    let Some(lab) = Lab::new() else { return };
    lab.write(
        "start.ps1",
        "function prompt { 'PS> ' }\n. ./hook.ps1\n. ./hook.ps1\n",
    );
    let mut env = clean_env(lab.path());
    env.insert("TERM".into(), "xterm-256color".into());
    let pwsh = lab.pwsh.program.to_str().unwrap();
    let arguments = [
        "-NoProfile",
        "-NoLogo",
        "-NoExit",
        "-Command",
        ". ./start.ps1",
    ];
    let terminal = Terminal::start(pwsh, &arguments, &env, lab.path());
    terminal.wait_for_cursor_after("PS>");
    terminal.command("xrole use prod");
    terminal.wait_for_cursor_after("[prod 59m] PS>");
    terminal.command("sh -c 'exit 3'");
    terminal.wait_for_cursor_after("PS>");
    terminal.command("\"code $LASTEXITCODE\"");
    terminal.wait_for_line("code 3");
    terminal.command("Write-Error '' -ErrorAction Ignore");
    terminal.wait_for_cursor_after("PS>");
    terminal.command("\"next $?\"");
    terminal.wait_for_line("next False");
    terminal.command("xrole use bad && 'GONE ON'");
    terminal.wait_for("xrole: exit status 1");
    terminal.command("\"still $env:XROLE_PROFILE\"");
    terminal.wait_for_line("still prod");
    lab.write("stamp", "2 2000000000\n");
    terminal.press(Key::Enter);
    terminal.command("\"gen $env:XROLE_GEN\"");
    terminal.wait_for_line("gen 2");
    terminal.command("$env:XROLE_EXPIRES = '5'");
    terminal.wait_for("xrole: the session of prod has expired; run: xrole renew");
    terminal.wait_for_cursor_after("[prod expired] PS>");
    terminal.command("xrole unset; \"left [$env:XROLE_PROFILE]\"");
    terminal.wait_for_line("left []");
    assert!(
        !terminal
            .screen()
            .lines()
            .any(|line| line.trim() == "GONE ON")
    );
    let shown = String::from_utf8_lossy(&terminal.output()).into_owned();
    assert!(!shown.contains(SECRET), "{shown}");
}
