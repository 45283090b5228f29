//! A room imports from the rooms below it, never from one above, and no file stands on itself by way of others.
//!
//! What is read are the `use` lines of `src` and every path that is written out where it is needed. A name that is
//! reached through a re-export counts for the file that defines it. Methods are not followed: whoever holds a value
//! may call what it can do, wherever that is written.

mod circle;
mod house;
mod proofs;
mod reading;
mod verdict;

use std::collections::BTreeMap;
use std::path::Path;

use house::House;
use verdict::findings;

/// From top to bottom. Rooms of one line stand beside each other and may know each other, as long as no circle comes of
/// it.
const ROOMS: &[&[&str]] = &[
    &["main"],
    // What was typed, before it is parsed, and what its failure prints.
    &["call"],
    &["command"],
    &["deliver"],
    &["obtain"],
    &["app"],
    // The only reader of the process's world: what stands below is handed what it needs of it.
    &["context"],
    &["source"],
    &["person"],
    &["service"],
    &["settings"],
    &["store"],
    &["aws::plan"],
    &["aws::chain"],
    &["aws::config"],
    &["http"],
    &["shell"],
    &["output"],
    &["files"],
    &["os"],
    // What is typed, as clap declares it: values that import nothing of ours.
    &["cli"],
    &["duration"],
    &[
        "clock",
        "display_safe",
        "error",
        "json",
        "place",
        "session",
        "words",
    ],
];

/// Imports that break a rule today, each from a file to a file. None may be listed that is mended already.
const KNOWN: &[(&str, &str)] = &[];

/// Every source file by its path below the package.
fn sources() -> BTreeMap<String, String> {
    fn add(sources: &mut BTreeMap<String, String>, folder: &Path, shown: &str) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let shown = format!("{shown}/{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                add(sources, &path, &shown);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.insert(shown, text);
            }
        }
    }
    let mut sources = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    add(&mut sources, &root, "src");
    sources
}

#[test]
fn imports_point_down_and_never_round() {
    let house = House::read(&sources());
    let findings = findings(&house, ROOMS, KNOWN);
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn what_is_typed_is_declared_without_anything_of_ours() {
    let house = House::read(&sources());
    let is_cli = |module: &house::Module| module.path == ["cli"];
    let cli = house.modules.iter().position(is_cli).unwrap();
    for import in &house.modules[cli].content.imports {
        let found = house.resolve(cli, import).map(house::Found::module);
        let shown = import.path.join("::");
        assert!(
            found.is_none_or(|module| module == cli),
            "src/cli.rs:{}: {shown}: what is typed imports nothing of ours",
            import.line
        );
    }
}
