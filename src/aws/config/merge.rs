//! Gives two literal documents their meaning: one profile is the union of its sections in both files.

use std::collections::BTreeMap;

use super::document::{Document, Section};
use super::header::{Kind, Meaning, meaning, odd_name};
use super::key::{Key, STATIC_KEYS};
use super::profile::Profile;
use super::profile_map::ProfileMap;
use super::profiles::Profiles;
use super::setting::{Setting, SettingMap};
use super::syntax::shown;
use crate::display_safe::display_safe;
use crate::place::{Notice, Place, SourceFile};

impl Profiles {
    /// Merges what the files say; on a conflict the credentials file wins.
    #[must_use]
    pub fn merge(config: Document, credentials: Document) -> Self {
        let mut sorter = Sorter::default();
        sorter.notices.extend(config.notices);
        sorter.notices.extend(credentials.notices);
        let mut profiles = sorter.sort(config.sections);
        sorter.settle_default(&mut profiles);
        profiles.append(&mut sorter.sort(credentials.sections));
        let mut notices = sorter.notices;
        let profiles = assemble(profiles, Kind::Profile, &mut notices);
        let sso_sessions = assemble(sorter.sso_sessions, Kind::SsoSession, &mut notices);
        let services = assemble(sorter.services, Kind::Services, &mut notices);
        notices.sort_by_key(|notice| notice.at);
        Self {
            profiles,
            sso_sessions,
            services,
            notices,
            unprefixed: sorter.unprefixed,
            ..Self::default()
        }
    }
}

/// In the order of the file, or sorted by key.
type Settings = Vec<(Key, Setting)>;

/// What is put aside while the sections of a file are sorted by their kind.
#[derive(Default)]
struct Sorter {
    sso_sessions: Vec<Section>,
    services: Vec<Section>,
    plain_defaults: Vec<Section>,
    unprefixed: BTreeMap<String, Place>,
    notices: Vec<Notice>,
}

impl Sorter {
    /// Gives back the profiles, each under the name that its header means. They stay where they are: ten
    /// thousand of them are not moved.
    fn sort(&mut self, mut sections: Vec<Section>) -> Vec<Section> {
        sections.retain_mut(|section| match meaning(&section.name, section.at.file) {
            Meaning::Section(kind, name) => {
                self.notices.append(&mut section.notices);
                section.name = name;
                match kind {
                    Kind::Profile => return true,
                    Kind::SsoSession => self.sso_sessions.push(section.take()),
                    Kind::Services => self.services.push(section.take()),
                }
                false
            }
            Meaning::PlainDefault => {
                self.plain_defaults.push(section.take());
                false
            }
            Meaning::Ignored { reason, unprefixed } => {
                self.notices.push(Notice::new(section.at, reason));
                if let Some(name) = unprefixed {
                    self.unprefixed.entry(name).or_insert(section.at);
                }
                false
            }
            Meaning::Silent => false,
        });
        sections
    }

    /// `[profile default]` counts alone, in whatever order it stands beside `[default]`.
    fn settle_default(&mut self, profiles: &mut Vec<Section>) {
        let prefixed = profiles
            .iter()
            .find(|section| section.name == "default")
            .map(|section| section.at);
        for mut section in std::mem::take(&mut self.plain_defaults) {
            if let Some(at) = prefixed {
                let text = format!("[default] is ignored: [profile default] ({at}) counts alone");
                self.notices.push(Notice::new(section.at, text));
            } else {
                self.notices.append(&mut section.notices);
                profiles.push(section);
            }
        }
    }
}

/// One profile for each name, from all sections of that name.
fn assemble(mut sections: Vec<Section>, kind: Kind, notices: &mut Vec<Notice>) -> ProfileMap {
    // Stable: equal names stay in the order of the files.
    sections.sort_by(|a, b| a.name.cmp(&b.name));
    // The first header of the name, and the first of the name in the file in hand.
    let mut first: Option<(Place, Place)> = None;
    sections.dedup_by(|later, kept| {
        if later.name != kept.name {
            return false;
        }
        let in_file = match first {
            Some((of_name, in_file)) if of_name == kept.at => in_file,
            _ => kept.at,
        };
        if later.at.file == in_file.file {
            let (kind, name) = (kind.word(), display_safe(&kept.name));
            let text = format!(
                "{kind} \"{name}\" is here again (first at {in_file}): both sections count"
            );
            notices.push(Notice::new(later.at, text));
            first = Some((kept.at, in_file));
        } else {
            first = Some((kept.at, later.at));
        }
        kept.settings.append(&mut later.settings);
        true
    });
    let profiles = sections.into_iter();
    ProfileMap::new(
        profiles
            .map(|section| profile(section, kind, notices))
            .collect(),
    )
}

