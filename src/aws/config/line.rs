//! The parts of one line: white space, delimiter, comment, and where a header ends.

use super::syntax;

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

pub(super) fn trim_start(text: &str) -> &str {
    let blanks = text.bytes().take_while(|byte| is_blank(*byte)).count();
    &text[blanks..]
}

pub(super) fn trim(text: &str) -> &str {
    trim_end(trim_start(text))
}

pub(super) fn trim_end(text: &str) -> &str {
    let blanks = text.bytes().rev().take_while(|byte| is_blank(*byte));
    &text[..text.len() - blanks.count()]
}

/// Where the value starts (after this byte), and whether a colon stands there.
pub(super) fn delimiter(text: &str) -> Option<(usize, bool)> {
    let equals = text.bytes().position(|byte| byte == b'=');
    let before = &text[..equals.unwrap_or(text.len())];
    match before.bytes().position(|byte| byte == b':') {
        Some(colon) if syntax::is_key_like(trim_end(&text[..colon])) => Some((colon, true)),
        _ => equals.map(|equals| (equals, false)),
    }
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

/// The value up to a `#` or `;` that follows white space, and whether there was one.
pub(super) fn without_comment(text: &str) -> (&str, bool) {
    let bytes = text.as_bytes();
    // Most values have neither, which a loop without an early exit sees quickest.
    let marks = bytes.iter().fold(0, |found, &byte| {
        found | u8::from(byte == b'#') | u8::from(byte == b';')
    });
    if marks == 0 {
        return (text, false);
    }
    let comment = bytes
        .windows(2)
        .position(|pair| is_blank(pair[0]) && matches!(pair[1], b'#' | b';'));
    match comment {
        Some(blank) => (&text[..blank], true),
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
    text.rfind(']')
}
