//! Static keys: from one file, complete, and never shown.

use std::fmt::Write as _;

use crate::{check, read};
use xrole::aws::config::parse;
use xrole::place::SourceFile;

/// `ID SECRET TOKEN FILE`, or the error.
fn keys(config: &str, credentials: &str) -> String {
    let section = |header: &str, keys: &str| {
        let names = ["i", "s", "t", "u"].into_iter().zip([
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "aws_security_token",
        ]);
        let mut text = format!("{header}\nregion = x\n");
        for word in keys.split_whitespace() {
            let name = names.clone().find(|(short, _)| word.starts_with(short));
            let (short, name) = name.expect("i, s, t or u");
            let _ = writeln!(text, "{name} = {}", word.trim_start_matches(short));
        }
        text
    };
    let profiles = read(
        &section("[profile q]", config),
        &section("[q]", credentials),
    );
    let profile = profiles.get("q").expect("the profile");
    match profile.static_keys() {
        Ok(None) => format!("none, holds {}", profile.holds_static_keys()),
        Ok(Some(keys)) => format!(
            "{} {} {} {}",
            keys.access_key_id,
            keys.secret_access_key.expose(),
            keys.session_token
                .as_ref()
                .map_or("-", |token| token.expose()),
            keys.at
        ),
        Err(error) => format!("{}: {}", error.class, error.headline()),
    }
}

#[test]
fn static_keys_come_from_one_file() {
    for (config, credentials, expected) in [
        ("", "", "none, holds false"),
        ("tT", "", "none, holds false"),
        ("iA sB", "", "A B - config:3"),
        ("iA sB tT", "", "A B T config:3"),
        ("iA sB uU", "", "A B U config:3"),
        ("iA sB tT uT", "", "A B T config:3"),
        ("iA sB t", "", "A B - config:3"),
        ("", "iC sD tT", "C D T credentials:3"),
        ("iA sB tT", "iC sD", "C D - credentials:3"),
        ("iA", "iC sD", "C D - credentials:3"),
        ("iA sB", "tT", "A B - config:3"),
        ("iA sB", "sD", "A B - config:3"),
        (
            "iA sB tT uU",
            "",
            "token-conflict: config:5, config:6: profile \"q\" has two different session tokens: aws_session_token and aws_security_token",
        ),
        (
            "iA",
            "",
            "keys-partial: config:3: profile \"q\" has aws_access_key_id but no aws_secret_access_key",
        ),
        (
            "",
            "sD",
            "keys-partial: credentials:3: profile \"q\" has aws_secret_access_key but no aws_access_key_id",
        ),
        (
            "sB",
            "tT",
            "keys-partial: config:3: profile \"q\" has aws_secret_access_key but no aws_access_key_id",
        ),
        (
            "i sB",
            "",
            "keys-partial: config:3: profile \"q\" has an empty aws_access_key_id",
        ),
        (
            "iA",
            "sD",
            "keys-split: config:3, credentials:3: the access key of profile \"q\" is split over two files",
        ),
        (
            "sB",
            "iC",
            "keys-split: config:3, credentials:3: the access key of profile \"q\" is split over two files",
        ),
        (
            "iA sB",
            "iC",
            "keys-split: config:4, credentials:3: the access key of profile \"q\" is split over two files",
        ),
    ] {
        assert_eq!(
            keys(config, credentials),
            expected,
            "{config:?} {credentials:?}"
        );
    }
}

#[test]
fn keys_of_the_other_file_are_not_in_force() {
    check(
        "[profile q]\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = T\nregion = x",
        "[q]\naws_access_key_id = C\naws_secret_access_key = D",
        "\
profile \"q\" (config:1)
  aws_access_key_id = \"C\" (credentials:2)
  aws_secret_access_key = \"D\" (credentials:3)
  region = \"x\" (config:5)
! config:4: this session token of profile \"q\" is not used: the access key (credentials:2) is in the other file
",
    );
}

#[test]
fn secrets_are_shown_neither_to_people_nor_by_debug() {
    let text = "[q]\naws_access_key_id = AKIA\naws_secret_access_key = CANARY\naws_session_token = CANARY\naws_security_token = CANARY\ncredential_process = p";
    let profiles = read("[profile q]\naws_secret_access_key = CANARY", text);
    let masked: Vec<String> = profiles
        .profiles
        .get("q")
        .expect("a section")
        .masked_settings()
        .map(|(key, value, at)| format!("{key} = {value} ({at})"))
        .collect();
    assert_eq!(
        masked,
        [
            "aws_access_key_id = *** (credentials:2)",
            "aws_secret_access_key = *** (credentials:3)",
            "aws_security_token = *** (credentials:5)",
            "aws_session_token = *** (credentials:4)",
            "credential_process = p (credentials:6)",
        ]
    );
    let document = parse(text.as_bytes(), SourceFile::Credentials).expect("text");
    let keys = profiles.profiles.get("q").expect("a section").static_keys();
    for debug in [
        format!("{profiles:?}"),
        format!("{document:?}"),
        format!("{keys:#?}"),
        format!(
            "{:?}",
            profiles.get("q").and_then(|q| q.get("aws_session_token"))
        ),
    ] {
        assert!(!debug.contains("CANARY"), "{debug}");
    }
}

#[test]
fn exchanged_keys_are_refused_before_the_secret_is_sent_as_the_id() {
    let used = |id: &str, secret: &str| {
        let text = format!("[q]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        let profiles = read("", &text);
        let keys = profiles.get("q").expect("a section").static_keys();
        keys.map(drop)
            .map_err(|error| format!("{}: {error}", error.class))
    };
    let (id, secret) = (
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    );
    assert_eq!(used(id, secret), Ok(()));
    assert_eq!(used("test", "test"), Ok(()));
    assert_eq!(
        used(secret, id).expect_err("exchanged"),
        "keys-exchanged: credentials:2, credentials:3: the key id and the secret key of profile \"q\" are exchanged\n\
         write each value where the other one stands; aws_access_key_id is the short one in capitals"
    );
}
