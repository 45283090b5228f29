//! The places that can hold the data key: the kernel's keyring, a file in memory, a file on disk.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::data_key::DataKey;
use super::options::{CacheOptions, SessionKey};
use crate::files::directory::{Directory, Missing, Refusal};
use crate::files::replace::{Durability, replace};
use crate::os::keyring::{Found, Keyring};
use crate::os::paths;

/// What a holder has.
#[derive(Debug)]
pub enum Held {
    Key(DataKey),
    /// No key, but one can be stored.
    Nothing,
    /// It refuses: ask the next.
    Unusable,
}

/// Where the key lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// The kernel's keyring of this user: off the disk.
    KernelKeyring,
    /// A file in `$XDG_RUNTIME_DIR`, which is memory.
    RuntimeFile,
    /// A file on the same disk as the sessions.
    StateFile,
}

#[derive(Debug)]
pub enum KeyHolder {
    Kernel(Keyring),
    Runtime { runtime: PathBuf, name: String },
    State { directory: PathBuf },
}

const FILE: &str = "data.key";

/// The holders in the order in which they are asked.
pub fn holders(options: &CacheOptions, directory: &Directory) -> Vec<KeyHolder> {
    let hash = directory_hash(directory);
    let mut holders = Vec::new();
    if options.session_key == SessionKey::Auto {
        let keyring = Keyring::named(format!("xrole:data:1:{hash}"));
        holders.extend(keyring.map(KeyHolder::Kernel));
    }
    if let Some(runtime) = &options.runtime_directory {
        let name = if options.own_key {
            format!("data.{hash}.key")
        } else {
            FILE.to_owned()
        };
        holders.push(KeyHolder::Runtime {
            runtime: runtime.clone(),
            name,
        });
    }
    holders.push(KeyHolder::State {
        directory: options.state_directory.clone(),
    });
    holders
}

impl KeyHolder {
    pub fn place(&self) -> KeyPlace {
        match self {
            Self::Kernel(_) => KeyPlace::KernelKeyring,
            Self::Runtime { .. } => KeyPlace::RuntimeFile,
            Self::State { .. } => KeyPlace::StateFile,
        }
    }

    pub fn load(&self) -> Held {
        match self {
            Self::Kernel(keyring) => match keyring.load() {
                Found::Secret(key) => Held::Key(DataKey::from_bytes(*key)),
                Found::Nothing => Held::Nothing,
                Found::Unusable => Held::Unusable,
            },
            Self::Runtime { .. } | Self::State { .. } => match self.folder(Missing::Leave) {
                Ok(folder) => read_key(&folder, self.file_name()).map_or(Held::Nothing, Held::Key),
                Err(Refusal::Missing) => Held::Nothing,
                Err(_) => Held::Unusable,
            },
        }
    }

    /// Did it take the key?
    pub fn store(&self, key: &DataKey) -> bool {
        match self {
            Self::Kernel(keyring) => keyring.store(key.bytes()),
            Self::Runtime { .. } | Self::State { .. } => {
                self.folder(Missing::Create).is_ok_and(|folder| {
                    replace(
                        &folder,
                        self.file_name(),
                        key.bytes(),
                        None,
                        Durability::Durable,
                    )
                    .is_ok()
                })
            }
        }
    }

    /// Keeps the key for the longest session from now on.
    pub fn extend(&self) {
        match self {
            Self::Kernel(keyring) => keyring.extend(),
            Self::Runtime { .. } | Self::State { .. } => {}
        }
    }

    pub fn forget(&self) {
        match self {
            Self::Kernel(keyring) => keyring.forget(),
            Self::Runtime { .. } | Self::State { .. } => {
                if let Ok(folder) = self.folder(Missing::Leave) {
                    folder.remove(self.file_name());
                }
            }
        }
    }

    fn file_name(&self) -> &str {
        match self {
            Self::Runtime { name, .. } => name,
            _ => FILE,
        }
    }

    /// The directory of a key file, if there is one.
    pub fn existing_folder(&self) -> Option<Directory> {
        self.folder(Missing::Leave).ok()
    }

    fn folder(&self, missing: Missing) -> Result<Directory, Refusal> {
        match self {
            Self::Kernel(_) => Err(Refusal::NotADirectory),
            Self::Runtime { runtime, .. } => {
                let folder = runtime_folder(runtime, missing)?;
                if folder.is_in_memory() {
                    Ok(folder)
                } else {
                    Err(Refusal::NotPrivate)
                }
            }
            Self::State { directory } => match missing {
                Missing::Leave => Directory::open(directory),
                Missing::Create => Directory::create(directory),
            },
        }
    }
}

/// `$XDG_RUNTIME_DIR/xrole`, if both are our own and nobody else's (0700).
pub fn runtime_folder(runtime: &Path, missing: Missing) -> Result<Directory, Refusal> {
    let parent = match Directory::open_linked(runtime) {
        // It is the system's to make.
        Err(Refusal::Missing) => return Err(Refusal::NotADirectory),
        other => other?,
    };
    let folder = match missing {
        Missing::Leave => parent.below("xrole")?,
        Missing::Create => parent.create_below("xrole")?,
    };
    if parent.is_private() && folder.is_private() {
        Ok(folder)
    } else {
        Err(Refusal::NotPrivate)
    }
}

fn read_key(folder: &Directory, name: &str) -> Option<DataKey> {
    let content = Zeroizing::new(folder.read(name, 32..=32)?);
    Some(DataKey::from_bytes(content.as_slice().try_into().ok()?))
}

/// 16 hexadecimal digits of SHA-256 of the canonical path, so that a second cache never touches the first one's key.
fn directory_hash(directory: &Directory) -> String {
    let path = directory.canonical_path();
    let hash = Sha256::digest(paths::bytes(&path));
    hash[..8].iter().fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
