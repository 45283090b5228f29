//! The environment as a value.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

/// The environment of this process. Names that are no UTF-8 are left out; values are kept as they are.
#[derive(Debug, Clone, Default)]
pub struct Env {
    variables: BTreeMap<String, OsString>,
    /// Variables that xrole itself has set and does not read: what they stood for before is in `variables`.
    hidden: BTreeSet<&'static str>,
    /// The path that stands where the user's own files cannot be told any more.
    lost: Option<OsString>,
}

impl Env {
    pub fn new(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self {
            variables: vars
                .into_iter()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
                .collect(),
            hidden: BTreeSet::new(),
            lost: None,
        }
    }

    /// Puts what a variable stood for before xrole set it in the place of its value.
    pub fn hide(&mut self, name: &'static str, before: Option<OsString>) {
        match before {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name),
        };
        self.hidden.insert(name);
    }

    /// Marks that xrole's file for programs, which alone told the user's own files, is gone.
    pub fn lose_files(&mut self, gone: OsString) {
        self.lost = Some(gone);
    }

    /// The path of xrole's file for programs, if it is named and gone.
    #[must_use]
    pub fn lost_files(&self) -> Option<&OsStr> {
        self.lost.as_deref()
    }

    #[must_use]
    pub fn is_hidden(&self, name: &str) -> bool {
        self.hidden.contains(name)
    }

    /// The hidden variables, with what they stood for: what a helper of the user's is to see.
    pub fn hidden(&self) -> impl Iterator<Item = (&'static str, Option<&OsStr>)> {
        self.hidden.iter().map(|name| (*name, self.raw(name)))
    }

    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str)
    }

    /// The value, if it is set and UTF-8; possibly empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.raw(name)?.to_str()
    }

    /// The value, if it is set, UTF-8 and not empty.
    #[must_use]
    pub fn nonempty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// Is the active session of this shell xrole's own: are the exported keys the ones it set?
    #[must_use]
    pub fn holds_xrole_keys(&self) -> bool {
        self.nonempty("XROLE_KEY_ID").is_some()
            && self.get("XROLE_KEY_ID") == self.get("AWS_ACCESS_KEY_ID")
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Env {
    fn from(vars: [(&str, &str); N]) -> Self {
        Self::new(vars.map(|(name, value)| (name.into(), value.into())))
    }
}
