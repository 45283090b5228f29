//! `explain`: the plan of a profile, as `use` would carry it out. Nothing is called, run or asked.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use super::outcome::Outcome;
use crate::app::App;
use crate::aws::chain::{BaseKind, Selection, resolve, touched};
use crate::aws::config::{Profiles, told};
use crate::aws::plan::RequestKey;
use crate::aws::plan::{Plan, PlanSettings, plan};
use crate::cli::ExplainArgs;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::obtain::target;
use crate::person::explain::{Cached, calls_text, plan_json, plan_text};
use crate::place::Notice;
use crate::shell::{Env, active_profile};

pub fn run(app: &App<'_>, args: &ExplainArgs) -> Result<Outcome> {
    let (profiles, settings, cache) = (app.profiles()?, app.settings()?, app.cache()?);
    let env = app.env();
    let name = args.profile.as_deref().or_else(|| active_profile(env));
    let remembered = name.and_then(|name| target::remembered(profiles, cache, name, &args.select));
    let selection = match remembered {
        Some(selection) => selection,
        None => target::selection(profiles, env, name, &args.select)?,
    };
    app.notice_about(&selection)?;
    let explain = Explain {
        profiles,
        selection: &selection,
        settings: &target::plan_settings(settings, env, &selection.profile),
        env,
        cached: &|key| cache.read(key).and_then(|session| session.expires()),
        now: app.context.clock.now(),
    };
    let stdout = if args.json {
        json(&explain)? + "\n"
    } else {
        text(&explain)?
    };
    app.notice_of_cache();
    Ok(Outcome::done(stdout))
}

/// What `explain` looks at.
#[derive(Clone, Copy)]
pub struct Explain<'a> {
    pub profiles: &'a Profiles,
    pub selection: &'a Selection,
    pub settings: &'a PlanSettings,
    pub env: &'a Env,
    /// When the cached session of a request ends, if there is one.
    pub cached: &'a Cached<'a>,
    pub now: Timestamp,
}

impl std::fmt::Debug for Explain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explain")
            .field("selection", self.selection)
            .finish_non_exhaustive()
    }
}

/// A plan, and the other one where the base tells its kind only when it has run.
struct Branches {
    long_term: Result<Plan>,
    temporary: Option<Result<Plan>>,
}

/// The page for a person. Notices of the files are not in it: they go to stderr once a run.
pub fn text(explain: &Explain<'_>) -> Result<String> {
    let branches = explain.branches()?;
    let whole = |plan: &Plan| plan_text(plan, explain.cached, explain.now);
    let Some(temporary) = branches.temporary else {
        return branches.long_term.map(|plan| whole(&plan));
    };
    let mut text = String::new();
    match branches.long_term {
        Ok(plan) => text.push_str(&whole(&plan)),
        Err(error) => {
            let _ = writeln!(text, "{error}");
        }
    }
    text.push_str(
        "\nThis holds if credential_process returns long-term keys. If it returns a session token too:\n",
    );
    match temporary {
        Ok(plan) => text.push_str(&calls_text(&plan, explain.cached, explain.now)),
        Err(error) => {
            let _ = writeln!(text, "\n{error}");
        }
    }
    Ok(text)
}

/// The object for scripts. Of two branches it holds that of long-term keys, and a notice says so.
pub fn json(explain: &Explain<'_>) -> Result<String> {
    let branches = explain.branches()?;
    let mut plan = branches.long_term?;
    if let Some(temporary) = branches.temporary {
        let other = match temporary {
            Ok(other) => operations(&other),
            Err(error) => error.message,
        };
        plan.notices.push(Notice::new(
            plan.base.at,
            format!(
                "these calls are made if credential_process returns long-term keys; with a session token: {other}"
            ),
        ));
    }
    let touched = touched(explain.profiles, explain.selection, explain.env);
    let of_files = told(explain.profiles.notices_about(&touched));
    Ok(plan_json(&plan, &of_files, explain.cached))
}

fn operations(plan: &Plan) -> String {
    let calls: Vec<&str> = plan
        .calls
        .iter()
        .map(|call| call.operation.name())
        .collect();
    if calls.is_empty() {
        return "no call".to_owned();
    }
    let how = format!("mfa {}: ", plan.mfa.name());
    how + &calls.join(", ")
}

impl Explain<'_> {
    fn plan(&self, assume: BaseKind) -> Result<Plan> {
        let chain = resolve(self.profiles, self.selection, self.env)?;
        plan(chain, self.profiles, self.settings, self.env, assume)
    }

    fn branches(&self) -> Result<Branches> {
        let chain = resolve(self.profiles, self.selection, self.env)?;
        let long_term = self.plan(BaseKind::LongTerm);
        if chain.base.kind(self.env).is_some() {
            return Ok(Branches {
                long_term,
                temporary: None,
            });
        }
        let temporary = self.plan(BaseKind::Temporary);
        let same = match (&long_term, &temporary) {
            (Ok(one), Ok(other)) => one.mfa == other.mfa && keys(one) == keys(other),
            (Err(one), Err(other)) => one == other,
            _ => false,
        };
        Ok(Branches {
            long_term,
            temporary: (!same).then_some(temporary),
        })
    }
}

fn keys(plan: &Plan) -> Vec<RequestKey> {
    plan.calls.iter().map(|call| call.key).collect()
}
