//! Profiles in the credentials file that are written anew when their session is: a small file without secrets beside
//! the session, so that whoever mints or takes up a session sees at once whether there is anything to write.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Cache;
use crate::aws::plan::RequestKey;
use crate::files::directory::Directory;
use crate::files::lock::{self, Lock};
use crate::files::replace::{Durability, replace};
use crate::session::Session;

const LOCK: &str = "kept";
const LOCK_WAIT: Duration = Duration::from_secs(2);
const LARGEST: u64 = 64 << 10;

/// One profile that follows a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The profile in the credentials file.
    pub name: String,
    /// The profile or role whose session it holds.
    pub of: String,
    /// The credentials file, absolute.
    pub credentials: String,
}

impl Kept {
    /// The same section of the same file?
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.credentials == other.credentials
    }
}

impl Cache {
    /// What those profiles get: the session that was minted last, however little of it is left.
    #[must_use]
    pub fn newest(&self, key: &RequestKey) -> Option<Session> {
        Some(self.read_record(key)?.session)
    }

    /// The profiles that follow this session. One look at a file that mostly is not there.
    #[must_use]
    pub fn kept(&self, key: &RequestKey) -> Vec<Kept> {
        let directory = self.readable();
        directory.map_or_else(Vec::new, |directory| read(directory, &file(key)))
    }

    /// Lets a profile follow this session and no other.
    pub fn keep(&self, key: &RequestKey, kept: &Kept) -> io::Result<()> {
        let Some((directory, _lock)) = self.lock_kept()? else {
            return Err(io::Error::other("there is no cache"));
        };
        forget(directory, kept)?;
        let mut list = read(directory, &file(key));
        list.push(kept.clone());
        write(directory, &file(key), &list)
    }

    /// Lets a profile follow no session.
    pub fn keep_no_more(&self, kept: &Kept) -> io::Result<()> {
        if self.readable().is_none() {
            return Ok(());
        }
        match self.lock_kept()? {
            Some((directory, _lock)) => forget(directory, kept),
            None => Ok(()),
        }
    }

    fn lock_kept(&self) -> io::Result<Option<(&Directory, Lock)>> {
        let Some((directory, locks)) = self.writable() else {
            return Ok(None);
        };
        match lock::within(locks, LOCK, LOCK_WAIT)? {
            Some(lock) => Ok(Some((directory, lock))),
            None => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

fn file(key: &RequestKey) -> String {
    format!("{}{ENDING}", key.hex())
}

const ENDING: &str = ".kept";

fn read(directory: &Directory, file: &str) -> Vec<Kept> {
    let content = directory.read(file, 2..=LARGEST);
    let list = content.and_then(|content| serde_json::from_slice(&content).ok());
    list.unwrap_or_default()
}

fn write(directory: &Directory, file: &str, list: &[Kept]) -> io::Result<()> {
    if list.is_empty() {
        directory.remove(file);
        return Ok(());
    }
    let json = serde_json::to_vec(list).map_err(io::Error::other)?;
    replace(directory, file, &json, None, Durability::Durable)
}

/// Takes the profile out of every list.
fn forget(directory: &Directory, kept: &Kept) -> io::Result<()> {
    for name in directory.names().iter().filter(|n| n.ends_with(ENDING)) {
        let mut list = read(directory, name);
        let before = list.len();
        list.retain(|other| !other.is_same(kept));
        if list.len() < before {
            write(directory, name, &list)?;
        }
    }
    Ok(())
}
