//! What a session is wanted of: the selected profile with the options that were given, and the plans that follow.

use std::path::Path;

use crate::app::App;
use crate::aws::chain::{self, BaseKind, Selection, is_role};
use crate::aws::config::Profiles;
use crate::aws::plan::{self, Plan, PlanSettings, RequestKey, default_session_name};
use crate::cli::SelectArgs;
use crate::display_safe::display_safe;
use crate::duration::seconds_if_given;
use crate::error::{Error, Result};
use crate::os::user;
use crate::person::confirm_by_typing;
use crate::place::Notice;
use crate::settings::Settings;
use crate::shell::{Env, active_profile};
use crate::source;
use crate::store::Cache;

/// The plans of one profile. A process tells only when it has run whether its keys are long-term.
#[derive(Debug)]
pub struct Plans {
    /// The plan; where the kind of the base is open, the one for long-term keys.
    pub first: Plan,
    /// The plan for temporary keys, where the kind is open.
    pub if_temporary: Option<Result<Plan>>,
}

impl Plans {
    pub fn all(&self) -> impl Iterator<Item = &Plan> {
        std::iter::once(&self.first).chain(self.if_temporary.iter().flatten())
    }
}

/// A profile, and what is to be done for its session.
#[derive(Debug)]
pub struct Target {
    pub selection: Selection,
    pub plans: Plans,
}

impl Target {
    /// What was typed: a profile with the options; `None` selects by `AWS_PROFILE`, else `default`.
    pub fn typed(app: &App<'_>, profile: Option<&str>, args: &SelectArgs) -> Result<Self> {
        let (profiles, cache) = (app.profiles()?, app.cache()?);
        let remembered = profile.and_then(|name| remembered(profiles, cache, name, args));
        let selection = match remembered {
            Some(selection) => {
                let role = display_safe(&selection.profile);
                let text = format!("{role}: taken as last time, with{}", selection.options());
                app.notice([Notice::new(None, text)]);
                selection
            }
            None => selection(profiles, app.env(), profile, args)?,
        };
        Self::of(app, selection)
    }

    /// The same; `None` takes this shell's session first.
    pub fn typed_or_active(
        app: &App<'_>,
        profile: Option<&str>,
        args: &SelectArgs,
    ) -> Result<Self> {
        Self::typed(app, profile.or_else(|| active_profile(app.env())), args)
    }

    /// A profile that was named before (`use -`).
    pub fn again(app: &App<'_>, profile: &str, args: &SelectArgs) -> Result<Self> {
        Self::of(app, again(app, profile, args)?)
    }

    /// The profile whose session this shell holds (`renew`).
    pub fn active(app: &App<'_>, profile: &str, args: &SelectArgs) -> Result<Self> {
        Self::of(app, active(app, profile, args)?)
    }

    /// The plans for a selection.
    pub fn of(app: &App<'_>, selection: Selection) -> Result<Self> {
        let env = app.env();
        app.notice_about(&selection)?;
        let plans = plans(app.profiles()?, app.settings()?, env, &selection)?;
        source::refuse_loop(&plans.first.base, env)?;
        Ok(Self { selection, plans })
    }

    /// The profile or role, as it was named.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.selection.profile
    }

    /// The region that the session is used in.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        let region = self.plans.first.region.as_ref();
        region.map(|region| region.value.as_str())
    }

    /// Asks before a protected profile is used, unless `--yes` was given.
    pub fn confirm(&self, app: &App<'_>, yes: bool) -> Result<()> {
        let profile = self.profile();
        if app.settings()?.for_profile(profile).protected && !yes {
            confirm_by_typing(app.guard, profile)?;
        }
        Ok(())
    }
}

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
    Ok(Selection {
        profile,
        source: args.source.clone(),
        region: args.region.clone(),
        duration: seconds_if_given("--duration", args.duration.as_deref())?,
        external_id: args.external_id.clone(),
        mfa_serial: args.mfa_serial.clone(),
        session_name: args.session_name.clone(),
    })
}

/// A role that is in no file is known only by the options it was used with: those of its newest cached session.
#[must_use]
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
fn active(app: &App<'_>, active: &str, args: &SelectArgs) -> Result<Selection> {
    let env = app.env();
    let cache = app.cache()?;
    let known = env
        .raw("XROLE_STAMP")
        .filter(|_| *args == SelectArgs::default())
        .and_then(|stamp| RequestKey::of_stamp(Path::new(stamp)))
        .and_then(|key| cache.selection_of(&key))
        .filter(|selection| selection.profile == active);
    let mut selection = match known {
        Some(selection) => selection,
        None => again(app, active, args)?,
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
fn again(app: &App<'_>, profile: &str, args: &SelectArgs) -> Result<Selection> {
    let profiles = app.profiles()?;
    if !is_role(profiles, profile) || args.source.is_some() {
        return selection(profiles, app.env(), Some(profile), args);
    }
    let mut known = app.cache()?.selections_of(profile).into_iter();
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
#[must_use]
pub fn settled(profiles: &Profiles, env: &Env, selection: &Selection) -> Selection {
    let mut settled = selection.clone();
    if settled.source.is_none() && is_role(profiles, &settled.profile) {
        let selected = profiles.select(None, env).ok();
        settled.source = selected.map(|selected| selected.name);
    }
    settled
}

/// What the settings and the user's account add to the plan of a profile.
#[must_use]
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
