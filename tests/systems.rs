//! Only the rooms `os` and `files` speak to the system: nothing else in `src` names a crate for that, or a part of the
//! standard library that other systems do not have. What is above them can then be built wherever the two can.
//!
//! Tests that lie in `src` may: they make the odd file, signal or byte that the code has to withstand, and are built
//! where they can be made.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

const ROOMS: [&str; 2] = ["src/os", "src/files"];

const CRATES: [&str; 7] = [
    "rustix",
    "nix",
    "libc",
    "signal_hook",
    "linux_keyutils",
    "windows_sys",
    "winapi",
];

/// The modules of `std::os`.
const SYSTEMS: [&str; 6] = ["unix", "fd", "linux", "macos", "raw", "windows"];

#[test]
fn only_two_rooms_speak_to_the_system() {
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files);
    assert!(files.iter().any(|file| file == "src/main.rs"), "{files:?}");
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        let names = named(&text);
        let is_room = ROOMS.iter().any(|room| Path::new(&file).starts_with(room));
        let is_test = Path::new(&file).components().any(|part| {
            let part = part.as_os_str();
            part == "tests" || part == "tests.rs"
        });
        if !is_room && !is_test {
            found.extend(names.iter().map(|name| format!("{file}:{name}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path.to_str().expect("a plain name").to_owned());
        }
    }
}

/// What a file names of the system outside of its tests: `LINE: NAME`. Comments and texts are not read.
fn named(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    flatten(text.parse().expect("Rust"), &mut words);
    let word = |at: usize| words.get(at).map_or("", |(word, _)| word.as_str());
    let follows = |at: usize| (word(at), word(at + 1)) == (":", ":");
    (0..words.len())
        .filter_map(|at| {
            let (name, line) = &words[at];
            let is_system = name == "os" && follows(at + 1) && SYSTEMS.contains(&word(at + 3));
            if is_system {
                return Some(format!("{line}: std::os::{}", word(at + 3)));
            }
            if name == "std" && follows(at + 1) && word(at + 3) == "os" && !follows(at + 4) {
                return Some(format!("{line}: std::os"));
            }
            let is_crate = CRATES.contains(&name.as_str());
            is_crate.then(|| format!("{line}: {name}"))
        })
        .collect()
}

/// All words in a row, but for items that are built for tests alone.
fn flatten(stream: TokenStream, words: &mut Vec<(String, usize)>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        match (&tree, trees.peek()) {
            (TokenTree::Punct(mark), Some(TokenTree::Group(attribute)))
                if mark.as_char() == '#' && attribute.stream().to_string() == "cfg (test)" =>
            {
                let rest = trees.by_ref();
                rest.find(ends_item);
            }
            (TokenTree::Group(group), _) => flatten(group.stream(), words),
            (TokenTree::Ident(_) | TokenTree::Punct(_), _) => words.push((tree.to_string(), line)),
            (TokenTree::Literal(_), _) => {}
        }
    }
}

/// The end of an item, or of a variant.
fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => matches!(mark.as_char(), ';' | ','),
        _ => false,
    }
}

#[test]
fn a_name_of_the_system_is_found_wherever_it_stands() {
    for (text, found) in [
        ("use rustix::io;", &["1: rustix"][..]),
        ("fn f() {\n    nix::unistd::fork();\n}", &["2: nix"]),
        ("extern crate libc;", &["1: libc"]),
        ("use signal_hook as hook;", &["1: signal_hook"]),
        ("use std::os::fd::AsFd;", &["1: std::os::fd"]),
        ("use std::{io, os::unix::net};", &["1: std::os::unix"]),
        ("use std::os::{unix, fd};", &["1: std::os::unix"]),
        (
            "use std::{os, io};\nuse std::os as o;",
            &["1: std::os", "2: std::os"],
        ),
        (
            "mod a { mod b { use linux_keyutils::Key; } }",
            &["1: linux_keyutils"],
        ),
        ("#[cfg(test)]\nfn f() {}\nuse libc::c_int;", &["3: libc"]),
        ("#[cfg(not(test))]\nuse libc::c_int;", &["2: libc"]),
        ("#[cfg(test)]\nmod tests { use libc::c_int; }", &[]),
        ("#[cfg(test)]\nmod tests;\nuse rustix::fs;", &["3: rustix"]),
        ("// rustix::io\n/// std::os::fd\nfn f() {}", &[]),
        ("fn f() -> &'static str { \"rustix::io\" }", &[]),
        (
            "use crate::os::signals;\nuse super::os::unix;",
            &["2: std::os::unix"],
        ),
    ] {
        assert_eq!(named(text), found, "{text}");
    }
}
