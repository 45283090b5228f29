//! A person at a terminal: questions, signals, waiting line, picker, helpers, each in a real PTY.
//!
//! Every test starts this binary again inside a shell in a PTY, where it plays xrole's part in a scene:
//! stdin and stdout are no terminal there, as in `eval "$(xrole use prod)"`.

#[path = "terminal/person.rs"]
mod person;
#[path = "terminal/scene.rs"]
mod scene;

use person::{Person, Start};

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const ESC: &str = "\x1b";
const PROMPT: &str = "MFA code for arn:aws:iam::111111111111:mfa/alice: ";

/// The child process enters here, and never gets beyond [`Person::at`].
#[test]
fn a_code_is_asked_for_until_it_is_six_digits() {
    let mut person = Person::at("code");
    person.sees(PROMPT);
    person.types("4928\r");
    let again = format!("{PROMPT}4928\na code is six digits\n{PROMPT}");
    person.sees(&again);
    person.types("492 817\r");
    person.leaves_with("{ 492817; }", 0);
    person.screen_becomes(&format!("{again}492 817"));
}

#[test]
fn a_wrong_code_and_a_used_one_are_asked_for_again() {
    let mut person = Person::at("wrong-then-used");
    person.sees(PROMPT);
    person.types("111111\r");
    person.sees("AWS did not accept that code");
    person.types("222222\r");
    person.sees("that code was used already, the next one comes in 1 s");
    person.types("333333\r");
    person.leaves_with("{ 111111 222222 333333; }", 0);
}

#[test]
fn ctrl_c_ends_a_question() {
    let mut person = Person::at("code");
    person.sees(PROMPT);
    person.types(CTRL_C);
    person.leaves_with("false;", 130);
}

#[test]
fn ctrl_d_ends_a_question() {
    let mut person = Person::at("code");
    person.sees(PROMPT);
    person.types(CTRL_D);
    person.leaves_with("false;", 3);
    person.was_told("no code for arn:aws:iam::111111111111:mfa/alice was typed\nrun it again and type the six digits that the device shows\n");
}

#[test]
fn ctrl_z_stops_a_question_and_fg_goes_on() {
    let mut person = Person::start(&Start {
        scene: "code",
        line: "set -m; \"$@\"; echo stopped >&3; fg; set +m",
    });
    person.sees(PROMPT);
    person.types("49\x1a");
    person.sees("stopped");
    person.types("492817\r");
    person.leaves_with("{ 492817; }", 0);
}

#[test]
fn secrets_are_kept_out_of_core_files() {
    Person::at("hardened").leaves_with(
        "{ core Some(0), hard limit kept true, put back true, dumpable false; }",
        0,
    );
}

#[test]
fn nobody_answers() {
    let mut person = Person::at("short-question");
    person.leaves_with("false;", 3);
    person.was_told(
        "nobody answered in time: Anyone there?\nrun it again and answer on the terminal\n",
    );
}

