//! Links the program of Linux at a fixed address: it answers before every prompt, and half of that time went
//! into 18,500 relative relocations, which copy 70 pages of its tables.
//!
//! The price is that the program's own image is not moved by address space layout randomization; its
//! libraries, stack and heap still are. That hardening matters once memory is corrupted, and xrole is safe
//! Rust, which reads what comes from outside; the one library in C computes TLS's primitives.

#[allow(
    clippy::disallowed_methods,
    reason = "a build script is told the target by its environment"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target =
        |part: &str| std::env::var_os(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
