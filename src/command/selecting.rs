//! From what was typed to a plan: the selected profile, the options that add to it, the settings that apply.

use std::path::Path;
use std::time::Duration;

use crate::aws::chain::{self, BaseKind, Selection, is_role};
use crate::aws::config::Profiles;
use crate::aws::plan::RequestKey;
use crate::aws::plan::{self, PlanSettings, default_session_name};
use crate::cli::SelectArgs;
use crate::display_safe::display_safe;
use crate::error::{Error, Exit, Result};
use crate::obtain::Plans;
use crate::os::user;
use crate::settings::Settings;
use crate::shell::Env;
use crate::store::Cache;

/// The selected profile with the options that were given. `None` selects by `AWS_PROFILE`, else `default`.
pub fn selection(
    profiles: &Profiles,
    env: &Env,
    profile: Option<&str>,
    args: &SelectArgs,
) -> Result<Selection> {
    let profile = match profile {
        Some(arn) if is_role(profiles, arn) => arn.to_owned(),
        name => profiles.select(name, env)?.name,
    };
    let duration = args.duration.as_deref();
    let duration = duration
        .map(|text| seconds("--duration", text))
        .transpose()?;
    Ok(Selection {
        profile,
        source: args.source.clone(),
        region: args.region.clone(),
        duration,
        external_id: args.external_id.clone(),
        mfa_serial: args.mfa_serial.clone(),
        session_name: args.session_name.clone(),
    })
}

/// A role that is in no file is known only by the options it was used with: those of its newest cached session.
pub fn remembered(
    profiles: &Profiles,
    cache: &Cache,
    profile: &str,
    args: &SelectArgs,
) -> Option<Selection> {
    if !is_role(profiles, profile) || *args != SelectArgs::default() {
        return None;
    }
    cache
        .sessions()
        .into_iter()
        .filter(|cached| cached.label.profile == profile)
        .max_by_key(|cached| cached.session.minted)
        .and_then(|cached| cached.label.selection)
}

/// What the session was used with that this shell holds, which `renew` mints anew.
pub fn active(
    profiles: &Profiles,
    cache: &Cache,
    env: &Env,
    active: &str,
    args: &SelectArgs,
) -> Result<Selection> {
    let known = env
        .raw("XROLE_STAMP")
        .filter(|_| *args == SelectArgs::default())
        .and_then(|stamp| RequestKey::of_stamp(Path::new(stamp)))
        .and_then(|key| cache.selection_of(&key))
        .filter(|selection| selection.profile == active);
    let mut selection = match known {
        Some(selection) => selection,
        None => again(profiles, cache, env, active, args)?,
    };
    // The region in force may have come from a variable that the session has taken the place of.
    if args.region.is_none()
        && let Some(region) = env.nonempty("XROLE_REGION")
        && env.get("AWS_REGION") == Some(region)
    {
        selection.region = Some(region.to_owned());
    }
    Ok(selection)
}

/// A profile that was named before, not now. For a role that is in no file nobody said now whose credentials assume
/// it: they are those that did, and never those of the profile that happens to be the default.
pub fn again(
    profiles: &Profiles,
    cache: &Cache,
    env: &Env,
    profile: &str,
    args: &SelectArgs,
) -> Result<Selection> {
    if !is_role(profiles, profile) || args.source.is_some() {
        return selection(profiles, env, Some(profile), args);
    }
    let mut known = cache.selections_of(profile).into_iter();
    let newest = known.next();
    let agreed = newest.filter(|newest| known.all(|other| other.source == newest.source));
    agreed
        .filter(|_| *args == SelectArgs::default())
        .ok_or_else(|| {
            let role = display_safe(profile);
            Error::new(
                "role-forgotten",
                format!("it is not known for sure whose credentials assumed {role}"),
                format!(
                    "name the profile that assumes the role: xrole use {role} --source PROFILE"
                ),
            )
        })
}

/// The selection as it is remembered: whose credentials assume a role that is in no file may have followed from an
/// environment that does not say it any more.
pub fn settled(profiles: &Profiles, env: &Env, selection: &Selection) -> Selection {
    let mut settled = selection.clone();
    if settled.source.is_none() && is_role(profiles, &settled.profile) {
        let selected = profiles.select(None, env).ok();
        settled.source = selected.map(|selected| selected.name);
    }
    settled
}

/// What the settings and the user's account add to the plan of a profile.
pub fn plan_settings(settings: &Settings, env: &Env, profile: &str) -> PlanSettings {
    PlanSettings {
        mfa: settings.for_profile(profile).mfa,
        mfa_session_duration: settings.mfa_session_duration.value,
        mfa_process: settings.mfa_process.clone(),
        user: default_session_name(env, user::number()),
    }
}

/// The plans for a selection.
pub fn plans(
    profiles: &Profiles,
    settings: &Settings,
    env: &Env,
    selection: &Selection,
) -> Result<Plans> {
    let plan_settings = plan_settings(settings, env, &selection.profile);
    let planned = |kind| {
        let chain = chain::resolve(profiles, selection, env)?;
        let open = chain.base.kind(env).is_none();
        let plan = plan::plan(chain, profiles, &plan_settings, env, kind)?;
        Ok::<_, Error>((plan, open))
    };
    let (first, open) = planned(BaseKind::LongTerm)?;
    let if_temporary = open.then(|| planned(BaseKind::Temporary).map(|(plan, _)| plan));
    Ok(Plans {
        first,
        if_temporary,
    })
}

/// An option's time: whole seconds, or `45m`, `4h`, `1h30m`.
pub fn seconds(option: &str, text: &str) -> Result<u32> {
    let parsed = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).ok(),
    };
    parsed
        .filter(|time| time.subsec_nanos() == 0)
        .and_then(|time| u32::try_from(time.as_secs()).ok())
        .ok_or_else(|| {
            Error::new(
                "usage",
                format!("{option} \"{}\" is not a time", display_safe(text)),
                "write seconds or hours and minutes: 3600, 45m, 4h, 1h30m",
            )
            .exit(Exit::Usage)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("3600", Some(3600)),
            ("45m", Some(2700)),
            ("1h30m", Some(5400)),
            ("4h", Some(14_400)),
            ("", None),
            ("-5", None),
            ("500ms", None),
            ("4 lightyears", None),
            ("99999999999", None),
        ] {
            assert_eq!(seconds("--duration", text).ok(), expected, "{text}");
        }
    }
}
