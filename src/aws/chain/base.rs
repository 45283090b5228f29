//! The credentials that a profile holds itself: the first of its sources that applies, or an error.

use super::hop::{not_empty, session_name};
use super::{Base, BaseSource};
use crate::aws::config::{Profile, Profiles, Setting};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Place, SourceFile, Sourced};
use crate::shell::Env;

fn key_lines(profile: &Profile) -> impl Iterator<Item = Place> {
    ["aws_access_key_id", "aws_secret_access_key"]
        .into_iter()
        .filter_map(|key| profile.get(key))
        .map(|setting| setting.at)
}

/// The base of a profile: web identity, Identity Center, keys of the credentials file, login, process, keys of
/// the config file, in this order, which is the AWS CLI's. Never the environment or a metadata service.
pub(super) fn base_of(
    profiles: &Profiles,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Base> {
    if let Some(file) = profile.get("web_identity_token_file") {
        return web_identity(profile, file, notices);
    }
    if profile.get("sso_account_id").is_some() || profile.get("sso_role_name").is_some() {
        return sso(profiles, profile);
    }
    if key_lines(profile).any(|at| at.file == SourceFile::Credentials)
        && let Some(base) = static_base(profile)?
    {
        return Ok(base);
    }
    if let Some(session) = profile.get("login_session") {
        let source = BaseSource::Login {
            session: session.value.to_string(),
        };
        return Ok(based(profile, source, session.at));
    }
    if let Some(process) = profile.get("credential_process") {
        let source = BaseSource::Process {
            command: process.value.to_string(),
        };
        return Ok(based(profile, source, process.at));
    }
    if let Some(base) = static_base(profile)? {
        return Ok(base);
    }
    if profile.get("sso_session").is_some() || profile.get("sso_start_url").is_some() {
        return sso(profiles, profile);
    }
    // What it holds is told of all keys, known or not.
    let whole = profiles.expand(&profile.name);
    Err(no_credentials(whole.as_ref().unwrap_or(profile)))
}

/// The profile's access key, whole and from one file.
pub(super) fn static_base(profile: &Profile) -> Result<Option<Base>> {
    Ok(profile.static_keys()?.map(|keys| {
        let source = BaseSource::Static {
            access_key_id: keys.access_key_id,
            secret_access_key: keys.secret_access_key,
            session_token: keys.session_token,
        };
        based(profile, source, keys.at)
    }))
}

/// The sources that `credential_source` and `--source` can name.
pub(super) const NAMED_SOURCES: [&str; 3] = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];

/// `credential_source`: the one way to credentials that no file holds.
pub(super) fn named_source(profile: &str, named: &Sourced<String>, env: &Env) -> Result<Base> {
    let source = match named.value.as_str() {
        "Environment" if env.holds_xrole_keys() => return Err(environment_is_xrole(env)),
        "Environment" => BaseSource::Environment,
        "Ec2InstanceMetadata" => BaseSource::Ec2,
        "EcsContainer" => BaseSource::Ecs,
        other => {
            return Err(Error::new(
                "credential-source",
                format!("credential_source \"{}\" is not known", display_safe(other)),
                "write Environment, Ec2InstanceMetadata or EcsContainer",
            )
            .at(named.origin.place()));
        }
    };
    Ok(Base {
        source,
        profile: profile.to_owned(),
        at: named.origin.place(),
    })
}

fn based(profile: &Profile, source: BaseSource, at: impl Into<Option<Place>>) -> Base {
    Base {
        source,
        profile: profile.name.clone(),
        at: at.into(),
    }
}

fn environment_is_xrole(env: &Env) -> Error {
    let profile = env.nonempty("XROLE_PROFILE").unwrap_or("?");
    Error::new(
        "env-is-xrole",
        format!(
            "credential_source = Environment, but the keys in this shell are xrole's own (profile \"{}\")",
            display_safe(profile)
        ),
        "xrole unset, then again",
    )
}

