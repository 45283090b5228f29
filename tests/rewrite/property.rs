//! Whatever a file is like, a change touches the lines of its key alone.

use std::collections::BTreeMap;

use xrole::aws::config::edit::Edit;
use xrole::aws::config::{Document, Profiles, parse};
use xrole::place::SourceFile;

const CASES: usize = 16_000;

const HEADERS: [&str; 14] = [
    "[profile p]",
    "[profile p]",
    "[profile q]",
    "[p]",
    "[q]",
    "[default]",
    "[profile default]",
    "[profile \"p\"] # ] c",
    "[ profile\tq ]",
    "  [profile p]",
    "\t[q] ; c",
    "[sso-session p]",
    "[profile \"a b]\"]",
    "[]",
];

const LINES: [&str; 24] = [
    "region = x",
    "region=y # c",
    "REGION\t: z",
    "region =",
    "  region = deep",
    "\tregion = tab",
    "k = v",
    " k=v ; c",
    "  k = # c",
    "k =",
    "    sub = property",
    "      deeper = still",
    "\t\t[not] a = header",
    "    [profile q]",
    "s3 =",
    "a b = no key",
    "# region = comment",
    "   ; comment",
    "",
    "",
    " \t ",
    "ž = \u{202e}",
    "role_arn = arn:aws:iam::111111111111:role/x",
    "aws_secret_access_key = a/b+c=",
];

fn file(random: &mut fastrand::Rng) -> String {
    let ends: &[&str] = match random.u8(0..4) {
        0 => &["\n"],
        1 => &["\r\n"],
        2 => &["\r"],
        _ => &["\n", "\r\n", "\r", "\n\r"],
    };
    let mut text = String::new();
    if random.u8(0..8) == 0 {
        text.push('\u{feff}');
    }
    for n in 0..random.usize(0..20) {
        let lines: &[&str] = match random.u8(0..6) {
            0 => &HEADERS,
            _ if n == 0 => &HEADERS,
            _ => &LINES,
        };
        text.push_str(lines[random.usize(..lines.len())]);
        text.push_str(ends[random.usize(..ends.len())]);
    }
    if random.u8(0..3) == 0 {
        while text.ends_with(['\n', '\r']) {
            text.pop();
        }
    }
    text
}

/// The lines with their ends.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']).map_or(rest.len(), |at| {
            at + if rest[at..].starts_with("\r\n") { 2 } else { 1 }
        });
        let (line, more) = rest.split_at(end);
        lines.push(line);
        rest = more;
    }
    lines
}

fn means(header: &str, profile: &str, file: SourceFile) -> bool {
    let plain = match file {
        SourceFile::Credentials => return header == profile,
        SourceFile::Config => header.split_whitespace().collect::<Vec<_>>(),
    };
    plain == ["profile", profile]
        || plain == ["profile", &format!("\"{profile}\"")]
        || (profile == "default" && header == "default")
}

/// The lines without those of a key in a profile's sections.
fn without<'a>(text: &'a str, document: &Document, profile: &str, key: &str) -> Vec<&'a str> {
    let lines = lines(text);
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_nothing = |line: &str| matches!(line.trim().chars().next(), None | Some('#' | ';'));
    let mut gone = vec![false; lines.len()];
    for section in &document.sections {
        if !means(&section.name, profile, document.file) {
            continue;
        }
        for (_, setting) in section.settings.iter().filter(|(other, _)| other == key) {
            let first = usize::try_from(setting.at.line).unwrap() - 1;
            gone[first] = true;
            for later in first + 1..lines.len() {
                if is_nothing(lines[later]) {
                    continue;
                }
                if indentation(lines[later]) <= indentation(lines[first]) {
                    break;
                }
                gone[later] = true;
            }
        }
    }
    let kept = lines.into_iter().zip(gone).filter(|(_, gone)| !gone);
    kept.map(|(line, _)| line).collect()
}

/// The bytes of lines. A last line may get a line end, or lose it.
fn bytes(lines: &[&str]) -> String {
    lines.concat().trim_end_matches(['\n', '\r']).to_owned()
}

