//! The lines of a file that go and come, for people: under the header of their section, and no other line of a file
//! that may hold secrets.

use crate::display_safe::display_safe;

/// `-old`, `+new` and ` [header]` lines, each with its line end.
pub fn lines(old: &[u8], new: &[u8]) -> Vec<String> {
    let (old, new) = (split(old), split(new));
    let (mut old, mut new) = (old.as_slice(), new.as_slice());
    let mut shown = Vec::new();
    let mut header = None;
    while !old.is_empty() || !new.is_empty() {
        let (gone, come) = until_the_same(old, new);
        let header_is_new = come.iter().any(|line| is_header(line));
        if let Some(header) = header.take_if(|_| gone + come.len() > 0 && !header_is_new) {
            shown.push(format!(" {}\n", display_safe(header)));
        }
        let removed = old[..gone].iter().map(|line| ('-', line));
        let added = come.iter().map(|line| ('+', line));
        for (sign, line) in removed.chain(added) {
            shown.push(format!("{sign}{}\n", display_safe(line)));
        }
        new = &new[come.len()..];
        old = &old[gone..];
        if let Some((same, rest)) = new.split_first() {
            if is_header(same) {
                header = Some(same);
            }
            (old, new) = (&old[1..], rest);
        }
    }
    shown
}

/// How many old lines go and which new ones come before the two have the same next line, or both end: as few as can be.
fn until_the_same<'a>(old: &[String], new: &'a [String]) -> (usize, &'a [String]) {
    for changed in 0.. {
        for come in (0..=changed.min(new.len())).rev() {
            let gone = changed - come;
            let ended = gone == old.len() && come == new.len();
            let next = old.get(gone).filter(|line| new.get(come) == Some(line));
            if ended || next.is_some() {
                return (gone, &new[..come]);
            }
        }
    }
    unreachable!("both end after all of their lines")
}

fn split(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let mut lines: Vec<String> = text.split(['\n', '\r']).map(str::to_owned).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn is_header(line: &str) -> bool {
    line.trim_start_matches([' ', '\t']).starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_lines_that_differ_under_their_header() {
        for (old, new, shown) in [
            ("", "[a]\nk = v\n", "+[a]\n+k = v\n"),
            ("[a]\nk = v", "[a]\nk = v\nl = w", " [a]\n+l = w\n"),
            ("[a]\nk = v\n", "[a]\nk = w\n", " [a]\n-k = v\n+k = w\n"),
            (
                "[a]\nk = 1\nsecret\nl = 1\r\n[b]\n",
                "[a]\nk = 2\nsecret\nl = 2\r\nm = 3\r\n[b]\n",
                " [a]\n-k = 1\n+k = 2\n-l = 1\n+l = 2\n+m = 3\n",
            ),
            (
                "[a]\nk = \n  x\n  y\nz",
                "[a]\nk = v\nz",
                " [a]\n-k = \n-  x\n-  y\n+k = v\n",
            ),
            ("[a]\n", "[a]\nk = \u{1b}[2J\n", " [a]\n+k = \\u{1b}[2J\n"),
            ("[a]\nk = v\n", "[a]\nk = v\n", ""),
            (
                "[a]\nk = 1\n\n[b]\nx\n\n[a]\nl = 1\nm\n",
                "[a]\nk = 2\n\n[b]\nx\n\n[a]\nl = 2\nm\n",
                " [a]\n-k = 1\n+k = 2\n [a]\n-l = 1\n+l = 2\n",
            ),
        ] {
            let found = lines(old.as_bytes(), new.as_bytes()).concat();
            assert_eq!(found, shown, "{old:?} {new:?}");
        }
    }
}
