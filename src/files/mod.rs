//! Files: checked folders, bounded reading, atomic replacement, locks, and who else could have written them.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is one of the two rooms that speak to the system"
)]

pub mod directory;
pub mod lock;
pub mod replace;
pub mod trust;
