//! What AWS's files say, and what follows from it: profiles, the chain to a role, the calls that take it.
//!
//! Pure but for two doors to the disk, both in [`config`]: [`config::load`] reads the two files, and
//! [`config::AwsFile`] rewrites one of them. Everything else follows from values.

pub mod chain;
pub mod config;
pub mod plan;
