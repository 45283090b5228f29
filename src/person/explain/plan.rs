//! A plan as a page for a person.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::aws::chain::{Base, BaseSource};
use crate::aws::plan::RequestKey;
use crate::aws::plan::{CHAINED, Call, MfaPlan, Plan};
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::duration::in_words;
use crate::place::{Notice, Origin, Sourced};
use crate::session::shown_key_id;
use crate::shell::time_left;

/// When the cached session of a request ends, if there is one.
pub type Cached<'a> = dyn Fn(&RequestKey) -> Option<Timestamp> + 'a;

/// The whole plan: what is selected, then every call with its parameters and where each came from.
#[must_use]
pub fn plan_text(plan: &Plan, cached: &Cached<'_>, now: Timestamp) -> String {
    let region = match &plan.region {
        Some(region) => shown(&region.value, region.origin),
        None => "none: none is exported".to_owned(),
    };
    let rows = [
        ("profile", display_safe(&plan.profile).into_owned()),
        ("region", region),
        ("base", base_text(&plan.base)),
        ("MFA", mfa_text(plan)),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{name:<9}{value}");
    }
    text + &calls_text(plan, cached, now)
}

/// The calls, what would have to be done now, and the notices.
#[must_use]
pub fn calls_text(plan: &Plan, cached: &Cached<'_>, now: Timestamp) -> String {
    let mut text = String::new();
    for (number, call) in plan.calls.iter().enumerate() {
        let _ = write!(
            text,
            "\n{}. {} for {}\n   {}\n",
            number + 1,
            call.operation.name(),
            display_safe(&call.profile),
            display_safe(&call.endpoint)
        );
        write_parameters(&mut text, call);
        let state = match cached(&call.key) {
            Some(end) => format!("cached, {} left", time_left(end.0 - now.0)),
            None => "not cached".to_owned(),
        };
        let _ = writeln!(text, "   {state}");
    }
    let _ = writeln!(text, "\n{}", work_text(plan, cached));
    for notice in &plan.notices {
        let _ = writeln!(text, "! {}", notice_text(notice));
    }
    text
}

