//! Profiles: what the two shared files mean together.

use std::collections::BTreeSet;

use super::about::{About, Kind};
use super::notices::FileNotice;
use super::profile::Profile;
use super::profile_map::ProfileMap;
use super::source::Sources;
use crate::error::Result;
use crate::place::{Notice, Place};

/// Everything that the two files say.
#[derive(Debug, Clone, Default)]
pub struct Profiles {
    pub profiles: ProfileMap,
    pub sso_sessions: ProfileMap,
    pub services: ProfileMap,
    /// In the order of the files.
    pub notices: Vec<FileNotice>,
    /// Sections `[NAME]` of the config file that lack `profile`.
    pub(super) unprefixed: Vec<(String, Place)>,
    /// The files themselves; empty for documents that were not read from files.
    pub(super) sources: Sources,
}

impl Profiles {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

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

    /// Spares the process, which ends, the work of giving ten thousand profiles back. Secrets are wiped.
    pub fn abandon(self) {
        for sections in [self.profiles, self.sso_sessions, self.services] {
            sections.abandon();
        }
        std::mem::forget((self.notices, self.unprefixed));
    }
}

impl Profiles {
    /// What concerns every profile: who may write the files, and how they are encoded.
    pub fn notices_of_files(&self) -> impl Iterator<Item = &Notice> {
        let notices = self.notices.iter();
        notices
            .filter(|told| told.about == About::Files)
            .map(|told| &told.notice)
    }

    /// What concerns these profiles, and the sections that they name.
    #[must_use]
    pub fn notices_about(&self, profiles: &[String]) -> Vec<&FileNotice> {
        if self.notices.is_empty() {
            return Vec::new();
        }
        let named = |sections: &ProfileMap, key: &str| -> BTreeSet<String> {
            let settings = profiles.iter().filter_map(|name| self.get(name)?.get(key));
            settings
                .filter(|setting| sections.get(&setting.value).is_some())
                .map(|setting| setting.value.to_string())
                .collect()
        };
        let profiles: BTreeSet<String> = profiles.iter().cloned().collect();
        let sessions = named(&self.sso_sessions, "sso_session");
        let services = named(&self.services, "services");
        let concerned = |told: &&FileNotice| match &told.about {
            About::Files => true,
            About::NoSection => false,
            About::Section(kind, name) => match kind {
                Kind::Profile => &profiles,
                Kind::SsoSession => &sessions,
                Kind::Services => &services,
            }
            .contains(&**name),
        };
        self.notices.iter().filter(concerned).collect()
    }
}
