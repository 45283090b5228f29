//! `_sync`: a prompt saw a newer stamp, so the shell takes up the session that another terminal renewed.
//! Asks nothing, prints nothing for people. No lock is taken and no AWS file read, unless a profile follows the session
//! (`write --keep-fresh`).

use std::path::Path;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::plan::RequestKey;
use crate::error::{Error, Result};
use crate::obtain::{By, refresh_followers};
use crate::shell::{Exports, ProfileEnv, holds_profile, sync_change};

pub fn run(app: &App<'_>) -> Result<Outcome> {
    let nothing = || Error::new("no-session", "there is no renewed session to take up", "");
    let env = app.env();
    let stamp = Path::new(env.raw("XROLE_STAMP").ok_or_else(nothing)?);
    let key = RequestKey::of_stamp(stamp).ok_or_else(nothing)?;
    let cache = app.cache()?;
    let session = cache.read(&key).ok_or_else(nothing)?;
    if env.get("XROLE_GEN") == Some(session.generation.to_string().as_str()) {
        return Err(nothing());
    }
    let _ = refresh_followers(cache, &key, By::Prompt, env);
    // A session that no shell holds the keys of is what ends those of its programs.
    let profile_env = holds_profile(env).then_some(ProfileEnv {
        name: "",
        config: "",
        counted: Some(&session),
    });
    let exports = Exports {
        selector: env.get("XROLE_PROFILE").unwrap_or_default(),
        session: &session,
        region: None,
        region_variable: None,
        stamp: Some(stamp),
        color: 0,
        profile_env,
    };
    Ok(Outcome::done(
        app.shell.render(&sync_change(env, &exports))?,
    ))
}
