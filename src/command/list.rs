//! `list`: every profile with its account, role and what is live; or every setting of one with its line.

mod one;
mod table;
#[cfg(test)]
mod tests;

pub use one::{one_json, one_text};

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use super::outcome::Outcome;
use super::welcome::FIRST_STEPS;
use crate::app::App;
use crate::aws::chain::{BaseKind, Selection, resolve};
use crate::aws::config::{self, Profile, Profiles, told};
use crate::aws::plan::RequestKey;
use crate::aws::plan::{PlanSettings, plan};
use crate::cli::ListArgs;
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::json;
use crate::obtain::target;
use crate::person::explain::NoticeJson;
use crate::place::Place;
use crate::session::{MASK, looks_like_secret_key};
use crate::shell::Env;
use crate::shell::time_left;
use table::aligned;

pub fn run(app: &App<'_>, args: &ListArgs) -> Result<Outcome> {
    let profiles = app.profiles()?;
    if let Some(name) = &args.profile {
        let name = profiles.select(Some(name), app.env())?.name;
        app.notice(told(profiles.notices_about(&one::touched(profiles, &name))));
        return Ok(Outcome::done(if args.json {
            one_json(profiles, &name)? + "\n"
        } else {
            one_text(profiles, &name)?
        }));
    }
    all(app, profiles, args.json).map(Outcome::done)
}

fn all(app: &App<'_>, profiles: &Profiles, json: bool) -> Result<String> {
    let env = app.env();
    app.notice(told(&profiles.notices));
    let settings = app.settings()?;
    let sessions = app.cache()?.sessions().into_iter();
    let live: Vec<Live> = sessions
        .filter_map(|cached| {
            Some(Live {
                key: cached.key,
                ends: cached.session.expires()?,
                role_arn: cached.label.role_arn,
            })
        })
        .collect();
    app.notice_of_cache();
    let list = List {
        profiles,
        env,
        settings: &|profile| target::plan_settings(settings, env, profile),
        protected: &|profile| settings.for_profile(profile).protected,
        live: &live,
        now: app.clock().now(),
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
    let included = list.included();
    let profiles = list.roles_first(&included);
    let headings = HEADINGS.map(Cow::Borrowed);
    let lines = profiles.iter().map(|listed| list.cells(listed));
    aligned(std::iter::once(headings).chain(lines))
}

/// The object for scripts, in the same order.
#[must_use]
pub fn all_json(list: &List<'_>) -> String {
    #[derive(Serialize)]
    struct All<'a> {
        v: u8,
        profiles: Rows<'a>,
        notices: Vec<NoticeJson<'a>>,
    }
    let included = list.included();
    let profiles = list.roles_first(&included);
    json::write(&All {
        v: 1,
        profiles: Rows(list, &profiles),
        notices: NoticeJson::all(&told(&list.profiles.notices)),
    })
}

/// The keys that the list shows.
const SHOWN: [&str; 9] = [
    "role_arn",
    "source_profile",
    "credential_source",
    "region",
    "mfa_serial",
    "sso_account_id",
    "aws_account_id",
    "login_session",
    "sso_role_name",
];

/// What a profile that includes others has of the keys that the list shows.
type Included<'a> = config::Included<'a, { SHOWN.len() }>;

/// One profile of the list, and when its session ends.
struct Listed<'a> {
    profile: &'a Profile,
    included: Option<&'a Included<'a>>,
    ends: Option<Timestamp>,
}

impl<'a> Listed<'a> {
    fn value(&self, key: &str) -> Option<&'a str> {
        value(self.profile, self.included, key)
    }

    fn account(&self) -> Option<&'a str> {
        let of = |arn: &'a str| arn.split(':').nth(4).filter(|account| !account.is_empty());
        match self.value("role_arn") {
            Some(arn) => of(arn),
            None => self
                .value("sso_account_id")
                .or_else(|| self.value("aws_account_id"))
                .or_else(|| self.value("login_session").and_then(of)),
        }
    }
}

