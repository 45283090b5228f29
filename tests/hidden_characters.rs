//! The committed table of characters that do not show is what Unicode's properties make it.
//!
//! The data is ICU4X's (the crate `icu_properties`), whose version of Unicode stands in the table. When a newer crate
//! brings newer data, `XROLE_WRITE_GENERATED=1 cargo test --test hidden_characters` (or `make generated`) writes the
//! table anew.

use std::fmt::Write as _;
use std::path::Path;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, WhiteSpace};
use icu_properties::{CodePointMapData, CodePointSetData};
use xrole::display_safe::is_unsafe;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/display_safe/hidden.rs");

/// They show nothing, but Unicode counts them among the visible characters.
const BLANKS: [(char, &str); 5] = [
    ('\u{2800}', "BRAILLE PATTERN BLANK"),
    ('\u{13441}', "EGYPTIAN HIEROGLYPH FULL BLANK"),
    ('\u{13442}', "EGYPTIAN HIEROGLYPH HALF BLANK"),
    ('\u{16fe4}', "KHITAN SMALL SCRIPT FILLER"),
    ('\u{1d159}', "MUSICAL SYMBOL NULL NOTEHEAD"),
];

/// Control, format, separating and default-ignorable characters, white space but the plain space, and the blanks.
fn is_hidden(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let separating = matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    c != ' '
        && (separating
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointSetData::new::<WhiteSpace>().contains(c)
            || BLANKS.iter().any(|(blank, _)| *blank == c))
}

fn ranges() -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for c in ('\u{80}'..=char::MAX).filter(|c| is_hidden(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(c) => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    ranges
}

/// The version of Unicode whose data is compared: that of `icu_properties_data`, as its documentation has it.
const UNICODE: &str = "18.0";

fn table() -> String {
    let mut text = format!(
        "//! Generated from the data of Unicode {UNICODE} by `tests/hidden_characters.rs`: do not change it by hand.\n\n"
    );
    let ranges = ranges();
    text.push_str(
        "/// The characters beyond ASCII that do not show, as ranges: general categories Cc, Cf, Zl and Zp,\n\
         /// Default_Ignorable_Code_Point, White_Space, and blanks:\n",
    );
    for (blank, name) in BLANKS {
        let _ = writeln!(text, "/// U+{:04X} {name}", u32::from(blank));
    }
    let _ = writeln!(
        text,
        "pub(super) const HIDDEN: [(char, char); {}] = [",
        ranges.len()
    );
    for (first, last) in ranges {
        let _ = writeln!(
            text,
            "    ('{}', '{}'),",
            first.escape_unicode(),
            last.escape_unicode()
        );
    }
    text + "];\n"
}

#[test]
fn the_committed_table_is_the_generated_one() {
    let table = table();
    #[allow(
        clippy::disallowed_methods,
        reason = "a switch for the person who runs this test"
    )]
    if std::env::var_os("XROLE_WRITE_GENERATED").is_some() {
        std::fs::write(Path::new(TABLE), &table).expect("writing");
    }
    let committed = std::fs::read_to_string(TABLE).expect(TABLE);
    assert!(
        committed == table,
        "{TABLE} is not what Unicode's data makes it: run `make generated`"
    );
}

#[test]
fn every_character_that_does_not_show_is_unsafe_and_no_other() {
    for c in '\0'..=char::MAX {
        assert_eq!(is_unsafe(c), is_hidden(c), "U+{:04X}", u32::from(c));
    }
    for c in [
        '\u{a0}',
        '\u{ad}',
        '\u{34f}',
        '\u{115f}',
        '\u{1160}',
        '\u{17b4}',
        '\u{180b}',
        '\u{200b}',
        '\u{202e}',
        '\u{2064}',
        '\u{2800}',
        '\u{3000}',
        '\u{3164}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{1bca0}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0100}',
        '\u{e0fff}',
    ] {
        assert!(is_unsafe(c), "U+{:04X}", u32::from(c));
    }
    for c in [' ', 'a', 'ž', '生', '🔑', '\u{301}', '\u{fffd}'] {
        assert!(!is_unsafe(c), "U+{:04X}", u32::from(c));
    }
}
