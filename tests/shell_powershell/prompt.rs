//! The prompt part of the hook, by calling `prompt` as the host does.

use std::fmt::Write as _;

use crate::lab::{Lab, both, now, printed};
use xrole::shell::Shell;

#[test]
fn the_segment_tells_name_and_time() {
    let Some(lab) = Lab::new() else { return };
    let now = now();
    let later = |seconds: i64| (now + seconds).to_string();
    let cases = [
        ("", "K", later(9000), "6", ""),
        ("prod", "K", later(32_998), "6", "6[prod 9h09m] "),
        ("prod", "K", later(3598), "6", "6[prod 59m] "),
        ("prod", "K", later(2578), "1", "1[prod 42m] "),
        ("prod", "K", later(2578), "a[1]", "6[prod 42m] "),
        ("prod", "K", later(898), "6", "3[prod 14m] "),
        ("prod", "K", later(898), "1", "1[prod 14m] "),
        ("prod", "K", later(298), "6", "1[prod 4m] "),
        ("prod", "K", later(-5), "6", "1[prod expired] "),
        ("prod", "OTHER", later(2578), "6", "1[prod?] "),
        ("prod", "K", "a[$(New-Item CANARY)]".into(), "6", "6[prod] "),
        ("prod", "K", "09".into(), "6", "6[prod] "),
        ("prod", "K", "²".into(), "6", "6[prod] "),
        ("prod", "K", "1\n".into(), "6", "6[prod] "),
        ("prod", "K", "1".repeat(40), "6", "6[prod] "),
        (
            "arn:aws:iam::222222222222:role/path/ops",
            "K",
            "x".into(),
            "6",
            "6[ops] ",
        ),
        (
            "$(New-Item CANARY)`a;%n*'\" :@!ž{0}",
            "K",
            "x".into(),
            "6",
            "6[$(New-Item CANARY)`a;%n*'\" :@!ž{0}] ",
        ),
        ("a\x1b[2J\n\u{9b}b", "K", "x".into(), "6", "6[a?[2J??b] "),
    ];
    let quote = |value: &str| Shell::PowerShell.quote(value).unwrap();
    let mut lines = String::from("$env:XROLE_KEY_ID = 'K'\n");
    for (profile, key, expires, color, _) in &cases {
        let _ = writeln!(
            lines,
            "$env:XROLE_PROFILE = {}; $env:AWS_ACCESS_KEY_ID = '{key}'; $env:XROLE_EXPIRES = {}
            $global:__xrole_color = '{color}'; \"$((__xrole_tick) -replace [char]27, '^')|\"",
            quote(profile),
            quote(expires)
        );
    }
    let ran = lab.script(&[("XROLE_GEN", "1")], &lines);
    // Where stdout is no terminal, PowerShell takes escape sequences out.
    let shown = ran
        .text()
        .replace("^[39m", "")
        .replace("^[3", "")
        .replace("m[", "[");
    let expected: String = cases.iter().flat_map(|case| [case.4, "|\n"]).collect();
    assert_eq!(shown, expected);
    assert_eq!(
        ran.errors().trim_end(),
        "xrole: the session of prod has expired; run: xrole renew"
    );
    assert!(!lab.path().join("CANARY").exists());
    for plain in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let ran = lab.script(
            &[("XROLE_PROFILE", "prod"), ("AWS_PROFILE", "prod"), plain],
            "__xrole_tick",
        );
        assert_eq!(printed(&ran), both("[prod] \n", ""));
    }
}

#[test]
fn a_renewal_is_picked_up_once_and_odd_stamps_never() {
    let Some(lab) = Lab::new() else { return };
    let mut lines = String::from("xrole use prod\n");
    for stamp in [
        "true",
        "mkfifo stamp",
        "mkdir stamp",
        "ln -s /dev/zero stamp",
        "printf \"09 1\\\\n\" >stamp",
        "printf \"² 1\\\\n\" >stamp",
        "printf \"%040d 1\\\\n\" 7 >stamp",
        "head -c 1000000 /dev/zero >stamp",
    ] {
        let _ = writeln!(
            lines,
            "sh -c 'rm -rf stamp; {stamp}'; \"$(__xrole_tick)$env:XROLE_GEN\""
        );
    }
    lines.push_str(
        "sh -c 'rm -rf stamp; echo 2 2000000000 >stamp'
        \"$(__xrole_tick)$env:XROLE_GEN $env:AWS_ACCESS_KEY_ID\"
        \"$(__xrole_tick)$env:XROLE_GEN\"
        $env:AWS_ACCESS_KEY_ID = 'foreign'; sh -c 'echo 3 2000000000 >stamp'
        \"$(__xrole_tick)$env:XROLE_GEN\"\n",
    );
    let ran = lab.script(&[("NO_COLOR", "1")], &lines);
    let expected =
        "[prod 59m] 1\n".repeat(8) + "[prod 59m] 2 ASIA00000000000PROD2\n[prod 59m] 2\n[prod?] 2\n";
    assert_eq!(printed(&ran), both(&expected, ""));
    assert_eq!(
        lab.xrole.calls(),
        ["use prod [json -]", "_sync --shell json [- -]"]
    );
}

