//! Would a profile work? What `use` would refuse is refused before it is written.

use std::collections::HashSet;

use super::wanted::Wanted;
use crate::aws::chain::{self, BaseKind, Selection};
use crate::aws::config::{Profiles, parse, told};
use crate::aws::plan;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Place, SourceFile};
use crate::shell::Env;

/// What a profile is judged by.
pub(super) struct Judge<'a> {
    pub env: &'a Env,
    pub settings: &'a plan::PlanSettings,
    pub credentials: &'a [u8],
}

impl Judge<'_> {
    /// Refuses what `use` would refuse, unless the profile had the same fault before: one thing can be mended at a time.
    pub fn accepts(
        &self,
        profile: &str,
        wanted: &Wanted,
        old: &[u8],
        new: &[u8],
    ) -> Result<Option<Notice>> {
        let profiles = self.profiles(new)?;
        refuse_hidden(&profiles, profile, wanted)?;
        let plain = Selection::of(profile);
        let Err(error) = self
            .plan(&profiles, &wanted.options)
            .and_then(|()| self.plan(&profiles, &plain))
        else {
            return Ok(None);
        };
        let before = self.profiles(old)?;
        let had = before.get(profile).map(|_| self.plan(&before, &plain));
        match had {
            Some(Err(fault)) if fault.class == error.class => {
                let text = format!(
                    "profile \"{}\" still cannot be used: {}",
                    display_safe(profile),
                    error.message
                );
                Ok(Some(Notice::new(None, text)))
            }
            _ => Err(as_option(error)),
        }
    }

    fn profiles(&self, config: &[u8]) -> Result<Profiles> {
        Ok(Profiles::merge(
            parse(config, SourceFile::Config)?,
            parse(self.credentials, SourceFile::Credentials)?,
        ))
    }

    /// What the files make one notice only now.
    pub fn new_notices(&self, old: &[u8], new: &[u8]) -> Result<Vec<Notice>> {
        let before = self.profiles(old)?.notices;
        let before: HashSet<&str> = before
            .iter()
            .map(|told| told.notice.text.as_str())
            .collect();
        let mut notices = self.profiles(new)?.notices;
        notices.retain(|told| !before.contains(told.notice.text.as_str()));
        Ok(told(&notices))
    }

    fn plan(&self, profiles: &Profiles, selection: &Selection) -> Result<()> {
        let chain = chain::resolve(profiles, selection, self.env)?;
        plan::plan(chain, profiles, self.settings, self.env, BaseKind::LongTerm).map(drop)
    }
}

/// The lines of a file that is not written are no place to mend anything: the option is.
fn as_option(error: Error) -> Error {
    let remedy = match error.class {
        "source-missing" => {
            "name the profile whose credentials may assume the role: --source PROFILE".to_owned()
        }
        _ => error.remedy,
    };
    Error {
        at: Vec::new(),
        remedy,
        ..error
    }
}

/// A setting of the credentials file counts before the config file's.
fn refuse_hidden(profiles: &Profiles, profile: &str, wanted: &Wanted) -> Result<()> {
    let found = profiles.get(profile);
    let hidden = wanted.settings.iter().find_map(|(key, value)| {
        let setting = found?.get(key)?;
        (setting.value != value.as_str()).then_some((key, setting.at))
    });
    match hidden {
        None => Ok(()),
        Some((key, at)) => Err(hidden_by(key, at)),
    }
}

fn hidden_by(key: &str, at: Place) -> Error {
    let message = format!("{key} stands there too, and counts before the config file's");
    Error::new(
        "setting-hidden",
        message,
        "change or remove that line first",
    )
    .at(at)
}
