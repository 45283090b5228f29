//! Files: checked folders, bounded reading, atomic replacement, locks, and who else could have written them.
//!
//! What is read, written or locked on the disk goes through here. Nothing in the faces is of one system alone, apart
//! from owners and modes in what people are told.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is one of the two rooms that speak to the system"
)]

pub mod directory;
pub mod lock;
pub mod named_file;
pub mod new_file;
pub mod reading;
pub mod replace;
pub mod status;
pub mod trust;
pub mod users_file;