#[test]
fn signals_restore_echo_and_answer() {
    for (signal, status) in [("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130)] {
        let mut person = Person::at("echo-off");
        person.sees("ready");
        person.kills(signal);
        person.leaves_with("false;", status);
    }
    let mut person = Person::at("echo-off");
    person.sees("ready");
    person.types(CTRL_C);
    person.leaves_with("false;", 130);
}

#[test]
fn a_panic_restores_echo_answers_and_shows_no_payload() {
    let mut person = Person::at("panic");
    person.leaves_with("false;", 101);
    let told = person.stderr();
    let version = env!("CARGO_PKG_VERSION");
    let first = told.lines().next().unwrap_or_default();
    assert!(
        first.starts_with(&format!(
            "xrole: {version} stopped on a fault of its own at tests/terminal/scene.rs:"
        )),
        "{told}"
    );
    assert!(!told.contains("canary"), "{told}");
}

#[test]
fn in_the_background_nobody_is_asked() {
    let mut person = Person::start(&Start {
        scene: "code",
        line: "set -m; \"$@\" & wait $!",
    });
    person.leaves_with("false;", 3);
    person.was_told(NOBODY);
    person.screen_becomes("");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_terminal_nobody_is_asked() {
    for scene in ["code", "protected"] {
        let mut person = Person::start(&Start {
            scene,
            line: "setsid -w \"$@\"",
        });
        person.leaves_with("false;", 3);
        person.was_told(match scene {
            "code" => NOBODY,
            _ => {
                "the name of the protected profile \"prod\" is needed, and there is no terminal to ask on\n\
                run it in a terminal, or pass --yes\n"
            }
        });
    }
}

const NOBODY: &str = "a code for arn:aws:iam::111111111111:mfa/alice is needed, and there is no terminal to ask on\n\
    run \"xrole use prod\" in a terminal, or set mfa_process\n";

#[test]
fn a_protected_profile_is_typed() {
    let question = "prod is protected. Type its name to use it: ";
    for (answer, code, status, told) in [
        ("prod\r", "{ prod; }", 0, ""),
        (
            "y\r",
            "false;",
            1,
            "the name typed is not \"prod\", which is protected\ntype the profile's name to use it, or pass --yes\n",
        ),
        (
            CTRL_D,
            "false;",
            3,
            "\"prod\" is protected, and its name was not typed\ntype the profile's name to use it, or pass --yes\n",
        ),
    ] {
        let mut person = Person::at("protected");
        person.sees(question);
        person.types(answer);
        person.leaves_with(code, status);
        person.was_told(told);
    }
}

#[test]
fn a_long_wait_shows_one_line_that_goes() {
    let mut person = Person::at("wait");
    person.sees("waiting for a\\u{1b}[2J test");
    person.lets_go();
    person.sees("changed");
    person.lets_go();
    person.leaves_with("{ waited; }", 0);
    person.screen_becomes("");
}

#[test]
fn a_wait_longer_than_the_screen_is_wide_stays_on_one_line() {
    let mut person = Person::at("wide-wait");
    person.sees("x…");
    person.lets_go();
    person.leaves_with("{ waited; }", 0);
    person.screen_becomes("");
}

#[test]
fn a_short_wait_shows_nothing() {
    // Where the machine itself made it a long wait, it may be shown: that says nothing, and is done again.
    for _ in 0..20 {
        let mut person = Person::at("short-wait");
        if person.leaves_with_one_of(["{ waited; }", "{ held up; }"]) == "{ waited; }" {
            return assert_eq!(person.everything(), "");
        }
    }
    panic!("no wait was short");
}

#[test]
fn a_question_takes_the_place_of_the_waiting_line() {
    let mut person = Person::at("question-in-wait");
    person.sees("waiting for a test");
    person.lets_go();
    person.sees("Name? ");
    person.types("alice\r");
    person.sees("waiting for a test");
    person.lets_go();
    person.leaves_with("{ alice; }", 0);
    person.screen_becomes("Name? alice");
}

#[test]
fn a_signal_takes_the_waiting_line_away() {
    let mut person = Person::at("wait");
    person.sees("waiting for");
    person.kills("TERM");
    person.leaves_with("false;", 143);
    person.screen_becomes("");
}

#[test]
fn the_picker_filters_and_selects() {
    for scene in ["pick", "pick-with-stdin"] {
        let mut person = Person::at(scene);
        person.sees("production");
        person.types("stg");
        person.sees_no("production");
        person.types("\r");
        person.leaves_with("{ staging; }", 0);
        person.screen_becomes("");
    }
}

#[test]
fn the_picker_begins_with_the_filter_given_and_moves_by_arrows() {
    let mut person = Person::at("pick-prod");
    person.sees("prod\\u{1b}[2J");
    person.sees_no("staging");
    person.types("\x1b[B");
    person.types("\r");
    person.leaves_with("{ prod\x1b[2J; }", 0);
}

#[test]
fn the_picker_is_left_by_esc_and_ctrl_c() {
    let mut person = Person::at("pick");
    person.sees("production");
    person.types(ESC);
    person.leaves_with("false;", 130);

    let mut person = Person::at("pick");
    person.sees("production");
    person.types(CTRL_C);
    person.leaves_with("false;", 130);
    assert!(person.shell_was_interrupted());

    let mut person = Person::at("pick");
    person.sees("production");
    person.kills("TERM");
    person.leaves_with("false;", 143);
}

#[test]
fn a_helper_may_ask_on_the_terminal() {
    let mut person = Person::at("helper");
    person.sees("PIN: ");
    person.sees("waiting for the helper");
    person.types("1234\r");
    person.leaves_with("{ code 1234; }", 0);
    person.screen_becomes("PIN: 1234");
}

#[test]
fn ctrl_c_in_a_helper_reaches_the_shell() {
    let mut person = Person::at("helper");
    person.sees("PIN: ");
    person.types(CTRL_C);
    person.leaves_with("false;", 130);
    assert!(person.shell_was_interrupted());
}

#[test]
fn a_helper_ends_with_xrole_and_the_terminal_comes_back() {
    let mut person = Person::at("rude-helper");
    person.sees("PIN: ");
    person.kills("TERM");
    person.leaves_with("false;", 143);
    person.lets_go();
    assert!(person.helper_is_gone());
}

/// Has a helper meet its deadline with echo off: where the machine held it up on its way there, once more.
fn cut_off(scene: &'static str) -> Person {
    let tries = (0..20).map(|_| Person::at(scene));
    let mut tries = tries.filter(|person| {
        person.ends();
        person.has("echo-off")
    });
    tries.next().expect("a helper that turns echo off in time")
}

#[test]
fn a_helper_that_leaves_echo_off_at_its_deadline_is_cleaned_up_after() {
    let mut person = cut_off("slow-helper");
    person.leaves_with("false;", 1);
    person.was_told("helper did not end within 4 s and was stopped\n");
    person.lets_go();
    assert!(person.helper_is_gone());
}

#[test]
fn a_process_with_our_stdin_may_ask_on_the_terminal() {
    let mut person = Person::at("process");
    person.sees("PIN: ");
    person.types("1234\r");
    person.leaves_with("{ code 1234; }", 0);
}

#[test]
fn ctrl_c_in_a_process_reaches_the_shell() {
    let mut person = Person::at("process");
    person.sees("PIN: ");
    person.types(CTRL_C);
    person.leaves_with("false;", 130);
    assert!(person.shell_was_interrupted());
}

#[test]
fn ctrl_z_does_not_stop_a_helper_that_nobody_could_continue() {
    let mut person = Person::at("helper");
    person.sees("PIN: ");
    // Once it has the terminal, it is the one that Ctrl-Z stops.
    person.helper_is_asked();
    person.types("\x1a");
    person.sees("^Z");
    person.types("1234\r");
    person.leaves_with("{ code 1234; }", 0);
}

#[test]
fn ctrl_z_stops_a_process_together_with_xrole_and_fg_goes_on() {
    let mut person = Person::start(&Start {
        scene: "process",
        line: "set -m; \"$@\"; echo stopped >&3; fg; set +m",
    });
    person.sees("PIN: ");
    person.types("\x1a");
    person.sees("stopped");
    person.types("1234\r");
    person.leaves_with("{ code 1234; }", 0);
}

/// A pager beside xrole sets the terminal's modes, for which it must be in the foreground.
#[test]
fn a_helper_that_asks_nothing_takes_the_terminal_from_nobody() {
    for scene in ["quiet-helper", "quiet-process"] {
        let mut person = Person::start(&Start {
            scene,
            line: "\"$@\" | { cd \"$XROLE_SCENE_FOLDER\"; until test -e page; do sleep 0.1; done; \
                stty echo </dev/tty && echo pager >&3; cat; }",
        });
        person.sees("waiting for the helper");
        person.puts("page");
        person.sees("pager");
        person.puts("end");
        person.leaves_with("{ code; }", 0);
    }
}

#[test]
fn the_deadline_ends_all_that_a_process_has_started_also_at_a_terminal() {
    let mut person = cut_off("slow-process");
    person.leaves_with("false;", 1);
    person.was_told("helper did not end within 4 s and was stopped\n");
    person.lets_go();
    assert!(person.helper_is_gone());
    assert!(person.is_gone("inner"));
}
