//! Where programs of a system keep what is theirs, in a user's home.
//!
//! The XDG variables hold everywhere; the folders that count without them are the system's.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// How a system lays a home out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Xdg,
    MacOs,
}

impl Layout {
    /// That of the system that this build is for.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Xdg
        }
    }
}

/// The folders of the user with these variables. Each is `None` where nothing says where to go.
pub struct Folders<'a> {
    layout: Layout,
    variable: &'a dyn Fn(&str) -> Option<&'a OsStr>,
}

impl std::fmt::Debug for Folders<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Folders").field(&self.layout).finish()
    }
}

impl<'a> Folders<'a> {
    #[must_use]
    pub fn new(layout: Layout, variable: &'a dyn Fn(&str) -> Option<&'a OsStr>) -> Self {
        Self { layout, variable }
    }

    /// For what can be had again.
    #[must_use]
    pub fn cache(&self) -> Option<PathBuf> {
        let home = self.absolute("HOME");
        self.named_or_below("XDG_CACHE_HOME", home, (".cache", "Library/Caches"))
    }

    /// For what a program remembers.
    #[must_use]
    pub fn state(&self) -> Option<PathBuf> {
        let home = self.absolute("HOME");
        let folders = (".local/state", "Library/Application Support");
        self.named_or_below("XDG_STATE_HOME", home, folders)
    }

    /// For what the user has written; a relative home is the user's own affair there.
    #[must_use]
    pub fn config(&self) -> Option<PathBuf> {
        let home = (self.variable)("HOME").filter(|home| !home.is_empty());
        let folders = (".config", "Library/Application Support");
        self.named_or_below("XDG_CONFIG_HOME", home.map(Path::new), folders)
    }

    /// For what ends with the login, in memory; only where the system has made one.
    #[must_use]
    pub fn runtime(&self) -> Option<PathBuf> {
        self.absolute("XDG_RUNTIME_DIR").map(Path::to_owned)
    }

    fn named_or_below(
        &self,
        variable: &str,
        home: Option<&Path>,
        (xdg, macos): (&str, &str),
    ) -> Option<PathBuf> {
        let folder = match self.layout {
            Layout::Xdg => xdg,
            Layout::MacOs => macos,
        };
        let named = self.absolute(variable).map(Path::to_owned);
        named.or_else(|| home.map(|home| home.join(folder)))
    }

    /// XDG: "If an implementation encounters a relative path … it should consider the path invalid and ignore it."
    fn absolute(&self, variable: &str) -> Option<&'a Path> {
        let path = (self.variable)(variable).map(Path::new);
        path.filter(|path| path.is_absolute())
    }
}
