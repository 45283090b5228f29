//! A request as whoever sends it describes it, and as it goes out.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::address::Address;
use super::body;

pub const USER_AGENT: &str = concat!("xrole/", env!("CARGO_PKG_VERSION"));

/// How a request leaves this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the proxy that the environment names for the address, if it names one.
    ThroughProxies,
    /// Past every proxy: to services that only this machine can reach.
    Direct,
}

/// One request. Redirects are never followed: their answer is an answer as any other.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub method: &'a str,
    /// `http://` or `https://`, with path and query.
    pub url: &'a str,
    /// Beside `Host`, `User-Agent` and `Content-Length`, which are set where they are not given here.
    pub headers: &'a [(&'a str, &'a str)],
    /// Sent whole; empty for none.
    pub body: &'a [u8],
    pub way: Way,
    /// For name, connection and TLS.
    pub connect_timeout: Duration,
    /// For everything, from the name to the last byte of the answer.
    pub time_limit: Duration,
    /// The largest body that is taken as an answer, in bytes.
    pub largest: usize,
}

/// Without its query, headers and body: each of them may hold a secret.
impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("address", &Address::of(self.url))
            .field("way", &self.way)
            .finish_non_exhaustive()
    }
}

impl Request<'_> {
    /// As the connector takes it. `None`: a part of it holds what HTTP cannot carry.
    pub(super) fn outgoing(&self) -> Option<HttpRequest> {
        let mut request = HttpRequest::new(if self.body.is_empty() {
            SdkBody::empty()
        } else {
            body::wiped(self.body.to_vec())
        });
        request.set_method(self.method).ok()?;
        request.set_uri(self.url).ok()?;
        request.headers_mut().insert("user-agent", USER_AGENT);
        for (name, value) in self.headers {
            request
                .headers_mut()
                .try_insert((*name).to_owned(), (*value).to_owned())
                .ok()?;
        }
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Request<'_> = Request {
        method: "POST",
        url: "https://signin.example/federation?Session=hunter2",
        headers: &[("authorization", "hunter2")],
        body: b"hunter2",
        way: Way::ThroughProxies,
        connect_timeout: Duration::from_secs(1),
        time_limit: Duration::from_secs(1),
        largest: 1024,
    };

    #[test]
    fn what_may_be_secret_is_not_shown() {
        let shown = format!("{REQUEST:?}");
        assert!(shown.contains("POST") && shown.contains("signin.example"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn no_value_begins_another_header() {
        for (method, url, headers) in [
            ("GET", "http://host/", [("a", "b\r\nX-Evil: 1")]),
            ("GET", "http://host/", [("a: b\r\nX-Evil", "1")]),
            ("GET", "http://host/ HTTP/1.1\r\nX-Evil: 1", [("a", "b")]),
            ("GET / HTTP/1.1\r\nX-Evil: 1", "http://host/", [("a", "b")]),
        ] {
            let headers = &headers;
            let request = Request {
                method,
                url,
                headers,
                ..REQUEST
            };
            assert!(request.outgoing().is_none(), "{method} {url} {headers:?}");
        }
        assert!(REQUEST.outgoing().is_some());
    }
}
