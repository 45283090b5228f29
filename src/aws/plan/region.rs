//! The region of a selected profile: option, environment, profile. A role that is in no file takes the region of the
//! profile that assumes it, else that of `default`.

use crate::aws::chain::Chain;
use crate::aws::config::Profile;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Origin, Sourced};
use crate::shell::grammar::is_region;
use crate::shell::{Env, Holding, own_region};

const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// `--region`, else the environment's, else the selected profile's, else the source profile's of a role in no file.
pub(super) fn choose(
    chain: &Chain,
    env: &Env,
    notices: &mut Vec<Notice>,
) -> Result<Option<Sourced<String>>> {
    let of_profile = chain.selected.as_ref().and_then(region_of);
    let chosen = match &chain.region {
        Some(region) => Some(Sourced::new(region.clone(), Origin::Option("--region"))),
        None => from_environment(env)
            .or_else(|| of_profile.clone())
            .or_else(|| chain.source_region.clone()),
    };
    let Some(chosen) = chosen else {
        return Ok(None);
    };
    if let Some(region) = region_of_zone(&chosen.value) {
        return Err(availability_zone(&chosen, region));
    }
    if !is_region(&chosen.value) {
        return Err(invalid(&chosen));
    }
    if let (Origin::Variable(name), Some(of_profile)) = (chosen.origin, of_profile)
        && chosen.value != of_profile.value
    {
        notices.push(Notice::new(
            of_profile.origin.place(),
            format!(
                "region {} is overridden by {name}={}",
                display_safe(&of_profile.value),
                chosen.value
            ),
        ));
    }
    Ok(Some(chosen))
}

fn region_of(profile: &Profile) -> Option<Sourced<String>> {
    profile
        .get("region")
        .filter(|region| !region.value.is_empty())
        .map(Sourced::from)
}

/// The environment's region, unless xrole itself put it there: while the session in the shell is xrole's own, or
/// none where an endpoint stands for it, that is the region recorded with it. A region of the user's is not recorded,
/// and stays input from role to role.
fn from_environment(env: &Env) -> Option<Sourced<String>> {
    let is_ours = Holding::of(env) != Holding::Foreign;
    VARIABLES.into_iter().find_map(|name| {
        let region = env.nonempty(name)?;
        let own = own_region(env, name).filter(|_| is_ours);
        (own != Some(region)).then(|| Sourced::new(region.to_owned(), Origin::Variable(name)))
    })
}

/// The region of an availability zone such as `eu-west-1a` or of a local zone such as `us-west-2-lax-1a`.
fn region_of_zone(text: &str) -> Option<&str> {
    let is_letters = |part: &str| part.len() > 1 && part.bytes().all(|c| c.is_ascii_lowercase());
    let mut end = 0;
    for part in text.split('-') {
        end += part.len() + 1;
        if is_letters(part) {
            continue;
        }
        // The first part with a digit ends the name of a region.
        let zone = part.strip_suffix(|c: char| c.is_ascii_lowercase());
        let number = zone.unwrap_or(part);
        let is_number = !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit());
        let rest = text.get(end..);
        return match (zone, rest) {
            (Some(_), None) if is_number && text.contains('-') => text.get(..end - 2),
            (None, Some(rest)) if is_number && region_of_zone(rest).is_some() => {
                text.get(..end - 1)
            }
            _ => None,
        };
    }
    None
}

fn availability_zone(zone: &Sourced<String>, region: &str) -> Error {
    let value = display_safe(&zone.value);
    let message = match zone.origin {
        Origin::File(_) => format!("{value} is an availability zone"),
        origin => format!("{value} ({origin}) is an availability zone"),
    };
    Error::new("region-invalid", message, format!("write {region}")).at(zone.origin.place())
}

fn invalid(region: &Sourced<String>) -> Error {
    let value = display_safe(&region.value);
    let message = match region.origin {
        Origin::File(_) => format!("\"{value}\" is not a region name"),
        origin => format!("\"{value}\" ({origin}) is not a region name"),
    };
    Error::new(
        "region-invalid",
        message,
        "name a region such as eu-west-1 there, or with --region",
    )
    .at(region.origin.place())
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_one_label_of_a_host_name() {
        for good in ["eu-west-1", "a", "9", "aws-global", &"a".repeat(63)] {
            assert!(is_region(good), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a-",
            "eu_west_1",
            "EU-WEST-1",
            "a.evil.example",
            "a/b",
            "a@b",
            "é",
            &"a".repeat(64),
        ] {
            assert!(!is_region(bad), "{bad}");
        }
    }
}
