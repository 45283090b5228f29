//! The stamp: a small file without secrets that tells every prompt that a session was renewed.
//!
//! Content `GEN EXPIRES\n`, decimal, local time; its time of modification is EXPIRES. Prompts read it without a lock.

use std::io;
use std::path::{Path, PathBuf};

use crate::clock::Timestamp;

use super::key_holder::runtime_folder;
use crate::aws::plan::RequestKey;
use crate::files::directory::{Directory, Missing};
use crate::files::replace::{Durability, replace};

/// What a stamp says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Strictly increasing with each minting of one session.
    pub generation: i64,
    /// When the session ends, on the local clock.
    pub expires: Timestamp,
}

impl Stamp {
    fn text(self) -> String {
        format!("{} {}\n", self.generation, self.expires.0)
    }

    fn parse(text: &str) -> Option<Self> {
        let (generation, expires) = text.strip_suffix('\n')?.split_once(' ')?;
        Some(Self {
            generation: number(generation)?,
            expires: Timestamp(number(expires)?),
        })
    }
}

/// As every hook checks it: 1 to 15 digits, no leading zero.
fn number(text: &str) -> Option<i64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.starts_with('0') || text.len() > 15 {
        return None;
    }
    text.parse().ok()
}

/// The directory of stamps: `$XDG_RUNTIME_DIR/xrole` if that is our own and private, else `stamps` in the cache.
#[derive(Debug)]
pub struct Stamps {
    directory: Directory,
}

impl Stamps {
    pub fn open(runtime: Option<&Path>, cache: &Directory, missing: Missing) -> Option<Self> {
        let in_cache = || match missing {
            Missing::Leave => cache.below("stamps"),
            Missing::Create => cache.create_below("stamps"),
        };
        let directory = runtime
            .and_then(|runtime| runtime_folder(runtime, missing).ok())
            .or_else(|| in_cache().ok())?;
        Some(Self { directory })
    }

    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    pub fn path(&self, key: &RequestKey) -> PathBuf {
        self.directory.path().join(key.hex())
    }

    pub fn read(&self, key: &RequestKey) -> Option<Stamp> {
        let content = self.directory.read(&key.hex(), 4..=32)?;
        Stamp::parse(std::str::from_utf8(&content).ok()?)
    }

    /// Written under the session's lock, after the session itself.
    pub fn write(&self, key: &RequestKey, stamp: Stamp) -> io::Result<()> {
        replace(
            &self.directory,
            &key.hex(),
            stamp.text().as_bytes(),
            Some(stamp.expires),
            Durability::Fleeting,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_hooks_read() {
        let stamp = Stamp {
            generation: 1_769_848_200_123,
            expires: Timestamp(1_769_851_800),
        };
        assert_eq!(stamp.text(), "1769848200123 1769851800\n");
        assert_eq!(Stamp::parse(&stamp.text()), Some(stamp));
        for text in [
            "",
            "1 2",
            "1\n",
            "01 2\n",
            "1 02\n",
            "+1 2\n",
            "-1 2\n",
            "1  2\n",
            "1 2 \n",
            "1234567890123456 2\n",
            "a[$(id)] 2\n",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_runtime_directory_that_others_can_enter_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let cache = Directory::create(&folder.path().join("cache")).unwrap();
        let runtime = folder.path().join("run");
        std::fs::create_dir(&runtime).unwrap();
        for (mode, expected) in [
            (0o755, "cache/stamps"),
            (0o770, "cache/stamps"),
            (0o700, "run/xrole"),
        ] {
            std::fs::set_permissions(&runtime, std::fs::Permissions::from_mode(mode)).unwrap();
            let stamps = Stamps::open(Some(&runtime), &cache, Missing::Create).unwrap();
            assert!(
                stamps.directory.path().ends_with(expected),
                "{mode:o}: {:?}",
                stamps.directory.path()
            );
        }
    }
}
