//! The lines of a file that go and come, for people: under the header of their section, and no other line of a file
//! that may hold secrets.

use crate::display_safe::display_safe;

/// `-old`, `+new` and ` [header]` lines, each with its line end.
pub fn lines(old: &[u8], new: &[u8]) -> Vec<String> {
    let (old, new) = (split(old), split(new));
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[same..].iter().rev();
    let tail = tail
        .zip(new[same..].iter().rev())
        .take_while(|(a, b)| a == b);
    let tail = tail.count();
    let (gone, come) = (&old[same..old.len() - tail], &new[same..new.len() - tail]);
    let mut shown = Vec::new();
    let header = new[..same].iter().rfind(|line| is_header(line));
    if let Some(header) = header.filter(|_| !come.iter().any(|line| is_header(line))) {
        shown.push(format!(" {}\n", display_safe(header)));
    }
    for (sign, line) in differing(gone, come) {
        shown.push(format!("{sign}{}\n", display_safe(line)));
    }
    shown
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

/// By the longest common subsequence; the two parts lie in one section.
fn differing<'a>(old: &'a [String], new: &'a [String]) -> Vec<(char, &'a str)> {
    let width = new.len() + 1;
    let mut longest = vec![0_usize; (old.len() + 1) * width];
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            longest[i * width + j] = if a == b {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            lines.push(('-', old[i].as_str()));
            i += 1;
        } else {
            lines.push(('+', new[j].as_str()));
            j += 1;
        }
    }
    lines
}
