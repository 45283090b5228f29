//! How services are reached, and how long that may take.

use std::time::Duration;

use crate::aws::config::Setting;
use crate::error::Result;
use crate::http::Proxies;
use crate::place::{Origin, Sourced};
use crate::shell::Env;

#[derive(Debug)]
pub struct Options {
    pub proxies: Proxies,
    /// A PEM file that replaces the system's roots.
    pub ca_bundle: Option<Sourced<String>>,
    pub limits: Limits,
}

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For name, connection and TLS of one attempt.
    pub connect_timeout: Duration,
    /// For a call with all its attempts.
    pub call_timeout: Duration,
    /// Before the second attempt; doubled before the third.
    pub pause: Duration,
}

impl Options {
    /// From the environment; the selected profile's `ca_bundle` counts where `AWS_CA_BUNDLE` is not set.
    pub fn from_env(env: &Env, ca_bundle_of_profile: Option<&Setting>) -> Result<Self> {
        let from_variable = env
            .nonempty("AWS_CA_BUNDLE")
            .map(|path| Sourced::new(path.to_owned(), Origin::Variable("AWS_CA_BUNDLE")));
        Ok(Self {
            proxies: Proxies::from_env(env)?,
            ca_bundle: from_variable.or_else(|| ca_bundle_of_profile.map(Sourced::from)),
            limits: Limits {
                connect_timeout: Duration::from_secs(3),
                call_timeout: Duration::from_secs(10),
                pause: Duration::from_millis(200),
            },
        })
    }
}
