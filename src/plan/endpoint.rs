//! Where STS is called: a configured URL, else the regional host with FIPS and dualstack in its name.

use super::calls::Inputs;
use super::partition::Partition;
use super::region;
use crate::aws_config::Profile;
use crate::chain::BaseSource;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Notice, Origin, Sourced};

/// One endpoint for all calls of a plan.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub url: String,
    /// The URL again, if it was configured and not derived from the region.
    pub configured: Option<String>,
    /// The region as it was chosen; may be `aws-global`.
    pub region: String,
    pub signing_region: String,
    pub partition: &'static Partition,
    pub fips: bool,
    pub dualstack: bool,
}

pub(super) fn choose(inputs: &Inputs<'_>, notices: &mut Vec<Notice>) -> Result<Endpoint> {
    let configured = configured(inputs)?;
    let partition = match inputs.region {
        Some(region) => Partition::of_region(&region.value),
        None => partition_of_roles(inputs),
    };
    if inputs.region.is_none() && configured.is_some() {
        return Err(region::missing(inputs.chain));
    }
    let region = if let Some(region) = inputs.region {
        region.value.clone()
    } else {
        notices.push(Notice::new(
            None,
            format!(
                "{}: no region is configured: STS is called in {}, and none is exported",
                display_safe(&inputs.chain.profile),
                partition.default_region
            ),
        ));
        partition.default_region.to_owned()
    };
    let signing_region = if region == "aws-global" {
        "us-east-1".to_owned()
    } else {
        region.clone()
    };
    let mut endpoint = Endpoint {
        url: String::new(),
        configured: None,
        fips: flag(inputs, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        dualstack: flag(
            inputs,
            "AWS_USE_DUALSTACK_ENDPOINT",
            "use_dualstack_endpoint",
        ),
        region,
        signing_region,
        partition,
    };
    match configured {
        Some(url) => endpoint.use_configured(&url, notices)?,
        None => endpoint.url = endpoint.derived(),
    }
    Ok(endpoint)
}

impl Endpoint {
    fn use_configured(&mut self, url: &Sourced<String>, notices: &mut Vec<Notice>) -> Result<()> {
        let host = host_of(&url.value).ok_or_else(|| not_a_url(url))?;
        for (on, name) in [(&mut self.fips, "FIPS"), (&mut self.dualstack, "dualstack")] {
            if std::mem::take(on) {
                note(
                    notices,
                    url.origin,
                    &format!("the configured endpoint is used as it is, without {name}"),
                );
            }
        }
        if url.value.starts_with("http://") && !is_loopback(host) {
            let shown = display_safe(&url.value);
            note(
                notices,
                url.origin,
                &format!("{shown} is not encrypted: session tokens can be read on the way"),
            );
        }
        self.url.clone_from(&url.value);
        self.configured = Some(url.value.clone());
        Ok(())
    }

    fn derived(&self) -> String {
        let partition = self.partition;
        let plain_name_is_fips = partition.name == "aws-us-gov" && !self.dualstack;
        let service = if self.fips && !plain_name_is_fips {
            "sts-fips"
        } else {
            "sts"
        };
        let suffix = if self.dualstack {
            partition.dualstack_suffix
        } else {
            partition.suffix
        };
        if self.region == "aws-global" && service == "sts" && !self.dualstack {
            return "https://sts.amazonaws.com".to_owned();
        }
        format!("https://{service}.{}.{suffix}", self.signing_region)
    }
}

/// Without a region: the partition of the role that is wanted, else of the device.
fn partition_of_roles(inputs: &Inputs<'_>) -> &'static Partition {
    let chain = inputs.chain;
    let web_identity = match &chain.base.source {
        BaseSource::WebIdentity { role_arn, .. } => Some(role_arn),
        _ => None,
    };
    let role = chain.hops.last().map(|hop| &hop.role_arn).or(web_identity);
    let device = chain.mfa.as_ref().map(|device| &device.serial);
    role.or(device)
        .and_then(|arn| Partition::of_arn(&arn.value))
        .unwrap_or(Partition::standard())
}

fn from_profile(inputs: &Inputs<'_>, key: &str) -> Option<Sourced<String>> {
    let setting = inputs.chain.selected.as_ref()?.get(key)?;
    (!setting.value.is_empty()).then(|| setting.into())
}

/// Environment before the selected profile; anything but `true` is no.
fn flag(inputs: &Inputs<'_>, variable: &str, key: &str) -> bool {
    match inputs.env.nonempty(variable) {
        Some(value) => value.eq_ignore_ascii_case("true"),
        None => from_profile(inputs, key).is_some_and(|on| on.value.eq_ignore_ascii_case("true")),
    }
}

fn configured(inputs: &Inputs<'_>) -> Result<Option<Sourced<String>>> {
    let is_true = |value: &str| value.eq_ignore_ascii_case("true");
    let ignored = inputs
        .env
        .nonempty("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(is_true)
        || from_profile(inputs, "ignore_configured_endpoint_urls")
            .is_some_and(|ignore| is_true(&ignore.value));
    if ignored {
        return Ok(None);
    }
    for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
        if let Some(url) = inputs.env.nonempty(name) {
            return Ok(Some(Sourced::new(url.to_owned(), Origin::Variable(name))));
        }
    }
    let services = inputs.chain.selected.as_ref();
    if let Some(services) = services.and_then(|profile| profile.get("services"))
        && let Some(url) = sts_endpoint(inputs.profiles.services_of(services)?)
    {
        return Ok(Some(url));
    }
    Ok(from_profile(inputs, "endpoint_url"))
}

fn sts_endpoint(section: &Profile) -> Option<Sourced<String>> {
    let (url, at) = section.get("sts")?.sub.as_ref()?.get("endpoint_url")?;
    Some(Sourced::new(url.clone(), Origin::File(*at)))
}

fn not_a_url(url: &Sourced<String>) -> Error {
    let shown = display_safe(&url.value);
    Error::new(
        "param",
        match url.origin {
            Origin::File(_) => format!("\"{shown}\" is not an endpoint URL"),
            origin => format!("\"{shown}\" ({origin}) is not an endpoint URL"),
        },
        "write scheme and host, such as https://sts.example.com or http://localhost:4566",
    )
    .at(url.origin.place())
}

/// The host of a URL that is fit to be an endpoint: `http` or `https`, no user, no query, printable ASCII.
fn host_of(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    if !rest.bytes().all(|byte| byte.is_ascii_graphic()) || rest.contains(['@', '?', '#', '\\']) {
        return None;
    }
    let authority = rest.split('/').next()?;
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, after) = bracketed.split_once(']')?;
        (host, after)
    } else {
        let host = authority.split(':').next()?;
        (host, &authority[host.len()..])
    };
    let port_is_good = port.is_empty() || port.strip_prefix(':')?.parse::<u16>().is_ok();
    (!host.is_empty() && port_is_good).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A notice about a value, wherever it came from.
pub(super) fn note(notices: &mut Vec<Notice>, origin: Origin, text: &str) {
    notices.push(match origin {
        Origin::File(place) => Notice::new(place, text),
        other => Notice::new(None, format!("{other}: {text}")),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_url_has_a_scheme_and_a_host() {
        for (url, host) in [
            (
                "https://sts.eu-west-1.amazonaws.com",
                Some("sts.eu-west-1.amazonaws.com"),
            ),
            ("http://localhost:4566/", Some("localhost")),
            ("http://[::1]:4566/sts", Some("::1")),
            ("localhost:4566", None),
            ("ftp://host", None),
            ("http://", None),
            ("http://host:port", None),
            ("http://127.0.0.1@evil.example", None),
            ("http://host?x", None),
            ("http://a b", None),
            ("http://[::1", None),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
        for (host, loopback) in [
            ("localhost", true),
            ("127.8.9.1", true),
            ("::1", true),
            ("169.254.170.2", false),
            ("localhost.evil.example", false),
        ] {
            assert_eq!(is_loopback(host), loopback, "{host}");
        }
    }
}
