//! Where the lines of a text are and what each is, so that they can be moved about as bytes.

use std::ops::Range;

use super::super::key::Key;
use super::super::line::{columns, delimiter, trim, trim_end, trim_start, without_comment_of};
use super::written;
use crate::error::Result;
use crate::place::Place;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    Blank,
    Comment,
    Header,
    Property,
    /// Belongs to the property above it.
    Continuation,
}

/// One line by its bytes.
#[derive(Debug)]
pub struct Line {
    pub start: usize,
    /// Without the line end.
    pub end: usize,
    /// With it: the same as `end` where a text ends without one.
    pub next: usize,
    pub kind: LineKind,
    indentation: usize,
}

#[derive(Debug)]
pub struct Layout<'a> {
    text: &'a str,
    /// After a byte order mark.
    pub start: usize,
    pub lines: Vec<Line>,
    /// The lines that are headers, in the order of the parser's sections.
    headers: Vec<usize>,
}

/// A place's line counted from 0.
pub fn index(at: Place) -> usize {
    usize::try_from(at.line.saturating_sub(1)).unwrap_or(usize::MAX)
}

impl<'a> Layout<'a> {
    /// Of a text that the parser takes.
    pub fn of(text: &'a str) -> Self {
        let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut layout = Self {
            text,
            start,
            lines: Vec::new(),
            headers: Vec::new(),
        };
        let mut at = start;
        let mut open = None;
        while at < text.len() {
            let rest = &text[at..];
            let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
            let end = match &rest.as_bytes()[length..] {
                [b'\r', b'\n', ..] => 2,
                [] => 0,
                _ => 1,
            };
            let indentation = length - trim_start(&rest[..length]).len();
            let column = columns(&rest[..indentation]);
            let kind = kind(&rest[indentation..length], column, open);
            match kind {
                LineKind::Header => {
                    open = None;
                    layout.headers.push(layout.lines.len());
                }
                LineKind::Property => open = Some(column),
                _ => {}
            }
            layout.lines.push(Line {
                start: at,
                end: at + length,
                next: at + length + end,
                kind,
                indentation,
            });
            at += length + end;
        }
        layout
    }

    pub fn is_empty(&self, line: usize) -> bool {
        self.lines[line].start == self.lines[line].end
    }

    /// From a section's header to the last line of its last setting.
    pub fn body(&self, section: usize) -> Range<usize> {
        let start = self.headers[section];
        let after = self.headers.get(section + 1);
        let end = after.copied().unwrap_or(self.lines.len());
        let used = |line: &usize| {
            let kind = self.lines[*line].kind;
            kind != LineKind::Blank && kind != LineKind::Comment
        };
        start..(start..end).rfind(used).unwrap_or(start) + 1
    }

    /// With the blank line before it, if a blank line or nothing follows: as a section that is added brings one.
    pub fn with_blank_line(&self, body: Range<usize>) -> Range<usize> {
        let blank =
            |line: usize| self.lines.get(line).map(|line| line.kind) == Some(LineKind::Blank);
        let behind = body.end == self.lines.len() || blank(body.end);
        match body.start.checked_sub(1) {
            Some(before) if behind && blank(before) => before..body.end,
            _ => body,
        }
    }

    /// The lines of a setting: its own, and those that continue it. Comments among them are no part of it.
    pub fn property(&self, line: usize) -> impl Iterator<Item = usize> {
        let later = (line + 1..self.lines.len()).take_while(|later| {
            !matches!(
                self.lines[*later].kind,
                LineKind::Header | LineKind::Property
            )
        });
        let continuing = later.filter(|later| self.lines[*later].kind == LineKind::Continuation);
        std::iter::once(line).chain(continuing)
    }

    /// White space for a new last setting of a section: deep enough not to make the next header a continuation, and
    /// not so deep that it becomes one itself.
    pub fn indentation_at_end(&self, section: usize) -> &'a str {
        let like = |line: &Line| &self.text[line.start..line.start + line.indentation];
        let body = self.body(section);
        let mut properties = body.filter(|line| self.lines[*line].kind == LineKind::Property);
        let last = properties
            .next_back()
            .or(self.headers.get(section + 1).copied());
        last.map_or("", |line| like(&self.lines[line]))
    }

    /// The line end of a new line after this one: that of its neighbour.
    pub fn line_end(&self, after: Option<usize>) -> &'a str {
        let before = self.lines[..after.map_or(0, |line| line + 1)].iter().rev();
        let ended = before.chain(&self.lines).find(|line| line.next > line.end);
        ended.map_or("\n", |line| &self.text[line.end..line.next])
    }

    /// The value of a setting on its first line, and whether a space must come before a new one.
    pub fn value(&self, line: usize) -> Result<(Range<usize>, bool)> {
        let line = &self.lines[line];
        let start = line.start + line.indentation;
        let text = trim_end(&self.text[start..line.end]);
        let (at, _) = delimiter(text).ok_or_else(written::no_value)?;
        let key = Key::from(trim_end(&text[..at]));
        let (written, _) = without_comment_of(key.as_str(), &text[at + 1..]);
        let value = trim(written);
        if value.is_empty() {
            let at = start + at + 1;
            return Ok((at..at, true));
        }
        let blanks = written.len() - trim_start(written).len();
        let from = start + at + 1 + blanks;
        Ok((from..from + value.len(), false))
    }
}

/// The parser's rules for what a line is. `open`: the indentation of the setting that it could continue.
fn kind(text: &str, indentation: usize, open: Option<usize>) -> LineKind {
    match text.bytes().next() {
        None => LineKind::Blank,
        Some(b'#' | b';') => LineKind::Comment,
        Some(_) if open.is_some_and(|open| indentation > open) => LineKind::Continuation,
        Some(b'[') => LineKind::Header,
        Some(_) => LineKind::Property,
    }
}
