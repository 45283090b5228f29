//! What `use`, `unset` and `_sync` change, told from the environment alone.
//!
//! One rule decides every case: a value that xrole did not put there belongs to someone. `use` saves it before
//! it takes its place, `unset` leaves it.

use std::path::Path;

use super::change::{Change, Saved};
use super::environment::Env;
use super::variables::{
    AS_PROFILE, Holding, Kind, SAVED, XROLE, display_name, holds_profile, is_cleared, is_own,
    own_region,
};
use crate::display_safe::{display_safe, is_unsafe};
use crate::place::Notice;
use crate::session::Session;

/// What is exported of one session.
#[derive(Debug, Clone, Copy)]
pub struct Exports<'a> {
    /// As the user gave it: a profile or an ARN.
    pub selector: &'a str,
    pub session: &'a Session,
    /// The region in force; `None`: there is none. SDKs read one of the two variables or the other: both are set.
    pub region: Option<&'a str>,
    /// The user's own variable that gives it, which stays theirs.
    pub region_variable: Option<&'static str>,
    pub stamp: Option<&'a Path>,
    /// An ANSI colour, 0 to 7.
    pub color: u8,
    /// In place of the keys.
    pub profile_env: Option<ProfileEnv<'a>>,
}

/// A profile by which programs get the session themselves, as often as they need it (`--profile-env`).
#[derive(Debug, Clone, Copy)]
pub struct ProfileEnv<'a> {
    /// Of the profile in the file.
    pub name: &'a str,
    /// The path of the config file that is written for programs.
    pub config: &'a str,
    /// What ends it: the session that a code bought. `None` where no code is needed.
    pub counted: Option<&'a Session>,
}

/// A change, and what a person should be told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UseChange {
    pub change: Change,
    pub messages: Vec<Notice>,
}

/// Puts a session into the shell.
#[must_use]
pub fn use_change(env: &Env, exports: &Exports) -> UseChange {
    let holding = Holding::of(env);
    let mut done = UseChange::default();
    let change = &mut done.change;
    change.color = Some(exports.color);
    change.previous = previous(env, Some(exports.selector));
    for (name, kind) in SAVED
        .iter()
        .copied()
        .filter(|(_, kind)| *kind != Kind::File)
    {
        let saved = Saved {
            name,
            exported: env.contains(name),
        };
        let replaced = holding == Holding::Foreign && matches!(kind, Kind::Key | Kind::Profile);
        if replaced
            || (holding != Holding::Nothing && saved.exported && !is_own(env, holding, name))
        {
            change.resave.push(saved);
        } else if !is_own(env, holding, name) {
            change.save.push(saved);
        }
    }
    let mut values = values(env, exports);
    files(env, exports, change, &mut values);
    for (name, kind) in SAVED {
        match (value_of(&values, name), kind) {
            (Some(_), _) | (None, Kind::File) => {}
            (None, Kind::Region) => change.restore.push(name),
            (None, _) => change.unset.push(name),
        }
    }
    apply(change, values, &XROLE);
    if holding == Holding::Foreign {
        done.messages.push(Notice::new(
            None,
            format!(
                "something else has changed the AWS keys since `xrole use {}`; they are saved, `xrole unset` brings them back",
                display_safe(active(env).unwrap_or_default())
            ),
        ));
    }
    done
}

