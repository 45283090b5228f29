//! From what was typed to a plan: the selected profile, the options that add to it, the settings that apply.

use std::time::Duration;

use crate::aws_config::Profiles;
use crate::cache::Cache;
use crate::chain::{self, BaseKind, Selection, is_role};
use crate::cli::SelectArgs;
use crate::display_safe::display_safe;
use crate::env_diff::Env;
use crate::error::{Error, Exit, Result};
use crate::obtain::Plans;
use crate::plan::{self, PlanSettings, default_session_name};
use crate::settings::Settings;

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

/// What the settings and the user's account add to the plan of a profile.
pub fn plan_settings(settings: &Settings, env: &Env, profile: &str) -> PlanSettings {
    let uid = rustix::process::getuid().as_raw();
    PlanSettings {
        mfa: settings.for_profile(profile).mfa,
        mfa_session_duration: settings.mfa_session_duration.value,
        mfa_process: settings.mfa_process.clone(),
        user: default_session_name(env, uid),
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
