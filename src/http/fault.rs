//! What went wrong on the way to an answer, told apart by what a person can do about it.

use std::error::Error as StdError;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::display_safe::display_safe;

/// Why there is no answer of the service's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    NameNotFound,
    Refused,
    Unreachable,
    TimedOut,
    Tls,
    /// 407: the proxy wants a name and password, or others.
    ProxyAuthentication,
    /// The proxy would not open the tunnel.
    Proxy,
    /// The connection ended before the answer did.
    Closed,
    /// Something answered, but not in the words of the service.
    NotAws,
    /// A redirect, which is never followed.
    Redirect,
    TooLarge,
    Other,
}

/// A failure with the words of whoever noticed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub detail: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }

    /// From the HTTP client's error, whose sources tell more than itself.
    pub(crate) fn of_connector(error: &ConnectorError) -> Self {
        let links: Vec<_> = chain(error).collect();
        let kind = links
            .iter()
            .find_map(|link| kind_of(*link))
            .or_else(|| error.is_timeout().then_some(FaultKind::TimedOut))
            .unwrap_or(FaultKind::Other);
        let text = links.last().map(ToString::to_string).unwrap_or_default();
        Self::new(kind, display_safe(&text))
    }
}

/// Also through `io::Error`, whose `source` leaves out what it wraps.
fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&link| {
        match link.downcast_ref::<io::Error>() {
            Some(wrapper) => wrapper
                .get_ref()
                .map(|inner| inner as &(dyn StdError + 'static)),
            None => link.source(),
        }
    })
}

fn kind_of(link: &(dyn StdError + 'static)) -> Option<FaultKind> {
    if let Some(Fault { kind, .. }) = link.downcast_ref() {
        return Some(*kind);
    }
    if link.downcast_ref::<rustls::Error>().is_some() {
        return Some(FaultKind::Tls);
    }
    if let Some(io) = link.downcast_ref::<io::Error>() {
        return match io.kind() {
            io::ErrorKind::ConnectionRefused => Some(FaultKind::Refused),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                Some(FaultKind::Unreachable)
            }
            io::ErrorKind::TimedOut => Some(FaultKind::TimedOut),
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Some(FaultKind::Closed),
            _ => None,
        };
    }
    // These types of the HTTP client are private; their texts are all that is left of them.
    let text = link.to_string();
    let text_says = |words: &str| text.contains(words);
    if text_says("dns error") || text_says("failed to lookup address") {
        Some(FaultKind::NameNotFound)
    } else if text_says("proxy authorization required") {
        Some(FaultKind::ProxyAuthentication)
    } else if text_says("tunnel error") {
        Some(FaultKind::Proxy)
    } else if text_says("before message completed") || text_says("connection closed") {
        Some(FaultKind::Closed)
    } else {
        None
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl StdError for Fault {}
