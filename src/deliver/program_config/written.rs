//! `--profile-env` and `--as`: profiles for programs to get their sessions by, in place of keys.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Credentials, FOLDER, Given, Header, named};
use crate::app::App;
use crate::aws::chain::{BaseSource, Selection, resolve};
use crate::aws::config::{Profile, Profiles};
use crate::display_safe::{display_safe, has_unsafe};
use crate::error::{Error, Exit, Result};
use crate::obtain::{Obtained, Target};
use crate::session::Session;
use crate::shell::{Env, Exports, ProfileEnv, display_name};

/// Which profiles programs see besides those that were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// A program that was started for some sees no more.
    Hidden,
    /// In a shell every profile works as it does without xrole, and with its cache.
    Shown,
}

/// The file that was written, and what ends the sessions that it gives.
#[derive(Debug)]
pub struct Written {
    name: String,
    config: String,
    counted: Option<Session>,
    stamp: Option<PathBuf>,
}

impl Written {
    /// What the environment is given in place of the session's keys.
    #[must_use]
    pub fn instead_of<'b>(&'b self, exports: Exports<'b>) -> Exports<'b> {
        Exports {
            stamp: self.stamp.as_deref(),
            profile_env: Some(ProfileEnv {
                name: &self.name,
                config: &self.config,
                counted: self.counted.as_ref(),
            }),
            ..exports
        }
    }
}

/// Writes the file. `first` is the profile that programs take where nothing else is said.
pub fn write(
    app: &App<'_>,
    (first, obtained): (&Target, &Obtained),
    also: &[Target],
    others: Others,
) -> Result<Written> {
    let default = section_name(&first.selection).to_owned();
    let env = app.env();
    let binary = app.binary()?;
    let mut text = header(env, Some(&default))?.line();
    let mut there: Vec<&str> = Vec::new();
    let mut selections: Vec<&Selection> = Vec::new();
    for target in std::iter::once(first).chain(also) {
        let selection = &target.selection;
        let name = section_name(selection);
        if there.contains(&name) {
            if selections.contains(&selection) {
                continue;
            }
            return Err(same_name(name));
        }
        there.push(name);
        selections.push(selection);
        text.push('\n');
        text.push_str(&section(app, target, name, &binary)?);
    }
    let profiles = app.profiles()?;
    if others == Others::Shown {
        add_others(&mut text, profiles, env, &there, &binary);
    }
    add_named(&mut text, profiles);
    let (counted, stamp) = counted(app, first, obtained)?;
    Ok(Written {
        name: default,
        config: path(app, &text)?,
        counted,
        stamp,
    })
}

fn same_name(name: &str) -> Error {
    let name = display_safe(name);
    Error::new(
        "usage",
        format!("two of the profiles would go by the name \"{name}\" in the program"),
        "give one of the roles a profile of another name: xrole configure NAME --role-arn …",
    )
    .exit(Exit::Usage)
}

/// The path of a file in which `default` gives no credentials, and every other profile works.
pub fn without_default(app: &App<'_>, default: &Profile) -> Result<String> {
    let (env, profiles) = (app.env(), app.profiles()?);
    let expanded = profiles.expand(&default.name).ok();
    let section = Given {
        name: &default.name,
        profile: expanded.as_ref().or(Some(default)),
        region: default.get("region").map(|region| region.value.as_str()),
        credentials: Credentials::Elsewhere,
    }
    .section()?;
    let mut text = header(env, None)?.line() + &section;
    let binary = app.binary()?;
    add_others(&mut text, profiles, env, &[&default.name], &binary);
    add_named(&mut text, profiles);
    path(app, &text)
}

fn add_named(text: &mut String, profiles: &Profiles) {
    text.push_str(&named("sso-session", &profiles.sso_sessions));
    text.push_str(&named("services", &profiles.services));
}

/// A role that is in no file goes by its name.
fn section_name(selection: &Selection) -> &str {
    display_name(&selection.profile)
}

