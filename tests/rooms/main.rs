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
    &["command"],
    // What is typed, as clap declares it. It imports nothing of ours, so it could stand lower; but a room is asked in
    // its own words, not in those of a command line, so nobody below the commands needs it.
    &["cli"],
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
const KNOWN: &[(&str, &str)] = &[
    // What every command is given and gives back lies in the file that calls them all.
    ("src/command/clear.rs", "src/command/mod.rs"),
    ("src/command/complete.rs", "src/command/mod.rs"),
    ("src/command/configure.rs", "src/command/mod.rs"),
    ("src/command/credential_process.rs", "src/command/mod.rs"),
    ("src/command/exec.rs", "src/command/mod.rs"),
    ("src/command/explain.rs", "src/command/mod.rs"),
    ("src/command/export.rs", "src/command/mod.rs"),
    ("src/command/init.rs", "src/command/mod.rs"),
    ("src/command/list.rs", "src/command/mod.rs"),
    ("src/command/obtaining.rs", "src/command/mod.rs"),
    ("src/command/prompt.rs", "src/command/mod.rs"),
    ("src/command/serve.rs", "src/command/mod.rs"),
    ("src/command/status.rs", "src/command/mod.rs"),
    ("src/command/sync.rs", "src/command/mod.rs"),
    ("src/command/unset.rs", "src/command/mod.rs"),
    ("src/command/use_session.rs", "src/command/mod.rs"),
    ("src/command/welcome.rs", "src/command/mod.rs"),
    ("src/command/write.rs", "src/command/mod.rs"),
    // Commands that lean on each other.
    ("src/command/configure/judge.rs", "src/command/configure.rs"),
    ("src/command/list/one.rs", "src/command/list.rs"),
    ("src/command/obtaining.rs", "src/command/device_offer.rs"),
    ("src/command/obtaining.rs", "src/command/use_session.rs"),
    // The network reads a setting of AWS's files by itself.
    ("src/http/network.rs", "src/aws/config/setting.rs"),
    // What undoes things at the end of the process knows each thing that is to be undone.
    ("src/person/guard.rs", "src/person/lent.rs"),
    ("src/person/guard.rs", "src/person/waiting.rs"),
    ("src/person/tty.rs", "src/person/lent.rs"),
    // The kernel's keyring answers in the words of the holders that stand on it.
    ("src/store/kernel_keyring.rs", "src/store/key_holder.rs"),
];

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
