//! One runtime and one pool of connections for the whole run, made when the first request leaves.

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use tokio::runtime::Runtime;

use super::address::Address;
use super::connectors::Connectors;
use super::fault::{Fault, FaultKind};
use super::proxy::{Proxies, Proxy};
use super::request::{Request, Way};
use super::response::Response;
use super::roots;
use crate::error;
use crate::place::Sourced;

/// The way out of this machine.
#[derive(Debug)]
pub struct Client {
    proxies: Proxies,
    connectors: Connectors,
    runtime: OnceLock<std::io::Result<Runtime>>,
}

impl Client {
    /// Reads the PEM file that replaces the system's roots, if one is named; opens nothing else yet.
    pub fn new(proxies: Proxies, ca_bundle: Option<&Sourced<String>>) -> error::Result<Self> {
        Ok(Self {
            proxies,
            connectors: Connectors::new(ca_bundle.map(roots::usable).transpose()?),
            runtime: OnceLock::new(),
        })
    }

    /// One request and its whole answer, whatever its status: once, within its time, redirects not followed.
    pub fn send(&self, request: &Request<'_>) -> Result<Response, Fault> {
        let other = |what| Fault::new(FaultKind::Other, what);
        // The URL is not shown: its query may be a key.
        let address = Address::of(request.url).ok_or_else(|| other("the URL cannot be used"))?;
        let proxy = match request.way {
            Way::ThroughProxies => self.proxy_towards(&address),
            Way::Direct => None,
        };
        let connector = self.connector(&address, proxy, request.connect_timeout)?;
        let outgoing = request
            .outgoing()
            .ok_or_else(|| other("a header or the URL holds a character that HTTP cannot carry"))?;
        self.run(async {
            let answer = exchange(&connector, outgoing, request.largest);
            tokio::time::timeout(request.time_limit, answer)
                .await
                .unwrap_or_else(|_| Err(Fault::new(FaultKind::TimedOut, "no whole answer in time")))
        })?
    }

    /// The proxy that requests to this address go through, unless they go past all.
    pub(crate) fn proxy_towards(&self, address: &Address) -> Option<&Proxy> {
        self.proxies.towards(address)
    }

    /// The connector towards an address, for the SDK, which sends by itself.
    pub(crate) fn connector(
        &self,
        address: &Address,
        proxy: Option<&Proxy>,
        connect_timeout: Duration,
    ) -> Result<SharedHttpConnector, Fault> {
        self.connectors.towards(address, proxy, connect_timeout)
    }

    /// Runs to the end on this thread.
    pub(crate) fn run<F: Future>(&self, future: F) -> Result<F::Output, Fault> {
        let runtime = self.runtime.get_or_init(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
        });
        match runtime {
            Ok(runtime) => Ok(runtime.block_on(future)),
            Err(error) => Err(Fault::new(FaultKind::Other, error.to_string())),
        }
    }
}

async fn exchange(
    connector: &SharedHttpConnector,
    request: HttpRequest,
    largest: usize,
) -> Result<Response, Fault> {
    let answer = connector.call(request).await;
    Response::of(answer.map_err(|e| Fault::of_connector(&e))?, largest).await
}

impl Drop for Client {
    /// Does not wait for a name lookup that hangs: it cannot be cancelled.
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
