//! Data instead of code, for hooks in languages that read JSON: nothing in it is ever evaluated.

use std::fmt::Write as _;

use serde::Serialize;

use super::HookOptions;
use crate::error::{Error, Exit, Result};
use crate::shell::{Change, Saved};

/// Every key is always there (StrictMode), and lists keep the order without reflection on names.
#[derive(Serialize)]
struct Data<'a> {
    v: u8,
    save: Vec<&'a str>,
    resave: Vec<&'a str>,
    restore: &'a [&'static str],
    unset: &'a [&'static str],
    set: Vec<Variable<'a>>,
    prev: Option<&'a str>,
    color: Option<u8>,
    forget: bool,
}

#[derive(Serialize)]
struct Variable<'a> {
    n: &'a str,
    v: &'a str,
}

/// The value as a JSON string in ASCII, so that no code page can change it on its way.
pub fn quote(value: &str) -> Result<String> {
    encode(&value)
}

/// The change as one line of JSON in ASCII.
pub fn render(change: &Change) -> Result<String> {
    if change.set.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Error::new(
            "shell",
            "a value holds a NUL character, which no environment variable can",
            "remove it where the value comes from",
        ));
    }
    let mut json = encode(&Data {
        v: 1,
        save: names(&change.save),
        resave: names(&change.resave),
        restore: &change.restore,
        unset: &change.unset,
        set: change.set.iter().map(|(n, v)| Variable { n, v }).collect(),
        prev: change.previous.as_deref(),
        color: change.color,
        forget: change.forget,
    })?;
    json.push('\n');
    Ok(json)
}

/// Nothing: the hooks that read data go by the exit status.
#[must_use]
pub fn failure() -> &'static str {
    ""
}

pub fn hook(_options: &HookOptions) -> Result<String> {
    Err(Error::new(
        "usage",
        "json is not a shell that a hook could be installed in",
        "run: xrole init bash|zsh|fish|powershell",
    )
    .exit(Exit::Usage))
}

#[must_use]
pub fn deinit() -> &'static str {
    ""
}

fn names(saved: &[Saved]) -> Vec<&str> {
    saved.iter().map(|one| one.name).collect()
}

fn encode(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string(value).map_err(|error| {
        Error::new(
            "shell",
            format!("could not write JSON: {error}"),
            "report this as a defect of xrole",
        )
    })?;
    let mut ascii = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\x7f' {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    Ok(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_every_key_in_ascii() {
        let change = Change {
            save: vec![Saved {
                name: "AWS_PROFILE",
                exported: true,
            }],
            unset: vec!["AWS_PROFILE"],
            set: vec![("XROLE_PROFILE", "žluť \"😀\"\n\x7f".into())],
            previous: Some("\u{2019}".into()),
            ..Change::default()
        };
        assert_eq!(
            render(&change).unwrap(),
            concat!(
                r#"{"v":1,"save":["AWS_PROFILE"],"resave":[],"restore":[],"unset":["AWS_PROFILE"],"#,
                r#""set":[{"n":"XROLE_PROFILE","v":"\u017elu\u0165 \"\ud83d\ude00\"\n\u007f"}],"#,
                r#""prev":"\u2019","color":null,"forget":false}"#,
                "\n"
            )
        );
    }

    #[test]
    fn refuses_nul() {
        let change = Change {
            set: vec![("AWS_REGION", "a\0".into())],
            ..Change::default()
        };
        assert_eq!(render(&change).unwrap_err().class, "shell");
    }
}