fn web_identity(profile: &Profile, file: &Setting, notices: &mut Vec<Notice>) -> Result<Base> {
    let Some(role_arn) = not_empty(profile, "role_arn")? else {
        return Err(Error::new(
            "web-identity",
            "web_identity_token_file without role_arn",
            "add role_arn",
        )
        .at(file.at));
    };
    if let Some(duration) = profile.get("duration_seconds") {
        notices.push(Notice::new(
            duration.at,
            "duration_seconds has no effect on a web identity: ignored",
        ));
    }
    let source = BaseSource::WebIdentity {
        role_arn,
        role_session_name: session_name(profile),
        token_file: file.value.to_string(),
    };
    Ok(based(profile, source, file.at))
}

/// Identity Center. With `sso_session`, start URL and region stand there; the profile may only repeat them.
fn sso(profiles: &Profiles, profile: &Profile) -> Result<Base> {
    let session = match profile.get("sso_session") {
        Some(name) => Some(
            profiles
                .sso_sessions
                .get(&name.value)
                .ok_or_else(|| sso_session_not_found(profiles, name))?,
        ),
        None => None,
    };
    let mut missing = Vec::new();
    let mut need = |key: &'static str, holder: &Profile| -> String {
        let held = holder.get(key).filter(|setting| !setting.value.is_empty());
        if held.is_none() {
            missing.push(key);
        }
        held.map(|setting| setting.value.to_string())
            .unwrap_or_default()
    };
    let source = BaseSource::Sso {
        account_id: need("sso_account_id", profile),
        role_name: need("sso_role_name", profile),
        start_url: need("sso_start_url", session.unwrap_or(profile)),
        region: need("sso_region", session.unwrap_or(profile)),
        session: profile
            .get("sso_session")
            .map(|name| name.value.to_string()),
    };
    let first = profile
        .settings
        .iter()
        .filter(|(key, _)| key.starts_with("sso_"))
        .map(|(_, setting)| setting.at)
        .min();
    if !missing.is_empty() {
        return Err(sso_incomplete(profile, &missing, first));
    }
    if let Some(session) = session {
        session.certain()?;
        repeats_equally(profile, session)?;
    }
    Ok(based(profile, source, first))
}

fn sso_incomplete(profile: &Profile, missing: &[&str], first: Option<Place>) -> Error {
    let name = display_safe(&profile.name);
    Error::new(
        "sso-incomplete",
        format!(
            "profile \"{name}\" lacks {} for Identity Center",
            missing.join(", ")
        ),
        format!("aws configure sso --profile {name}"),
    )
    .at(first)
}

fn repeats_equally(profile: &Profile, session: &Profile) -> Result<()> {
    for key in ["sso_start_url", "sso_region"] {
        if let (Some(here), Some(there)) = (profile.get(key), session.get(key))
            && here.value != there.value
        {
            return Err(Error::new(
                "sso-mismatch",
                format!("{key} differs"),
                format!(
                    "keep the line in [sso-session {}]",
                    display_safe(&session.name)
                ),
            )
            .at(here.at)
            .at(there.at));
        }
    }
    Ok(())
}

fn sso_session_not_found(profiles: &Profiles, name: &Setting) -> Error {
    let remedy = match profiles.nearest_sso_session(&name.value) {
        Some(near) => format!(
            "did you mean \"{}\" ({})?",
            display_safe(&near.name),
            near.at
        ),
        None => format!(
            "add [sso-session {}] with sso_start_url and sso_region",
            display_safe(&name.value)
        ),
    };
    Error::new(
        "sso-session-not-found",
        format!(
            "sso-session \"{}\" does not exist",
            display_safe(&name.value)
        ),
        remedy,
    )
    .at(name.at)
}

/// More keys than these are not told one by one.
const FEW: usize = 12;

fn no_credentials(profile: &Profile) -> Error {
    let name = display_safe(&profile.name);
    let keys = profile.settings.keys().take(FEW);
    let held: Vec<_> = keys.map(display_safe).collect();
    let held = match profile.settings.len() {
        0 => ": it is empty".to_owned(),
        1..=FEW => format!(": only {}", held.join(", ")),
        _ => format!(": only {}, …", held.join(", ")),
    };
    Error::new(
        "no-credentials",
        format!(
            "profile \"{name}\" ({}) holds no credentials{held}",
            profile.at
        ),
        format!("aws configure --profile {name}, or give it a source_profile and role_arn"),
    )
}
