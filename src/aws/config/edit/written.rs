//! Headers and settings as text, and what the grammar cannot hold.

use super::super::about::Kind;
use super::super::header::{Meaning, meaning};
use super::super::key::Key;
use super::super::line::is_key_like;
use super::super::line::{header_end, is_key_character, trim, without_comment};
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Result};
use crate::place::SourceFile;
use crate::session::Secret;

/// `key = value`, without its line end.
pub fn line(indentation: &str, key: &Key, value: &Secret) -> String {
    format!("{indentation}{} = {}", key.as_str(), value.expose())
}

/// Would the parser read the same value? Not every reader of these files trims and cuts alike, so a value that any
/// of them could take for something else is refused.
pub fn check(key: &Key, value: Option<&Secret>, file: SourceFile) -> Result<()> {
    let key = key.as_str();
    if !is_key_like(key) {
        let message = format!("\"{}\" cannot be a key", display_safe(key));
        return Err(refuse(message, "a key has letters, digits, _ and -"));
    }
    let Some(value) = value.map(Secret::expose) else {
        return Ok(());
    };
    let blank = [' ', '\t'];
    let what = if value.is_empty() {
        "is empty"
    } else if value.contains(is_unsafe) {
        "holds a line break, a control or an invisible character"
    } else if value.starts_with(blank) || value.ends_with(blank) {
        "starts or ends with a space"
    } else if value.starts_with(['#', ';']) || without_comment(value).1 {
        "holds what starts a comment: # or ; at the start or after a space"
    } else {
        return Ok(());
    };
    Err(refuse(
        format!("the value for {key} {what}, which the {file} file cannot hold"),
        "give another value",
    ))
}

/// The text between the brackets that means this profile.
pub fn header(profile: &str, file: SourceFile) -> Result<String> {
    let plain = profile.bytes().all(is_key_character);
    let header = match file {
        SourceFile::Credentials => profile.to_owned(),
        SourceFile::Config if profile == "default" => profile.to_owned(),
        SourceFile::Config if plain => format!("profile {profile}"),
        SourceFile::Config => {
            let escaped = profile.replace('\\', r"\\").replace('"', "\\\"");
            format!("profile \"{escaped}\"")
        }
    };
    let means_it = match meaning(&header, file) {
        Meaning::Section(Kind::Profile, name) => name == profile,
        Meaning::PlainDefault => profile == "default",
        Meaning::Section(..) | Meaning::Ignored { .. } | Meaning::Silent => false,
    };
    let text = format!("[{header}]");
    let whole = header_end(&text) == Some(text.len() - 1) && trim(&header) == header;
    // The AWS CLI ends a header at the first bracket, whatever is quoted.
    if !means_it || !whole || profile.contains(is_unsafe) || profile.contains([']', '\t']) {
        let message = format!(
            "\"{}\" cannot be the name of a section in the {file} file",
            display_safe(profile)
        );
        return Err(refuse(message, "give the profile a plain name"));
    }
    Ok(header)
}

fn refuse(message: String, remedy: &str) -> Error {
    Error::new("unsafe-value", message, remedy)
}

/// Lines that lean on each other in a way that only a person can take apart.
pub fn entangled(profile: &str, file: SourceFile) -> Error {
    let profile = display_safe(profile);
    Error::new(
        "edit-entangled",
        format!(
            "the section of profile \"{profile}\" in the {file} file cannot be changed without changing the meaning of other lines"
        ),
        "change it by hand: indented lines around it are read as continuations",
    )
}

pub fn no_value() -> Error {
    Error::new(
        "internal",
        "a setting that was just read has no value",
        "this is a fault in xrole: please report it",
    )
}
