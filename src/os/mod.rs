//! What differs between operating systems, each with one face: a Unix half now.
//!
//! A half is a folder of modules whose names and public items the other half repeats: it is chosen here and nowhere
//! else, and nothing outside this room and `files` names a system or a crate that speaks to one (`tests/systems.rs`).
//! What is the same everywhere but for a word lies beside the halves.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is one of the two rooms that speak to the system"
)]

pub mod ancestors;
pub mod boot_clock;
pub mod folders;
pub mod keyring;
pub mod pipe_reader;

#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub use unix::{
    channel, detachment, helper, paths, pipes, program, program_end, protection, signals, sockets,
    terminal, user,
};
