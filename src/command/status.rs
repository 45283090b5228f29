//! `status`: which session this shell holds, and for how long; with `--all` what is cached.

use serde::Serialize;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::chain::{Selection, is_role, resolve};
use crate::cli::StatusArgs;
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::error::{Exit, Result};
use crate::shell::{Holding, holds_profile, names_other_profile};
use crate::shell::{is_count, time_left};

/// One session, as `--json` shows it.
#[derive(Debug, Serialize)]
struct Shown {
    profile: Option<String>,
    account: Option<String>,
    role_arn: Option<String>,
    region: Option<String>,
    expires: Option<String>,
    seconds_left: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Report {
    v: u8,
    state: &'static str,
    #[serde(flatten)]
    active: Shown,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<Vec<Shown>>,
}

pub fn run(app: &App<'_>, args: &StatusArgs) -> Result<Outcome> {
    let (state, active) = active(app);
    let sessions = args.all.then(|| cached(app)).transpose()?;
    let exit = if state == "live" {
        Exit::Done
    } else {
        Exit::Failed
    };
    let report = Report {
        v: 1,
        state,
        active,
        sessions,
    };
    let stdout = if args.json {
        crate::json::write(&report) + "\n"
    } else {
        text(&report)
    };
    Ok(Outcome {
        exit,
        ..Outcome::done(stdout)
    })
}

/// What this shell holds, from its environment; the role from the files, as far as they still say it.
fn active(app: &App<'_>) -> (&'static str, Shown) {
    let env = app.env();
    let now = app.context.clock.now();
    let Some(profile) = env.nonempty("XROLE_PROFILE") else {
        let none = Shown {
            profile: None,
            account: None,
            role_arn: None,
            region: None,
            expires: None,
            seconds_left: None,
        };
        return ("none", none);
    };
    let expires = env
        .get("XROLE_EXPIRES")
        .filter(|text| is_count(text))
        .and_then(|text| text.parse().ok());
    let left = expires.map(|end: i64| end.saturating_sub(now.0));
    let state = match left {
        // Programs find no profile there.
        _ if env.lost_files().is_some() => "foreign",
        _ if Holding::of(env) != Holding::Own || names_other_profile(env) => "foreign",
        // Taken away, since they had expired.
        _ if !env.holds_xrole_keys() && !holds_profile(env) => "expired",
        Some(..=0) => "expired",
        _ => "live",
    };
    let role_arn = role_of(app, profile);
    let shown = Shown {
        profile: Some(profile.to_owned()),
        account: role_arn.as_deref().and_then(account_of),
        role_arn,
        region: env.nonempty("AWS_REGION").map(str::to_owned),
        expires: expires.map(|end| Timestamp(end).rfc3339()),
        seconds_left: left.map(|left| left.max(0)),
    };
    (state, shown)
}

fn role_of(app: &App<'_>, profile: &str) -> Option<String> {
    let profiles = app.profiles().ok()?;
    if is_role(profiles, profile) {
        return Some(profile.to_owned());
    }
    let chain = resolve(profiles, &Selection::of(profile), app.env()).ok()?;
    chain.hops.last().map(|hop| hop.role_arn.value.clone())
}

fn account_of(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    (!account.is_empty()).then(|| account.to_owned())
}

fn cached(app: &App<'_>) -> Result<Vec<Shown>> {
    let cache = app.cache()?;
    let now = app.context.clock.now();
    let sessions = cache.sessions();
    app.notice_of_cache();
    Ok(sessions
        .into_iter()
        .map(|cached| Shown {
            seconds_left: cached.session.seconds_left(now),
            expires: cached.session.expires().map(Timestamp::rfc3339),
            profile: Some(cached.label.profile),
            account: cached.label.account,
            role_arn: cached.label.role_arn,
            region: cached.label.region,
        })
        .collect())
}

fn text(report: &Report) -> String {
    let active = &report.active;
    let name = display_safe(active.profile.as_deref().unwrap_or_default()).into_owned();
    let left = time_left(active.seconds_left.unwrap_or_default());
    let mut lines = vec![match report.state {
        "none" => "this shell holds no session of xrole's".to_owned(),
        "foreign" => {
            format!("{name}: something else has changed the keys or the profile of this shell")
        }
        "expired" => format!("{name}: expired; xrole renew brings a fresh session"),
        _ => match &active.expires {
            Some(expires) => format!("{name}: {left} left, until {expires}"),
            None => format!("{name}: long-term keys, which do not expire"),
        },
    }];
    for (what, value) in [("role", &active.role_arn), ("region", &active.region)] {
        if let Some(value) = value {
            lines.push(format!("  {what:<7} {}", display_safe(value)));
        }
    }
    if let Some(sessions) = &report.sessions {
        lines.push(if sessions.is_empty() {
            "no session is cached".to_owned()
        } else {
            "cached:".to_owned()
        });
        lines.extend(sessions.iter().map(line));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn line(session: &Shown) -> String {
    let what = session.role_arn.as_deref().unwrap_or("MFA session");
    format!(
        "  {:<20} {:>7}  {}",
        display_safe(session.profile.as_deref().unwrap_or_default()),
        time_left(session.seconds_left.unwrap_or_default()),
        display_safe(what)
    )
}
