//! The path of the binary that a hook calls: the one that led to it, unresolved, since version folders vanish on upgrade.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The absolute `PATH` entry that led to the binary; of a call with a folder, that path. Why it is not resolved is in
/// `docs/rules/shells.md#wrapper`.
/// Relative entries are skipped: they would mean another file in another folder.
pub fn hook_path(
    argv0: &OsStr,
    path_entries: impl IntoIterator<Item = PathBuf>,
    cwd: &Path,
    exists: impl Fn(&Path) -> bool,
) -> Result<String> {
    let called = Path::new(argv0);
    let path = if called.components().count() > 1 || called.is_absolute() {
        Some(cwd.join(called.strip_prefix(".").unwrap_or(called)))
    } else {
        path_entries
            .into_iter()
            .filter(|entry| entry.is_absolute())
            .map(|entry| entry.join(called))
            .find(|file| !argv0.is_empty() && exists(file))
    };
    path.filter(|path| path.is_absolute())
        .and_then(|path| path.into_os_string().into_string().ok())
        .ok_or_else(|| {
            Error::new(
                "no-path",
                "could not tell where xrole lies: it is in no absolute folder of PATH",
                "call it by its full path, as in: eval \"$(/usr/local/bin/xrole init bash)\"",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_that_led_here_is_baked() {
        let files = ["/usr/bin/xrole", "/opt/x y/xrole"];
        for (argv0, entries, path) in [
            ("xrole", "/bin:/usr/bin", Some("/usr/bin/xrole")),
            ("xrole", "bin:.::/opt/x y:/usr/bin", Some("/opt/x y/xrole")),
            ("xrole", "bin:.", None),
            ("", "/usr/bin", None),
            ("/opt/v1/xrole", "/usr/bin", Some("/opt/v1/xrole")),
            ("./xrole", "/usr/bin", Some("/my place/xrole")),
            ("target/xrole", "/usr/bin", Some("/my place/target/xrole")),
            ("../xrole", "/usr/bin", Some("/my place/../xrole")),
        ] {
            let found = hook_path(
                OsStr::new(argv0),
                std::env::split_paths(entries),
                Path::new("/my place"),
                |file| files.iter().any(|known| Path::new(known) == file),
            );
            assert_eq!(found.ok().as_deref(), path, "{argv0} {entries}");
        }
    }
}
