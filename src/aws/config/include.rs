//! `include_profile = Q`: settings copied from another profile, each keeping its own place.

use std::fmt::Write as _;

use super::key::STATIC_KEYS;
use super::profile::Profile;
use super::profiles::Profiles;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};

const INCLUDE: &str = "include_profile";
/// Count as one key: a profile with either gets neither.
const SOURCES: [&str; 2] = ["source_profile", "credential_source"];

impl Profiles {
    /// The profile with everything that its `include_profile` brings. Static keys are never copied.
    pub fn expand(&self, name: &str) -> Result<Profile> {
        let mut whole = self.get(name).ok_or_else(|| self.not_found(name))?.clone();
        let mut path: Vec<&Profile> = self.get(name).into_iter().collect();
        while let Some(include) = path.last().and_then(|profile| profile.get(INCLUDE)) {
            let Some(next) = self.get(&include.value) else {
                let shown = display_safe(&include.value);
                let message = format!("{INCLUDE} \"{shown}\" does not exist");
                let error = Error::new("include-not-found", message, self.hint(&include.value));
                return Err(error.at(include.at));
            };
            let seen = path.iter().position(|seen| seen.name == next.name);
            if let Some(start) = seen {
                return Err(cycle(&path[start..], next));
            }
            copy(next, &mut whole);
            path.push(next);
        }
        Ok(whole)
    }
}

fn copy(from: &Profile, to: &mut Profile) {
    let has_source = SOURCES.iter().any(|key| to.get(key).is_some());
    for (key, setting) in &from.settings {
        let left_out = STATIC_KEYS.contains(&key)
            || (has_source && SOURCES.contains(&key))
            || to.settings.contains_key(key);
        if !left_out {
            to.settings.insert(key, setting.clone());
        }
    }
}

fn cycle(path: &[&Profile], back_to: &Profile) -> Error {
    let mut walked = String::new();
    for profile in path {
        let at = profile
            .get(INCLUDE)
            .map_or(profile.at, |include| include.at);
        let _ = write!(walked, "{} ({at}) → ", display_safe(&profile.name));
    }
    walked.push_str(&display_safe(&back_to.name));
    let message = format!("{INCLUDE} forms a loop: {walked}");
    Error::new(
        "include-loop",
        message,
        format!("remove one of these {INCLUDE} lines"),
    )
}
