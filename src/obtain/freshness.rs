//! How much life a cached session must have left to be served, told by who asks.

use crate::clock::Timestamp;
use crate::session::Session;
use crate::store;

/// A session is renewed ahead of its end with less than this left, or a quarter of its life if that is shorter.
const RENEW_BEFORE: i64 = 300;

/// SDKs refresh what a process gave them this early; one with a life of an hour is renewed as early.
const PROCESS_BEFORE: i64 = 900;
const PROCESS_LIFE: i64 = 3600;

/// Which sessions are good enough. One that is not is minted anew; all but the two `Anew` do so
/// only where that needs no code, and serve the old one to its end where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// As `use` has it.
    Use,
    /// `renew`: no earlier generation. Milliseconds, since seconds would take what was minted just before.
    Anew(i64),
    /// The same, also of the session that a code bought, which is what lasts for the programs of `--profile-env`.
    AnewWithCode(i64),
    /// `exec --min-ttl`: this many seconds left. A session that never lasts as long is not minted in vain.
    AtLeast(i64),
    /// `credential-process`.
    Process,
}

impl Freshness {
    /// As `use` has it, or with so many seconds left.
    #[must_use]
    pub fn with_least(seconds: Option<u32>) -> Self {
        seconds.map_or(Self::Use, |seconds| Self::AtLeast(seconds.into()))
    }

    /// Is the session good enough?
    #[must_use]
    pub fn accepts(self, session: &Session, now: Timestamp, needs_no_code: bool) -> bool {
        if let Self::Anew(since) | Self::AnewWithCode(since) = self {
            return session.generation >= since;
        }
        let (Some(left), Some(end)) = (session.seconds_left(now), session.expires()) else {
            return true;
        };
        let life = end.0.saturating_sub(session.minted.0);
        let ahead = RENEW_BEFORE.min(life / 4).max(store::LEAST_LEFT);
        let least = match self {
            Self::AtLeast(seconds) if seconds <= life => ahead.max(seconds),
            Self::Process if life >= PROCESS_LIFE => PROCESS_BEFORE,
            _ => ahead,
        };
        left >= least || !needs_no_code
    }

    /// Must be minted whatever is cached, and a failure to do so is one?
    #[must_use]
    pub fn is_anew(self) -> bool {
        matches!(self, Self::Anew(_) | Self::AnewWithCode(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Credentials, Secret};

    #[test]
    fn renewed_ahead_of_the_end() {
        use Freshness::{Anew, AtLeast, Process, Use};
        for (freshness, life, left, no_code, accepted) in [
            (Use, 3600, 300, true, true),
            (Use, 3600, 299, true, false),
            (Use, 3600, 299, false, true),
            (Use, 900, 225, true, true),
            (Use, 900, 224, true, false),
            (Use, 43_200, 301, true, true),
            (Use, 120, 61, true, true),
            (Use, 120, 59, true, false),
            (Process, 3600, 900, true, true),
            (Process, 3600, 899, true, false),
            (Process, 3600, 899, false, true),
            (Process, 900, 225, true, true),
            (Process, 900, 224, true, false),
            (AtLeast(2700), 3600, 2700, true, true),
            (AtLeast(2700), 3600, 2699, true, false),
            (AtLeast(2700), 3600, 2699, false, true),
            (AtLeast(7200), 3600, 1000, true, true),
            (AtLeast(10), 3600, 299, true, false),
            (Anew(1), 3600, 100, true, true),
            (Anew(2), 3600, 3600, false, false),
        ] {
            let session = Session {
                credentials: Credentials {
                    access_key_id: "ASIAEXAMPLE".into(),
                    secret_access_key: Secret::new("s"),
                    session_token: Some(Secret::new("t")),
                },
                expiration: Some(Timestamp(1_000_000 + life)),
                clock_offset: 0,
                minted: Timestamp(1_000_000),
                requested: 3600,
                identity: None,
                generation: 1,
            };
            let now = Timestamp(1_000_000 + life - left);
            assert_eq!(
                freshness.accepts(&session, now, no_code),
                accepted,
                "{freshness:?}: {left} of {life}, no code: {no_code}"
            );
        }
    }
}
