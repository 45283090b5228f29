//! What every service is asked with.

use super::options::{Limits, Options};
use super::signing_time::ClockOffset;
use crate::error::Result;
use crate::http::Client;

/// One client for all services of a run, so that connections are used again, and what was learnt of AWS's clock.
#[derive(Debug)]
pub struct Services {
    pub(super) http: Client,
    pub(super) limits: Limits,
    pub(super) clock_offset: ClockOffset,
}

impl Services {
    /// Reads the file that replaces the system's roots, if one is named; opens nothing else yet.
    pub fn new(options: Options) -> Result<Self> {
        Ok(Self {
            http: Client::new(options.proxies, options.ca_bundle.as_ref())?,
            limits: options.limits,
            clock_offset: ClockOffset::default(),
        })
    }

    /// The client by itself, for services that are not AWS's over the network: metadata and containers.
    #[must_use]
    pub fn http(&self) -> &Client {
        &self.http
    }
}
