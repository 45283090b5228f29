//! The calls to AWS STS (and one to IAM), and the only place that names the SDK's clients or an async runtime.

mod answer;
mod call;
mod mfa_devices;
mod refusal;
mod sending;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

pub use refusal::{Kind, Refusal, Route, Via};

use call::SigningTime;
use sending::Sending;

use crate::aws::plan::{Call, IamEndpoint};
use crate::clock::Clock;
use crate::error::Result;
use crate::http::{Network, NetworkOptions};
use crate::session::{Credentials, Secret, Session};

/// Makes calls, one after another, over the same connection.
#[derive(Debug)]
pub struct Sts {
    network: Network,
    /// The local clock minus AWS's, once an answer has shown that they differ.
    offset: AtomicI64,
}

impl Sts {
    /// Reads the file that replaces the system's roots, if one is named; opens nothing else yet.
    pub fn new(options: NetworkOptions) -> Result<Self> {
        Ok(Self {
            network: Network::new(options)?,
            offset: AtomicI64::new(0),
        })
    }

    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The serial numbers of the MFA devices of the user whose keys sign; the error says in a few words why not.
    pub fn mfa_devices(
        &self,
        endpoint: &IamEndpoint,
        signer: &Credentials,
        clock: &Clock,
    ) -> std::result::Result<Vec<String>, String> {
        let time = SigningTime {
            clock: *clock,
            offset: self.offset.load(Ordering::Relaxed),
        };
        mfa_devices::list(&self.network, endpoint, signer, &time)
    }

    /// Makes the call. With a code it is sent once, whatever happens; without, up to three times.
    pub fn send(
        &self,
        call: &Call,
        signer: Option<&Credentials>,
        code: Option<&Secret>,
        clock: &Clock,
    ) -> std::result::Result<Session, Refusal> {
        let sending = Sending::prepare(&self.network, &self.offset, call, signer, code, *clock)?;
        let last = Mutex::new(None);
        let result = self.network.run(async {
            tokio::time::timeout(self.network.options.call_timeout, sending.attempts(&last)).await
        });
        match result {
            Ok(Ok(outcome)) => outcome,
            // Out of time while waiting to repeat: what was answered before says more than the time.
            Ok(Err(_)) => Err(last
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner)
                .unwrap_or_else(|| sending.timed_out())),
            Err(fault) => Err(sending.not_run(fault)),
        }
    }
}
