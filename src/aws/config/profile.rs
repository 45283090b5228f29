//! One profile: a section of the shared files, with what both say in it.

use super::key::is_secret_key;
use super::setting::{Setting, SettingMap};
use crate::place::Place;

/// A section, merged from both files, its `include_profile` not yet expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// The header's line (of the config file, if it is in both).
    pub at: Place,
    pub settings: SettingMap,
}

impl Profile {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }

    /// Key, value and place of every setting in force, for people: secrets are `***`.
    pub fn masked_settings(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.settings.iter().map(|(key, setting)| {
            let value = if is_secret_key(key) {
                "***"
            } else {
                &setting.value
            };
            (key, value, setting.at)
        })
    }
}
