//! Files without secrets that programs read while a shell or a program names them: by the hash of their text.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::Cache;
use crate::files::directory::Directory;
use crate::files::replace::replace_read_only;
use crate::files::status::Status;

/// One that was not asked for in so many seconds goes.
const UNUSED: i64 = 90 * 24 * 3600;

impl Cache {
    /// The path of a file with this text in a folder of the cache. `None` where the cache keeps nothing; its
    /// notices say why.
    pub fn profile_file(&self, folder: &str, text: &str) -> io::Result<Option<PathBuf>> {
        let Some((directory, _)) = self.writable() else {
            return Ok(None);
        };
        let folder = directory
            .create_below(folder)
            .map_err(|refusal| io::Error::other(refusal.to_string()))?;
        let mut name = String::with_capacity(64);
        for byte in Sha256::digest(text) {
            let _ = write!(name, "{byte:02x}");
        }
        let size = text.len() as u64;
        if folder.read(&name, size..=size).as_deref() == Some(text.as_bytes()) {
            // It was there a moment ago; in a file that is older than it is, nobody is wronged.
            let _ = folder.touch(&name);
        } else {
            // Read-only: what `aws configure set` put there would be gone with the next text.
            replace_read_only(&folder, &name, text.as_bytes())?;
            self.sweep_unused(&folder);
        }
        Ok(Some(folder.path().join(name)))
    }

    fn sweep_unused(&self, folder: &Directory) {
        let now = self.clock.now().0;
        for name in folder.names() {
            let unused = |status: Status| now.saturating_sub(status.modified().0) > UNUSED;
            if folder.status(&name).is_ok_and(unused) {
                folder.remove(&name);
            }
        }
    }
}