/// Of `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`: the account, and the role with its path.
fn account_and_role(arn: &str) -> Option<(&str, &str)> {
    let mut fields = arn.splitn(6, ':');
    let account = fields.nth(4).filter(|account| !account.is_empty())?;
    Some((account, fields.next()?.strip_prefix("role/")?))
}

/// An empty value is as good as none, and what could be a secret in the wrong place is not shown.
fn value<'a>(
    profile: &'a Profile,
    included: Option<&'a Included<'a>>,
    key: &str,
) -> Option<&'a str> {
    let setting = match included {
        None => profile.get(key)?,
        Some(included) => included.settings[SHOWN.iter().position(|shown| *shown == key)?]?,
    };
    let value = setting.value.as_str();
    let shown = if looks_like_secret_key(value) {
        MASK
    } else {
        value
    };
    Some(shown).filter(|value| !value.is_empty())
}

/// The profiles, each made when it is written: there may be very many.
struct Rows<'a>(&'a List<'a>, &'a [Listed<'a>]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|listed| self.0.row(listed)))
    }
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
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a field by reference"
)]
fn shown<S: Serializer>(place: &Place, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}

impl<'a> List<'a> {
    /// The profiles that include others, with what they include; a broken `include_profile` leaves the profile
    /// as it stands.
    fn included(&self) -> Vec<Option<Box<Included<'a>>>> {
        self.profiles.with_includes(&SHOWN)
    }

    /// The profiles in the order of the list.
    fn roles_first<'p>(&'p self, included: &'p [Option<Box<Included<'p>>>]) -> Vec<Listed<'p>> {
        let live = self.live_roles();
        let mut listed = Vec::with_capacity(self.profiles.profiles.len());
        let mut bases = Vec::new();
        for (profile, included) in self.profiles.profiles.iter().zip(included) {
            let included = included.as_deref();
            let role_arn = value(profile, included, "role_arn");
            let ends = live
                .contains(&role_arn)
                .then(|| self.ends(&profile.name))
                .flatten();
            match role_arn {
                Some(_) => &mut listed,
                None => &mut bases,
            }
            .push(Listed {
                profile,
                included,
                ends,
            });
        }
        listed.append(&mut bases);
        listed
    }

    /// The roles that have a session at all: only their profiles need a plan, which names the session.
    fn live_roles(&self) -> BTreeSet<Option<&'a str>> {
        let live = self.live.iter().filter(|live| live.ends > self.now);
        live.map(|live| live.role_arn.as_deref()).collect()
    }

    fn row<'p>(&self, listed: &Listed<'p>) -> Row<'p> {
        let role_arn = listed.value("role_arn");
        let profile = listed.profile;
        Row {
            name: &profile.name,
            kind: if role_arn.is_some() { "role" } else { "base" },
            account: listed.account(),
            role_arn,
            source: role_arn.and_then(|_| {
                let source = listed.value("source_profile");
                source.or_else(|| listed.value("credential_source"))
            }),
            region: listed.value("region"),
            mfa_serial: listed.value("mfa_serial"),
            protected: (self.protected)(&profile.name),
            at: profile.at,
            expires: listed.ends.map(Timestamp::rfc3339),
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

    fn cells<'p>(&self, listed: &Listed<'p>) -> [Cow<'p, str>; 5] {
        let shown = |value: Option<&'p str>| value.map_or(Cow::Borrowed("-"), display_safe);
        let role_arn = listed.value("role_arn");
        let (account, role) = match role_arn.and_then(account_and_role) {
            Some((account, role)) => (Some(account), Some(role)),
            None => (listed.account(), role_arn),
        };
        let left = listed.ends.map(|end| time_left(end.0 - self.now.0));
        [
            display_safe(&listed.profile.name),
            shown(account),
            shown(role.or_else(|| listed.value("sso_role_name"))),
            shown(listed.value("region")),
            left.map_or(Cow::Borrowed("-"), Cow::Owned),
        ]
    }
}
