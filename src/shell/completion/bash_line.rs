//! A bash command line up to the cursor, split as bash does, and the text to insert there.
//!
//! bash's own COMP_WORDS are split at COMP_WORDBREAKS and keep their quotes, so neither the words nor
//! what readline will replace can be read off them.

/// The quote that is open at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// The unquoted words, the one at the cursor last.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub words: Vec<String>,
    /// How many of bash's own COMP_WORDS stand before each word: those are split at COMP_WORDBREAKS too.
    pub before: Vec<usize>,
    quote: Quote,
    /// How many bytes of the unquoted current word stand before what readline replaces.
    kept: usize,
}

/// Splits a line; `None` where it holds an expansion, whose value cannot be known.
pub fn split(line: &str, breaks: &str) -> Option<Line> {
    let mut words = Vec::new();
    let mut before = Vec::new();
    let mut word = String::new();
    let mut started = false;
    let mut pieces = Pieces::default();
    let mut quote = Quote::None;
    let mut kept = 0;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let is_space = quote == Quote::None && matches!(c, ' ' | '\t' | '\n');
        if !started && !is_space {
            before.push(pieces.count);
        }
        let breaks_here = quote == Quote::None && !matches!(c, '\'' | '"') && breaks.contains(c);
        pieces.add(is_space, breaks_here);
        match (quote, c) {
            (Quote::Single, '\'') | (Quote::Double, '"') => quote = Quote::None,
            (Quote::Double | Quote::None, '$' | '`')
            | (Quote::None, '<' | '>' | ';' | '|' | '&' | '(' | ')') => return None,
            (Quote::Double, '\\') => match chars.next() {
                Some(next @ ('\\' | '"' | '$' | '`')) => word.push(next),
                Some(next) => word.extend(['\\', next]),
                None => word.push('\\'),
            },
            (Quote::Single | Quote::Double, _) => word.push(c),
            (Quote::None, ' ' | '\t' | '\n') => {
                if std::mem::take(&mut started) {
                    words.push(std::mem::take(&mut word));
                    kept = 0;
                }
                continue;
            }
            (Quote::None, '\\') => word.extend(chars.next()),
            (Quote::None, '\'') => (quote, kept) = (Quote::Single, word.len()),
            (Quote::None, '"') => (quote, kept) = (Quote::Double, word.len()),
            (Quote::None, _) => {
                word.push(c);
                if breaks.contains(c) && !matches!(c, '@' | '$') {
                    kept = word.len();
                }
            }
        }
        started = true;
    }
    words.push(word);
    if !started {
        before.push(pieces.count);
    }
    Some(Line {
        words,
        before,
        quote,
        kept,
    })
}

/// Counts the pieces that bash splits a line into: runs of break characters, and what is between them.
#[derive(Default)]
struct Pieces {
    count: usize,
    /// Is the piece at hand one of break characters?
    open: Option<bool>,
}

impl Pieces {
    fn add(&mut self, is_space: bool, breaks: bool) {
        let now = (!is_space).then_some(breaks);
        if now.is_some() && now != self.open {
            self.count += 1;
        }
        self.open = now;
    }
}

impl Line {
    /// What readline is to put in the current word's place for `value`; `None` if it cannot stand there.
    pub fn insert(&self, value: &str, text: &mut String) -> bool {
        let starts_so = |word: &String| value.starts_with(word.as_str());
        let rest = self.words.last().filter(|word| starts_so(word));
        let Some(rest) = rest.and_then(|_| value.get(self.kept..)) else {
            return false;
        };
        match self.quote {
            Quote::Single => text.push_str(&rest.replace('\'', r"'\''")),
            Quote::Double if rest.contains('!') => return false,
            Quote::Double => escape(rest, text, |c| matches!(c, '\\' | '"' | '$' | '`')),
            Quote::None if rest.bytes().all(is_plain) => text.push_str(rest),
            Quote::None => escape(rest, text, |c| {
                u8::try_from(c).is_ok_and(|c| c.is_ascii() && !is_plain(c))
            }),
        }
        true
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./+:@%,-".contains(&byte)
}

fn escape(rest: &str, text: &mut String, special: impl Fn(char) -> bool) {
    for c in rest.chars() {
        if special(c) {
            text.push('\\');
        }
        text.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_bash_does() {
        let breaks = " \t\n\"'@><=;|&(:";
        for (line, words, quote, kept) in [
            ("xrole use ", &["xrole", "use", ""][..], Quote::None, 0),
            ("xrole use a\\ b", &["xrole", "use", "a b"], Quote::None, 0),
            (
                "xrole  use 'a b",
                &["xrole", "use", "a b"],
                Quote::Single,
                0,
            ),
            ("xrole use a:b", &["xrole", "use", "a:b"], Quote::None, 2),
            ("xrole use 'a:b", &["xrole", "use", "a:b"], Quote::Single, 0),
            ("xrole use a@b", &["xrole", "use", "a@b"], Quote::None, 0),
            ("xrole use x\"a", &["xrole", "use", "xa"], Quote::Double, 1),
            ("xrole use ''", &["xrole", "use", ""], Quote::None, 0),
        ] {
            let split = split(line, breaks).expect(line);
            assert_eq!(
                (&split.words[..], split.quote, split.kept),
                (
                    &words.iter().map(ToString::to_string).collect::<Vec<_>>()[..],
                    quote,
                    kept
                ),
                "{line}"
            );
        }
        for (line, before) in [
            ("xrole exec ", &[0, 1, 2][..]),
            ("xrole exec prod ls", &[0, 1, 2, 3]),
            ("xrole exec team:dev -- ls ", &[0, 1, 2, 5, 6, 7]),
            ("xrole exec a::b= 'c:d' e", &[0, 1, 2, 6, 7]),
        ] {
            assert_eq!(split(line, breaks).expect(line).before, before, "{line}");
        }
        for line in [
            "xrole use $HOME",
            "xrole use `x",
            "xrole use a; b",
            "xrole use \"$(x",
        ] {
            assert_eq!(split(line, breaks), None, "{line}");
        }
    }
}
