//! One profile: a section of the shared files, with what both say in it.

use super::doubt::Doubt;
use super::key::shown_value;
use super::setting::{Setting, SettingMap};
use crate::error::Result;
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

    /// An error where it is in doubt which identity the profile is.
    pub(crate) fn certain(&self) -> Result<()> {
        match self.doubt.as_deref() {
            Some(doubt) => Err(doubt.error(&self.name)),
            None => Ok(()),
        }
    }

    /// Key, value and place of every setting in force, for people: secrets are `***`.
    pub fn masked_settings(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        let settings = self.settings.iter();
        settings.map(|(key, setting)| (key, shown_value(key, &setting.value), setting.at))
    }
}
