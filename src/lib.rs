//! xrole puts an AWS role into the shell you are in, and hands the same session to every program that needs it.
//!
//! A room imports from the rooms below it, never from one above, and no file in a circle (`tests/rooms`).
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

// What is typed, and what answers it.
pub mod call;
pub mod cli;
pub mod command;

// Where a session goes, and where it comes from.
pub mod deliver;
pub mod obtain;
pub mod source;

// Who is asked: a person, AWS.
pub mod person;
pub mod service;

// What is known: the run's world, xrole's own settings and sessions, AWS's files and what follows from them.
pub mod app;
pub mod aws;
pub mod context;
pub mod settings;
pub mod store;

// What it stands on: the network, the shells, stdout, the disk, the system.
pub(crate) mod files;
pub mod http;
pub mod os;
pub mod output;
pub mod shell;

// Values.
pub mod clock;
pub mod display_safe;
pub mod duration;
pub mod error;
pub mod json;
pub mod place;
pub mod session;
pub mod words;
