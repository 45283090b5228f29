//! A whole answer.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use zeroize::Zeroizing;

use super::body;
use super::fault::Fault;

/// Status, headers and body of an answer, whatever the status is.
pub struct Response {
    pub status: u16,
    headers: Headers,
    /// It may hold secrets, and is wiped.
    pub body: Zeroizing<Vec<u8>>,
}

/// Neither headers nor body: both may hold secrets.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Response {
    pub(super) async fn of(mut answer: HttpResponse, largest: usize) -> Result<Self, Fault> {
        let body = body::whole(&mut answer, largest).await?;
        Ok(Self {
            status: answer.status().as_u16(),
            headers: std::mem::take(answer.headers_mut()),
            body,
        })
    }

    /// The first header of this name, whose case does not count.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    /// The server's clock, in seconds since 1970.
    #[must_use]
    pub fn date(&self) -> Option<i64> {
        date(&self.headers)
    }
}

/// The `Date` header, in seconds since 1970.
pub(crate) fn date(headers: &Headers) -> Option<i64> {
    DateTime::from_str(headers.get("date")?, Format::HttpDate)
        .ok()
        .map(|date| date.secs())
}
