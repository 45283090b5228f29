//! `list PROFILE`: every setting in force, with the line it came from.

use std::borrow::Cow;

use serde::Serialize;

use super::table::aligned;
use crate::aws::config::{Profiles, told};
use crate::display_safe::display_safe;
use crate::error::Result;
use crate::json;
use crate::person::explain::NoticeJson;

/// Every setting of one profile, after merge and `include_profile`, secrets as `***`.
pub fn one_text(profiles: &Profiles, name: &str) -> Result<String> {
    let profile = profiles.expand(name)?;
    let lines: Vec<[Cow<'_, str>; 3]> = profile
        .masked_settings()
        .map(|(key, value, place)| {
            let place = Cow::Owned(place.to_string());
            [display_safe(key), display_safe(value), place]
        })
        .collect();
    if lines.is_empty() {
        let name = display_safe(name);
        return Ok(format!("profile {name} ({}) is empty\n", profile.at));
    }
    Ok(aligned(lines.into_iter()))
}

/// The profile and what it includes.
pub(super) fn touched(profiles: &Profiles, name: &str) -> Vec<String> {
    let included = profiles.includes(name).into_iter();
    included.map(|profile| profile.name.clone()).collect()
}

/// The same for scripts.
pub fn one_json(profiles: &Profiles, name: &str) -> Result<String> {
    #[derive(Serialize)]
    struct One<'a> {
        v: u8,
        profile: &'a str,
        settings: Vec<Line<'a>>,
        notices: Vec<NoticeJson<'a>>,
    }
    #[derive(Serialize)]
    struct Line<'a> {
        key: &'a str,
        value: &'a str,
        at: String,
    }
    let profile = profiles.expand(name)?;
    let about = told(profiles.notices_about(&touched(profiles, name)));
    let settings = profile.masked_settings().map(|(key, value, place)| Line {
        key,
        value,
        at: place.to_string(),
    });
    Ok(json::write(&One {
        v: 1,
        profile: name,
        settings: settings.collect(),
        notices: NoticeJson::all(&about),
    }))
}
