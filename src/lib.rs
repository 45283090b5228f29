//! xrole puts an AWS role into the shell you are in, and hands the same session to every program that needs it.
//!
//! Imports point down these groups, and in no group in a circle.
#![forbid(unsafe_code)]

// What is typed, and what answers it.
pub mod cli;
pub mod command;
pub mod complete;
pub mod context;
pub mod program;

// Where a session comes from and goes to.
pub mod obtain;
pub mod profile_env;
pub mod server;
pub mod written;

// What is asked of people, of AWS and of other programs; what is said to them.
pub mod base;
pub mod explain;
pub mod helper_command;
pub mod mfa;
pub mod output;
pub mod picker;
pub mod settings;
pub mod shell;
pub mod sts;
pub mod terminal;

// From the files to a plan; what is kept.
pub mod aws_config;
pub mod cache;
pub mod chain;
pub mod plan;
pub mod rewrite;

// Values.
pub mod clock;
pub mod display_safe;
pub mod env_diff;
pub mod error;
pub mod json;
pub mod place;
pub mod session;
pub mod words;
