//! Where a session goes: into a program, an endpoint, a written profile, a config file for programs.

pub mod endpoint;
pub mod program;
pub mod program_config;
pub mod written_profile;
