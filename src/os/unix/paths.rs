//! Paths as bytes.

use std::path::Path;

/// What a path is made of, for a hash that stays the same from version to version.
#[must_use]
pub fn bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes()
}
