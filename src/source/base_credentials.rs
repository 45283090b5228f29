//! What a source gives.

use crate::clock::Timestamp;
use crate::session::Credentials;

#[derive(Debug, PartialEq, Eq)]
pub struct BaseCredentials {
    pub credentials: Credentials,
    /// When they end; `None`: never, or the source did not say.
    pub expiration: Option<Timestamp>,
}
