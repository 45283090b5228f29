//! Reads one shared file literally: sections and settings with their lines, no meaning given yet.
//!
//! The grammar is the one both files share: what the AWS CLI accepts, with the SDKs' rules for comments,
//! continuations and sub-property blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use zeroize::Zeroize as _;

use super::document::{Document, Section};
use super::doubt::{Doubt, looks_like_header, shown_header};
use super::key::Key;
use super::line::{
    columns, delimiter, header_end, is_comment_or_nothing, is_key_character, trim, trim_end,
    trim_separators, trim_start, without_comment_of,
};
use super::notices::Oddity;
use super::setting::Setting;
use super::syntax;
use super::text::decode;
use super::value::Value;
use crate::display_safe::{is_unsafe, named};
use crate::error::Result;
use crate::place::{Notice, Place, SourceFile};

/// Parses the bytes of a file. An error carries file and line.
pub fn parse(bytes: &[u8], file: SourceFile) -> Result<Document> {
    parse_owned(bytes.to_vec(), file)
}

/// The same, without a copy: the values are parts of the text. Where a secret stands in it, or an error hides
/// what does, the text is wiped, and the values are their own.
pub(super) fn parse_owned(bytes: Vec<u8>, file: SourceFile) -> Result<Document> {
    let mut document = Document::empty(file);
    let text = Arc::new(decode(bytes, file)?);
    let mut parser = Parser::new(&text, file);
    let result = parser.read(&text, &mut document.notices);
    let Parser {
        mut sections,
        holds_secrets,
        shared,
        ..
    } = parser;
    if holds_secrets || result.is_err() {
        for section in &mut sections {
            for (_, setting) in &mut section.settings {
                setting.value.to_mut();
            }
        }
        drop(shared);
        if let Ok(mut text) = Arc::try_unwrap(text) {
            text.zeroize();
        }
    }
    result?;
    document.sections = sections;
    Ok(document)
}

/// Could this byte belong to a character that is hidden or controls a terminal?
fn may_be_odd(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte >= 0x7f
}

/// The property that deeper lines would continue.
struct Property {
    key: Key,
    setting: Setting,
    indentation: usize,
    /// Blank lines since its last line: kept if another line follows.
    blank_lines: usize,
    /// Its key has characters that no reader accepts.
    ignored: bool,
}

struct Parser {
    /// The text that values are parts of.
    shared: Arc<String>,
    at: Place,
    sections: Vec<Section>,
    /// Of the last section; it gets them when it ends, in a vector of the right size.
    settings: Vec<(Key, Setting)>,
    property: Option<Property>,
    /// Of the last section: the first line that looks like a header, but continues a value.
    header_inside: Option<(String, Place)>,
    odd_characters: bool,
    holds_secrets: bool,
}

impl Parser {
    fn new(text: &Arc<String>, file: SourceFile) -> Self {
        let odd = |odd, byte| odd | u8::from(may_be_odd(byte));
        Self {
            shared: Arc::clone(text),
            at: Place { file, line: 0 },
            sections: Vec::new(),
            settings: Vec::new(),
            property: None,
            header_inside: None,
            odd_characters: text.bytes().fold(0, odd) != 0,
            holds_secrets: false,
        }
    }

