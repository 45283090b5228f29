//! Takes an answer only whole: bounded in size, ended by the server, and by its own last tag.
//!
//! The SDK by itself reads a body that was cut off as success with half a token. What is believed is in
//! `docs/rules/aws.md#answers`.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;

use crate::http::{Fault, FaultKind, SMALL, USER_AGENT, body, date};

/// What was seen of the last answer, whatever the SDK makes of it.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    pub status: Option<u16>,
    /// The `Date` header, in seconds since 1970.
    pub date: Option<i64>,
    /// From the body: the SDK looks for it in the headers alone.
    pub request_id: Option<String>,
    pub fault: Option<Fault>,
    /// A whole body that is not the expected document.
    pub cut: bool,
}

/// A connector that looks at each answer before the SDK does.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub inner: SharedHttpConnector,
    /// The element that a successful answer is.
    pub root: &'static str,
    pub seen: Arc<Mutex<Seen>>,
}

impl HttpConnector for Watched {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let sdk = request
            .headers()
            .get("user-agent")
            .unwrap_or_default()
            .to_owned();
        let _ = request
            .headers_mut()
            .try_insert("user-agent", format!("{USER_AGENT} {sdk}"));
        let answering = self.inner.call(request);
        let watched = self.clone();
        HttpConnectorFuture::new(async move {
            let mut seen = Seen::default();
            let answer = watched.judge(answering.await, &mut seen).await;
            if let Err(fault) = &answer {
                seen.fault = Some(fault.clone());
            }
            *watched.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
            answer.map_err(|fault| ConnectorError::other(fault.into(), None))
        })
    }
}

impl Watched {
    async fn judge(
        &self,
        answer: Result<HttpResponse, ConnectorError>,
        seen: &mut Seen,
    ) -> Result<HttpResponse, Fault> {
        let mut answer = answer.map_err(|error| Fault::of_connector(&error))?;
        let status = answer.status().as_u16();
        seen.status = Some(status);
        seen.date = date(answer.headers());
        if status == 407 {
            return Err(Fault::new(
                FaultKind::ProxyAuthentication,
                "407 Proxy Authentication Required",
            ));
        }
        if (300..400).contains(&status) {
            return Err(Fault::new(
                FaultKind::Redirect,
                format!("HTTP status {status}, a redirect"),
            ));
        }
        let body = body::whole(&mut answer, SMALL).await?;
        let text = String::from_utf8_lossy(&body);
        let text = text.trim();
        seen.request_id = element(text, "RequestId").map(str::to_owned);
        if answer.status().is_success() && !text.ends_with(&format!("</{}>", self.root)) {
            seen.cut = text.is_empty() || text.contains(self.root);
            if !seen.cut {
                return Err(not_aws(status));
            }
            return Err(Fault::new(
                FaultKind::Closed,
                if text.is_empty() {
                    "the answer is empty"
                } else {
                    "the answer is cut off"
                },
            ));
        }
        if !answer.status().is_success() && !text.contains("<Code>") && status < 500 {
            return Err(not_aws(status));
        }
        *answer.body_mut() = body::wiped(body);
        Ok(answer)
    }
}

fn not_aws(status: u16) -> Fault {
    Fault::new(
        FaultKind::NotAws,
        format!("HTTP status {status} with a body that is not an answer of STS"),
    )
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let after = text.split_once(&format!("<{name}>"))?.1;
    Some(after.split_once("</")?.0)
}
