//! What is odd in the two files: whom each notice concerns, and how many of a kind are told.

use std::collections::BTreeMap;
use std::fmt;

use super::about::{About, Kind};
use crate::place::{Notice, Place};

/// More notices of one kind than these are told in one line.
const FEW: usize = 5;
/// So many notices of one kind are kept of one section.
const KEPT: usize = 8;

/// What is odd, in kinds that can be told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Oddity {
    /// Of the file as a whole, told as it is.
    File,
    SectionIgnored,
    SectionAgain,
    NameOfCli,
    KeyAgain,
    KeyIgnored,
    Colon,
    Comment,
    AfterHeader,
    Continuation,
    Hidden,
    TokenUnused,
}

impl Oddity {
    /// What many of them are called, after their number.
    fn many(self) -> &'static str {
        match self {
            Self::File => "remarks on the files",
            Self::SectionIgnored => "sections are ignored",
            Self::SectionAgain => "sections are there again",
            Self::NameOfCli => "names are seen by the AWS CLI and boto3, but not by other AWS SDKs",
            Self::KeyAgain => "keys are set again",
            Self::KeyIgnored => "lines are ignored, since what they start with cannot be a key",
            Self::Colon => "lines have \":\" for \"=\", with which the AWS SDKs reject the file",
            Self::Comment => "comments after values are removed, which the AWS CLI does not do",
            Self::AfterHeader => "headers have more behind them, which is ignored",
            Self::Continuation => "lines continue a value, because they are indented deeper",
            Self::Hidden => "values hold control or invisible characters",
            Self::TokenUnused => "session tokens are not used",
        }
    }
}

/// The oddities of one section, in the order of its lines. Of a kind that is there very often, the later ones are
/// counted only: nobody reads them, and their texts would be longer than the file.
#[derive(Debug, Default)]
pub(super) struct Oddities(Vec<(Oddity, Notice, usize)>);

impl Oddities {
    pub fn add(&mut self, oddity: Oddity, at: Place, text: impl FnOnce() -> String) {
        self.put(oddity, 1, || Notice::new(at, text()));
    }

    /// A notice stands for `number`, itself among them.
    fn put(&mut self, oddity: Oddity, number: usize, notice: impl FnOnce() -> Notice) {
        let same = |(kind, ..): &&mut (Oddity, Notice, usize)| *kind == oddity;
        let last_kept = self.0.iter_mut().filter(same).nth(KEPT - 1);
        if let Some((.., all)) = last_kept {
            *all += number;
        } else {
            // Most sections have one, if any.
            self.0.reserve_exact(self.0.len().max(1));
            self.0.push((oddity, notice(), number));
        }
    }

    pub fn append(&mut self, other: Self) {
        for (oddity, notice, number) in other.0 {
            self.put(oddity, number, || notice);
        }
    }

    /// As notices about a section.
    pub fn about(self, kind: Kind, name: &str) -> impl Iterator<Item = FileNotice> {
        let about = (!self.0.is_empty()).then(|| About::Section(kind, name.into()));
        self.0
            .into_iter()
            .map(move |(oddity, notice, number)| FileNotice {
                notice,
                oddity,
                about: about.clone().unwrap_or(About::NoSection),
                number,
            })
    }
}

/// One thing that is odd in the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNotice {
    pub notice: Notice,
    pub(super) oddity: Oddity,
    pub(super) about: About,
    /// How many it stands for, itself among them.
    pub(super) number: usize,
}

impl FileNotice {
    pub(super) fn of_section(notice: Notice, about: About) -> Self {
        Self {
            notice,
            oddity: Oddity::SectionIgnored,
            about,
            number: 1,
        }
    }

    pub(super) fn of_files(notice: Notice) -> Self {
        Self {
            notice,
            oddity: Oddity::File,
            about: About::Files,
            number: 1,
        }
    }
}

impl fmt::Display for FileNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.notice.fmt(f)
    }
}

/// Notices as a person is told them: of a kind that is there often, one line with the first.
#[must_use]
pub fn told<'a>(notices: impl IntoIterator<Item = &'a FileNotice>) -> Vec<Notice> {
    let mut kinds: BTreeMap<Oddity, (usize, Vec<&Notice>)> = BTreeMap::new();
    for told in notices {
        let (number, notices) = kinds.entry(told.oddity).or_default();
        *number += told.number;
        if notices.len() < FEW || told.oddity == Oddity::File {
            notices.push(&told.notice);
        }
    }
    let mut lines: Vec<(Option<Place>, Notice)> = Vec::new();
    for (oddity, (number, notices)) in kinds {
        if oddity == Oddity::File || number <= FEW {
            lines.extend(
                notices
                    .into_iter()
                    .map(|notice| (notice.at, notice.clone())),
            );
        } else {
            let first = notices[0];
            let text = format!("{number} {}: first at {first}", oddity.many());
            lines.push((first.at, Notice::new(None, text)));
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, notice)| notice).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Profiles, parse};
    use super::*;
    use crate::place::SourceFile;

    fn read(config: &str) -> Profiles {
        let config = parse(config.as_bytes(), SourceFile::Config).expect("a document");
        Profiles::merge(config, Document::empty(SourceFile::Credentials))
    }

    fn about(profiles: &Profiles, names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let notices = told(profiles.notices_about(&names));
        notices.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_profile_is_told_what_concerns_it_and_the_sections_that_it_names() {
        let profiles = read(
            "\u{feff}[profile a]\nsso_session = s\nregion : x\n[profile b]\nregion : y\n[c]\n[my d]\n\
             [sso-session s]\nsso_region : z\n[sso-session t]\nsso_region : z\n",
        );
        let mark =
            "config:1: the file starts with a byte order mark, with which the AWS CLI rejects it";
        let colon = |line, key| {
            format!(
                "config:{line}: \":\" after \"{key}\" is taken for \"=\", but the AWS SDKs reject the file"
            )
        };
        let expected = [mark.to_owned(), colon(3, "region"), colon(9, "sso_region")];
        assert_eq!(about(&profiles, &["a"]), expected);
        assert_eq!(
            about(&profiles, &["b"]),
            [mark.to_owned(), colon(5, "region")]
        );
        let unprefixed = "config:6: [c] is ignored in this file: write [profile c]";
        assert_eq!(about(&profiles, &["c"]), [mark, unprefixed]);
        assert_eq!(about(&profiles, &[]), [mark]);
        let of_files: Vec<_> = profiles
            .notices_of_files()
            .map(ToString::to_string)
            .collect();
        assert_eq!(of_files, [mark]);
        assert_eq!(told(&profiles.notices).len(), 7);
    }

    #[test]
    fn many_of_a_kind_are_one_line() {
        let profiles = read("[p0]\n[p1]\n[p2]\n[p3]\n[p4]\n[p5]\n[profile x]\na : b\n");
        let lines: Vec<_> = told(&profiles.notices)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            lines,
            [
                "6 sections are ignored: first at config:1: [p0] is ignored in this file: write [profile p0]",
                "config:8: \":\" after \"a\" is taken for \"=\", but the AWS SDKs reject the file",
            ]
        );
        let few = read("[p0]\n[p1]\n[p2]\n[p3]\n[p4]\n");
        assert_eq!(told(&few.notices).len(), 5);
    }
}
