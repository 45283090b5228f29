//! xrole puts an AWS role into the shell you are in, and hands the same session to every program that needs it.
//!
//! The modules, from the command line down; imports point down this list.
#![forbid(unsafe_code)]

pub mod aws_config;
pub mod base;
pub mod cache;
pub mod chain;
pub mod cli;
pub mod clock;
pub mod command;
pub mod complete;
pub mod context;
pub mod display_safe;
pub mod env_diff;
pub mod error;
pub mod explain;
pub mod helper_command;
pub mod json;
pub mod mfa;
pub mod obtain;
pub mod output;
pub mod picker;
pub mod place;
pub mod plan;
pub mod profile_env;
pub mod program;
pub mod rewrite;
pub mod server;
pub mod session;
pub mod settings;
pub mod shell;
pub mod sts;
pub mod terminal;
pub mod words;
pub mod written;
