//! The shared AWS files: found, read literally with their lines, then given meaning.

pub mod profile;

pub use profile::{Profile, Profiles, Setting};
