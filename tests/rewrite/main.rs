//! AWS files as they are rewritten: nothing but the intended lines, and never half of them.

mod child;
mod disk;
mod files;
mod kill;
#[path = "../support/left_out.rs"]
mod left_out;
mod property;
mod race;

use std::path::Path;

use left_out::left_out;
use xrole::shell::Env;

/// An environment whose two files lie in this folder.
fn env(folder: &Path) -> Env {
    let path = |name: &str| folder.join(name).into_os_string();
    Env::new([
        ("HOME".into(), folder.as_os_str().to_owned()),
        ("AWS_CONFIG_FILE".into(), path("config")),
        ("AWS_SHARED_CREDENTIALS_FILE".into(), path("credentials")),
    ])
}

/// Names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
