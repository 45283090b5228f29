//! The settings of one section: keys in order, each with its value and its line. Values are never shown by `Debug`.

use std::collections::BTreeMap;
use std::fmt;

use super::key::{Key, Wanted};
use super::value::Value;
use crate::place::Place;

/// A value and its line. A sub-property block keeps its raw text in `value` and its map in `sub`.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    pub value: Value,
    pub at: Place,
    pub sub: Option<Box<BTreeMap<String, (String, Place)>>>,
}

impl Setting {
    pub fn new(value: impl Into<Value>, at: Place) -> Self {
        Self {
            value: value.into(),
            at,
            sub: None,
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({}, ..)", self.at)
    }
}

/// Up to so many settings are looked through one after the other, which is quickest.
const SHORT: usize = 40;

/// Settings sorted by key; secrets among them are wiped on drop.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct SettingMap {
    sorted: Vec<(Key, Setting)>,
    /// Static keys of the file from which they are not taken: never in force.
    shadowed: Box<[(Key, Setting)]>,
    holds_secrets: bool,
}

impl SettingMap {
    /// `sorted` must be in strict order of its keys; `shadowed` are static keys that are not in force.
    pub(super) fn new(sorted: Vec<(Key, Setting)>, shadowed: Vec<(Key, Setting)>) -> Self {
        debug_assert!(sorted.is_sorted_by(|a, b| a.0 < b.0));
        let holds_secrets = sorted
            .iter()
            .chain(&shadowed)
            .any(|(key, _)| key.is_secret());
        Self {
            sorted,
            shadowed: shadowed.into(),
            holds_secrets,
        }
    }

    /// A static key that stands in the file from which static keys are not taken.
    pub(super) fn shadowed(&self, key: &str) -> Option<&Setting> {
        let found = self
            .shadowed
            .iter()
            .find(|(other, _)| other.as_str() == key);
        found.map(|(_, setting)| setting)
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        if self.sorted.len() > SHORT {
            let place = self
                .sorted
                .binary_search_by(|(other, _)| other.as_str().cmp(key));
            return place.ok().map(|n| &self.sorted[n].1);
        }
        let wanted = Wanted::from(key);
        let found = self.sorted.iter().find(|(other, _)| wanted.is(other));
        found.map(|(_, setting)| setting)
    }

    /// Of each key the setting of the first map that has it, as far as it is wanted of the map of that number. Static
    /// keys that are not in force are the first map's.
    pub(super) fn first_of_each<'a>(
        mut maps: impl Iterator<Item = &'a Self> + Clone,
        wanted: impl Fn(usize, &Key) -> bool,
    ) -> Self {
        let each = maps.clone().enumerate();
        let mut all: Vec<&(Key, Setting)> = each
            .flat_map(|(n, map)| map.sorted.iter().map(move |setting| (n, setting)))
            .filter(|(n, (key, _))| wanted(*n, key))
            .map(|(_, setting)| setting)
            .collect();
        // Stable: of equal keys the first map's comes first, and stays.
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, kept| later.0 == kept.0);
        let shadowed = maps.next().map(|map| map.shadowed.to_vec());
        Self::new(
            all.into_iter().cloned().collect(),
            shadowed.unwrap_or_default(),
        )
    }

    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Puts a setting in the place of the one with this key, which is given back.
    pub fn insert(&mut self, key: impl Into<Key>, setting: Setting) -> Option<Setting> {
        let key = key.into();
        self.holds_secrets |= key.is_secret();
        match self.sorted.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(n) => Some(std::mem::replace(&mut self.sorted[n].1, setting)),
            Err(n) => {
                self.sorted.insert(n, (key, setting));
                None
            }
        }
    }

    pub fn remove(&mut self, key: &str) -> Option<Setting> {
        let wanted = Wanted::from(key);
        let found = self.sorted.iter().position(|(other, _)| wanted.is(other));
        found.map(|n| self.sorted.remove(n).1)
    }

    pub fn iter(&self) -> Iter<'_> {
        self.sorted
            .iter()
            .map(|(key, setting)| (key.as_str(), setting))
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

type Iter<'a> = std::iter::Map<
    std::slice::Iter<'a, (Key, Setting)>,
    fn(&'a (Key, Setting)) -> (&'a str, &'a Setting),
>;

impl<'a> IntoIterator for &'a SettingMap {
    type Item = (&'a str, &'a Setting);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<K: Into<Key>, const N: usize> From<[(K, Setting); N]> for SettingMap {
    fn from(settings: [(K, Setting); N]) -> Self {
        settings.into_iter().collect()
    }
}

impl<K: Into<Key>> FromIterator<(K, Setting)> for SettingMap {
    fn from_iter<I: IntoIterator<Item = (K, Setting)>>(settings: I) -> Self {
        let mut map = Self::default();
        for (key, setting) in settings {
            map.insert(key, setting);
        }
        map
    }
}

impl fmt::Debug for SettingMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl SettingMap {
    /// Wipes the secrets.
    pub(super) fn wipe(&mut self) {
        if self.holds_secrets {
            for (key, setting) in self.sorted.iter_mut().chain(&mut *self.shadowed) {
                if key.is_secret() {
                    setting.value.wipe();
                }
            }
        }
    }
}

impl Drop for SettingMap {
    fn drop(&mut self) {
        self.wipe();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::SourceFile;

    fn setting(value: &str, line: u32) -> Setting {
        let file = SourceFile::Config;
        Setting::new(value, Place { file, line })
    }

    #[test]
    fn keeps_keys_sorted_and_unique() {
        let mut map = SettingMap::from([("region", setting("x", 3)), ("a", setting("b", 2))]);
        assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "region"]);
        assert_eq!(map.insert("a", setting("c", 4)), Some(setting("b", 2)));
        assert_eq!(map.get("a"), Some(&setting("c", 4)));
        assert_eq!(map.remove("a"), Some(setting("c", 4)));
        assert!(!map.contains_key("a"));
        assert_eq!(map.len(), 1);
    }

    #[test]
    fn debug_shows_places_and_no_values() {
        let map = SettingMap::from([("aws_secret_access_key", setting("wJalr", 3))]);
        assert_eq!(
            format!("{map:?}"),
            r#"{"aws_secret_access_key": Setting(config:3, ..)}"#
        );
    }
}
