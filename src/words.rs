//! Splits a command into words by the POSIX shell's rules for quotes, without a shell and without its comments.

use crate::display_safe::display_safe;

/// The words, or `None` where a quote is not closed. `$`, `*`, `;`, `#` mean nothing, as in the AWS CLI.
#[must_use]
pub fn split(command: &str) -> Option<Vec<String>> {
    // The crate takes `#` at the start of a word for a comment; a backslash before it makes it a character.
    let mut quote = None;
    let mut escaped = false;
    let mut at_start = true;
    let mut text = String::with_capacity(command.len());
    for c in command.chars() {
        if c == '#' && at_start {
            text.push('\\');
        }
        text.push(c);
        at_start = false;
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('\'' | '"', None) => quote = Some(c),
            (' ' | '\t' | '\n', None) => at_start = true,
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    shell_words::split(&text).ok()
}

/// A word as a person can paste it into a POSIX shell; unsafe characters are shown escaped.
#[must_use]
pub fn quoted(word: &str) -> String {
    shell_words::quote(&display_safe(word)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_posix_does_without_comments() {
        for (command, words) in [
            ("a b  c", Some(vec!["a", "b", "c"])),
            (
                r#"a "b c" 'd e' f\ g"#,
                Some(vec!["a", "b c", "d e", "f g"]),
            ),
            (r#"a "say \"x\" \n""#, Some(vec!["a", r#"say "x" \n"#])),
            (
                "a $HOME * ; | ~",
                Some(vec!["a", "$HOME", "*", ";", "|", "~"]),
            ),
            ("a #b c", Some(vec!["a", "#b", "c"])),
            ("#a b#c", Some(vec!["#a", "b#c"])),
            (r"a \#b '#c' \  #d", Some(vec!["a", "#b", "#c", " ", "#d"])),
            (r#"a "x\"" #b"#, Some(vec!["a", "x\"", "#b"])),
            ("a ''", Some(vec!["a", ""])),
            ("", Some(vec![])),
            ("a 'b", None),
            ("a \"b", None),
        ] {
            let expected = words.map(|w| w.into_iter().map(str::to_owned).collect());
            assert_eq!(split(command), expected, "{command}");
        }
    }

    #[test]
    fn quotes_for_a_person() {
        for (word, shown) in [
            ("prod", "prod"),
            ("my prof", "'my prof'"),
            ("a\x1bb", "'a\\u{1b}b'"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
