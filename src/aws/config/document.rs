//! One file as it is written: sections and settings with their lines, no meaning given yet.

use super::doubt::Doubt;
use super::key::Key;
use super::notices::Oddities;
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
    /// Its header is spelled as usual: of two such headers of one name Python's configparser makes an error, of others
    /// it does not know that they are the same.
    pub(super) is_usual: bool,
    /// In the order of the file; a key may stand there twice.
    pub settings: Vec<(Key, Setting)>,
    /// What is odd in it; most sections have nothing.
    pub(super) remarks: Option<Box<Remarks>>,
}

/// What is odd in a section.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub notices: Oddities,
    /// The headers of later sections of the same name that are merged into this one.
    pub again: Vec<Place>,
    /// What makes it doubtful who is meant, as far as the lines of this section alone tell it.
    pub doubt: Option<Box<Doubt>>,
}

impl Section {
    pub(super) fn remarks(&mut self) -> &mut Remarks {
        self.remarks.get_or_insert_default()
    }

    /// What stands under it, out of it.
    pub(super) fn take(&mut self) -> Self {
        Self {
            name: std::mem::take(&mut self.name),
            at: self.at,
            is_usual: self.is_usual,
            settings: std::mem::take(&mut self.settings),
            remarks: self.remarks.take(),
        }
    }
}
