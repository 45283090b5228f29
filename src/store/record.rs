//! What a session file holds, and whether that is still alive, by two clocks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aws::chain::Selection;
use crate::clock::Timestamp;
use crate::session::{Credentials, Secret, Session};

use crate::os::boot_clock::{BootClock, BootTime};

/// A session with less life than this is not served (seconds).
pub const LEAST_LEFT: i64 = 60;
/// How wrong clocks may be before a record is not believed (seconds).
const TOLERANCE: i64 = 300;

/// What `status --all` shows of a session; it decides nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Label {
    pub profile: String,
    pub role_arn: Option<String>,
    pub account: Option<String>,
    pub region: Option<String>,
    /// What was selected to get it, so that a role that is in no file can be used and renewed again.
    #[serde(default)]
    pub selection: Option<Selection>,
}

/// A session as it was minted.
#[derive(Debug)]
pub struct Record {
    pub session: Session,
    pub label: Label,
    /// The boot clock's time at `session.minted`.
    pub minted_since_boot: Option<BootTime>,
}

#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    access_key_id: Cow<'a, str>,
    #[serde(borrow)]
    secret_access_key: Cow<'a, str>,
    #[serde(borrow)]
    session_token: Cow<'a, str>,
    /// On AWS's clock.
    expiration: i64,
    requested: u32,
    identity: Option<String>,
    minted: i64,
    clock_offset: i64,
    generation: i64,
    boot: Option<String>,
    boot_seconds: Option<i64>,
    label: Cow<'a, Label>,
}

impl Record {
    /// `None` for what must not be kept: long-term keys, and sessions that tell no end.
    pub fn to_json(&self) -> Option<Zeroizing<Vec<u8>>> {
        let session = &self.session;
        let credentials = &session.credentials;
        let boot = self.minted_since_boot.as_ref();
        let fields = Fields {
            access_key_id: Cow::Borrowed(&credentials.access_key_id),
            secret_access_key: Cow::Borrowed(credentials.secret_access_key.expose()),
            session_token: Cow::Borrowed(credentials.session_token.as_ref()?.expose()),
            expiration: session.expiration?.0,
            requested: session.requested,
            identity: session.identity.clone(),
            minted: session.minted.0,
            clock_offset: session.clock_offset,
            generation: session.generation,
            boot: boot.map(|time| time.boot.clone()),
            boot_seconds: boot.map(|time| time.seconds),
            label: Cow::Borrowed(&self.label),
        };
        // Large enough not to grow, since growing would leave copies of the secrets behind.
        let mut json = Zeroizing::new(Vec::with_capacity(64 * 1024));
        serde_json::to_writer(&mut *json, &fields).ok()?;
        Some(json)
    }

    pub fn parse(json: &[u8]) -> Option<Self> {
        let fields: Fields = serde_json::from_slice(json).ok()?;
        Some(Self {
            session: Session {
                credentials: Credentials {
                    access_key_id: fields.access_key_id.into_owned(),
                    secret_access_key: Secret::new(fields.secret_access_key),
                    session_token: Some(Secret::new(fields.session_token)),
                },
                expiration: Some(Timestamp(fields.expiration)),
                clock_offset: fields.clock_offset,
                minted: Timestamp(fields.minted),
                requested: fields.requested,
                identity: fields.identity,
                generation: fields.generation,
            },
            label: fields.label.into_owned(),
            minted_since_boot: fields
                .boot
                .zip(fields.boot_seconds)
                .map(|(boot, seconds)| BootTime { boot, seconds }),
        })
    }

    /// The session, if at least 60 s are left, with its local times moved to what the local clock shows now.
    pub fn live(self, now: Timestamp, boot: &BootClock) -> Option<Session> {
        let boot_elapsed = self.minted_since_boot.as_ref().and_then(|then| {
            let now = boot.now()?;
            (now.boot == then.boot).then(|| now.seconds.saturating_sub(then.seconds))
        });
        let mut session = self.session;
        let life = session.expires()?.0.saturating_sub(session.minted.0);
        let aged = age(session.minted, now, boot_elapsed)?;
        let left = life.saturating_sub(aged);
        if left < LEAST_LEFT || left > i64::from(session.requested).saturating_add(TOLERANCE) {
            return None;
        }
        // The local clock was set back: by it the session was minted later than it was. One second is rounding.
        let set_back = aged.saturating_sub(now.0.saturating_sub(session.minted.0));
        if set_back > 1 {
            session.minted = Timestamp(session.minted.0.saturating_sub(set_back));
            session.clock_offset = session.clock_offset.saturating_sub(set_back);
        }
        Some(session)
    }
}

