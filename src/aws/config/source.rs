//! The two files as they were read: where they are, and who else may have written them.

use crate::files::trust::Fault;
use crate::place::SourceFile;

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
    pub(super) fn get(&self, file: SourceFile) -> Option<&Source> {
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
