//! Files: checked folders, bounded reading, atomic replacement, locks, and who else could have written them.

pub mod directory;
pub mod lock;
pub mod replace;
pub mod trust;
