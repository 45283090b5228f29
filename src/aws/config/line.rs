//! The parts of one line: white space, delimiter, comment, and where a header ends.

use crate::display_safe::is_white_space;

/// White space of ASCII, which nearly all is: a bit for each such byte.
const BLANKS: u64 = {
    let mut blanks = 1 << b' ';
    let mut byte = 0x09;
    while byte < 0x20 {
        if byte <= 0x0d || byte >= 0x1c {
            blanks |= 1 << byte;
        }
        byte += 1;
    }
    blanks
};

fn is_blank(byte: u8) -> bool {
    byte <= b' ' && BLANKS >> byte & 1 == 1
}

/// Without the white space at its start, as Python strips it.
pub(super) fn trim_start(text: &str) -> &str {
    let blanks = text.bytes().take_while(|byte| is_blank(*byte)).count();
    let rest = &text[blanks..];
    match rest.as_bytes().first() {
        Some(0x80..) => rest.trim_start_matches(is_white_space),
        _ => rest,
    }
}

pub(crate) fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

pub(super) fn trim_end(text: &str) -> &str {
    let blanks = text.bytes().rev().take_while(|byte| is_blank(*byte));
    let rest = &text[..text.len() - blanks.count()];
    match rest.as_bytes().last() {
        Some(0x80..) => rest.trim_end_matches(is_white_space),
        _ => rest,
    }
}

/// Spaces and tabs alone, which separate what stands in a header: any other white space is part of a name there.
pub(super) const SEPARATORS: [char; 2] = [' ', '\t'];

/// Without the spaces and tabs around it.
pub(super) fn trim_separators(text: &str) -> &str {
    let is_separator = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = text.bytes().take_while(is_separator).count();
    let rest = &text[start..];
    let end = rest.bytes().rev().take_while(is_separator).count();
    &rest[..rest.len() - end]
}

/// How far a line is indented, in characters.
pub(super) fn columns(blanks: &str) -> usize {
    if blanks.is_ascii() {
        return blanks.len();
    }
    blanks.chars().count()
}

/// Where the value starts (after this byte), and whether a colon stands there.
pub(super) fn delimiter(text: &str) -> Option<(usize, bool)> {
    let equals = text.bytes().position(|byte| byte == b'=');
    let before = &text[..equals.unwrap_or(text.len())];
    match before.bytes().position(|byte| byte == b':') {
        Some(colon) if is_key_like(trim_end(&text[..colon])) => Some((colon, true)),
        _ => equals.map(|equals| (equals, false)),
    }
}

pub(super) fn is_key_like(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// The characters of keys, and of names that the SDKs see.
pub(super) fn is_key_character(byte: u8) -> bool {
    KEY_CHARACTERS[usize::from(byte)]
}

const KEY_CHARACTERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'/' | b'.' | b'%' | b'@' | b':' | b'+');
        byte += 1;
    }
    table
};

/// The value up to its comment, and whether there was one. In a command what is quoted is text.
pub(super) fn without_comment_of<'a>(key: &str, text: &'a str) -> (&'a str, bool) {
    if COMMANDS.contains(&key) {
        return without_comment_of_command(text);
    }
    without_comment(text)
}

/// Their values are split into words as a shell does it.
const COMMANDS: [&str; 2] = ["credential_process", "mfa_process"];

/// The command up to a `#` or `;` that follows white space outside of quotes, and whether there was one.
pub(crate) fn without_comment_of_command(text: &str) -> (&str, bool) {
    let mut quote = None;
    let mut escaped = false;
    // Where the white space starts that the character in hand follows.
    let mut blanks = None;
    for (n, c) in text.char_indices() {
        let before = blanks.take();
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => quote = Some(c),
            ('"' | '\'', Some(open)) if open == c => quote = None,
            ('#' | ';', None) if before.is_some() => return (&text[..before.unwrap_or(n)], true),
            (_, None) if is_white_space(c) => blanks = before.or(Some(n)),
            _ => {}
        }
    }
    (text, false)
}

/// The value up to a `#` or `;` that follows white space, and whether there was one.
pub(crate) fn without_comment(text: &str) -> (&str, bool) {
    let bytes = text.as_bytes();
    // Most values have neither, which a loop without an early exit sees quickest.
    let marks = bytes.iter().fold(0, |found, &byte| {
        found | u8::from(byte == b'#') | u8::from(byte == b';')
    });
    if marks == 0 {
        return (text, false);
    }
    let mut after = text.match_indices(['#', ';']);
    let comment = after.find(|(mark, _)| text[..*mark].ends_with(is_white_space));
    match comment {
        Some((mark, _)) => (trim_end(&text[..mark]), true),
        None => (text, false),
    }
}

pub(super) fn is_comment_or_nothing(text: &str) -> bool {
    matches!(trim_start(text).bytes().next(), None | Some(b'#' | b';'))
}

/// No quote, backslash or further bracket, as in most headers. Without an early exit, which is quickest.
fn is_plain(header: &str) -> bool {
    let odd = |byte: u8| u8::from(matches!(byte, b'"' | b'\'' | b'\\' | b']'));
    header.bytes().fold(0, |found, byte| found | odd(byte)) == 0
}

/// The bracket that ends a header: the first unquoted one that only a comment follows, else the last one.
pub(super) fn header_end(text: &str) -> Option<usize> {
    whole_header_end(text).or_else(|| text.rfind(']'))
}

/// The first unquoted bracket that only a comment follows.
pub(super) fn whole_header_end(text: &str) -> Option<usize> {
    if let Some(inner) = text.strip_suffix(']')
        && is_plain(inner)
    {
        return Some(inner.len());
    }
    let mut quote = None;
    let mut escaped = false;
    for (n, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            _ if escaped => escaped = false,
            (b'\\', None | Some(b'"')) => escaped = true,
            (b'"' | b'\'', None) => quote = Some(byte),
            (b'"' | b'\'', Some(open)) if open == byte => quote = None,
            (b']', None) if is_comment_or_nothing(&text[n + 1..]) => return Some(n),
            _ => {}
        }
    }
    None
}
