//! The time that requests are signed with: the local clock, corrected by what is known of its error.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_async::time::TimeSource;

use crate::clock::Clock;

/// AWS accepts signatures that are up to 15 minutes off; a difference above this one is no mere delay.
const TOLERANCE: i64 = 60;

/// The local clock minus AWS's in seconds, once an answer has shown that they differ.
#[derive(Debug, Default)]
pub(super) struct ClockOffset(AtomicI64);

impl ClockOffset {
    /// An answer has shown this difference.
    pub fn learn(&self, difference: i64) {
        let known = if difference.abs() > TOLERANCE {
            difference
        } else {
            0
        };
        self.0.store(known, Ordering::Relaxed);
    }

    pub fn applied_to(&self, clock: Clock) -> SigningTime {
        SigningTime {
            clock,
            offset: self.0.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug)]
pub(super) struct SigningTime {
    clock: Clock,
    /// Local minus AWS's, in seconds.
    offset: i64,
}

impl TimeSource for SigningTime {
    fn now(&self) -> SystemTime {
        let millis = self
            .clock
            .millis()
            .saturating_sub(self.offset.saturating_mul(1000));
        UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or_default())
    }
}
