//! The one writer of JSON for scripts: compact, and ASCII, so that `cat` on it cannot fake a screen.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::error::Error;

/// A value as one line of JSON, without the line's end. Everything outside printable ASCII is `\uXXXX`.
///
/// # Panics
/// When a value's own `Serialize` fails, which derived ones with text keys do not.
pub fn write(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Ascii);
    value
        .serialize(&mut serializer)
        .expect("derived values with text keys serialise, and memory takes every byte");
    String::from_utf8(bytes).expect("what is written is ASCII")
}

/// `{"v":1,"error":{"class","message","remedy","at":[…]}}`: what a failure prints with `--json`.
#[must_use]
pub fn error(error: &Error) -> String {
    #[derive(Serialize)]
    struct Failure<'a> {
        v: u8,
        error: Parts<'a>,
    }
    #[derive(Serialize)]
    struct Parts<'a> {
        class: &'a str,
        message: &'a str,
        remedy: &'a str,
        at: Vec<String>,
    }
    write(&Failure {
        v: 1,
        error: Parts {
            class: error.class,
            message: &error.message,
            remedy: &error.remedy,
            at: error.at.iter().map(ToString::to_string).collect(),
        },
    })
}

/// serde_json escapes C0, quotes and backslashes; this adds the rest, DEL included.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices() {
            if matches!(c, ' '..='~') {
                continue;
            }
            writer.write_all(&fragment.as_bytes()[plain..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{Place, SourceFile};

    #[test]
    fn what_is_written_is_printable_ascii_and_reads_back() {
        for (text, written) in [
            ("prod", r#""prod""#),
            ("a\"b\\", r#""a\"b\\""#),
            ("\u{1b}[2J\u{7f}", r#""\u001b[2J\u007f""#),
            ("\u{9b}\u{202e}x", r#""\u009b\u202ex""#),
            ("žluť", r#""\u017elu\u0165""#),
            ("🔑", r#""\ud83d\udd11""#),
        ] {
            assert_eq!(write(&text), written);
            assert_eq!(serde_json::from_str::<String>(written).unwrap(), text);
        }
    }

    #[test]
    fn failures() {
        let place = Place {
            file: SourceFile::Config,
            line: 14,
        };
        let failure = Error::new("source-missing", "profile \"P\" …", "name it").at(place);
        assert_eq!(
            error(&failure),
            r#"{"v":1,"error":{"class":"source-missing","message":"profile \"P\" \u2026","remedy":"name it","at":["config:14"]}}"#
        );
    }
}
