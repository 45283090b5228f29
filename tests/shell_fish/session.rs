//! fish: the hook in a terminal, with a person at it.

use crate::fish_lab::Lab;
use crate::little_xrole::SECRET;
use crate::pty::{Key, Terminal};
use crate::shells::clean_env;

/// fish with the hook, a prompt `> `, and nothing of its own on the screen.
fn person(lab: &Lab) -> Terminal {
    lab.write(
        "start.fish",
        "function fish_prompt; echo '> '; end
        set -g fish_greeting; set -g fish_autosuggestion_enabled 0
        source hook.fish; source hook.fish",
    );
    let mut env = clean_env(lab.path());
    env.insert("TERM".into(), "xterm-256color".into());
    let fish = lab.fish.program.to_str().unwrap();
    let terminal = Terminal::start(fish, &["-C", "source start.fish"], &env, lab.path());
    terminal.wait_for(">");
    terminal
}

#[test]
fn the_segment_follows_use_renewal_elsewhere_and_unset() {
    let Some(lab) = Lab::new() else { return };
    let terminal = person(&lab);
    terminal.command("xrole use prod");
    terminal.wait_for("[prod 59m]");
    lab.write("stamp", "2 2000000000\n");
    terminal.command("echo gen (math 1 + 1)");
    terminal.wait_for_line("gen 2");
    terminal.command("clear; echo renewed $XROLE_GEN");
    terminal.wait_for_line("renewed 2");
    terminal.command("xrole use -; echo status $status");
    terminal.wait_for_line("status 2");
    terminal.command("clear; xrole use staging");
    terminal.wait_for("[staging 59m]");
    terminal.command("set -gx XROLE_EXPIRES 5; clear");
    terminal.wait_for("xrole: the session of staging has expired; run: xrole renew");
    terminal.wait_for("[staging expired]");
    terminal.command("clear; xrole unset; echo unset");
    terminal.wait_for_line("unset");
    terminal.wait_until("no segment", |screen| {
        !screen.contents().contains("[staging")
    });
    let shown = String::from_utf8_lossy(&terminal.output()).into_owned();
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn statuses_are_kept_and_failures_stop_the_line() {
    let Some(lab) = Lab::new() else { return };
    let terminal = person(&lab);
    terminal.command("xrole use prod; false | true | sh -c 'exit 3'");
    terminal.wait_for("[prod 59m]");
    terminal.command("echo kept $status $pipestatus");
    terminal.wait_for_line("kept 3 1 0 3");
    terminal.command("xrole use bad; and echo DEPLOY(ED); echo first $status");
    terminal.wait_for_line("first 1");
    terminal.command("clear; xrole use bad | source; and echo GONE ON; or echo second $status");
    terminal.wait_until("the second stop", |screen| {
        screen
            .contents()
            .lines()
            .any(|line| line.trim() == "second 1")
    });
    assert!(
        !terminal
            .screen()
            .lines()
            .any(|line| line.trim() == "GONE ON")
    );
    terminal.command("clear; echo still $XROLE_PROFILE");
    terminal.wait_for_line("still prod");
}

#[test]
fn ctrl_c_ends_the_call_and_leaves_the_role() {
    let Some(lab) = Lab::new() else { return };
    let terminal = person(&lab);
    terminal.command("xrole use prod");
    terminal.wait_for("[prod 59m]");
    terminal.command("xrole use sleep; and echo GONE ON");
    terminal.wait_until("the call", |_| {
        lab.xrole
            .calls()
            .iter()
            .any(|call| call.starts_with("use sleep"))
    });
    terminal.wait_until_asleep();
    terminal.press(Key::CtrlC);
    terminal.wait_for("^C");
    terminal.command("echo then $status $XROLE_PROFILE");
    terminal.wait_for_line("then 130 prod");
    assert!(
        !terminal
            .screen()
            .lines()
            .any(|line| line.trim() == "GONE ON")
    );
}
