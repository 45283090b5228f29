//! The MFA device of a chain: one, the base user's, wherever in the chain its serial is written.

use super::hop::not_empty;
use super::selection::option;
use super::{Base, Device, Hop};
use crate::aws::config::{Profile, Profiles};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Sourced};

/// The serial in force: `--mfa-serial`, else the one serial of the hops' profiles, without hops that of the
/// selected profile. A code is presented only by the base, so two devices cannot both be meant.
pub(super) fn device_in_force(
    profiles: &Profiles,
    selected: Option<&Profile>,
    hops: &[Hop],
    base: &Base,
    given: Option<&String>,
    notices: &mut Vec<Notice>,
) -> Result<Option<Device>> {
    note_ignored_serial(profiles, hops, base, notices);
    if let Some(serial) = option(given, "--mfa-serial") {
        let process = match hops.len().checked_sub(1) {
            Some(last) => process_for(profiles, hops, base, last),
            None => selected
                .and_then(|profile| profile.get("mfa_process"))
                .map(Sourced::from),
        };
        return Ok(Some(Device { serial, process }));
    }
    if hops.is_empty() {
        let Some(profile) = selected else {
            return Ok(None);
        };
        let process = profile.get("mfa_process").map(Sourced::from);
        return Ok(not_empty(profile, "mfa_serial")?.map(|serial| Device { serial, process }));
    }
    let mut found: Option<(usize, &Sourced<String>)> = None;
    for (index, hop) in hops.iter().enumerate() {
        let Some(serial) = &hop.mfa_serial else {
            continue;
        };
        match found {
            Some((_, first)) if first.value != serial.value => {
                return Err(two_devices(first, serial));
            }
            Some(_) => {}
            None => found = Some((index, serial)),
        }
    }
    let Some((index, serial)) = found else {
        return Ok(None);
    };
    if index > 0 {
        notices.push(Notice::new(
            serial.origin.place(),
            format!(
                "the code is presented by the base user \"{}\", with the first call: role \"{}\" itself sees no MFA",
                display_safe(&base.profile),
                display_safe(&hops[index].profile)
            ),
        ));
    }
    Ok(Some(Device {
        serial: serial.clone(),
        process: process_for(profiles, hops, base, index),
    }))
}

/// `mfa_process` of the profile with the serial, else of its source profile.
fn process_for(
    profiles: &Profiles,
    hops: &[Hop],
    base: &Base,
    index: usize,
) -> Option<Sourced<String>> {
    hops[index].mfa_process.clone().or_else(|| {
        let source = match index.checked_sub(1) {
            Some(before) => &hops[before].profile,
            None => &base.profile,
        };
        let source = profiles.expand_for_use(source).ok()?;
        source.get("mfa_process").map(Sourced::from)
    })
}

/// The serial of a base that is not selected itself is no part of the chain, as in the CLI.
fn note_ignored_serial(profiles: &Profiles, hops: &[Hop], base: &Base, notices: &mut Vec<Notice>) {
    let Some(last) = hops.last() else {
        return;
    };
    if hops.iter().any(|hop| hop.profile == base.profile) {
        return;
    }
    let Ok(profile) = profiles.expand_for_use(&base.profile) else {
        return;
    };
    let Some(serial) = profile.get("mfa_serial") else {
        return;
    };
    let of_hops = |hop: &Hop| hop.mfa_serial.as_ref().map(|serial| serial.value.clone());
    if hops
        .iter()
        .filter_map(of_hops)
        .any(|other| serial.value == other.as_str())
    {
        return;
    }
    let without = hops.iter().all(|hop| hop.mfa_serial.is_none());
    let advice = if without {
        format!(
            "; if the role demands MFA, write it under profile \"{}\"",
            display_safe(&last.profile)
        )
    } else {
        String::new()
    };
    notices.push(Notice::new(
        serial.at,
        format!(
            "mfa_serial of base profile \"{}\" is ignored{advice}",
            display_safe(&base.profile)
        ),
    ));
}

fn two_devices(one: &Sourced<String>, other: &Sourced<String>) -> Error {
    let (one, other) = (one.origin.place(), other.origin.place());
    Error::new(
        "mfa-serial-conflict",
        "two MFA devices in one chain",
        "one device signs in once: keep the base user's",
    )
    .at(one.min(other))
    .at(one.max(other))
}
