//! Changes one profile's section in the text of one file, and nothing else: comments, order, line ends and every
//! other byte stay as they are. Pure; whoever writes the file is [`AwsFile`](super::AwsFile).
//!
//! The result is read again by the parser. If that does not find exactly the intended change, nothing is changed.

mod layout;
mod model;
mod written;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use zeroize::{Zeroize as _, Zeroizing};

use super::Document;
use super::about::Kind;
use super::header::{Meaning, meaning};
use super::key::Key;
use super::parse::parse;
use crate::error::Result;
use crate::place::{Place, SourceFile};
use crate::session::Secret;
use layout::{Layout, LineKind};
pub(crate) use written::header;

/// The bytes of a file, wiped on drop: they may hold keys.
pub type Bytes = Zeroizing<Vec<u8>>;

/// What shall become of one profile's section in one file.
#[derive(Debug)]
pub struct Edit {
    profile: String,
    changes: Vec<(Key, Option<Secret>)>,
    drop_when_empty: bool,
}

impl Edit {
    /// A change of this profile: `[profile NAME]` or `[default]` in the config file, `[NAME]` in the credentials file.
    #[must_use]
    pub fn of(profile: &str) -> Self {
        Self {
            profile: profile.to_owned(),
            changes: Vec::new(),
            drop_when_empty: false,
        }
    }

    /// Gives a key this value: in the line that counts today, else in a new line at the end of the section. A profile
    /// without a section gets one at the end of the file.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.changes.push((key.into(), Some(Secret::new(value))));
        self
    }

    /// Removes every line of a key.
    #[must_use]
    pub fn remove(mut self, key: &str) -> Self {
        self.changes.push((key.into(), None));
        self
    }

    /// A section that is left without a setting goes too, with the comments between its lines.
    #[must_use]
    pub fn drop_when_empty(mut self) -> Self {
        self.drop_when_empty = true;
        self
    }

    /// The text with the change; an error leaves no doubt that nothing was changed. (`syntax` for text that is none
    /// of this grammar, `unsafe-value` for what the grammar cannot hold.)
    pub fn apply(&self, bytes: &[u8], file: SourceFile) -> Result<Bytes> {
        for (key, value) in &self.changes {
            written::check(key, value.as_ref(), file)?;
        }
        let old = parse(bytes, file)?;
        // Parsed, so it is UTF-8.
        let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
        let layout = Layout::of(&text);
        let targets = targets(&old, &self.profile);
        let mut splices = Splices::default();
        let mut expected = model::of(&old);
        if targets.is_empty() {
            self.add_section(&layout, file, &mut splices, &mut expected)?;
        } else {
            self.change_sections(&old, &layout, &targets, &mut splices, &mut expected)?;
        }
        let edited = splices.apply(&text);
        let found = parse(edited.as_bytes(), file).map(|document| model::of(&document));
        if found.as_ref() != Ok(&expected) {
            return Err(written::entangled(&self.profile, file));
        }
        Ok(Zeroizing::new(edited.as_bytes().to_vec()))
    }

    fn values(&self) -> impl Iterator<Item = (&Key, &Secret)> {
        let set = self.changes.iter();
        set.filter_map(|(key, value)| Some((key, value.as_ref()?)))
    }

    fn add_section(
        &self,
        layout: &Layout<'_>,
        file: SourceFile,
        splices: &mut Splices,
        expected: &mut Vec<model::Section>,
    ) -> Result<()> {
        if self.values().next().is_none() {
            return Ok(());
        }
        let header = written::header(&self.profile, file)?;
        let mut lines = Vec::new();
        // Always, so that removing the section again gives back the same bytes.
        if !layout.lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!("[{header}]"));
        for (key, value) in self.values() {
            lines.push(written::line("", key, value));
        }
        splices.insert_lines(layout, layout.lines.len().checked_sub(1), lines);
        let settings = self.values().map(model::setting).collect();
        expected.push(model::Section::new(header, settings));
        Ok(())
    }

    fn change_sections(
        &self,
        old: &Document,
        layout: &Layout<'_>,
        targets: &[usize],
        splices: &mut Splices,
        expected: &mut Vec<model::Section>,
    ) -> Result<()> {
        let mut removed = Vec::new();
        let mut added = Vec::new();
        for (key, value) in &self.changes {
            let lines: Vec<(usize, usize)> = targets
                .iter()
                .flat_map(|section| {
                    let settings = old.sections[*section].settings.iter();
                    let same = settings.filter(|(other, _)| other == key);
                    same.map(|(_, setting)| (*section, layout::index(setting.at)))
                })
                .collect();
            match (value, lines.last()) {
                (None, _) => {
                    for (section, line) in lines {
                        removed.extend(layout.property(line));
                        expected[section].remove(key);
                    }
                }
                (Some(value), Some((section, line))) => {
                    if expected[*section].replace(key, value) {
                        splices.replace_value(layout, *line, value)?;
                    }
                }
                (Some(value), None) => {
                    added.push((key, value));
                    expected[targets[0]].push(key, value);
                }
            }
        }
        if !added.is_empty() {
            let after = layout.body(targets[0]).end - 1;
            let indentation = layout.indentation_at_end(targets[0]);
            let lines = added.iter().map(|(k, v)| written::line(indentation, k, v));
            splices.insert_lines(layout, Some(after), lines.collect());
        }
        for target in targets.iter().rev() {
            let body = layout.body(*target);
            let property = |line: &usize| layout.lines[*line].kind == LineKind::Property;
            let stays = |line: &usize| property(line) && !removed.contains(line);
            let emptied = body.clone().any(|line| removed.contains(&line))
                && !body.clone().any(|line| stays(&line))
                && (added.is_empty() || *target != targets[0]);
            if self.drop_when_empty && emptied && !hides_another(old, *target) {
                removed.retain(|line| !body.contains(line));
                splices.remove_lines(layout, layout.with_blank_line(body));
                expected.remove(*target);
            }
        }
        splices.remove_each(layout, removed);
        Ok(())
    }
}

