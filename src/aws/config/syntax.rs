//! Errors of the grammar, and how much of a broken line may be shown: never a secret that stands on it.

use std::borrow::Cow;

use super::key::is_secret_key;
use super::line::{is_key_like, trim};
use crate::display_safe::{display_safe, is_white_space};
use crate::error::Error;
use crate::place::Place;

/// The shortest run of base64 characters that is hidden: secret keys have 40, tokens more, key ids 20.
const SECRET_LENGTH: usize = 30;

/// Messages show far less of a line than this.
const LONGEST: usize = 4096;

/// Whole words from the start of a long text; a word that is longer itself is cut.
fn start_of(text: &str) -> &str {
    if text.len() <= LONGEST {
        return text;
    }
    let start = &text[..text.floor_char_boundary(LONGEST)];
    match start.rfind(is_white_space) {
        Some(end) if !trim(&start[..end]).is_empty() => &start[..end],
        _ => start,
    }
}

/// Text of a line for a message: what could be a secret is replaced by `***`.
pub(super) fn shown(text: &str) -> String {
    let text = trim(text);
    let mut words = start_of(text)
        .split(is_white_space)
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let names_secret = is_secret_key(
        first
            .trim_end_matches(['=', ':'])
            .to_ascii_lowercase()
            .as_str(),
    );
    let mut masked = mask(first).into_owned();
    for word in words {
        masked.push(' ');
        masked.push_str(&if names_secret {
            Cow::Borrowed("***")
        } else {
            mask(word)
        });
        if names_secret {
            break;
        }
    }
    display_safe(&masked).into_owned()
}

fn mask(word: &str) -> Cow<'_, str> {
    let longest = word
        .split(|c: char| !c.is_ascii_alphanumeric() && !"/+=".contains(c))
        .map(str::len)
        .max();
    let looks_secret = longest.is_some_and(|length| length >= SECRET_LENGTH);
    // Paths and ARNs are long too, but an ARN has colons before the long part and a path starts with a slash.
    if looks_secret && !word.starts_with('/') && !word.starts_with("arn:") {
        Cow::Borrowed("***")
    } else {
        Cow::Borrowed(word)
    }
}

fn syntax(at: Place, message: String, remedy: String) -> Error {
    Error::new("syntax", message, remedy).at(at)
}

/// Neither a header nor a property.
pub(super) fn no_delimiter(line: &str, at: Place) -> Error {
    let remedy = match line.split_once(is_white_space) {
        Some((key, value)) if is_key_like(key) => {
            format!("write \"{}\"", shown_pair(key, trim(value)))
        }
        _ => "write \"key = value\", or put # before it if it is a comment".to_owned(),
    };
    let message = format!("expected \"key = value\", found \"{}\"", shown(line));
    syntax(at, message, remedy)
}

fn shown_pair(key: &str, value: &str) -> String {
    let pair = shown(&format!("{key} {value}"));
    match pair.split_once(' ') {
        Some((key, value)) => format!("{key} = {value}"),
        None => pair,
    }
}

pub(super) fn no_key(at: Place) -> Error {
    syntax(
        at,
        "no key stands before \"=\"".to_owned(),
        "write \"key = value\"".to_owned(),
    )
}

pub(super) fn no_section(line: &str, at: Place) -> Error {
    let message = format!("\"{}\" stands before any section", shown(line));
    let remedy = match at.file {
        crate::place::SourceFile::Config => "put [default] or [profile NAME] on a line above it",
        crate::place::SourceFile::Credentials => "put [default] or [NAME] on a line above it",
    };
    syntax(at, message, remedy.to_owned())
}

pub(super) fn no_bracket(line: &str, at: Place) -> Error {
    let line = shown(line);
    let message = format!("expected \"]\" at the end of \"{line}\"");
    syntax(at, message, format!("write \"{line}]\""))
}

pub(super) fn bad_sub_property(line: &str, key: &str, at: Place) -> Error {
    let message = format!(
        "expected \"key = value\" in the block of \"{}\", found \"{}\"",
        shown(key),
        shown(line)
    );
    let remedy = "lines that are indented deeper belong to the empty value above: write \"key = value\", or indent less";
    syntax(at, message, remedy.to_owned())
}

/// `offset` counts bytes from the start of the file.
pub(super) fn not_utf8(byte: u8, offset: usize, at: Place) -> Error {
    let message = format!("byte {offset} of the file (0x{byte:02x}) is not UTF-8 text");
    syntax(at, message, "save the file as UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_shows_no_secret() {
        for (line, text) in [
            ("region us-east-1", "region us-east-1"),
            (
                "role_arn arn:aws:iam::111111111111:role/a/rather/long/path/to/the/role",
                "role_arn arn:aws:iam::111111111111:role/a/rather/long/path/to/the/role",
            ),
            (
                "aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                "aws_secret_access_key ***",
            ),
            (
                "AWS_SECRET_ACCESS_KEY: short one",
                "AWS_SECRET_ACCESS_KEY: ***",
            ),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "***"),
            (
                "token  FwoGZXIvYXdzEBYaDHqa0AP1wJalrXUtnFEMI==",
                "token ***",
            ),
            ("x\x1b[2J", "x\\u{1b}[2J"),
        ] {
            assert_eq!(shown(line), text, "{line}");
        }
    }
}