/// The variables that name the shared files. They are saved when `--profile-env` takes their place, not before: they
/// stay the user's to change.
fn files(
    env: &Env,
    exports: &Exports,
    change: &mut Change,
    values: &mut Vec<(&'static str, String)>,
) {
    if exports.profile_env.is_none() {
        give_files_back(env, change, values);
        return;
    }
    let files = SAVED.iter().filter(|(_, kind)| *kind == Kind::File);
    for (name, _) in files.filter(|(name, _)| !env.is_hidden(name)) {
        change.resave.push(Saved {
            name,
            exported: env.contains(name),
        });
    }
}

/// What they stood for is set too where it is known: a child shell has not saved it.
fn give_files_back(env: &Env, change: &mut Change, values: &mut Vec<(&'static str, String)>) {
    for (name, _) in SAVED.iter().filter(|(_, kind)| *kind == Kind::File) {
        if env.is_hidden(name) {
            change.restore.push(name);
            values.extend(env.get(name).map(|value| (*name, value.to_owned())));
        }
    }
}

/// The selector that `use -` goes back to, and how its session was there.
fn previous(env: &Env, new: Option<&str>) -> Option<String> {
    let active = active(env).filter(|active| Some(*active) != new)?;
    let how = if holds_profile(env) { AS_PROFILE } else { "" };
    Some(format!("{active}{how}"))
}

/// Takes the session out of the shell.
#[must_use]
pub fn unset_change(env: &Env) -> UseChange {
    let holding = Holding::of(env);
    let mut done = UseChange::default();
    let change = &mut done.change;
    change.forget = true;
    change.previous = previous(env, None);
    let mut values = Vec::new();
    give_files_back(env, change, &mut values);
    change.set = values;
    match holding {
        Holding::Nothing => done.messages.push(Notice::new(
            None,
            "this shell holds no session of xrole's; nothing to take out",
        )),
        Holding::Own => {
            for (name, kind) in SAVED {
                if kind != Kind::File && (!env.contains(name) || is_own(env, holding, name)) {
                    change.restore.push(name);
                }
            }
        }
        Holding::Foreign => {
            for (name, kind) in SAVED {
                let own = is_own(env, holding, name);
                match kind {
                    Kind::Region | Kind::Label if own || !env.contains(name) => {
                        change.restore.push(name);
                    }
                    Kind::Key | Kind::Profile if own => change.unset.push(name),
                    _ => {}
                }
            }
            done.messages.push(Notice::new(
                None,
                format!(
                    "something else has changed the AWS keys since `xrole use {}`; they stay as they are",
                    display_safe(active(env).unwrap_or_default())
                ),
            ));
        }
    }
    if holding != Holding::Nothing {
        done.change.unset.extend(XROLE);
    }
    done
}

/// Takes up a renewed session, if the shell still holds the keys of the old one; otherwise changes nothing.
#[must_use]
pub fn sync_change(env: &Env, exports: &Exports) -> Change {
    let mut change = Change::default();
    if Holding::of(env) != Holding::Own {
        return change;
    }
    if is_cleared(env) {
        change.unset.push("AWS_PROFILE");
    }
    let mut values = values(env, exports);
    values.retain(|(name, _)| RENEWED.contains(name));
    for name in RENEWED {
        if value_of(&values, name).is_none() && !XROLE.contains(&name) {
            change.unset.push(name);
        }
    }
    apply(
        &mut change,
        values,
        &["XROLE_EXPIRES", "XROLE_GEN", "XROLE_KEY_ID", "XROLE_STAMP"],
    );
    change
}

const RENEWED: [&str; 9] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "XROLE_EXPIRES",
    "XROLE_GEN",
    "XROLE_KEY_ID",
    "XROLE_STAMP",
];

/// The selector of this shell's session, unless somebody has put there what xrole never would.
fn active(env: &Env) -> Option<&str> {
    env.nonempty("XROLE_PROFILE")
        .filter(|selector| !selector.contains(is_unsafe))
}

fn value_of<'a>(values: &'a [(&'static str, String)], name: &str) -> Option<&'a str> {
    values
        .iter()
        .find(|(set, _)| *set == name)
        .map(|(_, value)| value.as_str())
}

/// Sets the values, and unsets those of `own` that have none.
fn apply(change: &mut Change, values: Vec<(&'static str, String)>, own: &[&'static str]) {
    for name in own {
        if value_of(&values, name).is_none() {
            change.unset.push(name);
        }
    }
    change.set = values;
}

/// What `XROLE_REGION` says: the region where both variables are xrole's, `NAME:REGION` where it has only put the
/// user's own region into the other one as well, nothing where both were there.
fn recorded_region(env: &Env, exports: &Exports) -> Option<String> {
    let region = exports.region?;
    let Some(of_user) = exports.region_variable else {
        return Some(region.to_owned());
    };
    let other = match of_user {
        "AWS_REGION" => "AWS_DEFAULT_REGION",
        _ => "AWS_REGION",
    };
    let was_there = env.get(other) == Some(region) && own_region(env, other) != Some(region);
    (!was_there).then(|| format!("{other}:{region}"))
}

/// What the environment is given. Times are told on the local clock, since that is the one that the CLI and prompts
/// compare them with.
fn values(env: &Env, exports: &Exports) -> Vec<(&'static str, String)> {
    let session = exports.session;
    let (mut values, counted, generation) = match &exports.profile_env {
        // No keys, but where programs find the command that prints them.
        Some(profile_env) => (
            profile_values(profile_env),
            profile_env.counted,
            profile_env.counted.unwrap_or(session).generation,
        ),
        None => (key_values(session), Some(session), session.generation),
    };
    let expires = counted.and_then(Session::expires);
    let expiry = expires.map(crate::clock::Timestamp::rfc3339);
    let region = exports.region.map(str::to_owned);
    let label = display_name(exports.selector).to_owned();
    let shared = [
        ("AWS_CREDENTIAL_EXPIRATION", expiry.clone()),
        ("AWS_SESSION_EXPIRATION", expiry),
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region),
        ("AWSUME_PROFILE", Some(label)),
        ("XROLE_PROFILE", Some(exports.selector.to_owned())),
        ("XROLE_EXPIRES", expires.map(|at| at.0.to_string())),
        ("XROLE_GEN", Some(generation.to_string())),
        (
            "XROLE_KEY_ID",
            exports
                .profile_env
                .is_none()
                .then(|| session.credentials.access_key_id.clone()),
        ),
        (
            "XROLE_STAMP",
            exports.stamp.and_then(Path::to_str).map(str::to_owned),
        ),
        ("XROLE_REGION", recorded_region(env, exports)),
    ];
    let shared = shared.into_iter();
    values.extend(shared.filter_map(|(name, value)| Some((name, value?))));
    values
}

fn key_values(session: &Session) -> Vec<(&'static str, String)> {
    let keys = &session.credentials;
    let token = keys.session_token.as_ref();
    let mut values = vec![
        ("AWS_ACCESS_KEY_ID", keys.access_key_id.clone()),
        (
            "AWS_SECRET_ACCESS_KEY",
            keys.secret_access_key.expose().to_owned(),
        ),
    ];
    values.extend(token.map(|token| ("AWS_SESSION_TOKEN", token.expose().to_owned())));
    values
}

fn profile_values(profile_env: &ProfileEnv) -> Vec<(&'static str, String)> {
    vec![
        ("AWS_PROFILE", profile_env.name.to_owned()),
        ("AWS_CONFIG_FILE", profile_env.config.to_owned()),
        // Keys of a section of that name would come first.
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]
}

#[cfg(test)]
mod tests;
