//! White space of every kind, as the AWS CLI strips it, and other claims on what its parser does.

use std::process::Command;

use serde_json::{Map, Value, json};
use xrole::aws::config::Profiles;
use xrole::display_safe::is_white_space;

use crate::tools;
use crate::{check, read};

/// All that Python's `str.strip` takes, but for what ends a line.
fn kinds() -> Vec<char> {
    let all: Vec<char> = ('\0'..=char::MAX)
        .filter(|c| is_white_space(*c) && !matches!(c, '\n' | '\r'))
        .collect();
    assert_eq!(all.len(), 27);
    all
}

#[test]
fn it_is_stripped_around_lines_keys_values_and_comments() {
    for c in kinds() {
        check(
            &format!(
                "{c}[profile a]{c}# c\n{c}# comment\n{c}\n{c}region{c}={c}x{c}\noutput = y{c}# c\nmfa_process = a '{c}# b'{c}; c\n{c}{c}"
            ),
            &format!("{c}[b]{c}\n{c};\nk={c}{c}\n{c}{c}l{c}={c}m{c}"),
            "\
profile \"a\" (config:1)
  mfa_process = \"a 'SPACE# b'\" (config:6)
  output = \"y\" (config:5)
  region = \"x\" (config:4)
profile \"b\" (credentials:1)
  k = \"\\nlSPACE=SPACEm\" (credentials:3)
! config:5: the comment after the value of \"output\" is removed, but the AWS CLI takes it for a part of the value
! config:6: the comment after the value of \"mfa_process\" is removed, but the AWS CLI takes it for a part of the value
NOTICE"
                .replace("SPACE", &c.escape_debug().to_string())
                .replace(
                    "NOTICE",
                    &hidden(c, &[("config:6", "mfa_process"), ("credentials:3", "k")]),
                )
                .as_str(),
        );
    }
}

/// The notices for values that hold this character.
fn hidden(c: char, values: &[(&str, &str)]) -> String {
    if matches!(c, ' ' | '\t') {
        return String::new();
    }
    let line = |(at, key): &(&str, &str)| {
        format!(
            "! {at}: the value of \"{key}\" holds control or invisible characters (U+{:04X})\n",
            u32::from(c)
        )
    };
    values.iter().map(line).collect()
}

