//! One pool of connections for each way out, kept for the whole run, so that connections are used again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};

use super::address::Address;
use super::fault::{Fault, FaultKind};
use super::proxy::Proxy;
use super::roots;

/// What tells one pool from another.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Route {
    tls: bool,
    proxy: Option<&'static str>,
    connect_timeout: Duration,
}

#[derive(Debug)]
pub(super) struct Connectors {
    /// PEM that replaces the system's roots.
    roots: Option<Vec<u8>>,
    made: Mutex<HashMap<Route, SharedHttpConnector>>,
}

impl Connectors {
    pub fn new(roots: Option<Vec<u8>>) -> Self {
        Self {
            roots,
            made: Mutex::default(),
        }
    }

    /// The one towards an address, made when it is first asked for.
    pub fn towards(
        &self,
        address: &Address,
        proxy: Option<&Proxy>,
        connect_timeout: Duration,
    ) -> Result<SharedHttpConnector, Fault> {
        let route = Route {
            tls: address.tls || proxy.is_some_and(|proxy| proxy.tls),
            proxy: proxy.map(|proxy| proxy.variable),
            connect_timeout,
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = made.get(&route) {
            return Ok(connector.clone());
        }
        let connector = SharedHttpConnector::new(self.make(&route, proxy)?);
        made.insert(route, connector.clone());
        Ok(connector)
    }

    fn make(&self, route: &Route, proxy: Option<&Proxy>) -> Result<Connector, Fault> {
        let other = |error: String| Fault::new(FaultKind::Other, error);
        let proxy = match proxy {
            Some(proxy) => ProxyConfig::all(proxy.url.expose())
                .map_err(|_| other(format!("{} is no URL", proxy.variable)))?,
            None => ProxyConfig::disabled(),
        };
        let trust = roots::trust(route.tls, self.roots.as_deref())
            .ok_or_else(|| other("TLS could not be set up".to_owned()))?;
        Ok(Connector::builder()
            .connector_settings(
                HttpConnectorSettings::builder()
                    .connect_timeout(route.connect_timeout)
                    .build(),
            )
            // While a person types the next code a server may have closed the connection; a request with a code
            // cannot be repeated, so it does not find that out.
            .pool_idle_timeout(Duration::from_secs(5))
            .proxy_config(proxy)
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(trust)
            .build())
    }
}
