//! One runtime and one connection pool for the whole run, made when the first request leaves.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use super::address::Address;
use super::body::{self, USER_AGENT};
use super::fault::{Fault, Network as Kind};
use super::proxy::{Proxies, Proxy};
use super::roots;
use crate::aws::config::Setting;
use crate::error::Result;
use crate::place::{Origin, Sourced};
use crate::shell::Env;

/// How the network is reached, and how long it may take.
#[derive(Debug)]
pub struct NetworkOptions {
    pub proxies: Proxies,
    /// A PEM file that replaces the system's roots.
    pub ca_bundle: Option<Sourced<String>>,
    /// For name, connection and TLS of one attempt.
    pub connect_timeout: Duration,
    /// For a call with all its attempts.
    pub call_timeout: Duration,
    /// Before the second attempt; doubled before the third.
    pub pause: Duration,
}

impl NetworkOptions {
    /// From the environment; the selected profile's `ca_bundle` counts where `AWS_CA_BUNDLE` is not set.
    pub fn from_env(env: &Env, ca_bundle_of_profile: Option<&Setting>) -> Result<Self> {
        let from_variable = env
            .nonempty("AWS_CA_BUNDLE")
            .map(|path| Sourced::new(path.to_owned(), Origin::Variable("AWS_CA_BUNDLE")));
        let ca_bundle = from_variable.or_else(|| {
            ca_bundle_of_profile
                .map(|setting| Sourced::new(setting.value.to_string(), Origin::File(setting.at)))
        });
        Ok(Self {
            proxies: Proxies::from_env(env)?,
            ca_bundle,
            connect_timeout: Duration::from_secs(3),
            call_timeout: Duration::from_secs(10),
            pause: Duration::from_millis(200),
        })
    }
}

/// A request to a metadata or container service: never through a proxy, redirects not followed.
#[derive(Debug)]
pub struct Fetch<'a> {
    pub method: &'static str,
    pub url: &'a str,
    pub headers: &'a [(&'static str, &'a str)],
    pub connect_timeout: Duration,
    pub read_timeout: Duration,
}

/// A whole answer, possibly with secrets.
pub struct Fetched {
    pub status: u16,
    pub body: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Route {
    tls: bool,
    proxy: Option<&'static str>,
    connect_timeout: Duration,
}

/// The way out of this machine.
#[derive(Debug)]
pub struct Network {
    pub(crate) options: NetworkOptions,
    roots: Option<Vec<u8>>,
    runtime: OnceLock<std::io::Result<Runtime>>,
    connectors: Mutex<HashMap<Route, SharedHttpConnector>>,
}

impl Network {
    pub(crate) fn new(options: NetworkOptions) -> Result<Self> {
        let roots = options.ca_bundle.as_ref().map(roots::usable).transpose()?;
        Ok(Self {
            options,
            roots,
            runtime: OnceLock::new(),
            connectors: Mutex::default(),
        })
    }

    /// Runs to the end on this thread.
    pub(crate) fn run<F: Future>(&self, future: F) -> std::result::Result<F::Output, Fault> {
        let runtime = self.runtime.get_or_init(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
        });
        match runtime {
            Ok(runtime) => Ok(runtime.block_on(future)),
            Err(error) => Err(Fault::new(Kind::Other, error.to_string())),
        }
    }

    /// The connector towards an address; the same one for the whole run, so that connections are used again.
    pub(crate) fn connector(
        &self,
        address: &Address,
        proxy: Option<&Proxy>,
        connect_timeout: Duration,
    ) -> std::result::Result<SharedHttpConnector, Fault> {
        let route = Route {
            tls: address.tls || proxy.is_some_and(|proxy| proxy.tls),
            proxy: proxy.map(|proxy| proxy.variable),
            connect_timeout,
        };
        let mut connectors = self
            .connectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = connectors.get(&route) {
            return Ok(connector.clone());
        }
        let connector = SharedHttpConnector::new(self.connect(&route, proxy)?);
        connectors.insert(route, connector.clone());
        Ok(connector)
    }

    fn connect(
        &self,
        route: &Route,
        proxy: Option<&Proxy>,
    ) -> std::result::Result<Connector, Fault> {
        let other = |error: String| Fault::new(Kind::Other, error);
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

    /// One request and its whole answer.
    pub(crate) fn fetch(&self, fetch: &Fetch<'_>) -> std::result::Result<Fetched, Fault> {
        let address = Address::of(fetch.url)
            .ok_or_else(|| Fault::new(Kind::Other, format!("{} is no URL", fetch.url)))?;
        let connector = self.connector(&address, None, fetch.connect_timeout)?;
        let request = request(fetch).ok_or_else(|| {
            Fault::new(
                Kind::Other,
                "a header or the URL holds a character that HTTP cannot carry",
            )
        })?;
        let timeout = fetch.connect_timeout + fetch.read_timeout;
        self.run(async {
            let fetched = tokio::time::timeout(timeout, async {
                let mut answer = connector
                    .call(request)
                    .await
                    .map_err(|e| Fault::of_connector(&e))?;
                let status = answer.status().as_u16();
                let body = body::whole(&mut answer).await?;
                Ok(Fetched { status, body })
            });
            fetched
                .await
                .unwrap_or_else(|_| Err(Fault::new(Kind::TimedOut, "no whole answer in time")))
        })?
    }
}

impl Drop for Network {
    /// Does not wait for a name lookup that hangs: it cannot be cancelled.
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn request(fetch: &Fetch<'_>) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(SdkBody::empty());
    request.set_method(fetch.method).ok()?;
    request.set_uri(fetch.url).ok()?;
    request.headers_mut().insert("user-agent", USER_AGENT);
    for (name, value) in fetch.headers {
        request
            .headers_mut()
            .try_insert(*name, (*value).to_owned())
            .ok()?;
    }
    Some(request)
}
