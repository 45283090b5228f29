//! Reads one shared file literally: sections and settings with their lines, no meaning given yet.
//!
//! The grammar is the one both files share: what the AWS CLI accepts, with the SDKs' rules for comments,
//! continuations and sub-property blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::key::Key;
use super::line::{
    delimiter, header_end, is_comment_or_nothing, is_key_character, trim, trim_end, trim_start,
    without_comment,
};
use super::setting::Setting;
use super::syntax;
use crate::display_safe::is_unsafe;
use crate::error::Result;
use crate::place::{Notice, Place, SourceFile};

/// A file as it is written.
#[derive(Debug)]
pub struct Document {
    pub file: SourceFile,
    pub sections: Vec<Section>,
    /// About the file as a whole.
    pub notices: Vec<Notice>,
    /// Does a value stand in it that must not be shown?
    pub holds_secrets: bool,
}

impl Document {
    #[must_use]
    pub fn empty(file: SourceFile) -> Self {
        Self {
            file,
            sections: Vec::new(),
            notices: Vec::new(),
            holds_secrets: false,
        }
    }
}

/// One header and what stands under it.
#[derive(Debug)]
pub struct Section {
    /// The text between the brackets, trimmed.
    pub name: String,
    pub at: Place,
    /// In the order of the file; a key may stand there twice.
    pub settings: Vec<(Key, Setting)>,
    pub notices: Vec<Notice>,
}

/// Parses the bytes of a file. An error carries file and line.
pub fn parse(bytes: &[u8], file: SourceFile) -> Result<Document> {
    let mut document = Document::empty(file);
    let text = decode(bytes, &mut document)?;
    let odd_characters = text.bytes().fold(false, |odd, byte| odd | may_be_odd(byte));
    let text = with_line_feeds(text);
    let mut parser = Parser {
        at: Place { file, line: 0 },
        sections: Vec::new(),
        property: None,
        odd_characters,
        holds_secrets: false,
    };
    for line in text.split('\n') {
        parser.at.line = parser.at.line.saturating_add(1);
        parser.line(line)?;
    }
    parser.end_property();
    document.sections = parser.sections;
    document.holds_secrets = parser.holds_secrets;
    Ok(document)
}

/// Could this byte belong to a character that is hidden or controls a terminal?
fn may_be_odd(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte >= 0x7f
}

fn decode<'a>(bytes: &'a [u8], document: &mut Document) -> Result<&'a str> {
    let file = document.file;
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.valid_up_to();
            let valid = String::from_utf8_lossy(&bytes[..offset]);
            let lines = with_line_feeds(&valid).split('\n').count();
            let line = u32::try_from(lines).unwrap_or(u32::MAX);
            return Err(syntax::not_utf8(
                bytes[offset],
                offset,
                Place { file, line },
            ));
        }
    };
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        let at = Place { file, line: 1 };
        let notice = "the file starts with a byte order mark, with which the AWS CLI rejects it";
        document.notices.push(Notice::new(at, notice));
        return Ok(rest);
    }
    Ok(text)
}

/// CRLF and a lone CR end a line as LF does.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
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
    at: Place,
    sections: Vec<Section>,
    property: Option<Property>,
    odd_characters: bool,
    holds_secrets: bool,
}

impl Parser {
    fn line(&mut self, line: &str) -> Result<()> {
        let text = trim_start(line);
        let indentation = line.len() - text.len();
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

    fn notice(&mut self, text: String) {
        if let Some(section) = self.sections.last_mut() {
            section.notices.push(Notice::new(self.at, text));
        }
    }

    fn header(&mut self, text: &str) -> Result<()> {
        self.end_property();
        let end = header_end(text).ok_or_else(|| syntax::no_bracket(text, self.at))?;
        self.sections.push(Section {
            name: trim(&text[1..end]).to_owned(),
            at: self.at,
            settings: Vec::with_capacity(6),
            notices: Vec::new(),
        });
        if !is_comment_or_nothing(&text[end + 1..]) {
            let rest = syntax::shown(&text[end + 1..]);
            self.notice(format!("\"{rest}\" after the header is ignored"));
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
        let ignored = !name.bytes().all(is_key_character);
        if ignored {
            let name = syntax::shown(name);
            self.notice(format!("\"{name}\" cannot be a key: the line is ignored"));
        } else if colon {
            let name = syntax::shown(name);
            self.notice(format!(
                "\":\" after \"{name}\" is taken for \"=\", but the AWS SDKs reject the file"
            ));
        }
        let (value, commented) = without_comment(&text[end + 1..]);
        let key = Key::from(name);
        if commented && !ignored {
            let key = syntax::shown(key.as_str());
            self.notice(format!("the comment after the value of \"{key}\" is removed, but the AWS CLI takes it for a part of the value"));
        }
        self.property = Some(Property {
            key,
            setting: Setting::new(trim(value), self.at),
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
        let setting = &mut property.setting;
        if setting.value.is_empty() || setting.sub.is_some() {
            return self.sub_property(text);
        }
        setting
            .value
            .extend(std::iter::repeat_n('\n', blank_lines + 1));
        setting.value.push_str(text);
        let looks_like = match delimiter(text) {
            Some((end, _)) if syntax::is_key_like(trim_end(&text[..end])) => "\"key = value\"",
            None if text.starts_with('[') && text.ends_with(']') => "a header",
            _ => return Ok(()),
        };
        if !property.ignored {
            let (key, at) = (syntax::shown(property.key.as_str()), setting.at);
            self.notice(format!("looks like {looks_like}, but continues the value of \"{key}\" ({at}), because it is indented deeper"));
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
        setting.value.push('\n');
        setting.value.push_str(text);
        let block: &mut BTreeMap<_, _> = setting.sub.get_or_insert_default();
        let earlier = block.insert(key.to_owned(), (value.to_owned(), self.at));
        if let (Some((_, first)), false) = (earlier, property.ignored) {
            let key = syntax::shown(key);
            self.notice(format!(
                "\"{key}\" is set again (first at {first}): this line counts"
            ));
        }
        Ok(())
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
        if self.odd_characters && property.setting.value.contains(odd) {
            let text = format!(
                "the value of \"{}\" holds control or invisible characters",
                syntax::shown(property.key.as_str())
            );
            section.notices.push(Notice::new(property.setting.at, text));
        }
        self.holds_secrets |= property.key.is_secret();
        section.settings.push((property.key, property.setting));
    }
}