fn write_parameters(text: &mut String, call: &Call) {
    let rows = parameters(call);
    let width = |column: fn(&Row) -> usize| rows.iter().map(column).max().unwrap_or_default();
    let names = width(|row| row.name.chars().count());
    let values = width(|row| row.text.chars().count());
    for row in &rows {
        let line = format!(
            "     {:<names$}  {:<values$}  {}",
            row.name, row.text, row.origin
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

/// One parameter: AWS's name, its value for a person and for a script, and who gave it.
pub(super) struct Row {
    pub name: &'static str,
    text: String,
    pub value: Value,
    origin: String,
    pub place: Option<String>,
}

pub(super) fn parameters(call: &Call) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut text = |name, given: Option<&Sourced<String>>| {
        rows.extend(given.map(|given| Row {
            name,
            text: display_safe(&given.value).into_owned(),
            value: json!(given.value),
            origin: given.origin.to_string(),
            place: given.origin.place().map(|place| place.to_string()),
        }));
    };
    text("RoleArn", call.role_arn.as_ref());
    text("RoleSessionName", call.role_session_name.as_ref());
    text("ExternalId", call.external_id.as_ref());
    text("SerialNumber", call.serial_number.as_ref());
    text("SourceIdentity", call.source_identity.as_ref());
    if let Some(seconds) = &call.duration_seconds {
        rows.push(Row {
            name: "DurationSeconds",
            text: format!("{} ({})", seconds.value, in_words(seconds.value)),
            value: json!(seconds.value),
            origin: seconds.origin.to_string(),
            place: seconds.origin.place().map(|place| place.to_string()),
        });
    }
    let mut unplaced = |name, text: &str, value| {
        rows.push(Row {
            name,
            text: display_safe(text).into_owned(),
            value,
            origin: String::new(),
            place: None,
        });
    };
    if !call.tags.is_empty() {
        let pairs: Vec<_> = call.tags.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let tags = call.tags.iter();
        let tags: Vec<_> = tags.map(|(k, v)| json!({"Key": k, "Value": v})).collect();
        unplaced("Tags", &pairs.join(", "), Value::Array(tags));
    }
    if !call.transitive_tag_keys.is_empty() {
        let keys = &call.transitive_tag_keys;
        unplaced("TransitiveTagKeys", &keys.join(", "), json!(keys));
    }
    if let Some(file) = &call.web_identity_token_file {
        let file = format!("file://{file}");
        unplaced("WebIdentityToken", &file, json!(file));
    }
    rows
}

fn shown(value: &str, origin: Origin) -> String {
    format!("{}  ({origin})", display_safe(value))
}

fn base_text(base: &Base) -> String {
    let source = match &base.source {
        BaseSource::Static {
            access_key_id,
            session_token,
            ..
        } => {
            let kind = if session_token.is_some() {
                "temporary key"
            } else {
                "access key"
            };
            format!("{kind} {}", shown_key_id(access_key_id))
        }
        BaseSource::Environment => "the keys in the environment".to_owned(),
        BaseSource::Process { command } => format!("output of `{}`", display_safe(command)),
        BaseSource::WebIdentity { token_file, .. } => {
            format!("web identity token {}", display_safe(token_file))
        }
        BaseSource::Sso {
            account_id,
            role_name,
            start_url,
            ..
        } => format!(
            "Identity Center role {} in account {} at {}",
            display_safe(role_name),
            display_safe(account_id),
            display_safe(start_url)
        ),
        BaseSource::Login { session } => format!("`aws login` session {}", display_safe(session)),
        BaseSource::Ec2 => "instance metadata (IMDSv2)".to_owned(),
        BaseSource::Ecs => "container credentials".to_owned(),
    };
    let profile = display_safe(&base.profile);
    match base.at {
        Some(place) => format!("{source}, of profile {profile}  ({place})"),
        None => format!("{source}, of profile {profile}"),
    }
}

/// The device in force is the one whose serial a call carries.
pub(super) fn serial(plan: &Plan) -> Option<&Sourced<String>> {
    plan.calls
        .iter()
        .find_map(|call| call.serial_number.as_ref())
}

fn mfa_text(plan: &Plan) -> String {
    let Some(serial) = serial(plan) else {
        return "none".to_owned();
    };
    let device = shown(&serial.value, serial.origin);
    if plan.mfa == MfaPlan::Shared {
        return format!("shared: one code serves every role of {device}");
    }
    let asked = plan
        .calls
        .first()
        .and_then(|call| call.duration_seconds.as_ref());
    let why = if asked.is_some_and(|asked| asked.value > CHAINED) {
        "\n         (an MFA session would cap it to 1 h, as AWS caps chained roles)"
    } else {
        ""
    };
    format!("direct: the first role takes a code of {device}{why}")
}

/// What `use` would have to do now.
fn work_text(plan: &Plan, cached: &Cached<'_>) -> String {
    if plan.calls.is_empty() {
        return "No call of STS is needed.".to_owned();
    }
    let calls = plan.calls.iter().rev();
    let missing: Vec<&Call> = calls
        .take_while(|call| cached(&call.key).is_none())
        .collect();
    let count = match missing.len() {
        0 => return "Now: no call, the session is cached.".to_owned(),
        1 => "one call".to_owned(),
        count => format!("{count} calls"),
    };
    if missing.iter().any(|call| call.serial_number.is_some()) {
        format!("Now: {count} and an MFA code.")
    } else {
        format!("Now: {count}, no MFA code.")
    }
}

fn notice_text(notice: &Notice) -> String {
    match notice.at {
        Some(place) => format!("{place}: {}", display_safe(&notice.text)),
        None => display_safe(&notice.text).into_owned(),
    }
}
