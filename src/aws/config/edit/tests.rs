//! Texts before and after, byte for byte.

use super::*;

fn edited(text: &str, file: SourceFile, edit: &Edit) -> String {
    match edit.apply(text.as_bytes(), file) {
        Ok(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        Err(error) => format!("{}: {error}", error.class),
    }
}

#[track_caller]
fn check(edit: &Edit, cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let found = edited(before, SourceFile::Config, edit);
        assert_eq!(found, *after, "\nof {before:?}");
    }
}

#[test]
fn a_value_is_replaced_alone() {
    check(
        &Edit::of("p").set("region", "eu-west-1"),
        &[
            (
                "[profile p]\nregion = x\n",
                "[profile p]\nregion = eu-west-1\n",
            ),
            ("[profile p]\nregion=x", "[profile p]\nregion=eu-west-1"),
            (
                "\u{feff}# c\r\n[profile p] ; c\r\n  REGION\t=  x  # why\r\nb = c\r\n",
                "\u{feff}# c\r\n[profile p] ; c\r\n  REGION\t=  eu-west-1  # why\r\nb = c\r\n",
            ),
            (
                "[profile p]\nregion: x\rz = 1",
                "[profile p]\nregion: eu-west-1\rz = 1",
            ),
            ("[profile p]\nregion =", "[profile p]\nregion = eu-west-1"),
            (
                "[profile p]\nregion = # x\n",
                "[profile p]\nregion = eu-west-1 # x\n",
            ),
            // Continuation lines belong to the old value; a comment among them does not.
            (
                "[profile p]\nregion = a\n  b\n\n # c\n  d = e\n\nz = 1\n",
                "[profile p]\nregion = eu-west-1\n\n # c\n\nz = 1\n",
            ),
            (
                "[profile p]\nregion =\n  a = b",
                "[profile p]\nregion = eu-west-1",
            ),
            // The last line counts.
            (
                "[profile p]\nregion = a\nregion = b\n[profile q]\nregion = c\n[profile p]\nregion = d\n",
                "[profile p]\nregion = a\nregion = b\n[profile q]\nregion = c\n[profile p]\nregion = eu-west-1\n",
            ),
            // It has that value already.
            (
                "[profile p]\nregion   =eu-west-1 \n",
                "[profile p]\nregion   =eu-west-1 \n",
            ),
        ],
    );
}

#[test]
fn a_new_line_stands_at_the_end_of_its_section() {
    check(
        &Edit::of("p").set("a", "1").set("b", "2"),
        &[
            (
                "[profile p]\nx = y\n\n# q\n[profile q]\n",
                "[profile p]\nx = y\na = 1\nb = 2\n\n# q\n[profile q]\n",
            ),
            (
                "[profile \"p\"]\n\ts3 =\n\t\tk = v\n\n[profile q]\n",
                "[profile \"p\"]\n\ts3 =\n\t\tk = v\n\ta = 1\n\tb = 2\n\n[profile q]\n",
            ),
            ("[profile p]", "[profile p]\na = 1\nb = 2"),
            (
                "[profile p]\r\nx = y",
                "[profile p]\r\nx = y\r\na = 1\r\nb = 2",
            ),
            // A deeper header would become a continuation.
            (
                "[profile p]\n  [profile q]\n",
                "[profile p]\n  a = 1\n  b = 2\n  [profile q]\n",
            ),
            // Lines of mixed ends: as the neighbour above.
            (
                "[profile p]\nx = 1\r\n[profile q]\n",
                "[profile p]\nx = 1\r\na = 1\r\nb = 2\r\n[profile q]\n",
            ),
        ],
    );
}

