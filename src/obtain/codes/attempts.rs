//! What happens after a code that bought no session: how often another is asked for, and when.

use crate::clock::Timestamp;

/// Codes that AWS is asked to look at, per session.
const MOST_SENT: u32 = 3;

/// Codes refused unsent because they were used already. They are remembered for 90 s, three steps.
const MOST_USED: u32 = 4;

/// A TOTP device shows each code this long, in seconds.
const STEP: i64 = 30;

/// Why a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    First,
    /// AWS did not accept the previous one.
    Wrong,
    /// The previous one was used before, and is refused until then. It was not sent.
    UsedUntil(Timestamp),
}

/// What became of a code that bought no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Sent, and AWS did not accept it.
    Wrong,
    /// Not sent, since it was used before.
    UsedUntil(Timestamp),
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Ask(Reason),
    /// Report AWS's refusal.
    Refused,
    /// Report `used_up`.
    UsedUp,
}

/// Counts the codes of one session.
#[derive(Debug, Default)]
pub struct Attempts {
    sent: u32,
    used: u32,
}

impl Attempts {
    /// `source_left`: is there anything that could give another code (`Codes::source_left`)?
    pub fn after(&mut self, verdict: Verdict, source_left: bool) -> Next {
        match verdict {
            Verdict::Wrong => {
                self.sent += 1;
                if source_left && self.sent < MOST_SENT {
                    Next::Ask(Reason::Wrong)
                } else {
                    Next::Refused
                }
            }
            Verdict::UsedUntil(until) => {
                self.used += 1;
                if source_left && self.used < MOST_USED {
                    Next::Ask(Reason::UsedUntil(until))
                } else {
                    Next::UsedUp
                }
            }
        }
    }
}

/// Seconds to the device's next step, or to the end of the refusal if that comes first.
pub(super) fn seconds_to_next(now: Timestamp, used_until: Timestamp) -> i64 {
    let to_step = STEP - now.0.rem_euclid(STEP);
    to_step.min(used_until.0.saturating_sub(now.0)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_codes_are_sent_and_used_ones_do_not_count() {
        let used = Verdict::UsedUntil(Timestamp(90));
        let ask_used = Next::Ask(Reason::UsedUntil(Timestamp(90)));
        let ask = Next::Ask(Reason::Wrong);
        let wrong = Verdict::Wrong;
        for (left, steps) in [
            (
                true,
                &[(wrong, ask), (wrong, ask), (wrong, Next::Refused)][..],
            ),
            (false, &[(wrong, Next::Refused)]),
            (false, &[(used, Next::UsedUp)]),
            (
                true,
                &[
                    (used, ask_used),
                    (wrong, ask),
                    (used, ask_used),
                    (wrong, ask),
                    (wrong, Next::Refused),
                ],
            ),
            (
                true,
                &[
                    (used, ask_used),
                    (used, ask_used),
                    (used, ask_used),
                    (used, Next::UsedUp),
                ],
            ),
        ] {
            let mut attempts = Attempts::default();
            for (verdict, next) in steps {
                assert_eq!(attempts.after(*verdict, left), *next, "{steps:?}");
            }
        }
    }

    #[test]
    fn the_next_step_or_the_end_of_the_refusal() {
        for (now, until, seconds) in [
            (0, 90, 30),
            (29, 90, 1),
            (31, 90, 29),
            (80, 85, 5),
            (90, 85, 0),
            (30, i64::MAX, 30),
        ] {
            assert_eq!(seconds_to_next(Timestamp(now), Timestamp(until)), seconds);
        }
    }
}
