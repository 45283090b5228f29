//! `list`: every profile with its account, role and what is live; or every setting of one with its line.

mod one;
#[cfg(test)]
mod tests;

pub use one::{one_json, one_text};

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use super::welcome::FIRST_STEPS;
use super::{Outcome, World, selecting};
use crate::aws_config::{Profile, Profiles};
use crate::cache::RequestKey;
use crate::chain::{BaseKind, Selection, resolve};
use crate::cli::ListArgs;
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::env_diff::Env;
use crate::error::Result;
use crate::explain::NoticeJson;
use crate::json;
use crate::place::Place;
use crate::plan::{PlanSettings, plan};
use crate::shell::time_left;

pub fn run(world: &World<'_>, args: &ListArgs) -> Result<Outcome> {
    let profiles = world.profiles()?;
    if let Some(name) = &args.profile {
        let name = profiles.select(Some(name), &world.context.env)?.name;
        return Ok(Outcome::done(if args.json {
            one_json(&profiles, &name)? + "\n"
        } else {
            one_text(&profiles, &name)?
        }));
    }
    all(world, &profiles, args.json).map(Outcome::done)
}

fn all(world: &World<'_>, profiles: &Profiles, json: bool) -> Result<String> {
    let env = &world.context.env;
    let settings = world.settings()?;
    let cache = world.cache(&settings);
    let sessions = cache.sessions().into_iter();
    let live: Vec<Live> = sessions
        .filter_map(|cached| {
            Some(Live {
                key: cached.key,
                ends: cached.session.expires()?,
                role_arn: cached.label.role_arn,
            })
        })
        .collect();
    world.notice(cache.notices());
    let list = List {
        profiles,
        env,
        settings: &|profile| selecting::plan_settings(&settings, env, profile),
        protected: &|profile| settings.for_profile(profile).protected,
        live: &live,
        now: world.context.clock.now(),
    };
    Ok(if json {
        all_json(&list) + "\n"
    } else {
        all_text(&list)
    })
}

/// A cached session: what it was minted for, and when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    pub key: RequestKey,
    pub role_arn: Option<String>,
    pub ends: Timestamp,
}

/// What `list` looks at.
#[derive(Clone, Copy)]
pub struct List<'a> {
    pub profiles: &'a Profiles,
    pub env: &'a Env,
    /// The settings in force for a profile.
    pub settings: &'a dyn Fn(&str) -> PlanSettings,
    pub protected: &'a dyn Fn(&str) -> bool,
    pub live: &'a [Live],
    pub now: Timestamp,
}

impl std::fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("List").finish_non_exhaustive()
    }
}

const HEADINGS: [&str; 5] = ["PROFILE", "ACCOUNT", "ROLE", "REGION", "LEFT"];

