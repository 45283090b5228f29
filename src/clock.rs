//! Time as a value: read once by `main`, moved on by the monotonic clock while the program waits.

use std::time::{Duration, Instant};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339, UTC, no fraction: `2026-01-31T08:30:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        DateTime::from_secs(self.0)
            .fmt(Format::DateTime)
            .unwrap_or_default()
    }

    /// From RFC 3339 with `Z` or an offset; fractions are dropped.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::from_str(text, Format::DateTimeWithOffset)
            .ok()
            .map(|time| Self(time.secs()))
    }
}

/// The clock of one run.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Since 1970, when the run began.
    start: Duration,
    running_since: Option<Instant>,
}

impl Clock {
    /// A clock that showed `since_1970` at this instant.
    #[must_use]
    pub fn started(since_1970: Duration) -> Self {
        Self {
            start: since_1970,
            running_since: Some(Instant::now()),
        }
    }

    /// A clock that stands still, for tests.
    #[must_use]
    pub fn fixed(now: Timestamp) -> Self {
        Self {
            start: Duration::from_secs(u64::try_from(now.0).unwrap_or_default()),
            running_since: None,
        }
    }

    fn since_1970(&self) -> Duration {
        self.start
            + self
                .running_since
                .map_or(Duration::ZERO, |then| then.elapsed())
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(i64::try_from(self.since_1970().as_secs()).unwrap_or(i64::MAX))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(&self) -> i64 {
        i64::try_from(self.since_1970().as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_both_ways() {
        for (text, seconds) in [
            ("2026-01-31T08:30:00Z", 1_769_848_200),
            ("2026-01-31T08:30:00.5Z", 1_769_848_200),
            ("2026-01-31T09:30:00+01:00", 1_769_848_200),
        ] {
            assert_eq!(
                Timestamp::parse_rfc3339(text),
                Some(Timestamp(seconds)),
                "{text}"
            );
        }
        assert_eq!(Timestamp(1_769_848_200).rfc3339(), "2026-01-31T08:30:00Z");
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }
}
