//! A place of the system's for a secret of 32 bytes, off the disk: the kernel's keyring on Linux, none elsewhere so far.

use zeroize::Zeroizing;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod none;

#[cfg(target_os = "linux")]
pub use linux::Keyring;
#[cfg(not(target_os = "linux"))]
pub use none::Keyring;

/// What a keyring has under a name.
#[derive(Debug)]
pub enum Found {
    Secret(Zeroizing<[u8; 32]>),
    /// No secret, but one can be kept.
    Nothing,
    /// It refuses.
    Unusable,
}
