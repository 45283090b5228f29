//! Every page that a comment, a message or another page refers to is in the repository, and so is the heading.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Sections of pages that stood outside of the repository were once cited so.
const OUTSIDE: [&str; 4] = [
    "aws-semantics ",
    "shell integration ",
    "security page",
    "page on security",
];

#[test]
fn every_reference_leads_to_a_heading_that_is_there() {
    let mut broken = Vec::new();
    let mut seen = 0;
    for file in files() {
        let text = fs::read_to_string(&file).unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            for (page, heading) in references(&file, line) {
                seen += 1;
                if !leads_somewhere(&page, heading) {
                    broken.push(format!("{}:{number}: {line}", file.display()));
                }
            }
            let lower = line.to_lowercase();
            if file != Path::new("tests/pages.rs")
                && OUTSIDE.iter().any(|words| lower.contains(words))
            {
                broken.push(format!("{}:{number}: {line}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    assert!(seen > 40, "only {seen} references were found");
}

#[test]
fn headings_become_anchors() {
    for (heading, anchor) in [
        ("## Sealed file", "sealed-file"),
        ("# How xrole is built", "how-xrole-is-built"),
        ("### `use` and `unset`, in full", "use-and-unset-in-full"),
        ("no heading", ""),
    ] {
        assert_eq!(anchor_of(heading).unwrap_or_default(), anchor);
    }
    let line = "see `docs/rules/aws.md#answers`.";
    let found: Vec<_> = references(Path::new("src/x.rs"), line).collect();
    assert_eq!(
        found,
        [(PathBuf::from("docs/rules/aws.md"), Some("answers"))]
    );
    assert!(!leads_somewhere(
        Path::new("docs/rules/aws.md"),
        Some("no-such-heading")
    ));
    assert!(!leads_somewhere(Path::new("docs/absent"), None));
}

/// What people write and read, generated and fetched files apart.
fn files() -> Vec<PathBuf> {
    fn add(path: &Path, files: &mut Vec<PathBuf>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("a folder") {
                add(&entry.expect("an entry").path(), files);
            }
        } else {
            files.push(path.to_owned());
        }
    }
    let mut files = Vec::new();
    for root in [
        "src",
        "tests",
        "shell",
        "scripts",
        "docs",
        "examples",
        "README.md",
        "SECURITY.md",
    ] {
        add(Path::new(root), &mut files);
    }
    files
}

/// `docs/…/NAME.md#HEADING` anywhere, and the targets of a page's links.
fn references<'a>(file: &Path, line: &'a str) -> impl Iterator<Item = (PathBuf, Option<&'a str>)> {
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let is_page = file.extension().is_some_and(|extension| extension == "md");
    let named = line
        .match_indices("docs/")
        .map(move |(at, _)| (PathBuf::new(), &line[at..]));
    let linked = line
        .match_indices("](")
        .filter(move |_| is_page)
        .map(move |(at, _)| (folder.clone(), &line[at + 2..]));
    named.chain(linked).filter_map(|(base, rest)| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-#".contains(c);
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (page, heading) = match rest[..end].split_once('#') {
            Some((page, heading)) => (page, Some(heading)),
            None => (&rest[..end], None),
        };
        let is_page = Path::new(page)
            .extension()
            .is_some_and(|extension| extension == "md");
        is_page.then(|| (base.join(page), heading))
    })
}

fn leads_somewhere(page: &Path, heading: Option<&str>) -> bool {
    let Ok(text) = fs::read_to_string(page) else {
        return false;
    };
    let anchors: BTreeSet<String> = text.lines().filter_map(anchor_of).collect();
    heading.is_none_or(|heading| anchors.contains(heading))
}

/// As the usual hosts make it of a heading: lower case, blanks as dashes, other marks left out.
fn anchor_of(line: &str) -> Option<String> {
    let heading = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = heading.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    Some(kept.collect())
}
