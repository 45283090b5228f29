//! Makes the program of Linux start fast, since it answers before every prompt.
//!
//! It is linked at a fixed address: half of a warm answer's time went into 18,500 relative relocations, which
//! copy 70 pages of its tables. The price is that the program's own image is not moved by address space layout
//! randomization; its libraries, stack and heap still are. That hardening matters once memory is corrupted,
//! and xrole is safe Rust, which reads what comes from outside; the one library in C computes TLS's primitives.
//!
//! The unwinder, which only a panic needs, is linked in where the compiler has it as an archive, so that no
//! library is loaded for it.

use std::path::Path;
use std::process::Command;

#[allow(
    clippy::disallowed_methods,
    reason = "a build script is told the target by its environment"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
    if variable("CARGO_CFG_TARGET_OS") != "linux" || variable("CARGO_CFG_TARGET_ENV") != "gnu" {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let is_native = variable("HOST") == variable("TARGET");
    if let Some(folder) = is_native.then(unwinder_folder).flatten() {
        println!("cargo::rustc-link-search=native={folder}");
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}

/// Where the linker's compiler has `libgcc_eh.a`; it prints the bare name if it has none.
fn unwinder_folder() -> Option<String> {
    let asked = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output()
        .ok()?;
    let answer = String::from_utf8(asked.stdout).ok()?;
    let archive = Path::new(answer.trim());
    let folder = archive
        .parent()
        .filter(|_| archive.is_absolute() && archive.is_file())?;
    folder.to_str().map(str::to_owned)
}