type Meaning = BTreeMap<(&'static str, String), BTreeMap<String, String>>;

/// What every profile, session and service has, without places.
fn meaning(bytes: &[u8], file: SourceFile) -> Meaning {
    let document = parse(bytes, file).unwrap();
    let profiles = match file {
        SourceFile::Config => Profiles::merge(document, Document::empty(SourceFile::Credentials)),
        SourceFile::Credentials => Profiles::merge(Document::empty(SourceFile::Config), document),
    };
    [
        ("profile", &profiles.profiles),
        ("sso-session", &profiles.sso_sessions),
        ("services", &profiles.services),
    ]
    .into_iter()
    .flat_map(|(kind, sections)| sections.iter().map(move |section| (kind, section)))
    .map(|(kind, section)| {
        let settings = section.settings.iter();
        let settings = settings.map(|(key, setting)| (key.to_owned(), setting.value.to_string()));
        ((kind, section.name.clone()), settings.collect())
    })
    .collect()
}

#[derive(Default, Debug)]
struct Seen {
    refused: usize,
    replaced: usize,
    added: usize,
    new_section: usize,
    removed: usize,
    dropped: usize,
}

#[test]
fn only_the_intended_lines_change() {
    let mut random = fastrand::Rng::with_seed(0xa115);
    let mut seen = Seen::default();
    for _ in 0..CASES {
        let text = file(&mut random);
        let source = [SourceFile::Config, SourceFile::Credentials][random.usize(0..2)];
        let Ok(document) = parse(text.as_bytes(), source) else {
            continue;
        };
        let profile = ["p", "p", "p", "q", "default", "new"][random.usize(0..6)];
        let key = ["region", "region", "k", "mfa_serial"][random.usize(0..4)];
        match random.u8(0..3) {
            0 => removal(&text, &document, profile, key, false, &mut seen),
            1 => removal(&text, &document, profile, key, true, &mut seen),
            _ => setting(&text, &document, profile, key, &mut seen),
        }
    }
    println!("{seen:?}");
    let Seen {
        refused,
        replaced,
        added,
        new_section,
        removed,
        dropped,
    } = seen;
    let least = [replaced, added, new_section, removed, dropped];
    assert!(least.into_iter().all(|count| count > 80), "all happen");
    assert!(refused < CASES / 50, "refused too often");
}

fn setting(text: &str, old: &Document, profile: &str, key: &str, seen: &mut Seen) {
    let edit = Edit::of(profile).set(key, "new value");
    let Ok(edited) = edit.apply(text.as_bytes(), old.file) else {
        seen.refused += 1;
        return;
    };
    let new = std::str::from_utf8(&edited).unwrap();
    let before = meaning(text.as_bytes(), old.file);
    let name = ("profile", profile.to_owned());
    let mut expected = before.clone();
    let settings = expected.entry(name).or_default();
    let had = settings.insert(key.to_owned(), "new value".to_owned());
    assert_eq!(meaning(&edited, old.file), expected, "{text:?} {new:?}");
    let new_document = parse(&edited, old.file).unwrap();
    if old.sections.len() == new_document.sections.len() {
        assert_eq!(
            bytes(&without(text, old, profile, key)),
            bytes(&without(new, &new_document, profile, key)),
            "{text:?} {new:?}"
        );
        *(if had.is_some() {
            &mut seen.replaced
        } else {
            &mut seen.added
        }) += 1;
    } else {
        assert!(new.starts_with(text), "{text:?} {new:?}");
        let undo = Edit::of(profile).remove(key).drop_when_empty();
        let undone = undo.apply(&edited, old.file).unwrap();
        assert_eq!(std::str::from_utf8(&undone).unwrap(), text, "{new:?}");
        seen.new_section += 1;
    }
}

fn removal(text: &str, old: &Document, profile: &str, key: &str, drop: bool, seen: &mut Seen) {
    let edit = Edit::of(profile).remove(key);
    let edit = if drop { edit.drop_when_empty() } else { edit };
    let Ok(edited) = edit.apply(text.as_bytes(), old.file) else {
        seen.refused += 1;
        return;
    };
    let new = std::str::from_utf8(&edited).unwrap();
    let new_document = parse(&edited, old.file).unwrap();
    let name = ("profile", profile.to_owned());
    let mut expected = meaning(text.as_bytes(), old.file);
    let mut found = meaning(&edited, old.file);
    if let Some(settings) = expected.get_mut(&name) {
        settings.remove(key);
    }
    if drop && expected.get(&name).is_some_and(BTreeMap::is_empty) {
        found.entry(name).or_default();
    }
    assert_eq!(found, expected, "{text:?} {new:?}");
    let kept = without(text, old, profile, key);
    let found = without(new, &new_document, profile, key);
    if old.sections.len() == new_document.sections.len() {
        assert_eq!(bytes(&kept), bytes(&found), "{text:?} {new:?}");
        seen.removed += usize::from(edited.as_slice() != text.as_bytes());
    } else {
        // What is there stood there in this order; headers, blank lines and comments of the section are gone.
        let mut kept = kept.iter().map(|line| line.trim_end_matches(['\n', '\r']));
        let mut found = found.iter().map(|line| line.trim_end_matches(['\n', '\r']));
        assert!(
            found.all(|line| kept.any(|kept| kept == line)),
            "{text:?} {new:?}"
        );
        seen.dropped += 1;
    }
}
