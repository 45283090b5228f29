//! Where codes come from, and what is said when they do not.

use super::*;
use crate::output::Output;
use crate::place::{Place, SourceFile};

const SERIAL: &str = "arn:aws:iam::111111111111:mfa/alice";

fn in_config(line: &str) -> Sourced<String> {
    let place = Place {
        file: SourceFile::Config,
        line: 7,
    };
    Sourced::new(line.into(), Origin::File(place))
}

fn guard() -> ProcessGuard {
    ProcessGuard::new(Output::plain())
}

/// No file is asked about.
const TRUSTED: &Trust<'static> = &|_| Ok(());

#[test]
fn spaces_are_dropped_and_six_digits_remain() {
    for (text, code) in [
        ("492817", Some("492817")),
        (" 492 817\r\n", Some("492817")),
        ("49281", None),
        ("4928170", None),
        ("49281x", None),
        ("４９２　８１７", Some("492817")),
        ("４９２８１７\u{a0}", Some("492817")),
        ("٤٩٢٨١٧", None),
        ("", None),
    ] {
        let found = six_digits(text);
        assert_eq!(found.as_ref().map(Secret::expose), code, "{text:?}");
    }
}

#[test]
fn option_before_command_before_terminal_and_the_code_once() {
    let (guard, own) = (guard(), in_config("own"));
    let option = Sourced::new("opt".to_string(), Origin::Option("--mfa-process"));
    let command = CodeSource::Command;
    for (code, process, profile, first, second) in [
        (None, None, None, CodeSource::Terminal, CodeSource::Terminal),
        (
            None,
            None,
            Some(own.clone()),
            command(own.clone()),
            command(own.clone()),
        ),
        (
            None,
            Some("opt"),
            Some(own.clone()),
            command(option.clone()),
            command(option),
        ),
        (
            Some("492817"),
            None,
            Some(own.clone()),
            CodeSource::Given(Secret::new("492817")),
            command(own),
        ),
    ] {
        let mut codes = Codes::new(
            &guard,
            Clock::fixed(Timestamp(0)),
            TRUSTED,
            "xrole use prod",
        )
        .options(code, process)
        .profile(profile);
        assert_eq!([codes.source(), codes.source()], [first, second]);
    }
}

fn outcome(code: Option<&str>, process: Option<&str>, serial: &str) -> (String, u8) {
    let guard = guard();
    let mut codes = Codes::new(
        &guard,
        Clock::fixed(Timestamp(0)),
        TRUSTED,
        "xrole use prod",
    )
    .options(code, None)
    .profile(process.map(in_config));
    match codes.next(serial, Reason::First) {
        Ok(code) => (code.expose().to_string(), 0),
        Err(error) => (error.to_string(), error.exit.code()),
    }
}

#[test]
fn a_code_or_two_lines() {
    let command = Some;
    for (code, process, serial, shown, exit) in [
        (Some("49 28 17"), None, SERIAL, "492817", 0),
        (
            Some("4928"),
            None,
            SERIAL,
            "--mfa-code is not six digits\npass the six digits that the device shows",
            2,
        ),
        (None, command("/bin/echo 492 817"), SERIAL, "492817", 0),
        (
            None,
            command("/bin/echo secret"),
            SERIAL,
            "config:7: mfa_process \"echo\" did not print six digits\nit has to print the code and nothing else on stdout",
            1,
        ),
        (
            None,
            command("/bin/false x"),
            SERIAL,
            "config:7: mfa_process \"false\" ended with status 1\nrun the command by itself to see what it says",
            1,
        ),
        (
            None,
            command("op 'x"),
            SERIAL,
            "config:7: mfa_process has a quote without its end\nwrite a program and its arguments",
            1,
        ),
        (
            Some("492817"),
            None,
            "arn:aws:iam::111111111111:u2f/user/alice/key",
            "arn:aws:iam::111111111111:u2f/user/alice/key is a FIDO security key, which STS cannot use\nregister a TOTP device (an authenticator app) as well, and name it: mfa_serial = arn:aws:iam::ACCOUNT:mfa/NAME",
            1,
        ),
    ] {
        assert_eq!(outcome(code, process, serial), (shown.to_string(), exit));
    }
}

#[test]
fn a_command_of_an_untrusted_file_does_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary");
    let line = format!("/bin/touch {}", canary.display());
    let guard = guard();
    let refuse = |line: &Sourced<String>| -> Result<()> {
        Err(Error::new("trust", "others may write it", "chmod").at(line.origin.place()))
    };
    let mut codes = Codes::new(
        &guard,
        Clock::fixed(Timestamp(0)),
        &refuse,
        "xrole use prod",
    );
    codes = codes.profile(Some(in_config(&line)));
    let error = codes.next(SERIAL, Reason::First).unwrap_err();
    assert_eq!(error.headline(), "config:7: others may write it");
    assert!(!canary.exists());
}
