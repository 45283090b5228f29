//! Codes that were sent are remembered for 90 s, by every terminal, before the request leaves: a code is sent once.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

use super::Cache;
use super::data_key::DataKey;
use super::sealed::{self, Purpose};
use super::sent_codes::REMEMBERED;
use crate::aws::plan::RequestKey;
use crate::files::directory::Directory;
use crate::files::lock;
use crate::files::replace::{Durability, replace};

const LOCK_WAIT: Duration = Duration::from_secs(10);

/// May these digits be sent?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// They may, and are recorded as used from now on.
    Fresh,
    /// They were sent before, and are refused until then.
    UsedUntil(Timestamp),
}

#[derive(Serialize, Deserialize)]
struct Used {
    /// A keyed hash of the digits.
    code: String,
    until: i64,
}

impl Cache {
    /// Records these digits as used for this device, unless they are already: ask before the request leaves.
    ///
    /// Errors: another process keeps the device's lock, which is held for an instant otherwise.
    pub fn use_code(&self, serial: &str, digits: &str) -> Result<CodeUse> {
        let device = RequestKey::of(&[("codes of", Some(serial))]);
        if let Some(until) = self.sent.borrow().until(&device, digits, self.clock.now()) {
            return Ok(CodeUse::UsedUntil(until));
        }
        let used = match self.writable() {
            Some((directory, locks)) => self.use_shared(&device, digits, directory, locks)?,
            None => CodeUse::Fresh,
        };
        if used == CodeUse::Fresh {
            self.sent.borrow_mut().add(device, digits, self.clock.now());
        }
        Ok(used)
    }

    fn use_shared(
        &self,
        device: &RequestKey,
        digits: &str,
        directory: &Directory,
        locks: &Directory,
    ) -> Result<CodeUse> {
        let _lock = match lock::within(locks, &device.hex(), LOCK_WAIT) {
            Ok(Some(lock)) => lock,
            Ok(None) => {
                return Err(Error::new(
                    "lock-timeout",
                    "another xrole has kept the list of used MFA codes for 10 s",
                    "end that process, then run the command again",
                ));
            }
            Err(error) => {
                self.tell_unkept(&error);
                return Ok(CodeUse::Fresh);
            }
        };
        let now = self.clock.now();
        let file = format!("{}.code", device.hex());
        let keys = self.keys.get();
        let Some(key) = keys.and_then(|keys| keys.for_sealing(locks)) else {
            self.tell_unkept(&"no place was found for the key that seals sessions");
            return Ok(CodeUse::Fresh);
        };
        let mut list: Vec<Used> = self
            .unseal(&file, Purpose::Code, device)
            .and_then(|json| serde_json::from_slice(&json).ok())
            .unwrap_or_default();
        list.retain(|used| used.until > now.0);
        let code = keyed_hash(&key, device, digits);
        if let Some(used) = list.iter().find(|used| used.code == code) {
            return Ok(CodeUse::UsedUntil(bounded(used.until, now)));
        }
        let until = Timestamp(now.0.saturating_add(REMEMBERED));
        list.push(Used {
            code,
            until: until.0,
        });
        let written = serde_json::to_vec(&list)
            .map_err(|error| error.to_string())
            .and_then(|json| {
                sealed::seal(&key, Purpose::Code, device, &json).map_err(|error| error.to_string())
            })
            .and_then(|content| {
                replace(directory, &file, &content, Some(until), Durability::Durable)
                    .map_err(|error| error.to_string())
            });
        if let Err(why) = written {
            self.tell_unkept(&why);
        }
        Ok(CodeUse::Fresh)
    }
}

/// A clock that was set back must not make a wait of hours.
fn bounded(until: i64, now: Timestamp) -> Timestamp {
    Timestamp(until.min(now.0.saturating_add(REMEMBERED)))
}

fn keyed_hash(key: &DataKey, device: &RequestKey, digits: &str) -> String {
    let hash = key.derive(&[b"xrole code digits v1", &device.0, digits.as_bytes()]);
    RequestKey(*hash).hex()
}