#[test]
fn a_new_section_stands_at_the_end_of_the_file() {
    check(
        &Edit::of("p").set("a", "1"),
        &[
            ("", "[profile p]\na = 1\n"),
            ("\u{feff}", "\u{feff}[profile p]\na = 1\n"),
            (
                "[default]\nx = y\n",
                "[default]\nx = y\n\n[profile p]\na = 1\n",
            ),
            ("[default]\nx = y", "[default]\nx = y\n\n[profile p]\na = 1"),
            ("# c\r\n", "# c\r\n\r\n[profile p]\r\na = 1\r\n"),
            (
                "[p]\n[profile pp]\n",
                "[p]\n[profile pp]\n\n[profile p]\na = 1\n",
            ),
        ],
    );
    for (profile, file, header) in [
        ("default", SourceFile::Config, "[default]"),
        ("my prof", SourceFile::Config, "[profile \"my prof\"]"),
        ("a\"b\\c", SourceFile::Config, "[profile \"a\\\"b\\\\c\"]"),
        ("it's", SourceFile::Config, "[profile \"it's\"]"),
        ("team:dev", SourceFile::Config, "[profile team:dev]"),
        ("x # y", SourceFile::Config, "[profile \"x # y\"]"),
        ("default", SourceFile::Credentials, "[default]"),
        ("my prof", SourceFile::Credentials, "[my prof]"),
        ("profile", SourceFile::Credentials, "[profile]"),
    ] {
        let found = edited("", file, &Edit::of(profile).set("a", "1"));
        assert_eq!(found, format!("{header}\na = 1\n"));
    }
}

#[test]
fn the_default_profile_is_the_section_that_counts() {
    check(
        &Edit::of("default").set("a", "1"),
        &[
            (
                "[default]\n[profile default]\n",
                "[default]\n[profile default]\na = 1\n",
            ),
            (
                "[default]\n[profile q]\n",
                "[default]\na = 1\n[profile q]\n",
            ),
        ],
    );
}

#[test]
fn lines_and_sections_are_removed() {
    check(
        &Edit::of("p").remove("a").remove("b").drop_when_empty(),
        &[
            (
                "[profile p]\na = 1\nx = y\nb =\n  c = d\n# e\n",
                "[profile p]\nx = y\n# e\n",
            ),
            (
                "[profile p]\na = 1\na = 2\nz = 3\na = 4",
                "[profile p]\nz = 3",
            ),
            (
                "x\n",
                "syntax: config:1: \"x\" stands before any section\nput [default] or [profile NAME] on a line above it",
            ),
            // What a new section brought goes with it.
            ("# c\n\n[profile p]\na = 1\nb = 2\n", "# c\n"),
            ("# c\n\n[profile p]\na = 1\nb = 2", "# c"),
            ("# c\r\n\r\n[profile p]\r\na = 1\r\n", "# c\r\n"),
            ("[profile p]\na = 1\n\n[profile q]\n", "\n[profile q]\n"),
            (
                "[profile o]\n\n[profile p]\na = 1\n\n[profile q]\n",
                "[profile o]\n\n[profile q]\n",
            ),
            // A comment behind the last setting is the next section's.
            (
                "[profile o]\n\n[profile p]\n# p\na = 1\n# q\n[profile q]\n",
                "[profile o]\n\n# q\n[profile q]\n",
            ),
            // What no reader takes for a setting is somebody's still.
            ("[profile p]\nb = 1\na b = 1\n", "[profile p]\na b = 1\n"),
            ("[profile q]\na = 1\n", "[profile q]\na = 1\n"),
            (
                "[profile p]\na = 1\n[profile q]\n[profile p]\nx = 1\nb = 2",
                "[profile q]\n[profile p]\nx = 1",
            ),
        ],
    );
    check(
        &Edit::of("p").remove("a"),
        &[("[profile p]\na = 1", "[profile p]")],
    );
}

#[test]
fn what_a_change_would_change_besides_is_refused() {
    // Without [profile p] the indented header would continue k.
    let entangled = "edit-entangled: the section of profile \"p\" in the config file cannot be changed without changing \
        the meaning of other lines\nchange it by hand: indented lines around it are read as continuations";
    check(
        &Edit::of("p").remove("a").drop_when_empty(),
        &[(
            "[profile o]\nk = v\n[profile p]\n  a = 1\n  [profile q]\n",
            entangled,
        )],
    );
}