/// The table for a person, roles first.
#[must_use]
pub fn all_text(list: &List<'_>) -> String {
    if list.profiles.profiles.is_empty() {
        return FIRST_STEPS.to_owned();
    }
    let profiles = list.effective();
    let live = list.live_roles();
    let (roles, bases): (Vec<_>, Vec<_>) = profiles
        .iter()
        .map(|profile| list.row(profile, &live))
        .partition(|row| row.role_arn.is_some());
    let headings = HEADINGS.map(Cow::Borrowed);
    let lines: Vec<[Cow<'_, str>; 5]> = std::iter::once(headings)
        .chain(roles.iter().chain(&bases).map(|row| list.cells(row)))
        .collect();
    aligned(&lines)
}

/// The object for scripts, in the same order.
#[must_use]
pub fn all_json(list: &List<'_>) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        v: u8,
        profiles: Vec<Row<'a>>,
        notices: Vec<NoticeJson<'a>>,
    }
    let profiles = list.effective();
    let live = list.live_roles();
    let (mut rows, bases): (Vec<_>, Vec<_>) = profiles
        .iter()
        .map(|profile| list.row(profile, &live))
        .partition(|row| row.role_arn.is_some());
    rows.extend(bases);
    json::write(&All {
        v: 1,
        profiles: rows,
        notices: NoticeJson::all(&list.profiles.notices),
    })
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    kind: &'static str,
    account: Option<&'a str>,
    role_arn: Option<&'a str>,
    source: Option<&'a str>,
    region: Option<&'a str>,
    mfa_serial: Option<&'a str>,
    protected: bool,
    #[serde(serialize_with = "shown")]
    at: Place,
    expires: Option<String>,
    #[serde(skip)]
    ends: Option<Timestamp>,
    #[serde(skip)]
    sso_role: Option<&'a str>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a field by reference"
)]
fn shown<S: Serializer>(place: &Place, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

impl<'a> List<'a> {
    /// Profiles with what they include; a broken `include_profile` leaves the profile as it stands.
    fn effective(&self) -> Vec<Cow<'a, Profile>> {
        let profiles = self.profiles.profiles.values();
        profiles
            .map(|profile| match profile.get("include_profile") {
                None => Cow::Borrowed(profile),
                Some(_) => self
                    .profiles
                    .expand(&profile.name)
                    .map_or(Cow::Borrowed(profile), Cow::Owned),
            })
            .collect()
    }

    /// The roles that have a session at all: only their profiles need a plan, which names the session.
    fn live_roles(&self) -> BTreeSet<Option<&'a str>> {
        let live = self.live.iter().filter(|live| live.ends > self.now);
        live.map(|live| live.role_arn.as_deref()).collect()
    }

    fn row<'p>(&self, profile: &'p Profile, live: &BTreeSet<Option<&str>>) -> Row<'p> {
        let value = |key: &str| {
            let setting = profile.get(key)?;
            Some(setting.value.as_str()).filter(|value| !value.is_empty())
        };
        let role_arn = value("role_arn");
        let account_of = |arn: &'p str| arn.split(':').nth(4).filter(|account| !account.is_empty());
        let ends = live
            .contains(&role_arn)
            .then(|| self.ends(&profile.name))
            .flatten();
        Row {
            name: &profile.name,
            kind: if role_arn.is_some() { "role" } else { "base" },
            account: match role_arn {
                Some(arn) => account_of(arn),
                None => value("sso_account_id")
                    .or_else(|| value("aws_account_id"))
                    .or_else(|| value("login_session").and_then(account_of)),
            },
            role_arn,
            source: role_arn
                .and_then(|_| value("source_profile").or_else(|| value("credential_source"))),
            region: value("region"),
            mfa_serial: value("mfa_serial"),
            protected: (self.protected)(&profile.name),
            at: profile.at,
            expires: ends.map(Timestamp::rfc3339),
            ends,
            sso_role: value("sso_role_name"),
        }
    }

    /// The end of the profile's cached session. A profile that has no plan has none.
    fn ends(&self, name: &str) -> Option<Timestamp> {
        let settings = (self.settings)(name);
        // A process tells its kind only when it has run, so the session of either plan counts.
        [BaseKind::LongTerm, BaseKind::Temporary]
            .into_iter()
            .find_map(|kind| {
                let chain = resolve(self.profiles, &Selection::of(name), self.env).ok()?;
                let plan = plan(chain, self.profiles, &settings, self.env, kind).ok()?;
                let key = plan.calls.last()?.key;
                let live = self.live.iter().find(|live| live.key == key)?;
                (live.ends > self.now).then_some(live.ends)
            })
    }

    fn cells<'r>(&self, row: &'r Row<'_>) -> [Cow<'r, str>; 5] {
        let shown = |value: Option<&'r str>| value.map_or(Cow::Borrowed("-"), display_safe);
        let role = row
            .role_arn
            .map(|arn| arn.split_once(":role/").map_or(arn, |(_, role)| role));
        let left = row.ends.map(|end| time_left(end.0 - self.now.0));
        [
            display_safe(row.name),
            shown(row.account),
            shown(role.or(row.sso_role)),
            shown(row.region),
            left.map_or(Cow::Borrowed("-"), Cow::Owned),
        ]
    }
}

/// Columns two spaces apart, without spaces at the end of a line.
fn aligned<const N: usize>(lines: &[[Cow<'_, str>; N]]) -> String {
    let mut widths = [0; N];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::with_capacity(lines.len() * (widths.iter().sum::<usize>() + 2 * N));
    for line in lines {
        for (column, cell) in line.iter().enumerate() {
            text.push_str(cell);
            if column + 1 < N {
                let gap = widths[column] - cell.chars().count() + 2;
                text.extend(std::iter::repeat_n(' ', gap));
            }
        }
        text.push('\n');
    }
    text
}
