//! Endpoints that the environment or the files put in the place of AWS's own, one service at a time.

use crate::aws::config::{Profile, Profiles};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::http::address::Address;
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

/// Where a configured URL leads.
pub(super) fn address_of(url: &Sourced<String>) -> Result<Address> {
    Address::of_endpoint(&url.value).ok_or_else(|| not_a_url(url))
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
