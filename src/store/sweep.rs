//! Takes away what nobody needs: leftovers of killed writers, sessions long past. After a mint, at most hourly.

use crate::clock::Timestamp;

use super::Cache;
use super::data_keys::{self, DataKeys};
use crate::aws::plan::RequestKey;
use crate::files::directory::{Directory, Missing};
use crate::files::lock;
use crate::files::status::{Other, Status};

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
/// Its time of modification is the time of the last sweep.
const LOCK: &str = "sweep";

impl Cache {
    pub(super) fn sweep(&self) {
        let Some((directory, locks)) = self.writable() else {
            return;
        };
        let now = self.clock.now();
        if !is_due(locks, now) {
            return;
        }
        sweep_directory(directory, locks, now, true);
        // The lock files themselves stay for ever: one that is deleted has two holders.
        sweep_directory(locks, locks, now, false);
        for folder in self.keys.get().map(DataKeys::folders).unwrap_or_default() {
            sweep_directory(&folder, locks, now, false);
        }
        if let Some(stamps) = self.stamps(Missing::Leave) {
            sweep_directory(stamps.directory(), locks, now, true);
        }
    }
}

fn is_due(locks: &Directory, now: Timestamp) -> bool {
    let Ok(Some(lock)) = lock::try_lock(locks, LOCK) else {
        return false;
    };
    let Ok(status) = lock.status() else {
        return false;
    };
    let since = now.0.saturating_sub(status.modified().0);
    // A file from the future is from a clock that was wrong.
    let due = !(-HOUR..HOUR).contains(&since);
    due && lock.set_modified(now).is_ok()
}

/// `whole_files`: sessions and stamps, not only leftovers.
fn sweep_directory(directory: &Directory, locks: &Directory, now: Timestamp, whole_files: bool) {
    for name in directory.names() {
        let Some((lock, kind)) = owner(&name) else {
            continue;
        };
        let is_old = |status: &Status| match kind {
            Kind::Whole => whole_files && now.0.saturating_sub(status.modified().0) > DAY,
            // A temporary may bear its session's expiry already; nobody can set the time of change.
            Kind::Leftover => now.0.saturating_sub(status.changed().0) > HOUR,
        };
        if !directory.status(&name).is_ok_and(|status| is_old(&status)) {
            continue;
        }
        let Ok(Some(_lock)) = lock::try_lock(locks, lock) else {
            continue;
        };
        // A second look: it may have been renewed before the lock was ours.
        if let Some(status) = directory.status(&name).ok().filter(is_old) {
            remove(directory, &name, &status);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    Leftover,
}

/// The lock that guards a file, and what the file is; `None` for a stranger's, which is left alone.
fn owner(name: &str) -> Option<(&str, Kind)> {
    let leftover = matches!(name.rsplit('.').next(), Some("tmp" | "aside"));
    if leftover && name.starts_with("data.") {
        return Some((data_keys::LOCK, Kind::Leftover));
    }
    let (session, rest) = name.split_at_checked(64)?;
    RequestKey::from_hex(session)?;
    match rest {
        "" | ".code" => Some((session, Kind::Whole)),
        _ => leftover.then_some((session, Kind::Leftover)),
    }
}

fn remove(directory: &Directory, name: &str, status: &Status) {
    if status.other() == Some(Other::Directory) {
        // Only if it is empty: what is in it is not ours.
        directory.remove_directory(name);
    } else {
        directory.remove(name);
    }
}