/// The sections that make the profile in this file, in its order. `[profile default]` counts alone.
fn targets(document: &Document, profile: &str) -> Vec<usize> {
    let mut named = Vec::new();
    let mut plain = Vec::new();
    for (n, section) in document.sections.iter().enumerate() {
        match meaning(&section.name, document.file) {
            Meaning::Section(Kind::Profile, name) if name == profile => named.push(n),
            Meaning::PlainDefault if profile == "default" => plain.push(n),
            _ => {}
        }
    }
    if named.is_empty() { plain } else { named }
}

/// Would another section come to count without this one, as `[default]` does without `[profile default]`?
fn hides_another(document: &Document, section: usize) -> bool {
    let means = |name: &str, wanted: &Meaning<'_>| meaning(name, document.file) == *wanted;
    let default = Meaning::Section(Kind::Profile, "default".into());
    let mut sections = document.sections.iter();
    means(&document.sections[section].name, &default)
        && sections.any(|other| means(&other.name, &Meaning::PlainDefault))
}

/// The first section of a profile in this file.
#[must_use]
pub fn place(document: &Document, profile: &str) -> Option<Place> {
    let first = *targets(document, profile).first()?;
    Some(document.sections[first].at)
}

/// The profiles whose sections in this file have a key, in its order, each with the value that counts.
#[must_use]
pub fn profiles_with<'a>(document: &'a Document, key: &str) -> Vec<(String, &'a str)> {
    let mut places = BTreeMap::new();
    let mut found: Vec<(String, &str)> = Vec::new();
    let mut prefixed_default = false;
    for section in &document.sections {
        let (profile, plain) = match meaning(&section.name, document.file) {
            Meaning::Section(Kind::Profile, name) => (name, false),
            Meaning::PlainDefault => ("default".into(), true),
            _ => continue,
        };
        prefixed_default |= !plain && profile == "default";
        let mut same = section.settings.iter().filter(|(other, _)| other == key);
        let Some((_, setting)) = same.next_back() else {
            continue;
        };
        let value = setting.value.as_str();
        let place = *places
            .entry((profile.to_string(), plain))
            .or_insert(found.len());
        match found.get_mut(place) {
            Some((_, earlier)) => *earlier = value,
            None => found.push((profile.into_owned(), value)),
        }
    }
    if prefixed_default && let Some(plain) = places.remove(&("default".to_owned(), true)) {
        found.remove(plain);
    }
    found
}

/// Does the file have a section of this profile, and what value has the key there?
#[must_use]
pub fn value<'a>(document: &'a Document, profile: &str, key: &str) -> Option<Option<&'a str>> {
    let targets = targets(document, profile);
    targets.first()?;
    let settings = targets.iter().flat_map(|n| &document.sections[*n].settings);
    let mut same = settings.filter(|(other, _)| other == key);
    Some(same.next_back().map(|(_, setting)| setting.value.as_str()))
}

/// Replacements in a text, none overlapping another.
#[derive(Default)]
struct Splices(Vec<(Range<usize>, String)>);

impl Splices {
    /// Puts lines after this one (at the start of an empty text). A text that ends without a line end still does.
    fn insert_lines(&mut self, layout: &Layout<'_>, after: Option<usize>, lines: Vec<String>) {
        let end = layout.line_end(after);
        let mut text = String::new();
        let (at, ended) = match after.map(|line| &layout.lines[line]) {
            None => (layout.start, true),
            Some(line) if line.next > line.end => (line.next, true),
            Some(line) => (line.end, false),
        };
        for mut line in lines {
            let (before, behind) = if ended { ("", end) } else { (end, "") };
            text.extend([before, &line, behind]);
            line.zeroize();
        }
        self.0.push((at..at, text));
    }

    /// Of a text that ends without a line end the last line goes with the end of the line before it.
    fn remove_lines(&mut self, layout: &Layout<'_>, lines: Range<usize>) {
        let last = &layout.lines[lines.end - 1];
        let start = match lines.start.checked_sub(1) {
            // Of an empty line the line end is all there is.
            Some(before) if last.next == last.end && !layout.is_empty(before) => {
                layout.lines[before].end
            }
            _ => layout.lines[lines.start].start,
        };
        self.0.push((start..last.next, String::new()));
    }

    fn remove_each(&mut self, layout: &Layout<'_>, mut lines: Vec<usize>) {
        lines.sort_unstable();
        lines.dedup();
        for run in lines.chunk_by(|one, next| one + 1 == *next) {
            self.remove_lines(layout, run[0]..run[0] + run.len());
        }
    }

    /// The value alone: what stands before it and a comment behind it stay.
    fn replace_value(&mut self, layout: &Layout<'_>, line: usize, value: &Secret) -> Result<()> {
        let (range, space) = layout.value(line)?;
        let space = if space { " " } else { "" };
        self.0.push((range, format!("{space}{}", value.expose())));
        self.remove_each(layout, layout.property(line).skip(1).collect());
        Ok(())
    }

    fn apply(mut self, text: &str) -> Zeroizing<String> {
        // Stable: what is inserted at one place stays in its order.
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut edited = Zeroizing::new(String::with_capacity(text.len() + 4096));
        let mut done = 0;
        for (range, new) in &mut self.0 {
            // Two removals at the end of a text meet in the line end between them.
            edited.push_str(text.get(done..range.start).unwrap_or_default());
            edited.push_str(new);
            done = done.max(range.end);
            new.zeroize();
        }
        edited.push_str(&text[done..]);
        edited
    }
}
