//! `use` and `renew`: a session into the shell.

use super::obtaining::{Obtaining, Selected};
use super::profile_env::{self, Others};
use super::{Outcome, World, welcome};
use crate::cli::{CodeArgs, RenewArgs, UseArgs};
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Exit, Result};
use crate::obtain::Freshness;
use crate::person::Terminal;
use crate::person::picker::{self, PickItem};
use crate::shell::{AS_PROFILE, Env, Holding, holds_profile, names_other_profile, use_change};
use crate::words::quoted;

/// The segment's colour where the settings name none.
pub const CYAN: u8 = 6;

/// Obtains the session and writes the snippet that puts it into the shell.
fn snippet(
    obtaining: &Obtaining<'_>,
    selected: &Selected,
    code: &CodeArgs,
    freshness: Freshness,
    as_profile: bool,
) -> Result<Outcome> {
    let again = format!("xrole use {}", selected.selection.profile);
    let obtained = obtaining.session(selected, code, freshness, &again)?;
    let world = obtaining.world;
    let exports = obtaining.exports(selected, &obtained);
    let env = &world.context.env;
    let done = if as_profile {
        let written = profile_env::write(obtaining, (selected, &obtained), &[], Others::Shown)?;
        use_change(env, &written.instead_of(exports))
    } else {
        use_change(env, &exports)
    };
    world.notice(done.messages);
    Ok(Outcome::done(world.shell.render(&done.change)?))
}

/// `xrole use`.
pub fn run(world: &World<'_>, args: &UseArgs) -> Result<Outcome> {
    let obtaining = Obtaining::new(world)?;
    let env = &world.context.env;
    let mut as_profile = args.profile_env;
    let selected = match args.profile.as_deref() {
        Some("-") => {
            let previous = previous(env.nonempty("XROLE_PREV"))?;
            let name = previous.strip_suffix(AS_PROFILE);
            as_profile |= name.is_some();
            obtaining.again(name.unwrap_or(previous), &args.select)?
        }
        Some(name) => obtaining.select(Some(name), &args.select)?,
        None => obtaining.select(pick(&obtaining)?.as_deref(), &args.select)?,
    };
    obtaining.confirm(&selected, args.yes)?;
    snippet(
        &obtaining,
        &selected,
        &args.code,
        Freshness::Use,
        as_profile,
    )
}

/// `xrole renew`: the same session, minted anew.
pub fn renew(world: &World<'_>, args: &RenewArgs) -> Result<Outcome> {
    let obtaining = Obtaining::new(world)?;
    let env = &world.context.env;
    let active = env
        .nonempty("XROLE_PROFILE")
        .filter(|_| Holding::of(env) == Holding::Own && !names_other_profile(env));
    let profile = args.profile.as_deref().or(active);
    let profile = profile.ok_or_else(|| nothing_to_renew(env))?;
    if active != Some(profile) && obtaining.settings.for_profile(profile).protected {
        let name = display_safe(profile);
        return Err(Error::new(
            "protected",
            format!("this shell does not hold \"{name}\", which is protected"),
            format!("xrole use {name} asks before it is taken"),
        ));
    }
    let selected = if active == Some(profile) {
        obtaining.active(profile, &args.select)?
    } else {
        obtaining.select(Some(profile), &args.select)?
    };
    let now = world.context.clock.millis();
    let as_profile = active == Some(profile) && holds_profile(env);
    let freshness = if as_profile {
        Freshness::AnewWithCode(now)
    } else {
        Freshness::Anew(now)
    };
    snippet(&obtaining, &selected, &args.code, freshness, as_profile)
}

fn nothing_to_renew(env: &Env) -> Error {
    let changed = env
        .nonempty("XROLE_PROFILE")
        .filter(|_| Holding::of(env) == Holding::Foreign || names_other_profile(env));
    match changed {
        Some(profile) => {
            let (shown, typed) = (display_safe(profile), quoted(profile));
            let (what, them) = if names_other_profile(env) {
                ("AWS_PROFILE", "what is")
            } else {
                ("the AWS keys", "the keys that are")
            };
            Error::new(
                "foreign-keys",
                format!(
                    "something else has changed {what} of this shell since it took \"{shown}\""
                ),
                format!("take it again: xrole use {typed}; or keep {them} there: xrole unset"),
            )
        }
        None => Error::new(
            "no-session",
            "this shell holds no session of xrole's to renew",
            "name the profile: xrole renew PROFILE",
        ),
    }
}

fn previous(previous: Option<&str>) -> Result<&str> {
    previous.ok_or_else(|| {
        Error::new(
            "no-previous",
            "there is no previous profile in this shell",
            "name one: xrole use PROFILE (the hook of `xrole init` remembers the previous one)",
        )
        .exit(Exit::Usage)
    })
}

/// The profile picked from a list; without a terminal `None`, which selects by `AWS_PROFILE`.
fn pick(obtaining: &Obtaining<'_>) -> Result<Option<String>> {
    let selectable = |name: &String| !name.contains(is_unsafe);
    let mut names: Vec<&String> = obtaining
        .profiles
        .profiles
        .names()
        .filter(|n| selectable(n))
        .collect();
    if names.is_empty() {
        return Err(welcome::no_profiles(&obtaining.world.context.env));
    }
    let Some(terminal) = Terminal::open(obtaining.world.guard) else {
        return Ok(None);
    };
    let role = |name: &str| obtaining.profiles.get(name).and_then(|p| p.get("role_arn"));
    names.sort_by_key(|name| role(name).is_none());
    let items: Vec<PickItem> = names
        .into_iter()
        .map(|name| PickItem {
            name: name.clone(),
            description: role(name)
                .map(|arn| display_safe(&arn.value).into_owned())
                .unwrap_or_default(),
        })
        .collect();
    match picker::pick(&terminal, &items, "")? {
        Some(name) => Ok(Some(name)),
        None => Err(Error::new(
            "nothing-picked",
            "no profile was picked",
            "name one: xrole use PROFILE",
        )
        .exit(Exit::interrupted())),
    }
}