    fn read(&mut self, text: &str, notices: &mut Vec<Notice>) -> Result<()> {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => {
                let at = Place { line: 1, ..self.at };
                let notice =
                    "the file starts with a byte order mark, with which the AWS CLI rejects it";
                notices.push(Notice::new(at, notice));
                rest
            }
            None => text,
        };
        for line in text.split('\n') {
            self.at.line = self.at.line.saturating_add(1);
            self.line(line)?;
        }
        self.end_section();
        Ok(())
    }

    /// A value of the text that is being read.
    fn value(&self, value: &str) -> Value {
        let start = value
            .as_ptr()
            .addr()
            .checked_sub(self.shared.as_ptr().addr());
        let place = start.map(|start| start..start + value.len());
        Value::part(&self.shared, place, value)
    }

    fn line(&mut self, line: &str) -> Result<()> {
        let text = trim_start(line);
        let indentation = columns(&line[..line.len() - text.len()]);
        match text.bytes().next() {
            None => {
                if let Some(property) = &mut self.property {
                    property.blank_lines += 1;
                }
                Ok(())
            }
            Some(b'#' | b';') => Ok(()),
            Some(first) => {
                let text = trim_end(text);
                let continues = self
                    .property
                    .as_ref()
                    .is_some_and(|property| indentation > property.indentation);
                if continues {
                    self.continuation(text)
                } else if first == b'[' {
                    self.header(text)
                } else {
                    self.property(text, indentation)
                }
            }
        }
    }

    fn notice(&mut self, oddity: Oddity, text: impl FnOnce() -> String) {
        if let Some(section) = self.sections.last_mut() {
            section.remarks().notices.add(oddity, self.at, text);
        }
    }

    fn header(&mut self, text: &str) -> Result<()> {
        self.end_section();
        let end = header_end(text).ok_or_else(|| syntax::no_bracket(text, self.at))?;
        let name = trim_separators(&text[1..end]);
        self.sections.push(Section {
            name: name.to_owned(),
            at: self.at,
            is_usual: name.len() == end - 1,
            settings: Vec::new(),
            remarks: None,
        });
        if !is_comment_or_nothing(&text[end + 1..]) {
            self.notice(Oddity::AfterHeader, || {
                let rest = syntax::shown(&text[end + 1..]);
                format!("\"{rest}\" after the header is ignored")
            });
        }
        Ok(())
    }

    fn property(&mut self, text: &str, indentation: usize) -> Result<()> {
        self.end_property();
        if self.sections.is_empty() {
            return Err(syntax::no_section(text, self.at));
        }
        let (end, colon) = delimiter(text).ok_or_else(|| syntax::no_delimiter(text, self.at))?;
        let name = trim_end(&text[..end]);
        if name.is_empty() {
            return Err(syntax::no_key(self.at));
        }
        let key = Key::from(name);
        let ignored = !key.is_known() && !name.bytes().all(is_key_character);
        if ignored {
            self.notice(Oddity::KeyIgnored, || {
                let name = syntax::shown(name);
                format!("\"{name}\" cannot be a key: the line is ignored")
            });
        } else if colon {
            self.notice(Oddity::Colon, || {
                let name = syntax::shown(name);
                format!(
                    "\":\" after \"{name}\" is taken for \"=\", but the AWS SDKs reject the file"
                )
            });
        }
        let (value, commented) = without_comment_of(key.as_str(), &text[end + 1..]);
        if commented && !ignored {
            self.notice(Oddity::Comment, || {
                let key = syntax::shown(key.as_str());
                format!("the comment after the value of \"{key}\" is removed, but the AWS CLI takes it for a part of the value")
            });
        }
        self.property = Some(Property {
            key,
            setting: Setting::new(self.value(trim(value)), self.at),
            indentation,
            blank_lines: 0,
            ignored,
        });
        Ok(())
    }

    fn continuation(&mut self, text: &str) -> Result<()> {
        let Some(property) = &mut self.property else {
            return Ok(());
        };
        let blank_lines = std::mem::take(&mut property.blank_lines);
        let header = looks_like_header(text);
        if header && self.header_inside.is_none() {
            self.header_inside = Some((shown_header(text), self.at));
        }
        let setting = &mut property.setting;
        if setting.value.is_empty() || setting.sub.is_some() {
            return self.sub_property(text);
        }
        let value = setting.value.to_mut();
        value.extend(std::iter::repeat_n('\n', blank_lines + 1));
        value.push_str(text);
        let looks_like = match delimiter(text) {
            Some((end, _)) if super::line::is_key_like(trim_end(&text[..end])) => "\"key = value\"",
            _ if header => "a header",
            _ => return Ok(()),
        };
        if let Some(section) = self.sections.last_mut().filter(|_| !property.ignored) {
            section.remarks().notices.add(Oddity::Continuation, self.at, || {
                let (key, at) = (syntax::shown(property.key.as_str()), property.setting.at);
                format!("looks like {looks_like}, but continues the value of \"{key}\" ({at}), because it is indented deeper")
            });
        }
        Ok(())
    }

    fn sub_property(&mut self, text: &str) -> Result<()> {
        let Some(property) = &mut self.property else {
            return Ok(());
        };
        let setting = &mut property.setting;
        let (key, value) = match text.split_once('=') {
            Some((key, value)) if !trim(key).is_empty() => (trim(key), trim(value)),
            _ => {
                return Err(syntax::bad_sub_property(
                    text,
                    property.key.as_str(),
                    self.at,
                ));
            }
        };
        let raw = setting.value.to_mut();
        raw.push('\n');
        raw.push_str(text);
        let block: &mut BTreeMap<_, _> = setting.sub.get_or_insert_default();
        let earlier = block.insert(key.to_owned(), (value.to_owned(), self.at));
        if let (Some((_, first)), false) = (earlier, property.ignored) {
            self.notice(Oddity::KeyAgain, || {
                let key = syntax::shown(key);
                format!("\"{key}\" is set again (first at {first}): this line counts")
            });
        }
        Ok(())
    }

    fn end_section(&mut self) {
        self.end_property();
        self.header_inside = None;
        if let Some(section) = self.sections.last_mut() {
            section.settings = self.settings.drain(..).collect();
        }
    }

    /// No later line can belong to the property any more.
    fn end_property(&mut self) {
        let Some(property) = self.property.take().filter(|property| !property.ignored) else {
            return;
        };
        let Some(section) = self.sections.last_mut() else {
            return;
        };
        let odd = |c| is_unsafe(c) && c != '\t' && c != '\n';
        let value = &property.setting.value;
        let hidden = self.odd_characters.then(|| value.find(odd)).flatten();
        if let Some(n) = hidden {
            section
                .remarks()
                .notices
                .add(Oddity::Hidden, property.setting.at, || {
                    let key = syntax::shown(property.key.as_str());
                    let character = value[n..].chars().next().map(named).unwrap_or_default();
                    format!(
                        "the value of \"{key}\" holds control or invisible characters ({character})"
                    )
                });
        }
        if let Some((header, at)) = &self.header_inside
            && *at < property.setting.at
            && property.key.is_identity()
        {
            section.remarks().doubt.get_or_insert_with(|| {
                Box::new(Doubt::HeaderInside {
                    header: header.clone(),
                    at: *at,
                    key: property.key.as_str().to_owned(),
                    key_at: property.setting.at,
                })
            });
        }
        self.holds_secrets |= property.key.is_secret();
        self.settings.push((property.key, property.setting));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_parts_of_the_text_unless_a_secret_stands_in_it() {
        for (text, shared) in [
            ("[profile a]\nregion = x\n", true),
            ("\u{feff}[profile a]\r\nregion = x\r\n", true),
            (
                "[profile a]\nregion = x\naws_secret_access_key = y\n",
                false,
            ),
        ] {
            let document = parse(text.as_bytes(), SourceFile::Config).expect("a document");
            let (_, region) = &document.sections[0].settings[0];
            assert_eq!(region.value, "x");
            assert_eq!(region.value.is_part(), shared, "{text}");
        }
    }
}
