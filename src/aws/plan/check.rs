//! What AWS is sure to refuse is refused here, before any network access, with the line and the bound.

use super::endpoint::Endpoint;
use super::partition::Partition;
use super::settings::PlanSettings;
use crate::aws::chain::{BaseSource, Chain, Hop};
use crate::display_safe::display_safe;
use crate::duration::in_words;
use crate::error::{Error, Result};
use crate::place::{Origin, Sourced};

/// The lengths and characters of one parameter.
struct Bound {
    key: &'static str,
    least: usize,
    most: usize,
    /// Besides ASCII letters and digits.
    marks: &'static str,
}

const SESSION_NAME: Bound = bound("role_session_name", 2, 64, "_+=,.@-");
const EXTERNAL_ID: Bound = bound("external_id", 2, 1224, "_+=,.@:/-");
const SERIAL: Bound = bound("mfa_serial", 9, 256, "_+=/:,.@-");
const SOURCE_IDENTITY: Bound = bound("source_identity", 2, 64, "_+=,.@-");

const MOST_TAGS: usize = 50;
/// A tag's key and value: letters and digits of any script, white space and these.
const TAG_MARKS: &str = "_.:/=+-@";

const fn bound(key: &'static str, least: usize, most: usize, marks: &'static str) -> Bound {
    Bound {
        key,
        least,
        most,
        marks,
    }
}

/// Every parameter that the chain would send.
pub(super) fn chain(chain: &Chain) -> Result<()> {
    if let BaseSource::WebIdentity {
        role_arn,
        role_session_name,
        ..
    } = &chain.base.source
    {
        role(role_arn)?;
        SESSION_NAME.check(role_session_name.as_ref())?;
    }
    for hop in &chain.hops {
        hop_parameters(hop)?;
    }
    chain
        .mfa
        .as_ref()
        .map_or(Ok(()), |device| serial(&device.serial))
}

fn hop_parameters(hop: &Hop) -> Result<()> {
    role(&hop.role_arn)?;
    SESSION_NAME.check(hop.role_session_name.as_ref())?;
    EXTERNAL_ID.check(hop.external_id.as_ref())?;
    if let Some(seconds) = &hop.duration_seconds
        && !(900..=43_200).contains(&seconds.value)
    {
        let what = format!("is {} seconds", seconds.value);
        let remedy = "duration_seconds: 900 to 43200, and no more than the role's maximum";
        return Err(refuse("duration_seconds", seconds.origin, &what, remedy));
    }
    tags(hop)?;
    // "Not beginning with aws:" is covered: `:` is no character of it.
    SOURCE_IDENTITY.check(hop.source_identity.as_ref())
}

impl Bound {
    fn check(&self, given: Option<&Sourced<String>>) -> Result<()> {
        let Some(given) = given else {
            return Ok(());
        };
        let (value, length) = (&given.value, given.value.chars().count());
        let allowed = |c: char| c.is_ascii_alphanumeric() || self.marks.contains(c);
        let what = if length < self.least {
            format!(
                "has {}, at least {} are needed",
                characters(length),
                self.least
            )
        } else if length > self.most {
            format!(
                "has {}, at most {} are taken",
                characters(length),
                self.most
            )
        } else if let Some(bad) = value.chars().find(|c| !allowed(*c)) {
            let bad = display_safe(&bad.to_string()).into_owned();
            format!("has the character \"{bad}\", which AWS does not take")
        } else {
            return Ok(());
        };
        let marks = self.marks.chars().map(String::from).collect::<Vec<_>>();
        let remedy = format!(
            "{}: {} to {} characters of A-Z a-z 0-9 {}",
            self.key,
            self.least,
            self.most,
            marks.join(" ")
        );
        Err(refuse(self.key, given.origin, &what, &remedy))
    }
}

fn characters(count: usize) -> String {
    match count {
        1 => "1 character".to_owned(),
        _ => format!("{count} characters"),
    }
}

/// `config:17: external_id has …`, or `--external-id has …`.
fn refuse(key: &str, origin: Origin, what: &str, remedy: &str) -> Error {
    let name = match origin {
        Origin::Option(name) | Origin::Variable(name) => name,
        Origin::File(_) | Origin::Settings | Origin::Default => key,
    };
    Error::new("param", format!("{name} {what}"), remedy).at(origin.place())
}

fn role(arn: &Sourced<String>) -> Result<()> {
    if is_role_arn(&arn.value) {
        return Ok(());
    }
    let shown = display_safe(&arn.value);
    let what = format!("\"{shown}\" is not a role's ARN");
    let remedy = "role_arn: arn:PARTITION:iam::ACCOUNT:role/NAME with an account of 12 digits, 20 to 2048 characters";
    match arn.origin {
        Origin::Option(_) => Err(Error::new("param", what, remedy)),
        origin => Err(refuse("role_arn", origin, &what, remedy)),
    }
}