#[test]
fn only_spaces_and_tabs_separate_a_name() {
    check(
        "[profile\u{a0}a]\n[\u{3000}profile b]\n[profile\u{3000}\"c\"]\n[profile d\u{a0}]\n",
        "[e\u{a0}f]\n",
        "\
profile \"d\\u{a0}\" (config:4)
profile \"e\\u{a0}f\" (credentials:1)
! config:1: [profile\\u{a0}a] is ignored: U+00A0 is no plain space
! config:2: [\\u{3000}profile b] is ignored: U+3000 is no plain space
! config:3: [profile\\u{3000}\"c\"] is ignored: U+3000 is no plain space
! config:4: profile \"d\\u{a0}\": the AWS CLI and boto3 see this name, but other AWS SDKs do not
! credentials:1: profile \"e\\u{a0}f\": the AWS CLI and boto3 see this name, but other AWS SDKs do not
",
    );
}

#[test]
fn a_name_that_holds_another_kind_is_refused_and_the_character_named() {
    for (c, code) in [
        ('\u{a0}', "U+00A0"),
        ('\u{3164}', "U+3164"),
        ('\u{2800}', "U+2800"),
    ] {
        let profiles = read(&format!("[profile \"my{c}prof\"]"), "");
        let env = xrole::shell::Env::default();
        let error = profiles.select(Some(&format!("my{c}prof")), &env);
        let message = format!(
            "the profile name \"my{}prof\" holds control or invisible characters ({code})",
            c.escape_unicode()
        );
        assert_eq!(error.expect_err("refused").message, message);
    }
}

/// The profiles as botocore gives them: each with its settings, a block as an object of its own.
fn as_json(profiles: &Profiles) -> Value {
    let all = profiles.profiles.iter().map(|profile| {
        let settings = profile.settings.iter().map(|(key, setting)| {
            let value = match &setting.sub {
                None => json!(setting.value.as_str()),
                Some(block) => block
                    .iter()
                    .map(|(key, (value, _))| (key.clone(), json!(value)))
                    .collect(),
            };
            (key.to_owned(), value)
        });
        (profile.name.clone(), Value::Object(settings.collect()))
    });
    Value::Object(all.collect::<Map<_, _>>())
}

/// What botocore makes of each of these files.
fn botocore(texts: &[String]) -> Option<Vec<Value>> {
    let python = tools::python()?;
    let folder = tempfile::tempdir().expect("a folder");
    let paths = texts.iter().enumerate().map(|(n, text)| {
        let path = folder.path().join(n.to_string());
        std::fs::write(&path, text).expect("writing");
        path
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws_config/reads.py");
    let done = Command::new(python)
        .args(["-X", "utf8", script])
        .args(paths)
        .output()
        .expect("Python starts");
    let printed = String::from_utf8_lossy(&done.stdout);
    let said = String::from_utf8_lossy(&done.stderr);
    let read = |line| serde_json::from_str(line).expect("JSON");
    let read: Vec<Value> = printed.lines().map(read).collect();
    assert_eq!(read.len(), texts.len(), "{said}");
    Some(read)
}

#[test]
fn files_mean_what_botocore_reads() {
    let mut texts = Vec::new();
    for c in kinds() {
        texts.extend([
            format!("{c}[profile a]{c}\n{c}region{c}={c}x{c}\n"),
            format!("[profile a]\nregion = x{c}\n{c}more{c}\n{c}\n{c}{c}yet more\n"),
            format!("[profile a]\n{c}# comment\n{c}; comment\nregion = x\n"),
            format!("[profile a]\nregion = x\n{c}\n{c}{c}\noutput = y\n"),
            format!("[profile a]\nregion = a{c}b\n"),
            format!("[profile a]\nregion = x\n{c}[profile b]\noutput = y\n"),
            format!("[profile a]\n{c}region = x\n{c}output = y\n{c}{c}more\n"),
            format!("[profile a{c}]\nregion = x\n"),
            format!("[profile{c}a]\nregion = x\n"),
        ]);
        // Within a block botocore takes these for the end of a line, and refuses the file for the rest of it.
        if !matches!(
            c,
            '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        ) {
            texts.push(format!("[profile a]\ns3 =\n{c}k{c}={c}v{c}\n"));
        }
    }
    texts.extend(
        [
            "[profile žluť]\nregion = x\n",
            "[profile 生産]\nregion = x\n",
            "[profile a]\ncredential_process = sh -c 'echo # 1 ; echo 2'\n",
            "[profile a]\ncredential_process = \"a ;b\" \\\" '#' \" # c\"\n",
            "[profile a]\nmfa_process = a' # 'b\n",
        ]
        .map(str::to_owned),
    );
    let Some(expected) = botocore(&texts) else {
        return;
    };
    for (text, expected) in texts.iter().zip(expected) {
        // xrole trims names as the SDKs do; botocore splits them, which comes to the same.
        assert_eq!(as_json(&read(text, "")), expected, "{text:?}");
    }
}

#[test]
fn what_is_said_to_be_refused_by_botocore_is_and_the_later_of_two_spellings_counts_there() {
    let refused = json!("refused");
    for (text, expected, said) in [
        (
            "[profile a]\nk = 1\n[profile a]\nl = 2\n",
            refused.clone(),
            "config:3: profile \"a\" is here again (first at config:1): both sections count, but the AWS CLI and boto3 refuse such a file",
        ),
        (
            "[default]\nk = 1\n[default]\nl = 2\n",
            refused.clone(),
            "config:3: profile \"default\" is here again (first at config:1): both sections count, but the AWS CLI and boto3 refuse such a file",
        ),
        (
            "[profile a]\nk = 1\nK = 1\n",
            refused,
            "config:3: \"k\" is set again (first at config:2): this line counts, but the AWS CLI and boto3 refuse such a file",
        ),
        (
            "[profile a]\nk = 1\n[profile \"a\"]\nl = 2\n",
            json!({"a": {"l": "2"}}),
            "config:3: profile \"a\" is here again (first at config:1): both sections count, but the AWS CLI and boto3 take the later one alone",
        ),
        (
            "[profile a]\nk = 1\n[profile a ]\nk = 2\n",
            json!({"a": {"k": "2"}}),
            "config:3: profile \"a\" is here again (first at config:1): both sections count, but the AWS CLI and boto3 take the later one alone",
        ),
    ] {
        let profiles = read(text, "");
        assert_eq!(profiles.notices[0].to_string(), said);
        if let Some(found) = botocore(&[text.to_owned()]) {
            assert_eq!(found, [expected], "{text}");
        }
    }
}
