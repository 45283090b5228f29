//! Profiles: what the two shared files mean together.

use std::collections::BTreeMap;

use crate::place::{Notice, Place};

/// A value and its line. A sub-property block keeps its raw text in `value` and its map in `sub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub value: String,
    pub at: Place,
    pub sub: Option<BTreeMap<String, (String, Place)>>,
}

/// A section, merged from both files, its `include_profile` not yet expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// The header's line (of the config file, if it is in both).
    pub at: Place,
    pub settings: BTreeMap<String, Setting>,
}

impl Profile {
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }
}

/// Everything that the two files say.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    pub profiles: BTreeMap<String, Profile>,
    pub sso_sessions: BTreeMap<String, Profile>,
    pub services: BTreeMap<String, Profile>,
    pub notices: Vec<Notice>,
}
