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
    quote: Quote,
    /// How many bytes of the unquoted current word stand before what readline replaces.
    kept: usize,
}

/// Splits a line; `None` where it holds an expansion, whose value cannot be known.
pub fn split(line: &str, breaks: &str) -> Option<Line> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut started = false;
    let mut quote = Quote::None;
    let mut kept = 0;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
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
    Some(Line { words, quote, kept })
}

impl Line {
    /// What readline is to put in the current word's place for `value`; `None` if it cannot stand there.
    pub fn insertion(&self, value: &str) -> Option<String> {
        let rest = value
            .strip_prefix(self.words.last()?.as_str())
            .and_then(|_| value.get(self.kept..))?;
        match self.quote {
            Quote::Single => Some(rest.replace('\'', r"'\''")),
            Quote::Double if rest.contains('!') => None,
            Quote::Double => Some(escape(rest, |c| matches!(c, '\\' | '"' | '$' | '`'))),
            Quote::None => Some(escape(rest, |c| {
                c.is_ascii() && !c.is_ascii_alphanumeric() && !"_./+:@%,-".contains(c)
            })),
        }
    }
}

fn escape(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
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
