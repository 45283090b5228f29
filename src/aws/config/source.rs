//! The two files as they were read: where they are, and who else may have written them.

use crate::error::Result;
use crate::files::trust::Fault;
use crate::place::{Place, SourceFile};

/// What is known of one file beyond its text.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The path for people, with `~`.
    pub shown: String,
    pub fault: Option<Fault>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    pub config: Option<Source>,
    pub credentials: Option<Source>,
}

impl Sources {
    fn get(&self, file: SourceFile) -> Option<&Source> {
        match file {
            SourceFile::Config => self.config.as_ref(),
            SourceFile::Credentials => self.credentials.as_ref(),
        }
    }

    /// `~/.aws/config`, or where else the file is.
    pub(super) fn shown(&self, file: SourceFile) -> &str {
        let default = match file {
            SourceFile::Config => "~/.aws/config",
            SourceFile::Credentials => "~/.aws/credentials",
        };
        self.get(file).map_or(default, |source| &source.shown)
    }
}

impl super::Profiles {
    /// May the command that stands at this place be run?
    ///
    /// An error (`untrusted-file`) if somebody else may have written it. Documents that were not read from
    /// files have nobody else to distrust.
    pub fn command_trust(&self, at: Place) -> Result<()> {
        match self
            .sources
            .get(at.file)
            .and_then(|source| source.fault.as_ref())
        {
            Some(fault) => Err(fault.error("its commands are not run").at(at)),
            None => Ok(()),
        }
    }
}
