//! Profiles: what the two shared files mean together.

use super::doubt::Doubt;
use super::key::shown_value;
use super::notices::FileNotice;
use super::profile_map::ProfileMap;
use super::setting::{Setting, SettingMap};
use super::source::Sources;
use crate::place::Place;

/// A section, merged from both files, its `include_profile` not yet expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// The header's line (of the config file, if it is in both).
    pub at: Place,
    pub settings: SettingMap,
    /// Why it is not sure which identity it is: whoever takes one asks `certain`.
    pub(super) doubt: Option<Box<Doubt>>,
}

impl Profile {
    #[must_use]
    pub fn new(name: impl Into<String>, at: Place, settings: SettingMap) -> Self {
        Self {
            name: name.into(),
            at,
            settings,
            doubt: None,
        }
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }

    /// Key, value and place of every setting in force, for people: secrets are `***`.
    pub fn masked_settings(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        let settings = self.settings.iter();
        settings.map(|(key, setting)| (key, shown_value(key, &setting.value), setting.at))
    }
}

/// Everything that the two files say.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    pub profiles: ProfileMap,
    pub sso_sessions: ProfileMap,
    pub services: ProfileMap,
    /// In the order of the files.
    pub notices: Vec<FileNotice>,
    /// Sections `[NAME]` of the config file that lack `profile`.
    pub(super) unprefixed: Vec<(String, Place)>,
    /// The files themselves; empty for documents that were not read from files.
    pub(super) sources: Sources,
}

impl Profiles {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    /// Spares the process, which ends, the work of giving ten thousand profiles back. Secrets are wiped.
    pub fn abandon(self) {
        for sections in [self.profiles, self.sso_sessions, self.services] {
            sections.abandon();
        }
        std::mem::forget((self.notices, self.unprefixed));
    }
}
