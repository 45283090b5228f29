//! What xrole and its endpoint tell each other: a line of JSON each way, over a way that nobody else has.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aws::chain::Selection;
use crate::clock::Timestamp;
use crate::error::{self, Error};
use crate::json;
use crate::os::channel::Channel;
use crate::session::{Credentials, Secret, Session};

const LONGEST: usize = 256 * 1024;

/// What the endpoint is for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// The process number of the program, which is xrole's own.
    pub program: u32,
    pub selection: Selection,
    pub token_file: Option<PathBuf>,
    first: First,
}

impl Request {
    #[must_use]
    pub fn new(selection: Selection, token_file: Option<PathBuf>, first: &Session) -> Self {
        let keys = &first.credentials;
        Self {
            program: std::process::id(),
            selection,
            token_file,
            first: First {
                access_key_id: keys.access_key_id.clone(),
                secret_access_key: Text(keys.secret_access_key.duplicate()),
                session_token: keys
                    .session_token
                    .as_ref()
                    .map(|token| Text(token.duplicate())),
                expiration: first.expiration.map(|at| at.0),
                clock_offset: first.clock_offset,
                minted: first.minted.0,
                requested: first.requested,
                identity: first.identity.clone(),
                generation: first.generation,
            },
        }
    }

    /// The session that was obtained before, for which a code may have been typed.
    #[must_use]
    pub fn first(&self) -> Session {
        let first = &self.first;
        Session {
            credentials: Credentials {
                access_key_id: first.access_key_id.clone(),
                secret_access_key: first.secret_access_key.0.duplicate(),
                session_token: first
                    .session_token
                    .as_ref()
                    .map(|token| token.0.duplicate()),
            },
            expiration: first.expiration.map(Timestamp),
            clock_offset: first.clock_offset,
            minted: Timestamp(first.minted),
            requested: first.requested,
            identity: first.identity.clone(),
            generation: first.generation,
        }
    }
}

/// A session on its way.
#[derive(Debug, Serialize, Deserialize)]
struct First {
    access_key_id: String,
    secret_access_key: Text,
    session_token: Option<Text>,
    expiration: Option<i64>,
    clock_offset: i64,
    minted: i64,
    requested: u32,
    identity: Option<String>,
    generation: i64,
}

/// A secret on its way.
#[derive(Debug)]
struct Text(Secret);

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

/// Where the endpoint is, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    Ready(Endpoint),
    Failed { message: String, remedy: String },
}

impl From<&Error> for Reply {
    fn from(error: &Error) -> Self {
        Self::Failed {
            message: error.headline(),
            remedy: error.remedy.clone(),
        }
    }
}

/// What the program is given.
#[derive(Debug, Serialize, Deserialize)]
pub struct Endpoint {
    host: String,
    token: Text,
}

impl Endpoint {
    pub(super) fn new(host: &str, token: &Secret) -> Self {
        Self {
            host: host.to_owned(),
            token: Text(token.duplicate()),
        }
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.host, super::PATH)
    }

    #[must_use]
    pub fn token(&self) -> Secret {
        self.token.0.duplicate()
    }
}

pub fn send(channel: &Channel, message: &impl Serialize) -> error::Result<()> {
    let line = Zeroizing::new(json::write(message) + "\n");
    let mut channel = channel;
    channel
        .write_all(line.as_bytes())
        .map_err(|error| super::failed("start", error))
}

pub fn receive<T: DeserializeOwned>(channel: &Channel) -> error::Result<T> {
    let mut line = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let mut buffer = Zeroizing::new([0; 4096]);
    let mut channel = channel;
    while line.last() != Some(&b'\n') && line.len() < LONGEST {
        match channel.read(&mut buffer[..]) {
            Ok(0) => return Err(super::failed("start", "it ended before it answered")),
            Ok(read) => line.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(super::failed("start", error)),
        }
    }
    serde_json::from_slice(&line).map_err(|error| super::failed("start", error))
}
