//! Gives two literal documents their meaning: one profile is the union of its sections in both files.

use std::collections::BTreeMap;

use super::header::{Kind, Meaning, meaning, odd_name};
use super::key::{Key, STATIC_KEYS};
use super::parse::{Document, Section};
use super::profile::{Profile, Profiles};
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
        for section in config.sections {
            sorter.sort(section, SourceFile::Config);
        }
        sorter.settle_default();
        for section in credentials.sections {
            sorter.sort(section, SourceFile::Credentials);
        }
        let mut notices = sorter.notices;
        let profiles = assemble(sorter.profiles, Kind::Profile, &mut notices);
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

/// A section whose meaning is known.
struct Part {
    name: String,
    section: Section,
}

/// Sections by their kind, in the order of the files.
#[derive(Default)]
struct Sorter {
    profiles: Vec<Part>,
    sso_sessions: Vec<Part>,
    services: Vec<Part>,
    plain_defaults: Vec<Section>,
    unprefixed: BTreeMap<String, Place>,
    notices: Vec<Notice>,
}

impl Sorter {
    fn sort(&mut self, section: Section, file: SourceFile) {
        match meaning(&section.name, file) {
            Meaning::Section(kind, name) => self.add(kind, name, section),
            Meaning::PlainDefault => self.plain_defaults.push(section),
            Meaning::Ignored { reason, unprefixed } => {
                self.notices.push(Notice::new(section.at, reason));
                if let Some(name) = unprefixed {
                    self.unprefixed.entry(name).or_insert(section.at);
                }
            }
            Meaning::Silent => {}
        }
    }

    fn add(&mut self, kind: Kind, name: String, mut section: Section) {
        self.notices.append(&mut section.notices);
        match kind {
            Kind::Profile => &mut self.profiles,
            Kind::SsoSession => &mut self.sso_sessions,
            Kind::Services => &mut self.services,
        }
        .push(Part { name, section });
    }

    /// `[profile default]` counts alone, in whatever order it stands beside `[default]`.
    fn settle_default(&mut self) {
        let prefixed = self
            .profiles
            .iter()
            .find(|part| part.name == "default")
            .map(|part| part.section.at);
        for section in std::mem::take(&mut self.plain_defaults) {
            match prefixed {
                Some(at) => self.notices.push(Notice::new(
                    section.at,
                    format!("[default] is ignored: [profile default] ({at}) counts alone"),
                )),
                None => self.add(Kind::Profile, "default".to_owned(), section),
            }
        }
    }
}

/// One profile for each name, from all sections of that name.
fn assemble(parts: Vec<Part>, kind: Kind, notices: &mut Vec<Notice>) -> BTreeMap<String, Profile> {
    let mut profiles: Vec<(String, Profile)> = Vec::with_capacity(parts.len());
    let mut parts = by_name(parts).peekable();
    while let Some(Part { name, section }) = parts.next() {
        if let Some(text) = odd_name(kind, &name) {
            notices.push(Notice::new(section.at, text));
        }
        let mut sections = Sections::new(section);
        while let Some(part) = parts.next_if(|part| part.name == name) {
            sections.add(part.section, kind, &name, notices);
        }
        let profile = sections.profile(&name, notices);
        profiles.push((name, profile));
    }
    BTreeMap::from_iter(profiles)
}

/// In the order of their names, equal ones in the order of the files.
fn by_name(parts: Vec<Part>) -> impl Iterator<Item = Part> {
    // Numbers are sorted instead of parts, which are ten times as large.
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*a].name.cmp(&parts[*b].name));
    let mut parts: Vec<Option<Part>> = parts.into_iter().map(Some).collect();
    order.into_iter().filter_map(move |n| parts[n].take())
}

/// The settings of one name, apart by file.
struct Sections {
    /// The first header of all: the config file's, if it is there.
    at: Place,
    /// The first header in the file in hand.
    first: Place,
    config: Settings,
    credentials: Settings,
}

impl Sections {
    fn new(section: Section) -> Self {
        let (config, credentials) = match section.at.file {
            SourceFile::Config => (section.settings, Vec::new()),
            SourceFile::Credentials => (Vec::new(), section.settings),
        };
        Self {
            at: section.at,
            first: section.at,
            config,
            credentials,
        }
    }

    fn add(&mut self, section: Section, kind: Kind, name: &str, notices: &mut Vec<Notice>) {
        if section.at.file == self.first.file {
            let (kind, name) = (kind.word(), display_safe(name));
            let text = format!(
                "{kind} \"{name}\" is here again (first at {}): both sections count",
                self.first
            );
            notices.push(Notice::new(section.at, text));
        } else {
            self.first = section.at;
        }
        match section.at.file {
            SourceFile::Config => self.config.extend(section.settings),
            SourceFile::Credentials => self.credentials.extend(section.settings),
        }
    }

    fn profile(self, name: &str, notices: &mut Vec<Notice>) -> Profile {
        let config = last_of_each(self.config, notices);
        let credentials = last_of_each(self.credentials, notices);
        let (settings, shadowed) = if credentials.is_empty() {
            (config, Vec::new())
        } else if config.is_empty() {
            (credentials, Vec::new())
        } else {
            union(config, credentials)
        };
        if !shadowed.is_empty() {
            tell_unused_token(name, &settings, &shadowed, notices);
        }
        Profile {
            name: name.to_owned(),
            at: self.at,
            settings: SettingMap::new(settings, shadowed),
        }
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