#[test]
fn the_prompt_before_sees_and_keeps_the_statuses() {
    let Some(lab) = Lab::new() else { return };
    let lines = "sh -c 'exit 3'; $text = prompt; \"$text $? $LASTEXITCODE\"
        $null = 1; $text = prompt; \"$text $LASTEXITCODE\"";
    lab.write("real.ps1", &lab.read("hook.ps1"));
    lab.write("hook.ps1", "function global:prompt { \"$?/$global:LASTEXITCODE> \"; 'more' }\n. ./real.ps1\n. ./real.ps1\n");
    let ran = lab.script(
        &[
            ("XROLE_PROFILE", "prod"),
            ("AWS_PROFILE", "prod"),
            ("NO_COLOR", "1"),
        ],
        lines,
    );
    let text = ran.text();
    let first: Vec<&str> = text.lines().collect();
    assert_eq!(
        first,
        ["[prod] False/3>  True 3", "[prod] True/3>  3"],
        "{}",
        ran.errors()
    );
}

#[test]
fn placement_and_expiry_follow_the_settings() {
    let Some(lab) = Lab::new() else { return };
    let hook = lab.read("hook.ps1");
    let env = [
        ("XROLE_PROFILE", "prod"),
        ("AWS_PROFILE", "prod"),
        ("NO_COLOR", "1"),
    ];
    for (place, before, shown) in [
        ("auto", "", "[prod] "),
        ("left", "$env:STARSHIP_SHELL = 'pwsh'", "[prod] "),
        ("right", "", "[prod] "),
        ("none", "", ""),
        ("auto", "$env:STARSHIP_SHELL = 'powershell'", ""),
        ("auto", "$env:STARSHIP_SHELL = 'bash'", "[prod] "),
        ("auto", "$env:POSH_SHELL = 'pwsh'", ""),
        (
            "auto",
            "$null = New-Module -Name oh-my-posh-core { } | Import-Module",
            "",
        ),
    ] {
        lab.write(
            "hook.ps1",
            &hook.replace(
                "__xrole_place = 'auto'",
                &format!("__xrole_place = '{place}'"),
            ),
        );
        let ran = lab.script(&env, &format!("{before}\n\"$(__xrole_tick)|\""));
        assert_eq!(
            printed(&ran),
            both(&format!("{shown}|\n"), ""),
            "{place} {before}"
        );
    }
    let session = [
        ("XROLE_PROFILE", "prod"),
        ("NO_COLOR", "1"),
        ("XROLE_KEY_ID", "K"),
        ("AWS_ACCESS_KEY_ID", "K"),
        ("XROLE_GEN", "7"),
    ];
    let lines = "$null = __xrole_tick; $env:XROLE_EXPIRES = '5'; $null = __xrole_tick
        \"$(__xrole_tick)$env:AWS_ACCESS_KEY_ID $env:AWS_PROFILE\"";
    for (setting, shown) in [
        ("keep", "[prod expired] K \n"),
        ("clear", "[prod expired]  xrole-expired\n"),
    ] {
        lab.write(
            "hook.ps1",
            &hook.replace(
                "__xrole_on_expire = 'keep'",
                &format!("__xrole_on_expire = '{setting}'"),
            ),
        );
        let ran = lab.script(&session, lines);
        assert_eq!(ran.text(), shown);
        assert_eq!(
            ran.errors()
                .matches("has expired; run: xrole renew")
                .count(),
            1,
            "{}",
            ran.errors()
        );
    }
}

#[test]
fn deinit_leaves_nothing() {
    let Some(lab) = Lab::new() else { return };
    lab.write("deinit.ps1", Shell::PowerShell.deinit());
    let ran = lab.script(
        &[
            ("XROLE_PROFILE", "prod"),
            ("AWS_PROFILE", "prod"),
            ("NO_COLOR", "1"),
        ],
        "Invoke-Expression (Get-Content -Raw hook.ps1)
        prompt
        Invoke-Expression (Get-Content -Raw deinit.ps1)
        prompt
        (Get-ChildItem Function:).Name -match 'xrole'
        (Get-Variable).Name -match 'xrole'
        'end'",
    );
    let text = ran.text();
    let lines: Vec<&str> = text.lines().collect();
    let [with, without, "end"] = lines.as_slice() else {
        panic!("{text}{}", ran.errors());
    };
    assert_eq!(*with, format!("[prod] {without}"));
    assert_eq!(ran.errors(), "");
}

#[test]
fn the_time_of_a_prompt_is_told() {
    let Some(lab) = Lab::new() else { return };
    lab.write("stamp", "1 2000000000\n");
    let ran = lab.script(
        &[],
        "xrole use prod
        foreach ($n in 1..50) { $null = prompt }
        $start = [datetime]::UtcNow.Ticks
        foreach ($n in 1..200) { $null = prompt }
        [string][int](([datetime]::UtcNow.Ticks - $start) / 2000)",
    );
    let microseconds: Result<u64, _> = ran.text().trim().parse();
    println!("pwsh: {} microseconds a prompt", ran.text().trim());
    assert!(microseconds.is_ok(), "{}{}", ran.text(), ran.errors());
    assert_eq!(lab.xrole.calls().len(), 1, "a prompt started a process");
}
