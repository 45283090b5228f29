//! What a document says, without its places: two texts that say the same are equal.

use zeroize::{Zeroize as _, Zeroizing};

use super::super::document::Document;
use super::super::key::Key;
use crate::session::Secret;

/// One section as it stands in the file: its header's text, its settings in their order.
#[derive(PartialEq, Eq)]
pub struct Section {
    header: String,
    settings: Vec<(Key, Zeroizing<String>)>,
}

pub fn of(document: &Document) -> Vec<Section> {
    let sections = document.sections.iter();
    sections
        .map(|section| {
            let settings = section.settings.iter();
            Section::new(
                section.name.clone(),
                settings
                    .map(|(key, setting)| {
                        (
                            key.clone(),
                            Zeroizing::new(setting.value.as_str().to_owned()),
                        )
                    })
                    .collect(),
            )
        })
        .collect()
}

pub fn setting((key, value): (&Key, &Secret)) -> (Key, Zeroizing<String>) {
    (key.clone(), Zeroizing::new(value.expose().to_owned()))
}

impl Section {
    pub fn new(header: String, settings: Vec<(Key, Zeroizing<String>)>) -> Self {
        Self { header, settings }
    }

    pub fn remove(&mut self, key: &Key) {
        self.settings.retain(|(other, _)| other != key);
    }

    pub fn push(&mut self, key: &Key, value: &Secret) {
        self.settings.push(setting((key, value)));
    }

    /// Changes the last setting of this key; `false` if it has the value already.
    pub fn replace(&mut self, key: &Key, value: &Secret) -> bool {
        let mut settings = self.settings.iter_mut().rev();
        match settings.find(|(other, _)| other == key) {
            Some((_, old)) if old.as_str() != value.expose() => {
                old.zeroize();
                old.push_str(value.expose());
                true
            }
            _ => false,
        }
    }
}
