//! The least of the profile API that chain and plan need, until the parser brings the whole.

use std::collections::BTreeSet;

use super::profile::{Profile, Profiles};
use crate::display_safe::display_safe;
use crate::env_diff::Env;
use crate::error::{Error, Result};
use crate::place::{Origin, Place, SourceFile};
use crate::session::Secret;

#[derive(Debug)]
pub struct StaticKeys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
    pub at: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    pub name: String,
    pub origin: Origin,
}

impl Profile {
    pub fn static_keys(&self) -> Result<Option<StaticKeys>> {
        let (id, secret) = (
            self.get("aws_access_key_id"),
            self.get("aws_secret_access_key"),
        );
        let (id, secret) = match (id, secret) {
            (None, None) => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (Some(one), None) | (None, Some(one)) => {
                let (has, lacks) = if id.is_some() {
                    ("aws_access_key_id", "aws_secret_access_key")
                } else {
                    ("aws_secret_access_key", "aws_access_key_id")
                };
                return Err(Error::new(
                    "keys-partial",
                    format!(
                        "profile \"{}\" has {has} but no {lacks}",
                        display_safe(&self.name)
                    ),
                    "complete the pair",
                )
                .at(one.at));
            }
        };
        if id.at.file != secret.at.file {
            let mut both = [id.at, secret.at];
            both.sort_unstable();
            return Err(Error::new(
                "keys-split",
                format!(
                    "the access key of profile \"{}\" is split over two files",
                    display_safe(&self.name)
                ),
                "put both lines into the credentials file",
            )
            .at(both[0])
            .at(both[1]));
        }
        Ok(Some(StaticKeys {
            access_key_id: id.value.clone(),
            secret_access_key: Secret::new(secret.value.clone()),
            session_token: self
                .get("aws_session_token")
                .or_else(|| self.get("aws_security_token"))
                .map(|token| Secret::new(token.value.clone())),
            at: id.at,
        }))
    }

    pub fn masked_settings(&self) -> impl Iterator<Item = (&str, &str, Place)> {
        self.settings.iter().map(|(key, setting)| {
            let secret = matches!(
                key.as_str(),
                "aws_secret_access_key" | "aws_session_token" | "aws_security_token"
            );
            let value = if secret { "***" } else { &setting.value };
            (key.as_str(), value, setting.at)
        })
    }
}

impl Profiles {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.get(name)
    }

    pub fn expand(&self, name: &str) -> Result<Profile> {
        let mut whole = self.get(name).ok_or_else(|| self.not_found(name))?.clone();
        let mut seen = BTreeSet::from([name.to_owned()]);
        let mut next = whole.settings.get("include_profile").cloned();
        while let Some(include) = next {
            if !seen.insert(include.value.clone()) {
                return Err(Error::new("include-loop", "include_profile loops", "").at(include.at));
            }
            let Some(included) = self.get(&include.value) else {
                return Err(Error::new("include-not-found", "does not exist", "").at(include.at));
            };
            let sourced = |key: &str| matches!(key, "source_profile" | "credential_source");
            let has_source = whole.settings.keys().any(|key| sourced(key));
            for (key, setting) in &included.settings {
                let keys =
                    key.starts_with("aws_") && (key.contains("key") || key.contains("token"));
                if !(keys || has_source && sourced(key)) {
                    whole
                        .settings
                        .entry(key.clone())
                        .or_insert_with(|| setting.clone());
                }
            }
            next = included.settings.get("include_profile").cloned();
        }
        Ok(whole)
    }

    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&Profile> {
        self.profiles
            .values()
            .map(|profile| (strsim::damerau_levenshtein(&profile.name, name), profile))
            .filter(|(distance, _)| *distance <= 2)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, profile)| profile)
    }

    #[must_use]
    pub fn not_found(&self, name: &str) -> Error {
        let remedy = match self.nearest(name) {
            Some(near) => format!(
                "did you mean \"{}\" ({})? xrole list shows all",
                display_safe(&near.name),
                near.at
            ),
            None => "xrole list shows all".to_owned(),
        };
        Error::new(
            "profile-not-found",
            format!(
                "profile \"{}\" is in neither ~/.aws/config nor ~/.aws/credentials",
                display_safe(name)
            ),
            remedy,
        )
    }

    pub fn select(&self, argument: Option<&str>, env: &Env) -> Result<Selected> {
        let (name, origin) = if let Some(name) = argument {
            (name, Origin::Option("PROFILE"))
        } else if let Some(name) = env.get("AWS_PROFILE") {
            (name, Origin::Variable("AWS_PROFILE"))
        } else if let Some(name) = env.get("AWS_DEFAULT_PROFILE") {
            (name, Origin::Variable("AWS_DEFAULT_PROFILE"))
        } else {
            ("default", Origin::Default)
        };
        if name.is_empty() {
            return Err(Error::new(
                "profile-empty",
                format!("{origin} is set but empty"),
                format!("unset {origin}, or name a profile"),
            ));
        }
        if self.get(name).is_none() {
            return Err(self.not_found(name));
        }
        Ok(Selected {
            name: name.to_owned(),
            origin,
        })
    }
}

/// Profiles from texts of the two files: sections, `key = value`, one level of sub-properties.
#[must_use]
pub fn read(config: &str, credentials: &str) -> Profiles {
    let mut profiles = Profiles::default();
    for (file, text) in [
        (SourceFile::Config, config),
        (SourceFile::Credentials, credentials),
    ] {
        let mut section: Option<(&str, String)> = None;
        let mut last_key = String::new();
        for (line, text) in (1..).zip(text.lines()) {
            let at = Place { file, line };
            let trimmed = text.trim();
            if let Some(header) = trimmed.strip_prefix('[') {
                let header = header.trim_end_matches(']');
                let (kind, name) = match header.split_once(' ') {
                    Some((kind, name)) if file == SourceFile::Config => (kind, name),
                    _ => ("profile", header),
                };
                section = Some((kind, name.to_owned()));
                table(&mut profiles, kind)
                    .entry(name.to_owned())
                    .or_insert_with(|| Profile {
                        name: name.to_owned(),
                        at,
                        settings: std::collections::BTreeMap::new(),
                    });
            } else if let (Some((kind, name)), Some((key, value))) =
                (&section, trimmed.split_once('='))
            {
                let Some(profile) = table(&mut profiles, kind).get_mut(name) else {
                    continue;
                };
                let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
                if text.starts_with(' ') {
                    if let Some(parent) = profile.settings.get_mut(&last_key) {
                        parent.sub.get_or_insert_default().insert(key, (value, at));
                    }
                } else {
                    last_key.clone_from(&key);
                    let setting = super::profile::Setting {
                        value,
                        at,
                        sub: None,
                    };
                    profile.settings.insert(key, setting);
                }
            }
        }
    }
    profiles
}

fn table<'a>(
    profiles: &'a mut Profiles,
    kind: &str,
) -> &'a mut std::collections::BTreeMap<String, Profile> {
    match kind {
        "sso-session" => &mut profiles.sso_sessions,
        "services" => &mut profiles.services,
        _ => &mut profiles.profiles,
    }
}
