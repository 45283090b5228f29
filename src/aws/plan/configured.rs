//! Endpoints that the environment or the files put in the place of AWS's own, one service at a time.

use crate::aws::config::{Profile, Profiles};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Origin, Sourced};
use crate::shell::Env;

/// A service that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Sts,
    Iam,
}

impl Service {
    fn variable(self) -> &'static str {
        match self {
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::Iam => "AWS_ENDPOINT_URL_IAM",
        }
    }

    /// Its name in a `services` section.
    fn key(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Iam => "iam",
        }
    }
}

/// Where endpoints are configured: the environment, then the selected profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources<'a> {
    pub env: &'a Env,
    pub profiles: &'a Profiles,
    pub profile: Option<&'a Profile>,
}

impl Sources<'_> {
    /// The configured URL as it is written, not yet checked.
    pub(super) fn endpoint_url(&self, service: Service) -> Result<Option<Sourced<String>>> {
        if self.ignored() {
            return Ok(None);
        }
        for name in [service.variable(), "AWS_ENDPOINT_URL"] {
            if let Some(url) = self.env.nonempty(name) {
                return Ok(Some(Sourced::new(url.to_owned(), Origin::Variable(name))));
            }
        }
        if let Some(services) = self.profile.and_then(|profile| profile.get("services"))
            && let Some(url) = of_section(self.profiles.services_of(services)?, service)
        {
            return Ok(Some(url));
        }
        Ok(self.of_profile("endpoint_url"))
    }

    /// Either of the two is enough.
    fn ignored(&self) -> bool {
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        let variable = self.env.nonempty("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let key = self.of_profile("ignore_configured_endpoint_urls");
        variable.is_some_and(is_true) || key.is_some_and(|ignore| is_true(&ignore.value))
    }

    /// Environment before the selected profile; anything but `true` is no.
    pub(super) fn flag(&self, variable: &str, key: &str) -> bool {
        match self.env.nonempty(variable) {
            Some(value) => value.eq_ignore_ascii_case("true"),
            None => self
                .of_profile(key)
                .is_some_and(|on| on.value.eq_ignore_ascii_case("true")),
        }
    }

    fn of_profile(&self, key: &str) -> Option<Sourced<String>> {
        let setting = self.profile?.get(key)?;
        (!setting.value.is_empty()).then(|| setting.into())
    }
}

fn of_section(section: &Profile, service: Service) -> Option<Sourced<String>> {
    let settings = section.get(service.key())?.sub.as_ref()?;
    let (url, at) = settings.get("endpoint_url")?;
    Some(Sourced::new(url.clone(), Origin::File(*at)))
}

pub(super) fn not_a_url(url: &Sourced<String>) -> Error {
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
pub(super) fn host_of(url: &str) -> Option<&str> {
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

pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
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
