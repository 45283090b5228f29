//! AWS STS: one call of a plan, and the session or the refusal that comes of it.

mod answer;
mod call;
mod refusal;
mod sending;

use std::sync::{Mutex, PoisonError};

pub use refusal::{Kind, Refusal, Route, Via};

use super::services::Services;
use crate::aws::plan::Call;
use crate::clock::Clock;
use crate::session::{Credentials, Secret, Session};
use sending::Sending;

/// Makes the call. With a code it is sent once, whatever happens; without, up to three times.
pub fn send(
    services: &Services,
    call: &Call,
    signer: Option<&Credentials>,
    code: Option<&Secret>,
    clock: &Clock,
) -> Result<Session, Refusal> {
    let sending = Sending::prepare(services, call, signer, code, *clock)?;
    let last = Mutex::new(None);
    let result = services.http.run(async {
        tokio::time::timeout(services.limits.call_timeout, sending.attempts(&last)).await
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
