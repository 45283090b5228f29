//! `renew`: the same session, minted anew.

use super::outcome::Outcome;
use crate::app::App;
use crate::cli::RenewArgs;
use crate::deliver::snippet::{self, Form};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::obtain::{Freshness, Request, Target};
use crate::shell::{Env, Holding, holds_profile, names_other_profile};
use crate::words::quoted;

pub fn run(app: &App<'_>, args: &RenewArgs) -> Result<Outcome> {
    let env = app.env();
    app.profiles()?;
    let settings = app.settings()?;
    let active = env
        .nonempty("XROLE_PROFILE")
        .filter(|_| Holding::of(env) == Holding::Own && !names_other_profile(env));
    let profile = args.profile.as_deref().or(active);
    let profile = profile.ok_or_else(|| nothing_to_renew(env))?;
    if active != Some(profile) && settings.for_profile(profile).protected {
        let name = display_safe(profile);
        return Err(Error::new(
            "protected",
            format!("this shell does not hold \"{name}\", which is protected"),
            format!("xrole use {name} asks before it is taken"),
        ));
    }
    let target = if active == Some(profile) {
        Target::active(app, profile, &args.select)?
    } else {
        Target::typed(app, Some(profile), &args.select)?
    };
    let now = app.clock().millis();
    let (form, freshness) = if active == Some(profile) && holds_profile(env) {
        (Form::Profile, Freshness::AnewWithCode(now))
    } else {
        (Form::Keys, Freshness::Anew(now))
    };
    let request = Request {
        code: &args.code,
        freshness,
    };
    snippet::of(app, &target, &request, form).map(Outcome::done)
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