fn section(app: &App<'_>, target: &Target, name: &str, binary: &str) -> Result<String> {
    if matches!(target.plans.first.base.source, BaseSource::Environment) {
        return Err(Error::new(
            "profile-env-base",
            format!(
                "\"{}\" is assumed with the keys of this environment, which programs would not see",
                display_safe(name)
            ),
            "use it without --profile-env, or put those keys into a profile",
        ));
    }
    let expanded = app.profiles()?.expand(&target.selection.profile).ok();
    Given {
        name,
        profile: expanded.as_ref(),
        region: target.region(),
        credentials: Credentials::Command(&command(binary, &target.selection)),
    }
    .section()
}

/// The command that prints the credentials: words in the quotes that shells and the SDKs' own readers agree on.
fn command(binary: &str, selection: &Selection) -> String {
    let mut command = format!("{} credential-process", shell_words::quote(binary));
    for (option, value) in selection.given() {
        // In one word, so that a value may start with a dash.
        let _ = write!(command, " --{option}={}", shell_words::quote(&value));
    }
    let _ = write!(command, " -- {}", shell_words::quote(&selection.profile));
    command
}

fn add_others(text: &mut String, profiles: &Profiles, env: &Env, named: &[&str], binary: &str) {
    for profile in &profiles.profiles {
        let name = profile.name.as_str();
        if named.contains(&name) || has_unsafe(name) {
            continue;
        }
        let selection = Selection::of(name);
        let (Ok(expanded), Ok(chain)) = (profiles.expand(name), resolve(profiles, &selection, env))
        else {
            continue;
        };
        let command = match chain.base.source {
            BaseSource::Environment => continue,
            // Programs get these by themselves.
            BaseSource::Sso { .. } | BaseSource::Login { .. } => None,
            _ => Some(command(binary, &selection)),
        };
        let region = expanded.get("region").map(|region| region.value.as_str());
        let given = Given {
            name,
            profile: Some(&expanded),
            region: region.filter(|region| !region.is_empty()),
            credentials: command
                .as_deref()
                .map_or(Credentials::AsTheyStand, Credentials::Command),
        };
        // What cannot be written is missing there, and works with `xrole use`.
        if let Ok(section) = given.section() {
            text.push('\n');
            text.push_str(&section);
        }
    }
}

/// What the user's variables are, as far as they name files.
fn header(env: &Env, profile: Option<&str>) -> Result<Header> {
    let value = |name: &'static str| match env.raw(name) {
        None => Ok(None),
        Some(value) => match value.to_str() {
            Some(value) => Ok(Some(value.to_owned())),
            None => Err(Error::new(
                "unsafe-value",
                format!("the value of {name} is no UTF-8 text"),
                "give the file a name that is",
            )),
        },
    };
    Ok(Header {
        config: value("AWS_CONFIG_FILE")?,
        credentials: value("AWS_SHARED_CREDENTIALS_FILE")?,
        profile: profile.map(str::to_owned),
    })
}

fn path(app: &App<'_>, text: &str) -> Result<String> {
    let written = app.cache()?.profile_file(FOLDER, text);
    app.notice_of_cache();
    let unkept = |why: &str| {
        Error::new(
            "profile-env-unkept",
            format!("the file for programs could not be written: {why}"),
            "give xrole a folder of its own: XROLE_CACHE_DIR=/path",
        )
    };
    match written {
        Ok(Some(path)) => path
            .into_os_string()
            .into_string()
            .map_err(|_| unkept("the cache's folder has a name that is no UTF-8 text")),
        Ok(None) => Err(unkept("xrole keeps nothing on the disk here")),
        Err(error) => Err(unkept(&error.to_string())),
    }
}

/// The session that a code bought: while it lasts, programs renew theirs without anybody. `None` where no code is
/// needed.
fn counted(
    app: &App<'_>,
    target: &Target,
    obtained: &Obtained,
) -> Result<(Option<Session>, Option<PathBuf>)> {
    let key = obtained.key;
    let plan = target.plans.all().find(|plan| {
        let last = plan.calls.last().map(|call| call.key);
        last.is_some() && last == key
    });
    let bought = plan.and_then(|plan| {
        let mut calls = plan.calls.iter();
        calls.rfind(|call| call.serial_number.is_some())
    });
    let Some(call) = bought else {
        return Ok((None, None));
    };
    let cache = app.cache()?;
    Ok((cache.read(&call.key), cache.stamp_path(&call.key)))
}
