//! fish: the prompt part of its hook, in the real shell.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::fish_lab::{Lab, both, hook_for, now, printed};
use xrole::shell::Shell;

#[test]
fn the_segment_tells_name_and_time() {
    let Some(lab) = Lab::new() else { return };
    let now = now();
    let later = |seconds: i64| (now + seconds).to_string();
    let cases = [
        ("", "K", later(9000), "6", ""),
        ("prod", "K", later(32_998), "6", "6[prod 9h09m]"),
        ("prod", "K", later(3598), "6", "6[prod 59m]"),
        ("prod", "K", later(2578), "1", "1[prod 42m]"),
        ("prod", "K", later(2578), "a[1]", "6[prod 42m]"),
        ("prod", "K", later(898), "6", "3[prod 14m]"),
        ("prod", "K", later(898), "1", "1[prod 14m]"),
        ("prod", "K", later(298), "6", "1[prod 4m]"),
        ("prod", "K", later(-5), "6", "1[prod expired]"),
        ("prod", "OTHER", later(2578), "6", "1[prod?]"),
        ("prod", "K", "a[$(touch CANARY)]".into(), "6", "6[prod]"),
        ("prod", "K", "(touch CANARY)".into(), "6", "6[prod]"),
        ("prod", "K", "09".into(), "6", "6[prod]"),
        ("prod", "K", "²".into(), "6", "6[prod]"),
        ("prod", "K", "1\n".into(), "6", "6[prod]"),
        ("prod", "K", "1".repeat(40), "6", "6[prod]"),
        (
            "arn:aws:iam::222222222222:role/path/ops",
            "K",
            "x".into(),
            "6",
            "6[ops]",
        ),
        (
            "$(touch CANARY)`touch CANARY`;%n*'\" :@!ž",
            "K",
            "x".into(),
            "6",
            "6[$(touch CANARY)`touch CANARY`;%n*'\" :@!ž]",
        ),
        ("a\x1b[2J\n\u{9b}b", "K", "x".into(), "6", "6[a?[2J??b]"),
    ];
    let quote = |value: &str| Shell::Fish.quote(value).unwrap();
    let mut lines = String::from("set -gx XROLE_KEY_ID K\n");
    for (profile, key, expires, color, _) in &cases {
        let _ = writeln!(
            lines,
            "set -gx XROLE_PROFILE {}; set -gx AWS_ACCESS_KEY_ID {key}; set -gx XROLE_EXPIRES {}
            set -g __xrole_color '{color}'; __xrole_event; fish_right_prompt; echo '|'",
            quote(profile),
            quote(expires)
        );
    }
    let ran = lab.interactive(&[("XROLE_GEN", "1")], &lines);
    let shown = ran
        .text()
        .replace("\x1b[39m", "")
        .replace("\x1b[3", "")
        .replace("m[", "[");
    let expected: String = cases.iter().flat_map(|case| [case.4, "|\n"]).collect();
    assert_eq!(
        (shown, ran.errors()),
        (
            expected,
            "xrole: the session of prod has expired; run: xrole renew\n".to_owned()
        )
    );
    assert!(!lab.path().join("CANARY").exists());
    for plain in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let ran = lab.interactive(
            &[("XROLE_PROFILE", "prod"), ("AWS_PROFILE", "prod"), plain],
            "__xrole_event; fish_right_prompt",
        );
        assert_eq!(printed(&ran), both("[prod]", ""));
    }
}

#[test]
fn a_renewal_is_picked_up_once() {
    let Some(lab) = Lab::new() else { return };
    let ran = lab.interactive(
        &[],
        "xrole use prod
        emit fish_prompt; echo $XROLE_GEN $__xrole_text
        echo 2 2000000000 >stamp
        emit fish_prompt; emit fish_prompt; echo $XROLE_GEN $AWS_ACCESS_KEY_ID
        set -gx AWS_ACCESS_KEY_ID foreign; echo 3 2000000000 >stamp
        emit fish_prompt; echo $XROLE_GEN $__xrole_text",
    );
    assert_eq!(
        ran.text(),
        "1 [prod 59m]\n2 ASIA00000000000PROD2\n2 [prod?]\n"
    );
    assert_eq!(
        lab.xrole.calls(),
        ["use prod [fish ]", "_sync --shell fish [- -]"]
    );
}

#[test]
fn odd_stamps_are_left_alone() {
    let Some(lab) = Lab::new() else { return };
    let mut lines = String::from("xrole use prod\n");
    for stamp in [
        "true",
        "mkfifo stamp",
        "mkdir stamp",
        "ln -s /dev/zero stamp",
        "printf '09 1\\n' >stamp",
        "printf 'a[(touch CANARY)] 1\\n' >stamp",
        "printf '² 1\\n' >stamp",
        "printf '%040d 1\\n' 7 >stamp",
        "printf '%s 1\\n' (string repeat -n 40 1) >stamp",
        "head -c 1000000 /dev/zero >stamp",
    ] {
        let _ = writeln!(
            lines,
            "rm -rf stamp; {stamp}; __xrole_event; echo $__xrole_text"
        );
    }
    let ran = lab.interactive(&[], &lines);
    assert_eq!(printed(&ran), both(&"[prod 59m]\n".repeat(10), ""));
    assert_eq!(lab.xrole.calls(), ["use prod [fish ]"]);
    assert!(!lab.path().join("CANARY").exists());
}

