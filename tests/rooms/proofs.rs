//! That the test can fail: small houses, each with one fault.

use super::house::House;
use super::verdict::findings;

const ROOMS: &[&[&str]] = &[
    &["main"],
    &["attic"],
    &["hall"],
    &["floor::oak", "floor::ash"],
    &["cellar"],
];

fn judged(files: &[(&str, &str)], known: &[(&str, &str)]) -> Vec<String> {
    let mut sources: std::collections::BTreeMap<String, String> = files
        .iter()
        .map(|(file, text)| (format!("src/{file}"), (*text).to_owned()))
        .collect();
    sources
        .entry("src/lib.rs".to_owned())
        .or_insert_with(|| "pub mod attic; pub mod cellar;".to_owned());
    findings(&House::read(&sources), ROOMS, known)
}

const UP: &str = "attic stands above cellar, and a room imports only from those below it";

#[test]
fn a_house_in_order_is_not_complained_of() {
    let files = [
        (
            "main.rs",
            "use xrole::attic; fn main() { attic::light(); xrole::cellar::dig(); }",
        ),
        (
            "attic.rs",
            "use crate::cellar::dig; pub fn light() { dig(); }",
        ),
        (
            "cellar.rs",
            "use std::fmt; pub fn dig() { self::deeper() } fn deeper() -> fmt::Result { Ok(()) }",
        ),
    ];
    assert_eq!(judged(&files, &[]), [""; 0]);
}

#[test]
fn an_import_of_a_higher_room_is_told() {
    let attic = ("attic.rs", "pub fn light() {}\npub struct Lamp;");
    for (cellar, told) in [
        ("\nuse crate::attic::Lamp;", "2: crate::attic::Lamp"),
        (
            "\n\nuse crate::attic::{light, Lamp};",
            "3: crate::attic::light",
        ),
        ("use super::attic;", "1: super::attic"),
        ("pub use crate::attic::Lamp;", "1: crate::attic::Lamp"),
        ("use crate::attic::*;", "1: crate::attic"),
        (
            "fn dig() { crate::attic::light() }",
            "1: crate::attic::light",
        ),
        (
            "fn dig() { use crate::attic::light; }",
            "1: crate::attic::light",
        ),
        (
            "fn dig() -> Vec<crate::attic::Lamp> { vec![] }",
            "1: crate::attic::Lamp",
        ),
        (
            "fn dig() { assert!(!dug, \"{:?}\", crate::attic::light()) }",
            "1: crate::attic::light",
        ),
        (
            "mod deep { use crate::attic::Lamp; }",
            "1: crate::attic::Lamp",
        ),
        (
            "#[cfg(not(test))] use crate::attic::Lamp;",
            "1: crate::attic::Lamp",
        ),
    ] {
        let findings = judged(&[attic, ("cellar.rs", cellar)], &[]);
        let expected = format!("src/cellar.rs:{told} (src/attic.rs): {UP}");
        assert!(findings.contains(&expected), "{cellar}: {findings:?}");
    }
}

#[test]
fn tests_may_look_up() {
    let files = [
        ("attic.rs", "pub fn light() {}"),
        (
            "cellar.rs",
            "#[cfg(test)] use crate::attic::light; #[cfg(test)] mod tests { use crate::attic::light; }",
        ),
    ];
    assert_eq!(judged(&files, &[]), [""; 0]);
}

#[test]
fn two_files_that_need_each_other_are_told() {
    let files = [
        ("attic.rs", ""),
        ("cellar/mod.rs", "mod coal; mod wine;"),
        (
            "cellar/coal.rs",
            "use super::wine::Bottle; pub struct Shovel;",
        ),
        (
            "cellar/wine.rs",
            "pub struct Bottle(\nsuper::coal::Shovel);",
        ),
    ];
    let coal = "src/cellar/coal.rs:1: super::wine::Bottle (src/cellar/wine.rs): it closes a circle: \
        src/cellar/coal.rs → src/cellar/wine.rs → src/cellar/coal.rs";
    let wine = "src/cellar/wine.rs:2: super::coal::Shovel (src/cellar/coal.rs): it closes a circle: \
        src/cellar/wine.rs → src/cellar/coal.rs → src/cellar/wine.rs";
    assert_eq!(judged(&files, &[]), [coal, wine]);
}

#[test]
fn a_circle_through_a_reexport_is_told_and_the_reexport_is_none() {
    let reexported = |wine: &'static str| {
        let files = [
            ("attic.rs", ""),
            (
                "cellar/mod.rs",
                "mod coal; mod wine; pub use coal::Shovel; pub use wine::Bottle as Flask;",
            ),
            (
                "cellar/coal.rs",
                "use crate::cellar::Flask; pub struct Shovel(Flask);",
            ),
            ("cellar/wine.rs", wine),
        ];
        judged(&files, &[])
    };
    assert_eq!(reexported("pub struct Bottle;"), [""; 0]);
    let findings = reexported("pub struct Bottle; fn pour(_: super::Shovel) {}");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(
        findings[1]
            .starts_with("src/cellar/wine.rs:1: super::Shovel (src/cellar/coal.rs): it closes")
    );
}

#[test]
fn a_face_that_needs_what_it_hands_on_is_a_file_like_others() {
    let face = |face: &'static str| {
        judged(
            &[
                ("attic.rs", ""),
                ("cellar/mod.rs", face),
                (
                    "cellar/coal.rs",
                    "use super::Heat; pub fn burn() -> Heat { Heat }",
                ),
            ],
            &[],
        )
    };
    assert_eq!(
        face("mod coal; pub use coal::burn; pub struct Heat;"),
        [""; 0]
    );
    let needed =
        "mod coal; pub use coal::burn; pub struct Heat; impl Heat { fn more() { burn(); } }";
    assert_eq!(face(needed).len(), 2, "{:?}", face(needed));
    let by_module = "mod coal; pub struct Heat; impl Heat { fn more() { coal::burn(); } }";
    assert_eq!(face(by_module).len(), 2, "{:?}", face(by_module));
}

#[test]
fn a_circle_between_rooms_of_one_level_is_told() {
    let floor = |ash: &'static str| {
        judged(
            &[
                ("lib.rs", "pub mod floor;"),
                ("floor/mod.rs", "pub mod ash; pub mod oak;"),
                (
                    "floor/oak.rs",
                    "use crate::floor::ash::Plank; pub struct Nail(Plank);",
                ),
                ("floor/ash.rs", ash),
            ],
            &[],
        )
    };
    assert_eq!(floor("pub struct Plank;"), [""; 0]);
    assert_eq!(floor("pub struct Plank(super::oak::Nail);").len(), 2);
}

#[test]
fn a_module_without_a_room_is_told() {
    let files = [
        ("lib.rs", "mod cellar; mod shed;"),
        ("cellar.rs", "pub struct Coal;"),
        ("shed.rs", "use crate::cellar::Coal;"),
    ];
    assert_eq!(
        judged(&files, &[]),
        ["src/shed.rs:1: crate::cellar::Coal (src/cellar.rs): shed has no room in the table"]
    );
}

#[test]
fn the_list_of_what_is_known_is_exact() {
    let listed = [("src/cellar.rs", "src/attic.rs")];
    let files = |cellar: &'static str| [("attic.rs", "pub struct Lamp;"), ("cellar.rs", cellar)];
    assert_eq!(judged(&files("use crate::attic::Lamp;"), &listed), [""; 0]);
    let mended =
        "src/cellar.rs: its import of src/attic.rs breaks no rule any more: take it off the list";
    assert_eq!(judged(&files(""), &listed), [mended]);
}
