//! What AWS's files say, and what follows from it: profiles, the chain to a role, the calls that take it.

pub mod chain;
pub mod config;
pub mod plan;
