//! Profiles in the credentials file that follow a session (`write --keep-fresh`): written again when it is minted anew.

use std::path::Path;
use std::time::Duration;

use crate::aws::config::edit::{self, Edit};
use crate::aws::config::keys::MARK;
use crate::aws::config::{AwsFile, parse, session_section};
use crate::aws::plan::RequestKey;
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::place::{Notice, SourceFile};
use crate::shell::Env;
use crate::store::{Cache, Kept};

/// A prompt waits no longer than this for a file.
const PROMPTS_WAIT: Duration = Duration::from_millis(200);
const WAIT: Duration = Duration::from_secs(10);

/// Who refreshes what follows a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A command that just minted it.
    Command,
    /// A prompt, which nothing may hold up.
    Prompt,
}

/// Writes the session that the cache holds to every profile that follows it. What is gone from its file follows no
/// longer; what cannot be written stays as it was, and is told.
#[must_use]
pub fn refresh(cache: &Cache, key: &RequestKey, by: By, env: &Env) -> Vec<Notice> {
    let mut notices = Vec::new();
    for kept in cache.kept(key) {
        if let Err(error) = refresh_one(cache, key, &kept, by, env) {
            let name = display_safe(&kept.name);
            let text = format!(
                "profile \"{name}\" still has the old session: {}",
                error.message
            );
            notices.push(Notice::new(None, text));
        }
    }
    notices
}

fn refresh_one(cache: &Cache, key: &RequestKey, kept: &Kept, by: By, env: &Env) -> Result<()> {
    let source = SourceFile::Credentials;
    let wait = match by {
        By::Command => WAIT,
        By::Prompt => PROMPTS_WAIT,
    };
    let file = AwsFile::at(Path::new(&kept.credentials), source, env)?.waiting(wait);
    let follows = |bytes: &[u8]| {
        let document = parse(bytes, source)?;
        let mark = edit::value(&document, &kept.name, MARK).flatten();
        Ok(mark == Some(kept.of.as_str()))
    };
    let mut there = follows(&file.read()?)?;
    if there {
        file.rewrite(|bytes| {
            there = follows(bytes)?;
            // Read under the lock, so that of two who refresh it none brings back an older one.
            let edit = match cache.newest(key).filter(|_| there) {
                Some(session) => session_section::keys(&kept.name, &kept.of, &session)?,
                None => Edit::of(&kept.name),
            };
            edit.apply(bytes, source)
        })?;
    }
    if !there {
        // Should it fail, the next refresh finds it gone again.
        let _ = cache.keep_no_more(kept);
    }
    Ok(())
}
