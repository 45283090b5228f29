//! Makes text from files, the network or people safe to show on a terminal.

mod hidden;

use std::borrow::Cow;

use hidden::HIDDEN;

const LONGEST: usize = 512;

/// Control, bidirectional, invisible and separating characters, which could fake what a screen shows, and every
/// blank but the plain space: none is told from a space, or from nothing, by looking at it.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let after = HIDDEN.partition_point(|(_, last)| *last < c);
    HIDDEN.get(after).is_some_and(|(first, _)| *first <= c)
}

/// White space as Python strips it, and so the AWS CLI: Unicode's, and the four separators of ASCII.
#[must_use]
pub fn is_white_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// The character's number as people write it, such as `U+00A0`.
#[must_use]
pub fn named(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Nothing but what a key of a typewriter prints. Without an early exit, since nearly all text is.
fn is_plain(text: &str) -> bool {
    let other = |byte: u8| u8::from(!matches!(byte, b' '..=b'~'));
    text.bytes().fold(0, |found, byte| found | other(byte)) == 0
}

/// Does an unsafe character stand in it?
#[must_use]
pub fn has_unsafe(text: &str) -> bool {
    !is_plain(text) && text.contains(is_unsafe)
}

/// The text with every unsafe character as `\u{…}`, cut at 512 characters with `…`.
#[must_use]
pub fn display_safe(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && is_plain(text) {
        return Cow::Borrowed(text);
    }
    if !has_unsafe(text) && text.chars().nth(LONGEST).is_none() {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (n, c) in text.chars().enumerate() {
        if n == LONGEST {
            safe.push('…');
            break;
        }
        if is_unsafe(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// The same for bytes: what is no UTF-8 becomes `\xNN`.
#[must_use]
pub fn display_safe_bytes(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    display_safe(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_could_fake_a_screen() {
        for (text, shown) in [
            ("prod", "prod"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("\u{202e}dorp", "\\u{202e}dorp"),
            ("a\nb\r", "a\\u{a}b\\u{d}"),
            ("žluť 生産", "žluť 生産"),
        ] {
            assert_eq!(display_safe(text), shown);
        }
        assert_eq!(display_safe_bytes(b"a\xffb"), "a\\xffb");
        assert_eq!(display_safe(&"x".repeat(600)).chars().count(), 513);
    }
}
