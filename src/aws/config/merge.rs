//! Gives two literal documents their meaning: one profile is the union of its sections in both files.

use std::borrow::Cow;

use super::about::{About, Kind};
use super::document::{Document, Remarks, Section};
use super::doubt::Doubt;
use super::header::{Meaning, meaning, odd_name};
use super::key::{Key, STATIC_KEYS};
use super::notices::{FileNotice, Oddities, Oddity};
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
        let of_files = config.notices.into_iter().chain(credentials.notices);
        sorter.notices.extend(of_files.map(FileNotice::of_files));
        let mut profiles = sorter.sort(config.sections);
        sorter.settle_default(&mut profiles);
        profiles.append(&mut sorter.sort(credentials.sections));
        let mut notices = sorter.notices;
        let profiles = assemble(profiles, Kind::Profile, &mut notices);
        let sso_sessions = assemble(sorter.sso_sessions, Kind::SsoSession, &mut notices);
        let services = assemble(sorter.services, Kind::Services, &mut notices);
        notices.sort_by_key(|told| told.notice.at);
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
    unprefixed: Vec<(String, Place)>,
    notices: Vec<FileNotice>,
}

impl Sorter {
    /// Gives back the profiles, each under the name that its header means. They stay where they are: ten
    /// thousand of them are not moved.
    fn sort(&mut self, mut sections: Vec<Section>) -> Vec<Section> {
        sections.retain_mut(|section| match meaning(&section.name, section.at.file) {
            Meaning::Section(kind, name) => {
                let usual = match section.at.file {
                    SourceFile::Config => kind.word().len() + 1 + name.len(),
                    SourceFile::Credentials => name.len(),
                };
                section.is_usual &= section.name.len() == usual;
                match name {
                    Cow::Owned(name) => section.name = name,
                    Cow::Borrowed(name) => {
                        let prefix = section.name.len() - name.len();
                        section.name.drain(..prefix);
                    }
                }
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
            Meaning::Ignored {
                reason,
                unprefixed,
                about,
            } => {
                let notice = Notice::new(section.at, reason);
                self.notices.push(FileNotice::of_section(notice, about));
                self.unprefixed
                    .extend(unprefixed.map(|name| (name, section.at)));
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
        for section in std::mem::take(&mut self.plain_defaults) {
            if let Some(at) = prefixed {
                let text = format!("[default] is ignored: [profile default] ({at}) counts alone");
                let about = About::Section(Kind::Profile, "default".into());
                let notice = Notice::new(section.at, text);
                self.notices.push(FileNotice::of_section(notice, about));
            } else {
                profiles.push(section);
            }
        }
    }
}

/// One profile for each name, from all sections of that name.
fn assemble(mut sections: Vec<Section>, kind: Kind, notices: &mut Vec<FileNotice>) -> ProfileMap {
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
            let otherwise = if later.is_usual && kept.is_usual {
                REFUSED
            } else {
                ", but the AWS CLI and boto3 take the later one alone"
            };
            let remarks = kept.remarks.get_or_insert_default();
            remarks.notices.add(Oddity::SectionAgain, later.at, || {
                let (kind, name) = (kind.word(), display_safe(&kept.name));
                format!("{kind} \"{name}\" is here again (first at {in_file}): both sections count{otherwise}")
            });
            kept.is_usual |= later.is_usual;
            first = Some((kept.at, in_file));
        } else {
            kept.is_usual = later.is_usual;
            first = Some((kept.at, later.at));
        }
        kept.settings.append(&mut later.settings);
        let remarks = kept.remarks();
        if let Some(more) = later.remarks.take() {
            remarks.notices.append(more.notices);
            remarks.doubt = remarks.doubt.take().or(more.doubt);
        }
        remarks.again.push(later.at);
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
fn profile(section: Section, kind: Kind, told: &mut Vec<FileNotice>) -> Profile {
    let Section {
        name,
        at,
        settings,
        remarks,
        ..
    } = section;
    let Remarks {
        mut notices,
        again,
        mut doubt,
    } = remarks.map_or_else(Remarks::default, |remarks| *remarks);
    if let Some(text) = odd_name(kind, &name) {
        notices.add(Oddity::NameOfCli, at, || text);
    }
    let mut each = |settings| last_of_each(settings, &again, &mut notices, &mut doubt);
    let credentials = |(_, setting): &(Key, Setting)| setting.at.file == SourceFile::Credentials;
    let split = settings.partition_point(|setting| !credentials(setting));
    let (settings, shadowed) = if split == 0 || split == settings.len() {
        (each(settings), Vec::new())
    } else {
        let mut config = settings;
        let credentials = each(config.split_off(split));
        union(each(config), credentials)
    };
    if !shadowed.is_empty() {
        tell_unused_token(&name, &settings, &shadowed, &mut notices);
    }
    told.extend(notices.about(kind, &name));
    Profile {
        doubt,
        ..Profile::new(name, at, SettingMap::new(settings, shadowed))
    }
}

/// What becomes of a file with a section or a key twice: configparser of Python is strict.
const REFUSED: &str = ", but the AWS CLI and boto3 refuse such a file";

/// Sorted by key, each once: the last one wins. `again`: where further sections start.
fn last_of_each(
    mut settings: Settings,
    again: &[Place],
    notices: &mut Oddities,
    doubt: &mut Option<Box<Doubt>>,
) -> Settings {
    let section = |at: Place| again.partition_point(|start| *start <= at);
    settings.sort_by(|a, b| a.0.cmp(&b.0));
    settings.dedup_by(|later, kept| {
        let again = later.0 == kept.0;
        if again {
            let (first, second) = (kept.1.at, later.1.at);
            notices.add(Oddity::KeyAgain, second, || {
                let key = shown(later.0.as_str());
                let refused = if section(first) == section(second) {
                    REFUSED
                } else {
                    ""
                };
                format!("\"{key}\" is set again (first at {first}): this line counts{refused}")
            });
            if doubt.is_none() && later.0.is_identity() && later.1.value != kept.1.value {
                let key = later.0.as_str().to_owned();
                *doubt = Some(Box::new(Doubt::TwoValues { key, first, second }));
            }
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
    notices: &mut Oddities,
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
        notices.add(Oddity::TokenUnused, at, || format!(
            "this session token of profile \"{name}\" is not used: the access key ({keys}) is in the other file"
        ));
    }
}
