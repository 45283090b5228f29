//! One file as it is written: sections and settings with their lines, no meaning given yet.

use super::key::Key;
use super::setting::Setting;
use crate::place::{Notice, Place, SourceFile};

/// A file as it is written.
#[derive(Debug)]
pub struct Document {
    pub file: SourceFile,
    pub sections: Vec<Section>,
    /// About the file as a whole.
    pub notices: Vec<Notice>,
}

impl Document {
    #[must_use]
    pub fn empty(file: SourceFile) -> Self {
        Self {
            file,
            sections: Vec::new(),
            notices: Vec::new(),
        }
    }
}

/// One header and what stands under it.
#[derive(Debug)]
pub struct Section {
    /// The text between the brackets, trimmed.
    pub name: String,
    pub at: Place,
    /// In the order of the file; a key may stand there twice.
    pub settings: Vec<(Key, Setting)>,
    pub notices: Vec<Notice>,
}

impl Section {
    /// What stands under it, out of it.
    pub(super) fn take(&mut self) -> Self {
        Self {
            name: std::mem::take(&mut self.name),
            at: self.at,
            settings: std::mem::take(&mut self.settings),
            notices: std::mem::take(&mut self.notices),
        }
    }
}
