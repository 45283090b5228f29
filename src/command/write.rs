//! `write`: the session as a profile in the credentials file, for programs that know nothing else; and out again.

use std::fmt::Write as _;
use std::io;

use super::obtaining::{Obtaining, Selected};
use super::{Outcome, World, exec, selecting};
use crate::aws::chain::BaseKind;
use crate::aws::config::Profiles;
use crate::cli::WriteArgs;
use crate::deliver::written_profile::{Content, Files, long_term};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::obtain::{Freshness, Obtained};
use crate::place::Notice;
use crate::store::{Cache, Kept};

pub fn run(world: &World<'_>, args: &WriteArgs) -> Result<Outcome> {
    if let (true, Some(name)) = (args.remove, &args.profile) {
        return remove(world, name);
    }
    let least = args.min_ttl.as_deref();
    let least = least.map(|text| selecting::seconds("--min-ttl", text));
    let least = least.transpose()?.map(i64::from);
    let obtaining = Obtaining::new(world)?;
    let selected = obtaining.select(args.profile.as_deref(), &args.select)?;
    let of = &selected.selection.profile;
    let name = match &args.to {
        Some(name) => name.clone(),
        None => default_name(of),
    };
    refuse_own_source(&selected, &name)?;
    refuse_long_term(world, &selected)?;
    let files = Files::find(&world.context.env)?;
    files.check(&name, of, args.force)?;
    obtaining.confirm(&selected, args.yes)?;
    let freshness = least.map_or(Freshness::Use, Freshness::AtLeast);
    let again = format!("xrole use {of}");
    let obtained = obtaining.session(&selected, &args.code, freshness, &again)?;
    if let Some(least) = least {
        exec::check_left(world, &selected, &obtained, least)?;
    }
    let content = Content {
        of,
        session: &obtained.session,
        region: selected.region(),
    };
    world.notice(files.write(&name, &content, args.force)?);
    world.notice(outranked(&obtaining.profiles, &name));
    let kept = kept(&files, &name, of)?;
    keep(world, &obtaining.cache, &obtained, &kept, args.keep_fresh);
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
fn refuse_own_source(selected: &Selected, name: &str) -> Result<()> {
    let mut plans = selected.plans.all();
    let comes_from = plans.any(|plan| {
        let mut calls = plan.calls.iter();
        plan.base.profile == name || plan.profile == name || calls.any(|call| call.profile == name)
    });
    if !comes_from {
        return Ok(());
    }
    let (name, of) = (display_safe(name), &selected.selection.profile);
    Err(Error::new(
        "write-source",
        format!(
            "the session of \"{}\" comes from profile \"{name}\", which would be written over",
            display_safe(of)
        ),
        "name another profile with --to NAME",
    ))
}

fn refuse_long_term(world: &World<'_>, selected: &Selected) -> Result<()> {
    let plan = &selected.plans.first;
    let kind = plan.base.kind(&world.context.env);
    if plan.calls.is_empty() && kind == Some(BaseKind::LongTerm) {
        return Err(long_term(&selected.selection.profile));
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
fn keep(world: &World<'_>, cache: &Cache, obtained: &Obtained, kept: &Kept, wanted: bool) {
    let done = match obtained.key.filter(|_| wanted) {
        Some(key) => cache.keep(&key, kept),
        None if wanted => Err(io::Error::other("the session is not in the cache")),
        None => cache.keep_no_more(kept),
    };
    world.notice(cache.notices());
    if let Err(error) = done {
        let name = display_safe(&kept.name);
        let text = if wanted {
            format!("profile \"{name}\" is written, but will not be kept fresh: {error}")
        } else {
            format!("profile \"{name}\" may still be kept fresh: {error}")
        };
        world.notice([Notice::new(None, text)]);
    }
}

fn remove(world: &World<'_>, name: &str) -> Result<Outcome> {
    let files = Files::find(&world.context.env)?;
    let cache = world.cache(&world.settings()?);
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