fn is_role_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [scheme, partition, "iam", "", account, resource] = parts[..] else {
        return false;
    };
    let Some(path) = resource.strip_prefix("role/") else {
        return false;
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    scheme == "arn"
        && partition.starts_with("aws")
        && partition
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && path.bytes().all(|byte| byte.is_ascii_graphic())
        && (1..=64).contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
        && (20..=2048).contains(&arn.len())
}

fn serial(serial: &Sourced<String>) -> Result<()> {
    let kind = |part: &str| serial.value.starts_with("arn:") && serial.value.contains(part);
    if kind(":user/") {
        let what = "is a user's ARN, not a device's";
        return Err(refuse(
            "mfa_serial",
            serial.origin,
            what,
            "name the device: …:mfa/NAME",
        ));
    }
    if kind(":u2f/") {
        let what = "is a security key, which STS cannot take a code from";
        let remedy =
            "register an authenticator app (TOTP) beside it, and name that device: …:mfa/NAME";
        return Err(refuse("mfa_serial", serial.origin, what, remedy));
    }
    SERIAL.check(Some(serial))
}

fn tags(hop: &Hop) -> Result<()> {
    let remedy = "session_tags: at most 50, keys of 1 to 128 and values of up to 256 letters, digits, spaces and _ . : / = + - @";
    if let Some(tags) = &hop.session_tags {
        let refuse = |what: &str| Err(refuse("session_tags", tags.origin, what, remedy));
        if tags.value.len() > MOST_TAGS {
            return refuse(&format!("has {} tags", tags.value.len()));
        }
        for (key, value) in &tags.value {
            if let Some(what) = tag_text(key, 1, 128) {
                return refuse(&format!("has a key that {what}"));
            }
            if let Some(what) = tag_text(value, 0, 256) {
                let key = display_safe(key);
                return refuse(&format!("gives \"{key}\" a value that {what}"));
            }
        }
    }
    let Some(keys) = &hop.transitive_session_tags else {
        return Ok(());
    };
    let refuse = |what: &str| {
        let remedy = "transitive_session_tags: at most 50 keys of session_tags";
        Err(refuse("transitive_session_tags", keys.origin, what, remedy))
    };
    if keys.value.len() > MOST_TAGS {
        return refuse(&format!("has {} keys", keys.value.len()));
    }
    match keys.value.iter().find_map(|key| tag_text(key, 1, 128)) {
        Some(what) => refuse(&format!("has a key that {what}")),
        None => Ok(()),
    }
}

/// What is wrong with a tag's key or value.
fn tag_text(text: &str, least: usize, most: usize) -> Option<String> {
    let length = text.chars().count();
    let allowed = |c: char| c.is_alphanumeric() || c == ' ' || TAG_MARKS.contains(c);
    if length < least {
        Some("is empty".to_owned())
    } else if length > most {
        Some(format!("has {}", characters(length)))
    } else {
        let bad = text.chars().find(|c| !allowed(*c))?;
        Some(format!(
            "has the character \"{}\"",
            display_safe(&bad.to_string())
        ))
    }
}

/// The length of an MFA session, which is a setting of xrole's.
pub(super) fn session_duration(settings: &PlanSettings) -> Result<()> {
    let seconds = settings.mfa_session_duration;
    if (900..=129_600).contains(&seconds) {
        return Ok(());
    }
    Err(Error::new(
        "param",
        format!(
            "mfa_session_duration in config.ini is {}",
            in_words(seconds)
        ),
        "mfa_session_duration: 900 to 129600 seconds (36 h)",
    ))
}

/// Every role lives in the partition of the region where STS is called.
pub(super) fn partition(
    chain: &Chain,
    endpoint: &Endpoint,
    region: Option<&Sourced<String>>,
) -> Result<()> {
    let web_identity = match &chain.base.source {
        BaseSource::WebIdentity { role_arn, .. } => Some(role_arn),
        _ => None,
    };
    let roles = web_identity
        .into_iter()
        .chain(chain.hops.iter().map(|hop| &hop.role_arn));
    for role in roles {
        let named = role.value.split(':').nth(1).unwrap_or_default();
        if named == endpoint.partition.name {
            continue;
        }
        let where_from = match region.map(|region| region.origin) {
            Some(Origin::File(place)) => format!("({place}) "),
            Some(origin) => format!("({origin}) "),
            None => String::new(),
        };
        let remedy = match Partition::of_arn(&role.value) {
            Some(partition) => format!("set region = {}", partition.default_region),
            None => format!(
                "correct the partition: arn:{}:iam::…",
                endpoint.partition.name
            ),
        };
        return Err(Error::new(
            "partition",
            format!(
                "role in {}, but region {} {where_from}is in {}",
                display_safe(named),
                endpoint.region,
                endpoint.partition.name
            ),
            remedy,
        )
        .at(role.origin.place()));
    }
    Ok(())
}
