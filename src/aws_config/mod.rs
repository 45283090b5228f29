//! The shared AWS files: found, read literally with their lines, then given meaning.

pub mod profile;
pub mod stand_in;

pub use profile::{Profile, Profiles, Setting};
pub use stand_in::{Selected, StaticKeys};