#[test]
fn an_expired_session_is_told_once_and_cleared_on_wish() {
    let Some(lab) = Lab::new() else { return };
    let env = [
        ("XROLE_PROFILE", "prod"),
        ("XROLE_KEY_ID", "K"),
        ("AWS_ACCESS_KEY_ID", "K"),
        ("AWS_SECRET_ACCESS_KEY", "S"),
        ("XROLE_GEN", "7"),
    ];
    let lines = "emit fish_prompt; set -gx XROLE_EXPIRES 5; emit fish_prompt; emit fish_prompt
        echo $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_PROFILE $__xrole_text";
    let ran = lab.interactive(&env, lines);
    assert_eq!(ran.text(), "K S [prod expired]\n");
    assert_eq!(
        ran.errors(),
        "xrole: the session of prod has expired; run: xrole renew\n"
    );
    let clearing = fs::read_to_string(lab.path().join("hook.fish"))
        .unwrap()
        .replace("__xrole_on_expire keep", "__xrole_on_expire clear");
    lab.write("hook.fish", &clearing);
    let ran = lab.interactive(&env, lines);
    assert_eq!(ran.text(), "xrole-expired [prod expired]\n");
    let inherited = lab.interactive(
        &env,
        "set -gx XROLE_EXPIRES 5; emit fish_prompt; emit fish_prompt",
    );
    assert_eq!(inherited.errors(), "");
}

#[test]
fn a_prompt_costs_no_process() {
    let Some(lab) = Lab::new() else { return };
    lab.write("stamp", "1 2000000000\n");
    let ran = lab.interactive(
        &[],
        "xrole use prod; emit fish_prompt
        set -l start (math (date +%s%N) / 1000)
        for n in (seq 1000); emit fish_prompt; end
        math \"((\"(date +%s%N)\" / 1000) - $start) / 1000\"",
    );
    eprintln!("fish: {} microseconds a prompt", ran.text().trim());
    let Ok(found) = Command::new("strace").arg("-V").output() else {
        return crate::shells::left_out("strace is not there");
    };
    assert!(found.status.success());
    let processes = |prompts: usize| {
        lab.write(
            "lines.fish",
            &format!("source hook.fish; xrole use prod; for n in (seq {prompts}); emit fish_prompt; fish_right_prompt; end"),
        );
        let fish = lab.fish.program.to_str().unwrap();
        let trace = [
            "-f",
            "-qq",
            "-e",
            "trace=clone,clone3,fork,vfork,execve",
            "-o",
            "trace",
        ];
        let arguments = [trace.as_slice(), &[fish, "-i", "-c", "source lines.fish"]].concat();
        let ran = lab.run(Path::new("strace"), &arguments, &[]);
        assert_eq!(
            ran.text().matches("[prod 59m]").count(),
            prompts,
            "{}",
            ran.errors()
        );
        let trace = fs::read_to_string(lab.path().join("trace")).unwrap();
        trace
            .lines()
            .filter(|line| !line.contains("CLONE_THREAD") && !line.contains("resumed>"))
            .count()
    };
    assert_eq!(processes(11), processes(1));
}

#[test]
fn placement_follows_the_other_prompts() {
    let Some(lab) = Lab::new() else { return };
    let env = [
        ("XROLE_PROFILE", "prod"),
        ("AWS_PROFILE", "prod"),
        ("NO_COLOR", "1"),
    ];
    let hook = fs::read_to_string(lab.path().join("hook.fish")).unwrap();
    let theme = "function fish_prompt; echo -n \"$status>\"; end; function fish_right_prompt; echo -n right; end";
    for (place, before, shown) in [
        ("auto", "", "0>|right [prod]"),
        ("right", "set -gx STARSHIP_SHELL fish", "0>|right [prod]"),
        ("left", "", "[prod] 0>|right"),
        ("none", "", "0>|right"),
        ("auto", "set -gx STARSHIP_SHELL fish", "0>|right"),
        ("auto", "set -gx STARSHIP_SHELL bash", "0>|right [prod]"),
        ("auto", "set -gx POSH_SHELL fish", "0>|right"),
        ("auto", "function _tide_item_aws; end", "0>|right"),
        ("auto", "functions -e fish_right_prompt", "0>|[prod]"),
    ] {
        lab.write(
            "hook.fish",
            &hook.replace("__xrole_place auto", &format!("__xrole_place {place}")),
        );
        let ran = lab.interactive(
            &env,
            &format!("{theme}; {before}; source hook.fish; emit fish_prompt; fish_prompt; echo -n '|'; fish_right_prompt; true"),
        );
        assert_eq!(
            (ran.text().as_str(), ran.errors().as_str()),
            (shown, ""),
            "{place} {before}"
        );
    }
}

#[test]
fn deinit_leaves_nothing() {
    let Some(lab) = Lab::new() else { return };
    lab.write("deinit.fish", Shell::Fish.deinit());
    for (place, theme) in [
        ("left", "function fish_prompt; echo mine; end"),
        ("right", "function fish_right_prompt; echo mine; end"),
        ("right", ""),
    ] {
        let hook = hook_for(&lab.xrole.path())
            .replace("__xrole_place auto", &format!("__xrole_place {place}"));
        lab.write("hook.fish", "");
        lab.write("real.fish", &hook);
        let ran = lab.interactive(
            &[("XROLE_PROFILE", "prod")],
            &format!(
                "{theme}
                functions fish_prompt fish_right_prompt | string match -v '#*' >before 2>/dev/null
                source real.fish; source real.fish; emit fish_prompt
                functions -q xrole __xrole_event; or echo MISSING
                source deinit.fish
                functions fish_prompt fish_right_prompt | string match -v '#*' >after 2>/dev/null
                functions -an | string match -r '.*xrole.*'; set -gn | string match -r '^__xrole.*'
                diff before after"
            ),
        );
        assert_eq!(printed(&ran), both("", ""), "{place} {theme}");
    }
}
