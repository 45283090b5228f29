//! The walk from the selected profile to its base: which profile is a hop, which one ends the chain.

use std::fmt::Write as _;

use super::base::{NAMED_SOURCES, base_of, named_source, static_base};
use super::device::device_in_force;
use super::selection::{Selection, is_role, option};
use super::{Base, BaseSource, Chain, Hop};
use crate::aws::config::{Profile, Profiles};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Origin, Place, Sourced};
use crate::shell::Env;

/// Resolves what is selected into its base and hops.
pub fn resolve(profiles: &Profiles, selection: &Selection, env: &Env) -> Result<Chain> {
    let selected = if is_role(profiles, &selection.profile) {
        None
    } else {
        Some(profiles.expand_for_use(&selection.profile)?)
    };
    let mut walk = Walk {
        profiles,
        env,
        hops: Vec::new(),
        path: Vec::new(),
        notices: Vec::new(),
    };
    let mut next = walk.start(selected.as_ref(), selection)?;
    let base = loop {
        match next {
            Next::Base(base) => break base,
            Next::Profile(profile) => next = walk.step(&profile)?,
        }
    };
    let Walk {
        mut hops,
        mut notices,
        ..
    } = walk;
    hops.reverse();
    agree_on_source_identity(&hops)?;
    let mfa = device_in_force(
        profiles,
        selected.as_ref(),
        &hops,
        &base,
        selection.mfa_serial.as_ref(),
        &mut notices,
    )?;
    Ok(Chain {
        profile: selection.profile.clone(),
        region: selection.region.clone(),
        source_region: match selected {
            Some(_) => None,
            None => source_region(profiles, selection, env),
        },
        selected,
        base,
        hops,
        mfa,
        notices,
    })
}

/// Whose credentials assume a role that is in no file.
fn source_of_role(
    profiles: &Profiles,
    selection: &Selection,
    env: &Env,
) -> Result<Sourced<String>> {
    if let Some(source) = &selection.source {
        return Ok(Sourced::new(source.clone(), Origin::Option("--source")));
    }
    let selected = profiles.select(None, env);
    let selected = selected.map_err(|error| no_source(&error, &selection.profile))?;
    Ok(Sourced::new(selected.name, selected.origin))
}

/// The region of the profile that assumes such a role, else that of `default`.
fn source_region(profiles: &Profiles, selection: &Selection, env: &Env) -> Option<Sourced<String>> {
    let source = source_of_role(profiles, selection, env).ok()?;
    [source.value.as_str(), "default"]
        .into_iter()
        .filter_map(|name| profiles.expand(name).ok())
        .find_map(|profile| {
            let region = profile.get("region")?;
            (!region.value.is_empty()).then(|| Sourced::from(region))
        })
}

struct Walk<'a> {
    profiles: &'a Profiles,
    env: &'a Env,
    /// From the selected profile inwards.
    hops: Vec<Hop>,
    /// The profiles visited, each with the line that leads on from it.
    path: Vec<(String, Option<Place>)>,
    notices: Vec<Notice>,
}

/// The most roles that are assumed one after the other.
const MOST: usize = 50;

/// How the walk goes on.
enum Next {
    Profile(Box<Profile>),
    Base(Base),
}

/// Where a hop's credentials come from.
enum Source {
    Profile(Sourced<String>),
    Named(Sourced<String>),
}

impl Walk<'_> {
    fn start(&mut self, selected: Option<&Profile>, selection: &Selection) -> Result<Next> {
        let Some(profile) = selected else {
            self.hops.push(Hop::ad_hoc(selection));
            let source = source_of_role(self.profiles, selection, self.env)?;
            // A section of that name wins.
            let is_named = selection.source.is_some()
                && NAMED_SOURCES.contains(&source.value.as_str())
                && self.profiles.get(&source.value).is_none();
            return if is_named {
                named_source(&selection.profile, &source, self.env).map(Next::Base)
            } else {
                self.follow(&selection.profile, None, &source)
            };
        };
        if !is_hop(profile) {
            let web_identity = profile.get("web_identity_token_file").is_some();
            selection.refuse_role_options(web_identity)?;
            let mut base = base_of(self.profiles, profile, &mut self.notices)?;
            if let BaseSource::WebIdentity {
                role_session_name, ..
            } = &mut base.source
                && selection.session_name.is_some()
            {
                *role_session_name = option(selection.session_name.as_ref(), "--session-name");
            }
            return Ok(Next::Base(base));
        }
        let mut hop = Hop::of(profile, &mut self.notices)?;
        hop.apply(selection);
        self.hops.push(hop);
        let source = match &selection.source {
            Some(source) => {
                Source::Profile(Sourced::new(source.clone(), Origin::Option("--source")))
            }
            None => source_of(profile)?,
        };
        self.go_on(profile, source)
    }

    /// The profile in hand is not the selected one.
    fn step(&mut self, profile: &Profile) -> Result<Next> {
        if profile.holds_static_keys() || !is_hop(profile) {
            return base_of(self.profiles, profile, &mut self.notices).map(Next::Base);
        }
        if self.hops.len() == MOST {
            return Err(chain_too_long(&self.path, profile));
        }
        self.hops.push(Hop::of(profile, &mut self.notices)?);
        let source = source_of(profile)?;
        self.go_on(profile, source)
    }

    fn go_on(&mut self, profile: &Profile, source: Source) -> Result<Next> {
        match source {
            Source::Named(named) => named_source(&profile.name, &named, self.env).map(Next::Base),
            Source::Profile(source) if source.value == profile.name => static_base(profile)?
                .map(Next::Base)
                .ok_or_else(|| self_source(profile, &source)),
            Source::Profile(source) => self.follow(&profile.name, Some(profile), &source),
        }
    }

    fn follow(
        &mut self,
        from: &str,
        profile: Option<&Profile>,
        source: &Sourced<String>,
    ) -> Result<Next> {
        self.path.push((from.to_owned(), source.origin.place()));
        if self.path.iter().any(|(name, _)| *name == source.value) {
            return Err(chain_loop(&self.path, &source.value));
        }
        if self.profiles.get(&source.value).is_none() {
            return Err(match (profile, source.origin) {
                (Some(profile), Origin::File(_)) => {
                    source_not_found(self.profiles, profile, source)
                }
                _ => self.profiles.not_found(&source.value),
            });
        }
        let next = self.profiles.expand_for_use(&source.value)?;
        Ok(Next::Profile(Box::new(next)))
    }
}

