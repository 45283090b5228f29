//! What was selected to get a session, also of one that has ended: a session is minted anew from the same options.

use crate::aws::chain::Selection;

use super::Cache;
use crate::aws::plan::RequestKey;

impl Cache {
    /// What was selected for this request when its session was minted last.
    #[must_use]
    pub fn selection_of(&self, key: &RequestKey) -> Option<Selection> {
        self.read_record(key)?.label.selection
    }

    /// What a profile or role was selected with, the newest session's first.
    #[must_use]
    pub fn selections_of(&self, profile: &str) -> Vec<Selection> {
        let Some(directory) = self.readable() else {
            return Vec::new();
        };
        let names = directory.names();
        let keys = names.iter().filter_map(|name| RequestKey::from_hex(name));
        let mut records: Vec<_> = keys
            .filter_map(|key| self.read_record(&key))
            .filter(|record| record.label.profile == profile)
            .collect();
        records.sort_by_key(|record| std::cmp::Reverse(record.session.minted));
        records
            .into_iter()
            .filter_map(|record| record.label.selection)
            .collect()
    }
}
