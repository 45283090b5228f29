//! `include_profile = Q`: settings copied from another profile, each keeping its own place.

use std::fmt::Write as _;

use super::key::{Key, STATIC_KEYS};
use super::profile::Profile;
use super::profiles::Profiles;
use super::setting::{Setting, SettingMap};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};

const INCLUDE: &str = "include_profile";
/// Count as one key: a profile with either gets neither.
const SOURCES: [&str; 2] = ["source_profile", "credential_source"];
/// The most profiles that one includes, directly and through others.
const MOST: usize = 50;

impl Profiles {
    /// The profile with everything that its `include_profile` brings. Static keys are never copied.
    pub fn expand(&self, name: &str) -> Result<Profile> {
        self.expanded(name, |_| true)
    }

    /// The same for whoever takes the identity: with the keys that AWS and xrole know, and an error where it is in
    /// doubt whose keys they are. A chain asks for many profiles, each of which may include the same long one.
    pub fn expand_for_use(&self, name: &str) -> Result<Profile> {
        let profile = self.get(name).ok_or_else(|| self.not_found(name))?;
        profile.certain()?;
        for included in &self.path(profile)?[1..] {
            included.certain()?;
        }
        self.expanded(name, Key::is_known)
    }

    fn expanded(&self, name: &str, wanted: fn(&Key) -> bool) -> Result<Profile> {
        let profile = self.get(name).ok_or_else(|| self.not_found(name))?;
        let path = self.path(profile)?;
        let has_source = |profile: &&Profile| SOURCES.iter().any(|key| profile.get(key).is_some());
        // The first of the path with either has both.
        let source = path.iter().position(has_source);
        let maps = path.iter().map(|profile| &profile.settings);
        let settings = SettingMap::first_of_each(maps, |n, key| {
            let left_out = n > 0 && STATIC_KEYS.contains(&key.as_str())
                || SOURCES.contains(&key.as_str()) && source != Some(n);
            wanted(key) && !left_out
        });
        Ok(Profile {
            doubt: profile.doubt.clone(),
            ..Profile::new(&*profile.name, profile.at, settings)
        })
    }

    /// The profile, what it includes, what that includes, and so on.
    fn path<'a>(&'a self, profile: &'a Profile) -> Result<Vec<&'a Profile>> {
        let mut path = vec![profile];
        while let Some(include) = path[path.len() - 1].get(INCLUDE) {
            let next = self.included(include)?;
            if let Some(start) = path.iter().position(|seen| seen.name == next.name) {
                return Err(cycle(&path[start..], next));
            }
            path.push(next);
            if path.len() > MOST + 1 {
                return Err(too_long(&path));
            }
        }
        Ok(path)
    }

    /// The profile and what it includes; none where an include is broken.
    #[must_use]
    pub fn includes(&self, name: &str) -> Vec<&Profile> {
        let profile = self.get(name);
        profile.and_then(|p| self.path(p).ok()).unwrap_or_default()
    }

    fn included(&self, include: &Setting) -> Result<&Profile> {
        self.get(&include.value).ok_or_else(|| {
            let shown = display_safe(&include.value);
            let message = format!("{INCLUDE} \"{shown}\" does not exist");
            let error = Error::new("include-not-found", message, self.hint(&include.value));
            error.at(include.at)
        })
    }

    /// What each profile with `include_profile`, in the order of the profiles, has of these keys, own or included;
    /// `None` for the others. Each profile is looked at once, however many include it; where an include is broken, it
    /// brings nothing.
    #[must_use]
    pub fn with_includes<'a, const N: usize>(
        &'a self,
        keys: &[&str; N],
    ) -> Vec<Option<Box<Included<'a, N>>>> {
        let mut known: Vec<Option<Box<Included<'a, N>>>> = vec![None; self.profiles.len()];
        for start in 0..known.len() {
            let mut path = Vec::new();
            let mut next = Some(start);
            while let Some(n) = next.filter(|n| known[*n].is_none()) {
                let profile = self.profiles.at(n);
                let Some(include) = profile.get(INCLUDE) else {
                    break;
                };
                // A mark for a cycle, until what it brings is known.
                known[n] = Some(Box::new(Included::broken()));
                path.push(n);
                next = self.profiles.position(&include.value).ok();
            }
            if path.is_empty() {
                continue;
            }
            let mut brought = match next {
                None => Included::broken(),
                Some(n) => match &known[n] {
                    Some(known) => **known,
                    None => Included {
                        others: 0,
                        settings: own(self.profiles.at(n), keys),
                    },
                },
            };
            for n in path.into_iter().rev() {
                let mut whole = Included {
                    others: brought.others.saturating_add(1),
                    settings: own(self.profiles.at(n), keys),
                };
                if whole.others <= MOST {
                    fill(&mut whole.settings, &brought.settings, keys);
                }
                known[n] = Some(Box::new(whole));
                brought = whole;
            }
        }
        known
    }
}

/// What a profile has of the keys that are looked for, and how many others it includes.
#[derive(Debug, Clone, Copy)]
pub struct Included<'a, const N: usize> {
    pub settings: [Option<&'a Setting>; N],
    others: usize,
}

impl<const N: usize> Included<'_, N> {
    /// An include that leads nowhere, or in a circle.
    fn broken() -> Self {
        Self {
            settings: [None; N],
            others: BROKEN,
        }
    }
}

/// The number of profiles where an include leads nowhere, or in a circle.
const BROKEN: usize = usize::MAX;

fn own<'a, const N: usize>(profile: &'a Profile, keys: &[&str; N]) -> [Option<&'a Setting>; N] {
    keys.map(|key| profile.get(key))
}

fn fill<'a, const N: usize>(
    to: &mut [Option<&'a Setting>; N],
    from: &[Option<&'a Setting>; N],
    keys: &[&str; N],
) {
    let is_source = |key: &str| SOURCES.contains(&key);
    let has_source = keys
        .iter()
        .zip(&*to)
        .any(|(key, setting)| is_source(key) && setting.is_some());
    for ((key, to), from) in keys.iter().zip(to).zip(from) {
        if !(STATIC_KEYS.contains(key) || (has_source && is_source(key))) {
            *to = to.or(*from);
        }
    }
}

fn cycle(path: &[&Profile], back_to: &Profile) -> Error {
    let back_to = display_safe(&back_to.name);
    let message = format!("{INCLUDE} forms a loop: {}{back_to}", walked(path));
    Error::new(
        "include-loop",
        message,
        format!("remove one of these {INCLUDE} lines"),
    )
}

fn too_long(path: &[&Profile]) -> Error {
    let (first, last) = (path[0], path[path.len() - 1]);
    let message = format!(
        "profile \"{}\" includes more than {MOST} others, one through the other: {}… → {} ({})",
        display_safe(&first.name),
        walked(&path[..3]),
        display_safe(&last.name),
        last.at
    );
    let remedy = format!("include what is needed with fewer {INCLUDE} lines");
    Error::new("chain-too-long", message, remedy).at(first.get(INCLUDE).map(|include| include.at))
}

fn walked(path: &[&Profile]) -> String {
    let mut walked = String::new();
    for profile in path {
        let at = profile
            .get(INCLUDE)
            .map_or(profile.at, |include| include.at);
        let _ = write!(walked, "{} ({at}) → ", display_safe(&profile.name));
    }
    walked
}