/// Seconds since the minting: the larger of what the two clocks say, so that setting one back revives nothing.
/// `None` if it was minted over 5 min in the future.
fn age(minted: Timestamp, now: Timestamp, boot_elapsed: Option<i64>) -> Option<i64> {
    let elapsed = now.0.saturating_sub(minted.0);
    (elapsed >= -TOLERANCE).then(|| boot_elapsed.map_or(elapsed, |boot| boot.max(elapsed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINTED: i64 = 1_769_848_200;

    fn record() -> Record {
        Record {
            session: Session {
                credentials: Credentials {
                    access_key_id: "ASIAEXAMPLE".into(),
                    secret_access_key: Secret::new("se\"cret\\"),
                    session_token: Some(Secret::new("token")),
                },
                // AWS's clock is 100 s ahead of the local one.
                expiration: Some(Timestamp(MINTED + 100 + 3600)),
                clock_offset: -100,
                minted: Timestamp(MINTED),
                requested: 3600,
                identity: Some("arn:aws:sts::222222222222:assumed-role/x/alice".into()),
                generation: 7,
            },
            label: Label {
                profile: "prod".into(),
                ..Label::default()
            },
            minted_since_boot: Some(BootTime {
                boot: "one".into(),
                seconds: 5000,
            }),
        }
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let json = record().to_json().unwrap();
        let back = Record::parse(&json).unwrap();
        assert_eq!(back.session, record().session);
        assert_eq!(back.label, record().label);
        assert_eq!(back.minted_since_boot, record().minted_since_boot);
        for broken in ["", "{}", "[]", "null", "{\"access_key_id\":1}"] {
            assert!(Record::parse(broken.as_bytes()).is_none(), "{broken}");
        }
    }

    #[test]
    fn what_is_not_temporary_is_not_kept() {
        let mut long_term = record();
        long_term.session.credentials.session_token = None;
        assert!(long_term.to_json().is_none());
        let mut endless = record();
        endless.session.expiration = None;
        assert!(endless.to_json().is_none());
    }

    /// Seconds after minting by the wall clock, by the boot clock (`None`: another boot), and what is left of the session
    /// (`docs/rules/security.md#life-of-a-session`).
    #[test]
    fn life_is_counted_by_the_stricter_clock() {
        const HOUR: i64 = 3600;
        const YEAR: i64 = 365 * 86_400;
        for (case, wall, boot, left) in [
            ("just minted", 0, Some(0), Some(3600)),
            ("both agree", 600, Some(600), Some(3000)),
            ("60 s left", 3540, Some(3540), Some(60)),
            ("59 s left", 3541, Some(3541), None),
            ("set back 10 min", 0, Some(600), Some(3000)),
            ("set back to 5 min before", -300, Some(600), Some(3000)),
            ("set back to 301 s before", -301, Some(600), None),
            ("set back an hour", 600 - HOUR, Some(600), None),
            ("set back a year", 600 - YEAR, Some(600), None),
            ("set back, and over", 0, Some(3600), None),
            ("set forward an hour", 600 + HOUR, Some(600), None),
            ("set forward a year", 600 + YEAR, Some(600), None),
            ("suspended for two hours", 2 * HOUR, Some(2 * HOUR), None),
            ("after a reboot", 600, None, Some(3000)),
            ("minted 5 min ahead, reboot", -300, None, Some(3900)),
            ("minted 301 s ahead, reboot", -301, None, None),
            ("set back an hour, reboot", 600 - HOUR, None, None),
            ("set back a year, reboot", -YEAR, None, None),
            ("at the end of time", i64::MAX - MINTED, None, None),
        ] {
            let clock = BootClock::Fixed(boot.map(|elapsed| BootTime {
                boot: "one".into(),
                seconds: 5000 + elapsed,
            }));
            let now = Timestamp(MINTED.saturating_add(wall));
            let session = record().live(now, &clock);
            let shown = session
                .as_ref()
                .and_then(|session| session.seconds_left(now));
            assert_eq!(shown, left, "{case}");
            if let Some(session) = session {
                assert_eq!(
                    session.expiration,
                    Some(Timestamp(MINTED + 3700)),
                    "AWS's time stays: {case}"
                );
            }
        }
    }

    #[test]
    fn another_boot_or_a_longer_life_than_asked_is_not_believed() {
        let other = BootClock::Fixed(Some(BootTime {
            boot: "two".into(),
            seconds: 90_000,
        }));
        assert!(record().live(Timestamp(MINTED + 600), &other).is_some());
        let mut absurd = record();
        absurd.session.expiration = Some(Timestamp(MINTED + 100 + 3901));
        assert!(absurd.live(Timestamp(MINTED), &other).is_none());
    }
}