#[test]
fn what_the_grammar_cannot_hold_is_refused() {
    let refused = |what: &str| {
        format!(
            "unsafe-value: the value for a {what}, which the config file cannot hold\ngive another value"
        )
    };
    let comment = "holds what starts a comment: # or ; at the start or after a space";
    let control = "holds a line break, a control or an invisible character";
    for (value, what) in [
        ("", "is empty"),
        (" x", "starts or ends with a space"),
        ("x\t", control),
        ("x\ny", control),
        ("x\r", control),
        ("x\u{202e}", control),
        ("#x", comment),
        (";x", comment),
        ("x #y", comment),
        ("x ;y", comment),
    ] {
        let found = edited(
            "[profile p]\na = b\n",
            SourceFile::Config,
            &Edit::of("p").set("a", value),
        );
        assert_eq!(found, refused(what), "{value:?}");
    }
    for value in [
        "x#y", "x;y", "a = b", "\"x\"", "[x]", "%s", "$HOME", "a:b", "=x", "ž",
    ] {
        let found = edited(
            "[profile p]\na = b\n",
            SourceFile::Config,
            &Edit::of("p").set("a", value),
        );
        assert_eq!(found, format!("[profile p]\na = {value}\n"));
    }
    for (profile, file) in [
        ("", SourceFile::Config),
        ("a]b", SourceFile::Config),
        ("a\nb", SourceFile::Config),
        ("a\u{202e}b", SourceFile::Config),
        ("", SourceFile::Credentials),
        (" a", SourceFile::Credentials),
        ("a ", SourceFile::Credentials),
        ("a]b", SourceFile::Credentials),
        ("DEFAULT", SourceFile::Credentials),
        ("profile x", SourceFile::Credentials),
    ] {
        let found = edited("", file, &Edit::of(profile).set("a", "1"));
        assert!(
            found.starts_with("unsafe-value: \""),
            "{profile:?}: {found}"
        );
    }
}

#[test]
fn values_are_found_where_they_count() {
    let text = b"[p]\na = 1\n[q]\n[p]\nA = 2\n";
    let document = parse(text, SourceFile::Credentials).unwrap();
    for (profile, key, expected) in [
        ("p", "a", Some(Some("2"))),
        ("p", "b", Some(None)),
        ("q", "a", Some(None)),
        ("r", "a", None),
    ] {
        assert_eq!(value(&document, profile, key), expected, "{profile} {key}");
    }
}

#[test]
fn of_many_profiles_with_a_key_each_is_found_with_the_value_that_counts() {
    for (text, expected) in [
        (
            "[a]\nk = 1\n[b]\nx = 1\n[a]\nk = 2\nk = 3\n[c]\nk = 4\n",
            &[("a", "3"), ("c", "4")][..],
        ),
        (
            "[default]\nk = 1\n[a]\nk = 2\n[default]\nk = 3\n",
            &[("default", "3"), ("a", "2")],
        ),
    ] {
        let document = parse(text.as_bytes(), SourceFile::Credentials).expect("text");
        let found = profiles_with(&document, "k");
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    let text = "[default]\nk = 1\n[profile a]\nk = 2\n[profile default]\nx = 3\n";
    let document = parse(text.as_bytes(), SourceFile::Config).expect("text");
    assert_eq!(profiles_with(&document, "k"), [("a".to_owned(), "2")]);
    let many: String = (0..20_000)
        .map(|n| format!("[p{n}]\nk = {n}\n"))
        .collect::<Vec<_>>()
        .concat();
    let document = parse(many.as_bytes(), SourceFile::Credentials).expect("text");
    assert_eq!(profiles_with(&document, "k").len(), 20_000);
}
