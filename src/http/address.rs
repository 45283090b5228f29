//! Where a URL leads: scheme, host and port, read strictly, since the host decides who sees the request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The part of a URL that says who is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub tls: bool,
    /// Lower case; an IPv6 address without its brackets.
    pub host: String,
    pub port: u16,
}

impl Address {
    /// Of an `http://` or `https://` URL with a host and no user name.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        if authority.contains(|c: char| c == '@' || c == '\\' || c <= ' ' || c == '\x7f') {
            return None;
        }
        let (host, port) = split_port(authority)?;
        let port = match port {
            Some(port) => port.parse().ok()?,
            None if tls => 443,
            None => 80,
        };
        (!host.is_empty()).then(|| Self {
            tls,
            host: host.to_ascii_lowercase(),
            port,
        })
    }

    /// Of a URL that is fit to be the endpoint of a service, to which a path is added: one of printable ASCII, without
    /// query and fragment.
    #[must_use]
    pub fn of_endpoint(url: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"@?#\\".contains(&byte);
        Self::of(url).filter(|_| url.bytes().all(is_plain))
    }

    /// As the `Host` header has it: without the port that the scheme implies.
    #[must_use]
    pub fn authority(&self) -> String {
        let whole = self.to_string();
        let implied = if self.tls { ":443" } else { ":80" };
        whole.strip_suffix(implied).unwrap_or(&whole).to_owned()
    }

    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Loopback, instance metadata and container addresses: never through a proxy (`docs/rules/aws.md#network`).
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        match self.ip() {
            Some(ip) => is_loopback(ip) || is_link_service(ip),
            None => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }

    /// An address that no request leaves this machine for. A name is believed only if it is `localhost` itself: others
    /// are for the resolver to say.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.ip().map_or(self.host == "localhost", is_loopback)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[must_use]
pub fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_loopback(),
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
    }
}

/// The link-local range of AWS's services on the machine, and their IPv6 addresses.
fn is_link_service(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6 == EC2_METADATA_V6 || v6 == EKS_POD_IDENTITY_V6,
    }
}

pub const ECS_TASK: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
pub const EKS_POD_IDENTITY: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);
pub const EKS_POD_IDENTITY_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23);
const EC2_METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// `host`, `host:port`, `[v6]`, `[v6]:port`.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((host, port)) => Some((host, Some(port))),
        None => Some((authority, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_host_or_nothing() {
        for (url, shown) in [
            (
                "https://sts.eu-west-1.amazonaws.com",
                "sts.eu-west-1.amazonaws.com:443",
            ),
            ("http://localhost:4566/path?a=1", "localhost:4566"),
            ("http://[fd00:ec2::254]", "[fd00:ec2::254]:80"),
            ("http://[::1]:8080/x", "[::1]:8080"),
            ("HTTPS://Sts.Example?x", "sts.example:443"),
        ] {
            assert_eq!(
                Address::of(url).map(|a| a.to_string()).as_deref(),
                Some(shown),
                "{url}"
            );
        }
        for url in [
            "/credentials",
            "ftp://host/",
            "https://",
            "https://:443",
            "https://user@host/",
            "https://a b/",
            "https://host:99999/",
            "https://host:/",
            "https://::1/",
            "https://[::1/",
        ] {
            assert_eq!(Address::of(url), None, "{url}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_and_host_and_perhaps_a_path() {
        for (url, host) in [
            (
                "https://sts.eu-west-1.amazonaws.com",
                Some("sts.eu-west-1.amazonaws.com"),
            ),
            ("http://localhost:4566/", Some("localhost")),
            ("http://[::1]:4566/sts", Some("::1")),
            ("localhost:4566", None),
            ("ftp://host", None),
            ("http://", None),
            ("http://host:port", None),
            ("http://127.0.0.1@evil.example", None),
            ("http://host/@x", None),
            ("http://host/\\x", None),
            ("http://host/ä", None),
            ("http://host?x", None),
            ("http://host/#x", None),
            ("http://a b", None),
            ("http://[::1", None),
        ] {
            let found = Address::of_endpoint(url).map(|address| address.host);
            assert_eq!(found.as_deref(), host, "{url}");
        }
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        for (host, loopback) in [
            ("localhost", true),
            ("LOCALHOST", true),
            ("127.8.9.1", true),
            ("[::1]", true),
            ("169.254.170.2", false),
            ("x.localhost", false),
            ("localhost.evil.example", false),
        ] {
            let address = Address::of(&format!("http://{host}")).expect(host);
            assert_eq!(address.is_loopback(), loopback, "{host}");
        }
    }

    #[test]
    fn knows_what_is_on_this_machine() {
        for (url, here) in [
            ("http://localhost:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]", true),
            ("http://169.254.169.254", true),
            ("http://169.254.170.2", true),
            ("http://[fd00:ec2::254]", true),
            ("http://[fd00:ec2::23]", true),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
            ("https://sts.us-east-1.amazonaws.com", false),
        ] {
            let address = Address::of(url).expect(url);
            assert_eq!(address.is_on_this_machine(), here, "{url}");
        }
    }
}
