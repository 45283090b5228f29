//! Which requests go through a proxy, and through which: the variables that curl and the AWS CLI read.

use std::net::IpAddr;

use super::address::{Address, split_port};
use crate::error::{Error, Result};
use crate::session::Secret;
use crate::shell::Env;

/// One proxy, and the variable that names it.
#[derive(Debug)]
pub struct Proxy {
    pub variable: &'static str,
    /// May hold a user name and password.
    pub url: Secret,
    /// Host and port, for messages.
    pub address: String,
    /// The proxy itself is spoken to over TLS.
    pub tls: bool,
}

/// The proxies of this run.
#[derive(Debug, Default)]
pub struct Proxies {
    https: Option<Proxy>,
    http: Option<Proxy>,
    no_proxy: String,
}

impl Proxies {
    /// From `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`; the lower-case form goes first, as in curl.
    pub fn from_env(env: &Env) -> Result<Self> {
        let first = |names: [&'static str; 4]| {
            names
                .into_iter()
                .find_map(|name| Some((name, env.nonempty(name)?)))
                .map(|(name, url)| Proxy::new(name, url))
                .transpose()
        };
        Ok(Self {
            https: first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?,
            http: first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])?,
            no_proxy: env
                .nonempty("no_proxy")
                .or_else(|| env.nonempty("NO_PROXY"))
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// The proxy that a request to this address goes through.
    #[must_use]
    pub fn towards(&self, address: &Address) -> Option<&Proxy> {
        let proxy = if address.tls { &self.https } else { &self.http };
        proxy
            .as_ref()
            .filter(|_| !address.is_on_this_machine() && !is_excepted(&self.no_proxy, address))
    }
}

impl Proxy {
    fn new(variable: &'static str, value: &str) -> Result<Self> {
        let value = value.trim();
        let url = if value.contains("://") {
            value.to_owned()
        } else {
            format!("http://{value}")
        };
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        // The value is not shown: it may hold a password.
        let address = Address::of(&format!("{scheme}://{host}")).ok_or_else(|| {
            Error::new(
                "proxy",
                format!("{variable} is no proxy that xrole can use"),
                "write http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before the host where the proxy asks for it",
            )
        })?;
        Ok(Self {
            variable,
            url: Secret::new(url.as_str()),
            address: address.to_string(),
            tls: address.tls,
        })
    }
}

fn is_excepted(rules: &str, address: &Address) -> bool {
    rules
        .split([',', ' '])
        .map(str::trim)
        .filter(|rule| !rule.is_empty())
        .any(|rule| rule == "*" || rule_matches(&rule.to_ascii_lowercase(), address))
}

fn rule_matches(rule: &str, address: &Address) -> bool {
    if let (Some((network, bits)), Some(ip)) = (rule.split_once('/'), address.ip()) {
        return network
            .parse()
            .ok()
            .zip(bits.parse().ok())
            .is_some_and(|(network, bits)| is_within(ip, network, bits));
    }
    if let (Ok(rule), Some(ip)) = (rule.parse::<IpAddr>(), address.ip()) {
        return rule == ip;
    }
    let Some((host, port)) = split_port(rule) else {
        return false;
    };
    if port.is_some_and(|port| port.parse() != Ok(address.port)) {
        return false;
    }
    let domain = host.trim_start_matches('*').trim_start_matches('.');
    address
        .host
        .strip_suffix(domain)
        .is_some_and(|before| !domain.is_empty() && (before.is_empty() || before.ends_with('.')))
}

fn is_within(ip: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(ip) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(ip) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STS: &str = "https://sts.eu-west-1.amazonaws.com";

    #[test]
    fn chooses_the_proxy_and_its_variable() {
        for (env, url, chosen) in [
            (vec![], STS, None),
            (
                vec![("HTTPS_PROXY", "http://p:3128")],
                STS,
                Some(("HTTPS_PROXY", "p:3128")),
            ),
            (
                vec![
                    ("HTTPS_PROXY", "http://up"),
                    ("https_proxy", "http://low:1"),
                ],
                STS,
                Some(("https_proxy", "low:1")),
            ),
            (vec![("HTTP_PROXY", "http://p:3128")], STS, None),
            (
                vec![("ALL_PROXY", "http://all:8080")],
                STS,
                Some(("ALL_PROXY", "all:8080")),
            ),
            (
                vec![("HTTPS_PROXY", "user:pw@p:3128")],
                STS,
                Some(("HTTPS_PROXY", "p:3128")),
            ),
            (vec![("HTTPS_PROXY", "")], STS, None),
            (
                vec![("HTTP_PROXY", "p"), ("HTTPS_PROXY", "q")],
                "http://sts.internal",
                Some(("HTTP_PROXY", "p:80")),
            ),
            (
                vec![("ALL_PROXY", "http://p")],
                "https://localhost:8443",
                None,
            ),
            (
                vec![("ALL_PROXY", "http://p")],
                "http://127.0.0.1:8080",
                None,
            ),
            (
                vec![("ALL_PROXY", "http://p")],
                "http://169.254.169.254",
                None,
            ),
            (
                vec![("ALL_PROXY", "http://p")],
                "http://[fd00:ec2::23]",
                None,
            ),
        ] {
            let env = Env::new(env.into_iter().map(|(k, v)| (k.into(), v.into())));
            let proxies = Proxies::from_env(&env).expect(url);
            let proxy = proxies.towards(&Address::of(url).expect(url));
            assert_eq!(
                proxy.map(|proxy| (proxy.variable, proxy.address.as_str())),
                chosen,
                "{env:?} {url}"
            );
        }
    }

    #[test]
    fn no_proxy_excepts_domains_addresses_and_networks() {
        for (rules, url, excepted) in [
            ("", STS, false),
            ("*", STS, true),
            ("amazonaws.com", STS, true),
            (".amazonaws.com", STS, true),
            ("*.amazonaws.com", STS, true),
            ("sts.eu-west-1.AmazonAWS.com", STS, true),
            ("x, amazonaws.com:443", STS, true),
            ("amazonaws.com:8443", STS, false),
            ("aws.com", STS, false),
            ("10.1.2.3", "https://10.1.2.3", true),
            ("10.0.0.0/8", "https://10.1.2.3", true),
            ("10.0.0.0/16", "https://10.1.2.3", false),
            ("0.0.0.0/0", "https://10.1.2.3", true),
            ("fd12::/16", "https://[fd12::7]", true),
        ] {
            let address = Address::of(url).expect(url);
            assert_eq!(is_excepted(rules, &address), excepted, "{rules} {url}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_an_error_without_its_value() {
        let env = Env::from([("HTTPS_PROXY", "socks5://user:hunter2@p:1080")]);
        let error = Proxies::from_env(&env).expect_err("socks");
        assert_eq!(error.class, "proxy");
        assert_eq!(error.message, "HTTPS_PROXY is no proxy that xrole can use");
        assert!(!error.to_string().contains("hunter2"));
    }
}
