//! `write`: the session as a profile in the credentials file, for programs that know nothing else; and out again.

use std::fmt::Write as _;
use std::io;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::chain::BaseKind;
use crate::aws::config::Profiles;
use crate::aws::config::session_section::long_term;
use crate::cli::WriteArgs;
use crate::deliver::written_profile::Files;
use crate::display_safe::display_safe;
use crate::duration::seconds_if_given;
use crate::error::{Error, Result};
use crate::obtain::{self, Freshness, Obtained, Request, Target};
use crate::place::Notice;
use crate::store::Kept;

pub fn run(app: &App<'_>, args: &WriteArgs) -> Result<Outcome> {
    if let (true, Some(name)) = (args.remove, &args.profile) {
        return remove(app, name);
    }
    let least = seconds_if_given("--min-ttl", args.min_ttl.as_deref())?;
    let originals = app.originals()?;
    let target = Target::typed_or_active(app, args.profile.as_deref(), &args.select)?;
    let of = target.profile();
    let name = match &args.to {
        Some(name) => name.clone(),
        None => default_name(of),
    };
    refuse_own_source(&target, &name)?;
    refuse_long_term(app, &target)?;
    let files = Files::find(app.env())?;
    let writable = files.check(&originals, &name, of, args.force)?;
    drop(originals);
    target.confirm(app, args.yes)?;
    let request = Request {
        code: &args.code,
        freshness: Freshness::with_least(least),
    };
    let obtained = obtain::session(app, &target, &request)?;
    obtained.check_left(app, &target, least)?;
    app.notice(writable.write(&obtained.session, target.region())?);
    app.notice(outranked(app.profiles()?, &name));
    let kept = kept(&files, &name, of)?;
    keep(app, &obtained, &kept, args.keep_fresh)?;
    let until = obtained
        .session
        .expires()
        .map_or_else(String::new, |end| format!(", until {}", end.rfc3339()));
    Ok(Outcome::done(format!(
        "wrote the session of {} to {} as profile {}{until}\n",
        display_safe(of),
        files.credentials.shown(),
        display_safe(&name),
    )))
}

/// Beside the profile, whose own section often holds what the session comes from.
fn default_name(of: &str) -> String {
    let short = match of.strip_prefix("arn:") {
        Some(arn) => arn.rsplit('/').next().unwrap_or(of),
        None => of,
    };
    format!("{short}-session")
}

/// Not over the profile itself, nor over one that its session comes from: the next session could not be had.
fn refuse_own_source(target: &Target, name: &str) -> Result<()> {
    let mut plans = target.plans.all();
    let comes_from = plans.any(|plan| {
        let mut calls = plan.calls.iter();
        plan.base.profile == name || plan.profile == name || calls.any(|call| call.profile == name)
    });
    if !comes_from {
        return Ok(());
    }
    let (name, of) = (display_safe(name), target.profile());
    Err(Error::new(
        "write-source",
        format!(
            "the session of \"{}\" comes from profile \"{name}\", which would be written over",
            display_safe(of)
        ),
        "name another profile with --to NAME",
    ))
}

fn refuse_long_term(app: &App<'_>, target: &Target) -> Result<()> {
    let plan = &target.plans.first;
    let kind = plan.base.kind(app.env());
    if plan.calls.is_empty() && kind == Some(BaseKind::LongTerm) {
        return Err(long_term(target.profile()));
    }
    Ok(())
}

/// Keys that stand in a profile beside what programs take first are of no use.
fn outranked(profiles: &Profiles, name: &str) -> Option<Notice> {
    let profile = profiles.get(name)?;
    let first = [
        "role_arn",
        "web_identity_token_file",
        "sso_account_id",
        "sso_role_name",
    ];
    let (key, setting) = first
        .iter()
        .find_map(|key| Some((key, profile.get(key)?)))?;
    let text = format!(
        "{key} of profile \"{}\" counts before the keys that were written",
        display_safe(name)
    );
    Some(Notice::new(setting.at, text))
}

fn kept(files: &Files, name: &str, of: &str) -> Result<Kept> {
    let path = files.credentials.path();
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let credentials = absolute.into_os_string().into_string().map_err(|path| {
        Error::new(
            "aws-file",
            format!(
                "the path {} is no UTF-8 text",
                display_safe(&path.to_string_lossy())
            ),
            "let AWS_SHARED_CREDENTIALS_FILE name another file",
        )
    })?;
    Ok(Kept {
        name: name.to_owned(),
        of: of.to_owned(),
        credentials,
    })
}

/// The last `write` of a profile says whether it follows a session.
fn keep(app: &App<'_>, obtained: &Obtained, kept: &Kept, wanted: bool) -> Result<()> {
    let cache = app.cache()?;
    let done = match obtained.key.filter(|_| wanted) {
        Some(key) => cache.keep(&key, kept),
        None if wanted => Err(io::Error::other("the session is not in the cache")),
        None => cache.keep_no_more(kept),
    };
    app.notice_of_cache();
    if let Err(error) = done {
        let name = display_safe(&kept.name);
        let text = if wanted {
            format!("profile \"{name}\" is written, but will not be kept fresh: {error}")
        } else {
            format!("profile \"{name}\" may still be kept fresh: {error}")
        };
        app.notice([Notice::new(None, text)]);
    }
    Ok(())
}

fn remove(app: &App<'_>, name: &str) -> Result<Outcome> {
    let files = Files::find(app.env())?;
    let cache = app.cache()?;
    let mut lines = String::new();
    for name in files.written(name)? {
        files.remove(&name)?;
        let kept = kept(&files, &name, "")?;
        // A profile that is gone is kept fresh no longer anyway.
        let _ = cache.keep_no_more(&kept);
        let (file, name) = (files.credentials.shown(), display_safe(&name));
        let _ = writeln!(lines, "removed profile {name} from {file}");
    }
    Ok(Outcome::done(lines))
}