/// The profile that the settings of one name, in the order of the files, make.
fn profile(section: Section, kind: Kind, notices: &mut Vec<Notice>) -> Profile {
    let Section {
        name, at, settings, ..
    } = section;
    if let Some(text) = odd_name(kind, &name) {
        notices.push(Notice::new(at, text));
    }
    let credentials = |(_, setting): &(Key, Setting)| setting.at.file == SourceFile::Credentials;
    let split = settings.partition_point(|setting| !credentials(setting));
    let (settings, shadowed) = if split == 0 || split == settings.len() {
        (last_of_each(settings, notices), Vec::new())
    } else {
        let mut config = settings;
        let credentials = last_of_each(config.split_off(split), notices);
        union(last_of_each(config, notices), credentials)
    };
    if !shadowed.is_empty() {
        tell_unused_token(&name, &settings, &shadowed, notices);
    }
    Profile {
        name,
        at,
        settings: SettingMap::new(settings, shadowed),
    }
}

/// Sorted by key, each once: the last one wins.
fn last_of_each(mut settings: Settings, notices: &mut Vec<Notice>) -> Settings {
    settings.sort_by(|a, b| a.0.cmp(&b.0));
    settings.dedup_by(|later, kept| {
        let again = later.0 == kept.0;
        if again {
            let (key, first) = (shown(later.0.as_str()), kept.1.at);
            let text = format!("\"{key}\" is set again (first at {first}): this line counts");
            notices.push(Notice::new(later.1.at, text));
            std::mem::swap(later, kept);
        }
        again
    });
    settings
}

/// Key by key, but static keys from one file only; those of the other are given back apart.
fn union(config: Settings, credentials: Settings) -> (Settings, Settings) {
    let keys_from = file_of_keys(&config, &credentials);
    let mut shadowed = Vec::new();
    let mut all = config;
    all.extend(credentials);
    // Stable: of two equal keys the credentials file's comes last, and stays.
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let mut settings: Settings = Vec::with_capacity(all.len());
    for (key, setting) in all {
        if key.is_static_key() && setting.at.file != keys_from {
            shadowed.push((key, setting));
        } else if let Some(last) = settings.last_mut().filter(|last| last.0 == key) {
            last.1 = setting;
        } else {
            settings.push((key, setting));
        }
    }
    (settings, shadowed)
}

/// The credentials file if it has an access key id, else the config file if it has one; else whichever has a half.
fn file_of_keys(config: &[(Key, Setting)], credentials: &[(Key, Setting)]) -> SourceFile {
    let has = |settings: &[(Key, Setting)], key: &str| settings.iter().any(|(k, _)| k == key);
    for key in &STATIC_KEYS[..2] {
        if has(credentials, key) {
            return SourceFile::Credentials;
        }
        if has(config, key) {
            return SourceFile::Config;
        }
    }
    SourceFile::Credentials
}

/// A token in the other file than its keys is easily missed, and AWS's answer would not say so.
fn tell_unused_token(
    name: &str,
    settings: &[(Key, Setting)],
    shadowed: &[(Key, Setting)],
    notices: &mut Vec<Notice>,
) {
    let token = |settings: &[(Key, Setting)]| {
        let is_token = |key: &str| STATIC_KEYS[2..].contains(&key);
        settings
            .iter()
            .find(|(key, _)| is_token(key.as_str()))
            .map(|(_, setting)| setting.at)
    };
    let keys = settings.iter().find(|(key, _)| key == STATIC_KEYS[0]);
    if let (Some(at), None, Some((_, keys))) = (token(shadowed), token(settings), keys) {
        let (name, keys) = (display_safe(name), keys.at);
        notices.push(Notice::new(at, format!(
            "this session token of profile \"{name}\" is not used: the access key ({keys}) is in the other file"
        )));
    }
}
