//! The codes that this process has sent, which count even when nothing can be written.

use crate::aws::plan::RequestKey;
use crate::clock::Timestamp;
use crate::session::Secret;

/// AWS takes a code of the step before and after its own.
pub const REMEMBERED: i64 = 90;

#[derive(Debug, Default)]
pub struct SentCodes(Vec<(RequestKey, Secret, Timestamp)>);

impl SentCodes {
    pub fn until(&self, device: &RequestKey, digits: &str, now: Timestamp) -> Option<Timestamp> {
        let digits = Secret::new(digits);
        self.0
            .iter()
            .find(|(of, sent, until)| of == device && *sent == digits && *until > now)
            .map(|(_, _, until)| *until)
    }

    pub fn add(&mut self, device: RequestKey, digits: &str, now: Timestamp) {
        self.0.retain(|(_, _, until)| *until > now);
        let until = Timestamp(now.0.saturating_add(REMEMBERED));
        self.0.push((device, Secret::new(digits), until));
    }
}
