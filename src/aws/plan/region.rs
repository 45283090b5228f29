//! The region of a selected profile: option, environment, profile; never the source profile's.

use crate::aws::chain::Chain;
use crate::aws::config::Profile;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Origin, Sourced};
use crate::shell::{Env, Holding};

const VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// `--region`, else the environment's, else the selected profile's.
pub(super) fn choose(
    chain: &Chain,
    env: &Env,
    notices: &mut Vec<Notice>,
) -> Result<Option<Sourced<String>>> {
    let of_profile = chain.selected.as_ref().and_then(region_of);
    let chosen = match &chain.region {
        Some(region) => Some(Sourced::new(region.clone(), Origin::Option("--region"))),
        None => from_environment(env).or_else(|| of_profile.clone()),
    };
    let Some(chosen) = chosen else {
        return Ok(None);
    };
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
/// none where an endpoint stands for it, that is the region recorded with it. A region that the user had is not exported anew and so not recorded: it stays input.
fn from_environment(env: &Env) -> Option<Sourced<String>> {
    let own = env
        .nonempty("XROLE_REGION")
        .filter(|_| Holding::of(env) != Holding::Foreign);
    VARIABLES.into_iter().find_map(|name| {
        let region = env.nonempty(name)?;
        (own != Some(region)).then(|| Sourced::new(region.to_owned(), Origin::Variable(name)))
    })
}

/// `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`: a region becomes a part of a host's name.
fn is_region(region: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = region.as_bytes();
    bytes.len() <= 63
        && bytes.first().is_some_and(|first| plain(*first))
        && bytes.last().is_some_and(|last| plain(*last))
        && bytes.iter().all(|byte| plain(*byte) || *byte == b'-')
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

/// There is a configured endpoint, and no region to sign for.
pub(super) fn missing(chain: &Chain) -> Error {
    let name = display_safe(&chain.profile);
    match &chain.selected {
        Some(profile) => Error::new(
            "region-missing",
            format!("no region for profile \"{name}\""),
            format!("add region = … at {}, or --region", profile.at),
        ),
        None => Error::new(
            "region-missing",
            format!("no region for {name}"),
            "add --region REGION to the command, or set AWS_REGION",
        ),
    }
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
