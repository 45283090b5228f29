//! From a target to its session: what every command that hands one on asks for.

use super::codes::Codes;
use super::device_offer::{self, Chosen};
use super::followers::{self, By};
use super::freshness::Freshness;
use super::obtaining::{Obtain, Obtained};
use super::target::Target;
use crate::app::App;
use crate::cli::CodeArgs;
use crate::error::{Error, Result};
use crate::place::{Origin, Sourced};

/// How the session is wanted.
#[derive(Debug)]
pub struct Request<'a> {
    /// Where a code comes from that was given with the command.
    pub code: &'a CodeArgs,
    pub freshness: Freshness,
}

/// No session; perhaps a device to try it with.
struct Failed {
    error: Error,
    chosen: Option<Box<Chosen>>,
}

/// The session of a target. Where AWS refuses it for want of MFA, the person's devices are offered, and the one that
/// is chosen is tried.
pub fn session(app: &App<'_>, target: &Target, request: &Request<'_>) -> Result<Obtained> {
    let (error, chosen) = match attempt(app, target, request) {
        Ok(obtained) => return Ok(obtained),
        Err(Failed { error, chosen }) => (error, chosen),
    };
    let Some(chosen) = chosen else {
        return Err(error);
    };
    let with_device = Target::of(app, chosen.selection(&target.selection))?;
    let obtained = attempt(app, &with_device, request).map_err(|failed| failed.error)?;
    chosen.keep(app, &with_device)?;
    Ok(obtained)
}

/// The session for a program that asks for it while it runs: nobody is asked for anything, and `again` is what a
/// person runs elsewhere.
pub fn renewed(app: &App<'_>, target: &Target, again: &str) -> Result<Obtained> {
    let trust = |line: &Sourced<String>| trust(app, line);
    let codes = Codes::new(app.guard, *app.clock(), &trust, again).unattended();
    let obtained = Obtain::new(app, target, codes, Freshness::Use)?.session(&target.plans)?;
    refresh_followers(app, &obtained, By::Prompt);
    Ok(obtained)
}

fn attempt(
    app: &App<'_>,
    target: &Target,
    request: &Request<'_>,
) -> std::result::Result<Obtained, Failed> {
    let freshness = request.freshness;
    // Behind `credential-process` an SDK waits, and not for long.
    let (by, offers) = match freshness {
        Freshness::Process => (By::Prompt, false),
        _ => (By::Command, true),
    };
    let trust = |line: &Sourced<String>| trust(app, line);
    let mut plans = target.plans.all();
    let mfa_process = plans.find_map(|plan| plan.mfa_process.clone());
    let again = format!("xrole use {}", target.profile());
    let code = request.code;
    let codes = Codes::new(app.guard, *app.clock(), &trust, again)
        .options(code.mfa_code.as_deref(), code.mfa_process.as_deref())
        .profile(mfa_process);
    let mut obtain = Obtain::new(app, target, codes, freshness).map_err(|error| Failed {
        error,
        chosen: None,
    })?;
    match obtain.session(&target.plans) {
        Ok(obtained) => {
            refresh_followers(app, &obtained, by);
            Ok(obtained)
        }
        Err(error) => {
            // Where nobody answers, it is the refusal that matters.
            let chosen = offers
                .then(|| device_offer::choose(app, &mut obtain, target).unwrap_or(None))
                .flatten()
                .map(Box::new);
            Err(Failed { error, chosen })
        }
    }
}

/// May a command from this line be run?
fn trust(app: &App<'_>, line: &Sourced<String>) -> Result<()> {
    match line.origin {
        Origin::File(place) => app.profiles()?.command_trust(place),
        _ => Ok(()),
    }
}

/// A session that was minted is written to the profiles that follow it.
fn refresh_followers(app: &App<'_>, obtained: &Obtained, by: By) {
    if let Some(key) = obtained.key.filter(|_| obtained.minted)
        && let Ok(cache) = app.cache()
    {
        app.notice(followers::refresh(cache, &key, by, app.env()));
    }
}
