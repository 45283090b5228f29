//! Which profile is meant, and what to say when there is none of that name.

use super::profile::Profile;
use super::profile_map::ProfileMap;
use super::profiles::Profiles;
use super::setting::Setting;
use crate::display_safe::{display_safe, display_safe_bytes, is_unsafe, named as named_character};
use crate::error::{Error, Result};
use crate::place::{Origin, SourceFile};
use crate::shell::Env;

/// How alike two names must be (Jaro-Winkler, 0 to 1) for one to be meant by the other.
const ALIKE: f64 = 0.8;

/// Longer names are nobody's typing mistake, and comparing two takes time as the product of their lengths.
const LONGEST: usize = 256;

/// What `AWS_PROFILE` is set to when expired keys are removed (`on_expire = clear`); no such profile exists.
const EXPIRED: &str = "xrole-expired";

/// The profile to work on, and who named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    pub name: String,
    pub origin: Origin,
}

impl Profiles {
    /// Argument, then `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, then `default`: the first that is there, which must exist.
    pub fn select(&self, argument: Option<&str>, env: &Env) -> Result<Selected> {
        let selected = named(argument, env)?;
        if let Some(hidden) = selected.name.chars().find(|c| is_unsafe(*c)) {
            let message = format!(
                "the profile name \"{}\" holds control or invisible characters ({})",
                display_safe(&selected.name),
                named_character(hidden)
            );
            let remedy = "give the profile a plain name in the AWS files";
            return Err(Error::new("profile-name", message, remedy));
        }
        if self.get(&selected.name).is_none() {
            let mut error = self.not_found(&selected.name);
            if let Origin::Variable(variable) = selected.origin {
                error.message = error
                    .message
                    .replacen("\" is", &format!("\" ({variable}) is"), 1);
            }
            return Err(error);
        }
        Ok(selected)
    }

    /// The error for a profile that does not exist (`profile-not-found`).
    #[must_use]
    pub fn not_found(&self, name: &str) -> Error {
        let message = format!(
            "profile \"{}\" is in neither {} nor {}",
            display_safe(name),
            self.sources.shown(SourceFile::Config),
            self.sources.shown(SourceFile::Credentials)
        );
        Error::new("profile-not-found", message, self.hint(name))
    }

    /// The remedy for a profile name that does not exist.
    #[must_use]
    pub fn hint(&self, name: &str) -> String {
        if name == EXPIRED {
            return "the session of this shell has ended: xrole renew, or name a profile"
                .to_owned();
        }
        if let Some(profile) = self.get(name.trim_matches(['"', '\''])) {
            let (name, at) = (display_safe(&profile.name), profile.at);
            return format!("remove the quotes: the name is {name} ({at})");
        }
        let mut unprefixed = self.unprefixed.iter();
        if let Some((_, at)) = unprefixed.find(|(header, _)| header == name) {
            let name = display_safe(name);
            return format!("{at} has [{name}]: write [profile {name}] there");
        }
        if self.profiles.is_empty() {
            let config = self.sources.shown(SourceFile::Config);
            return format!("no profile is defined yet: write [profile NAME] into {config}");
        }
        match self.nearest(name) {
            Some(profile) => {
                let (name, at) = (display_safe(&profile.name), profile.at);
                format!("did you mean \"{name}\" ({at})? xrole list shows all")
            }
            None => "xrole list shows all profiles".to_owned(),
        }
    }

    /// The profile whose name is most like this one, if one is alike at all.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&Profile> {
        self.get(most_alike(self.profiles.names(), name)?)
    }

    /// The `[sso-session NAME]` whose name is most like this one.
    #[must_use]
    pub fn nearest_sso_session(&self, name: &str) -> Option<&Profile> {
        self.sso_sessions
            .get(most_alike(self.sso_sessions.names(), name)?)
    }

    /// The section that `services = NAME` names (`services-not-found` if there is none).
    pub fn services_of(&self, setting: &Setting) -> Result<&Profile> {
        self.services.get(&setting.value).ok_or_else(|| {
            let name = display_safe(&setting.value);
            let message = format!("services \"{name}\" does not exist");
            let remedy = missing_section(&self.services, &setting.value, "services");
            Error::new("services-not-found", message, remedy).at(setting.at)
        })
    }
}

fn missing_section(sections: &ProfileMap, name: &str, prefix: &str) -> String {
    let near = most_alike(sections.names(), name).and_then(|name| sections.get(name));
    if let Some(near) = near {
        let (name, at) = (display_safe(&near.name), near.at);
        return format!("did you mean \"{name}\" ({at})?");
    }
    let name = display_safe(name);
    format!("add [{prefix} {name}] to the config file, or remove the line")
}

fn named(argument: Option<&str>, env: &Env) -> Result<Selected> {
    if let Some(name) = argument {
        if name.is_empty() {
            let message = "the profile name is empty";
            return Err(Error::new("profile-empty", message, "name a profile"));
        }
        return Ok(selected(name, Origin::Option("PROFILE")));
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        let Some(raw) = env.raw(variable) else {
            continue;
        };
        if raw.is_empty() {
            let message = format!("{variable} is set but empty");
            let remedy = format!("unset {variable}, or name a profile");
            return Err(Error::new("profile-empty", message, remedy));
        }
        let Some(name) = raw.to_str() else {
            let shown = display_safe_bytes(raw.as_encoded_bytes());
            let message = format!("{variable} is \"{shown}\", which is not UTF-8 text");
            let remedy = format!("unset {variable}, or name a profile");
            return Err(Error::new("profile-name", message, remedy));
        };
        return Ok(selected(name, Origin::Variable(variable)));
    }
    Ok(selected("default", Origin::Default))
}

fn selected(name: &str, origin: Origin) -> Selected {
    Selected {
        name: name.to_owned(),
        origin,
    }
}

/// The name most like the given one, letter case aside; of equals the first.
pub(crate) fn most_alike<N: AsRef<str>>(
    names: impl IntoIterator<Item = N>,
    name: &str,
) -> Option<N> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let mut best: Option<(f64, N)> = None;
    for candidate in names {
        if candidate.as_ref().len() > LONGEST {
            continue;
        }
        let likeness = strsim::jaro_winkler(&candidate.as_ref().to_lowercase(), &name);
        if likeness >= ALIKE && best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
