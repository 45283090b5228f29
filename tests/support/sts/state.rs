//! What the STS remembers between requests: the world, issued sessions, faults to come, the record.

use std::collections::BTreeMap;

use xrole::clock::{Clock, Timestamp};

use super::fault::Faults;
use super::record::Records;
use super::world::World;

/// Whom credentials belong to.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A user's access key; the number is the place in the world's list.
    User(usize),
    /// What GetSessionToken gave to a user, and when a code was presented, if one was.
    UserSession { user: usize, mfa: Option<i64> },
    Role {
        role: usize,
        session_name: String,
        source_identity: Option<String>,
    },
}

impl Caller {
    #[must_use]
    pub fn arn(&self, world: &World) -> String {
        match self {
            Self::User(user) | Self::UserSession { user, .. } => world.users[*user].arn(),
            Self::Role {
                role, session_name, ..
            } => world.roles[*role].session_arn(session_name),
        }
    }

    #[must_use]
    pub fn account<'a>(&self, world: &'a World) -> &'a str {
        match self {
            Self::User(user) | Self::UserSession { user, .. } => &world.users[*user].account,
            Self::Role { role, .. } => &world.roles[*role].account,
        }
    }

    #[must_use]
    pub fn is_temporary(&self) -> bool {
        !matches!(self, Self::User(_))
    }
}

/// An issued session.
#[derive(Debug, Clone)]
pub struct Issued {
    pub secret: String,
    pub token: String,
    /// On the STS's clock.
    pub expires: i64,
    pub caller: Caller,
}

#[derive(Debug)]
pub struct State {
    pub world: World,
    pub issued: BTreeMap<String, Issued>,
    pub faults: Faults,
    pub records: Records,
    /// Seconds that the STS's clock is ahead of this machine's.
    pub clock_offset: i64,
    /// Lifetime of every session, whatever was asked, so that expiry can be met within a test.
    pub lifetime: Option<i64>,
    /// The one region that this endpoint signs for; any, if `None`.
    pub region: Option<String>,
    /// Regions where STS is switched off.
    pub disabled_regions: Vec<String>,
    clock: Clock,
    requests: u64,
}

impl State {
    #[must_use]
    pub fn new(world: World, clock: Clock) -> Self {
        Self {
            world,
            issued: BTreeMap::new(),
            faults: Faults::default(),
            records: Records::default(),
            clock_offset: 0,
            lifetime: None,
            region: None,
            disabled_regions: Vec::new(),
            clock,
            requests: 0,
        }
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.now().0 + self.clock_offset)
    }

    pub fn request_id(&mut self) -> String {
        self.requests += 1;
        format!("c6104cbe-af31-11e0-8154-{:012x}", self.requests)
    }

    /// Issues credentials: `(access key id, session)`.
    pub fn issue(&mut self, caller: Caller, seconds: i64) -> (String, Issued) {
        let id = format!("ASIA{}", random(16, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
        let issued = Issued {
            secret: random(40, BASE64),
            token: format!("IQoJb3JpZ2luX2Vj{}==", random(240, BASE64)),
            expires: self.now().0 + self.lifetime.unwrap_or(seconds),
            caller,
        };
        self.issued.insert(id.clone(), issued.clone());
        (id, issued)
    }
}

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn random(length: usize, alphabet: &[u8]) -> String {
    (0..length)
        .map(|_| char::from(alphabet[fastrand::usize(..alphabet.len())]))
        .collect()
}
