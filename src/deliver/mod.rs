//! Where a session goes: into the shell, a program, an endpoint, a written profile, a config file for programs, text.

pub mod endpoint;
mod environment;
pub mod export;
pub mod program;
pub mod program_config;
pub mod snippet;
pub mod written_profile;

pub use environment::exports;
