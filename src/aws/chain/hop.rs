//! One role of a chain: what its own profile says, and what options of the command line change.

use std::collections::BTreeSet;

use super::Hop;
use super::selection::{Selection, option};
use crate::aws::config::{Profile, Setting};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Origin, Place, Sourced};

impl From<&Setting> for Sourced<String> {
    fn from(setting: &Setting) -> Self {
        Self::new(setting.value.to_string(), Origin::File(setting.at))
    }
}

impl Hop {
    /// The role of a profile that has `role_arn`.
    pub(super) fn of(profile: &Profile, notices: &mut Vec<Notice>) -> Result<Self> {
        let text = |key: &str| profile.get(key).map(Sourced::from);
        let session_tags = profile
            .get("session_tags")
            .map(|setting| Ok(Sourced::new(tags(setting)?, Origin::File(setting.at))))
            .transpose()?;
        let transitive = profile
            .get("transitive_session_tags")
            .map(|setting| Ok(Sourced::new(tag_keys(setting)?, Origin::File(setting.at))))
            .transpose()?;
        note_unknown_tags(profile, transitive.as_ref(), session_tags.as_ref(), notices);
        Ok(Self {
            profile: profile.name.clone(),
            role_arn: text("role_arn")
                .unwrap_or_else(|| Sourced::new(String::new(), Origin::File(profile.at))),
            external_id: not_empty(profile, "external_id")?,
            role_session_name: session_name(profile),
            duration_seconds: duration(profile, notices)?,
            mfa_serial: not_empty(profile, "mfa_serial")?,
            mfa_process: text("mfa_process"),
            session_tags,
            transitive_session_tags: transitive,
            source_identity: text("source_identity"),
        })
    }

    /// A role that is in no file: what the options say of it.
    pub(super) fn ad_hoc(selection: &Selection) -> Self {
        let mut hop = Self {
            profile: selection.profile.clone(),
            role_arn: Sourced::new(selection.profile.clone(), Origin::Option("PROFILE")),
            external_id: None,
            role_session_name: None,
            duration_seconds: None,
            mfa_serial: None,
            mfa_process: None,
            session_tags: None,
            transitive_session_tags: None,
            source_identity: None,
        };
        hop.apply(selection);
        hop
    }

    /// Options count for the selected role alone, and before its profile.
    pub(super) fn apply(&mut self, selection: &Selection) {
        let duration = option(selection.duration.as_ref(), "--duration");
        self.duration_seconds = duration.or(self.duration_seconds.take());
        let external_id = option(selection.external_id.as_ref(), "--external-id");
        self.external_id = external_id.or(self.external_id.take());
        let name = option(selection.session_name.as_ref(), "--session-name");
        self.role_session_name = name.or(self.role_session_name.take());
    }
}

/// An empty `role_session_name` means the default name.
pub(super) fn session_name(profile: &Profile) -> Option<Sourced<String>> {
    profile
        .get("role_session_name")
        .filter(|name| !name.value.is_empty())
        .map(Sourced::from)
}

/// A key that may be absent but not empty: nobody writes `external_id =` to say that there is none.
pub(super) fn not_empty(profile: &Profile, key: &str) -> Result<Option<Sourced<String>>> {
    match profile.get(key) {
        Some(setting) if setting.value.is_empty() => Err(Error::new(
            "param",
            format!("{key} is empty"),
            "give it a value, or remove the line",
        )
        .at(setting.at)),
        other => Ok(other.map(Sourced::from)),
    }
}

/// `duration_seconds`; what is no whole number is ignored, as in the CLI.
fn duration(profile: &Profile, notices: &mut Vec<Notice>) -> Result<Option<Sourced<u32>>> {
    let Some(setting) = profile.get("duration_seconds") else {
        return Ok(None);
    };
    let digits = setting.value.trim_start_matches(['-', '+']);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let text = display_safe(&setting.value);
        notices.push(Notice::new(
            setting.at,
            format!("duration_seconds \"{text}\" is not a whole number: ignored"),
        ));
        return Ok(None);
    }
    match setting.value.parse() {
        Ok(seconds) => Ok(Some(Sourced::new(seconds, Origin::File(setting.at)))),
        Err(_) => Err(Error::new(
            "param",
            format!("duration_seconds is {}", display_safe(&setting.value)),
            "duration_seconds: 900 to 43200",
        )
        .at(setting.at)),
    }
}

fn tags(setting: &Setting) -> Result<Vec<(String, String)>> {
    few_enough(setting, "session_tags", "tags", TAGS)?;
    let mut tags: Vec<(String, String)> = Vec::new();
    let mut seen = BTreeSet::new();
    for part in setting.value.split(',') {
        let Some((key, value)) = part.split_once('=') else {
            let part = display_safe(part.trim());
            return Err(tags_error(
                setting.at,
                format!("session_tags has a part without \"=\": \"{part}\""),
            ));
        };
        let (key, value) = (key.trim(), value.trim());
        if !seen.insert(key.to_lowercase()) {
            let key = display_safe(key);
            return Err(tags_error(
                setting.at,
                format!("session_tags has the key \"{key}\" twice"),
            ));
        }
        tags.push((key.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

fn tags_error(at: Place, message: String) -> Error {
    Error::new(
        "param",
        message,
        "write session_tags = key=value,key2=value2, each key once whatever its case",
    )
    .at(at)
}

fn tag_keys(setting: &Setting) -> Result<Vec<String>> {
    few_enough(setting, "transitive_session_tags", "keys", TRANSITIVE)?;
    let keys = setting.value.split(',');
    Ok(keys.map(|key| key.trim().to_owned()).collect())
}

const TAGS: &str = "session_tags: at most 50, keys of 1 to 128 and values of up to 256 letters, digits, spaces and _ . : / = + - @";
const TRANSITIVE: &str = "transitive_session_tags: at most 50 keys of session_tags";

/// AWS takes fifty: more are counted, and not looked at.
fn few_enough(setting: &Setting, key: &str, what: &str, remedy: &str) -> Result<()> {
    let number = setting.value.split(',').count();
    if number <= 50 {
        return Ok(());
    }
    let message = format!("{key} has {number} {what}");
    Err(Error::new("param", message, remedy).at(setting.at))
}

/// A transitive tag that the hop does not set is sent nevertheless: it may come from an earlier hop.
fn note_unknown_tags(
    profile: &Profile,
    transitive: Option<&Sourced<Vec<String>>>,
    tags: Option<&Sourced<Vec<(String, String)>>>,
    notices: &mut Vec<Notice>,
) {
    let Some(transitive) = transitive else {
        return;
    };
    let tags = tags.map(|tags| tags.value.as_slice()).unwrap_or_default();
    let tags: BTreeSet<_> = tags.iter().map(|(tag, _)| tag.to_lowercase()).collect();
    for key in &transitive.value {
        if !tags.contains(&key.to_lowercase()) {
            notices.push(Notice::new(
                transitive.origin.place(),
                format!(
                    "transitive_session_tags names \"{}\", which is not in session_tags of profile \"{}\"",
                    display_safe(key),
                    display_safe(&profile.name)
                ),
            ));
        }
    }
}
