//! Sections of one kind, each name once, in the order of the names.

use super::profile::Profile;

/// A sorted list: ten thousand profiles are made and looked through in a completion, and few are looked up.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ProfileMap {
    sorted: Vec<Profile>,
}

impl ProfileMap {
    /// `sorted` must be in strict order of the names.
    pub(super) fn new(sorted: Vec<Profile>) -> Self {
        debug_assert!(sorted.is_sorted_by(|a, b| a.name < b.name));
        Self { sorted }
    }

    /// By its place in the order.
    pub(super) fn at(&self, n: usize) -> &Profile {
        &self.sorted[n]
    }

    pub(super) fn position(&self, name: &str) -> Result<usize, usize> {
        self.sorted
            .binary_search_by(|profile| profile.name.as_str().cmp(name))
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.position(name).ok().map(|n| &self.sorted[n])
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Profile> {
        let n = self.position(name).ok()?;
        Some(&mut self.sorted[n])
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Profile> {
        self.sorted.iter()
    }

    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.iter().map(|profile| &profile.name)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Gives the memory to nobody, since the process ends: only secrets are wiped.
    pub(super) fn abandon(self) {
        for mut profile in self.sorted {
            profile.settings.wipe();
            std::mem::forget(profile);
        }
    }
}

impl<'a> IntoIterator for &'a ProfileMap {
    type Item = &'a Profile;
    type IntoIter = std::slice::Iter<'a, Profile>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Extend<Profile> for ProfileMap {
    /// A later one takes the place of an earlier one of its name.
    fn extend<I: IntoIterator<Item = Profile>>(&mut self, profiles: I) {
        for profile in profiles {
            match self.position(&profile.name) {
                Ok(n) => self.sorted[n] = profile,
                Err(n) => self.sorted.insert(n, profile),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SettingMap;
    use super::*;
    use crate::place::{Place, SourceFile};

    fn profile(name: &str, line: u32) -> Profile {
        let file = SourceFile::Config;
        Profile::new(name, Place { file, line }, SettingMap::default())
    }

    #[test]
    fn keeps_names_sorted_and_unique() {
        let mut map = ProfileMap::default();
        map.extend([profile("b", 1), profile("a", 2), profile("b", 3)]);
        assert_eq!(map.names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(map.get("b").map(|b| b.at.line), Some(3));
        assert_eq!(map.get("c"), None);
        assert_eq!(map.len(), 2);
    }
}