/// A role that is assumed with other credentials. (With a web identity the role belongs to the base.)
fn is_hop(profile: &Profile) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

fn source_of(profile: &Profile) -> Result<Source> {
    let name = display_safe(&profile.name);
    match (
        profile.get("source_profile"),
        profile.get("credential_source"),
    ) {
        (Some(source), None) => Ok(Source::Profile(source.into())),
        (None, Some(source)) => Ok(Source::Named(source.into())),
        (Some(profile), Some(named)) => {
            let mut lines = [profile.at, named.at];
            lines.sort_unstable();
            Err(Error::new(
                "source-both",
                format!("profile \"{name}\" has source_profile and credential_source"),
                "remove one of the two lines",
            )
            .at(lines[0])
            .at(lines[1]))
        }
        (None, None) => Err(Error::new(
            "source-missing",
            format!("profile \"{name}\" has role_arn but no source_profile or credential_source"),
            "name the profile whose credentials may assume the role: source_profile = …",
        )
        .at(profile.get("role_arn").map(|role| role.at))),
    }
}

fn self_source(profile: &Profile, source: &Sourced<String>) -> Error {
    let name = display_safe(&profile.name);
    Error::new(
        "self-source",
        format!("profile \"{name}\" is its own source_profile but holds no access key"),
        "add keys to it: aws_access_key_id and aws_secret_access_key; or name another profile",
    )
    .at(source.origin.place())
}

fn walked(path: &[(String, Option<Place>)]) -> String {
    let mut walked = String::new();
    for (name, place) in path {
        walked.push_str(&display_safe(name));
        if let Some(place) = place {
            let _ = write!(walked, " ({place})");
        }
        walked.push_str(" → ");
    }
    walked
}

fn chain_too_long(path: &[(String, Option<Place>)], next: &Profile) -> Error {
    Error::new(
        "chain-too-long",
        format!(
            "more than {MOST} roles in a row: {}… → {} ({})",
            walked(&path[..3.min(path.len())]),
            display_safe(&next.name),
            next.at
        ),
        "let a source_profile on the way name a profile with credentials",
    )
}

fn chain_loop(path: &[(String, Option<Place>)], again: &str) -> Error {
    Error::new(
        "chain-loop",
        format!(
            "profiles form a loop: {}{}",
            walked(path),
            display_safe(again)
        ),
        "one of them must name a profile with credentials",
    )
}

fn source_not_found(profiles: &Profiles, profile: &Profile, source: &Sourced<String>) -> Error {
    let wanted = &source.value;
    let alike = profiles.nearest(wanted).is_some()
        || profiles.get(wanted.trim_matches(['"', '\''])).is_some();
    let remedy = if alike {
        profiles.hint(wanted)
    } else {
        format!(
            "add its keys: aws configure --profile {}; or name another profile",
            display_safe(wanted)
        )
    };
    Error::new(
        "source-not-found",
        format!(
            "source_profile \"{}\" of profile \"{}\" does not exist",
            display_safe(wanted),
            display_safe(&profile.name)
        ),
        remedy,
    )
    .at(source.origin.place())
}

/// AWS does not let a source identity change along a chain.
fn agree_on_source_identity(hops: &[Hop]) -> Result<()> {
    let mut first: Option<&Sourced<String>> = None;
    for given in hops.iter().filter_map(|hop| hop.source_identity.as_ref()) {
        match first {
            Some(first) if first.value != given.value => {
                return Err(Error::new(
                    "source-identity-conflict",
                    "two values of source_identity",
                    "keep one",
                )
                .at(first.origin.place().min(given.origin.place()))
                .at(first.origin.place().max(given.origin.place())));
            }
            Some(_) => {}
            None => first = Some(given),
        }
    }
    Ok(())
}

/// The default source of a role that is in no file does not exist: what lacks is `--source`.
fn no_source(error: &Error, role: &str) -> Error {
    let role = display_safe(role);
    Error::new(
        error.class,
        format!("{} (its credentials would assume {role})", error.message),
        format!(
            "name the profile that assumes the role: xrole use {role} --source PROFILE\n\
             or, where no file holds its credentials: --source Environment, Ec2InstanceMetadata or EcsContainer"
        ),
    )
}
