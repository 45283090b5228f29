//! A plan as JSON for a script, in the form that `explain --json` promises.

use serde::Serialize;
use serde_json::{Map, Value};

use super::plan::{Cached, parameters, serial};
use crate::aws::chain::{Base, BaseSource};
use crate::aws::plan::{Call, Plan};
use crate::clock::Timestamp;
use crate::json;
use crate::place::Notice;
use crate::session::shown_key_id;

/// A notice as `{at, text}`.
#[derive(Serialize)]
pub(crate) struct NoticeJson<'a> {
    at: Option<String>,
    text: &'a str,
}

impl<'a> NoticeJson<'a> {
    pub(crate) fn all(notices: impl IntoIterator<Item = &'a Notice>) -> Vec<Self> {
        let notices = notices.into_iter();
        notices
            .map(|notice| Self {
                at: notice.at.map(|place| place.to_string()),
                text: &notice.text,
            })
            .collect()
    }
}

#[derive(Serialize)]
struct PlanJson<'a> {
    v: u8,
    profile: &'a str,
    region: Option<&'a str>,
    base: BaseJson<'a>,
    mfa: MfaJson<'a>,
    calls: Vec<CallJson<'a>>,
    notices: Vec<NoticeJson<'a>>,
}

#[derive(Serialize)]
struct BaseJson<'a> {
    kind: &'static str,
    profile: &'a str,
    at: Option<String>,
    access_key_id: Option<&'a str>,
}

#[derive(Serialize)]
struct MfaJson<'a> {
    plan: &'static str,
    serial: Option<&'a str>,
    at: Option<String>,
}

#[derive(Serialize)]
struct CallJson<'a> {
    operation: &'static str,
    profile: &'a str,
    region: &'a str,
    endpoint: &'a str,
    parameters: Map<String, Value>,
    at: Map<String, Value>,
    cached: Option<String>,
}

/// The object that `explain --json` prints. `more` are notices of the files, beside the plan's own.
#[must_use]
pub fn plan_json(plan: &Plan, more: &[Notice], cached: &Cached<'_>) -> String {
    let serial = serial(plan);
    json::write(&PlanJson {
        v: 1,
        profile: &plan.profile,
        region: plan.region.as_ref().map(|region| region.value.as_str()),
        base: base_json(&plan.base),
        mfa: MfaJson {
            plan: plan.mfa.name(),
            serial: serial.map(|serial| serial.value.as_str()),
            at: serial
                .and_then(|serial| serial.origin.place())
                .map(|place| place.to_string()),
        },
        calls: plan
            .calls
            .iter()
            .map(|call| call_json(call, cached))
            .collect(),
        notices: NoticeJson::all(more.iter().chain(&plan.notices)),
    })
}

fn base_json(base: &Base) -> BaseJson<'_> {
    let (kind, access_key_id) = match &base.source {
        BaseSource::Static { access_key_id, .. } => ("static", Some(shown_key_id(access_key_id))),
        BaseSource::Environment => ("environment", None),
        BaseSource::Process { .. } => ("process", None),
        BaseSource::WebIdentity { .. } => ("web_identity", None),
        BaseSource::Sso { .. } => ("sso", None),
        BaseSource::Login { .. } => ("login", None),
        BaseSource::Ec2 => ("ec2", None),
        BaseSource::Ecs => ("ecs", None),
    };
    BaseJson {
        kind,
        profile: &base.profile,
        at: base.at.map(|place| place.to_string()),
        access_key_id,
    }
}

fn call_json<'a>(call: &'a Call, cached: &Cached<'_>) -> CallJson<'a> {
    let mut parameters_json = Map::new();
    let mut at = Map::new();
    for row in parameters(call) {
        if let Some(place) = row.place {
            at.insert(row.name.to_owned(), Value::String(place));
        }
        parameters_json.insert(row.name.to_owned(), row.value);
    }
    CallJson {
        operation: call.operation.name(),
        profile: &call.profile,
        region: &call.region,
        endpoint: &call.endpoint,
        parameters: parameters_json,
        at,
        cached: cached(&call.key).map(Timestamp::rfc3339),
    }
}
