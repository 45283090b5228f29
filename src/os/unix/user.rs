//! The user who runs this process.

/// The number of the account.
#[must_use]
pub fn number() -> u32 {
    rustix::process::getuid().as_raw()
}
