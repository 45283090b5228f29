//! bash, zsh and the POSIX shells: quoting, snippets and hooks, in the real shells.
#![cfg(unix)]

#[path = "../support/shells.rs"]
mod shells;

mod hook;
#[path = "../support/left_out.rs"]
mod left_out;
#[path = "../support/process.rs"]
mod process;
mod prompt;
mod quoting;
mod renewal;
mod snippet;
mod stub;
mod table;
mod terminal;

/// Everything that reads the sh dialect.
const ALL: [&str; 5] = ["bash", "zsh", "dash", "mksh", "busybox-ash"];
