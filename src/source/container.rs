//! `credential_source = EcsContainer`: the role of an ECS task or an EKS pod.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;

use super::local_service::Manner;
use super::{BaseCredentials, Surroundings, document};
use crate::aws::chain::Base;
use crate::display_safe::{display_safe, display_safe_bytes};
use crate::error::{Error, Result};
use crate::files::reading;
use crate::http::address::{self, Address};
use crate::session::Secret;
use crate::shell::Env;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
/// The longest token file, in bytes.
const LONGEST_TOKEN: u64 = 20 << 10;
const MANNER: Manner = Manner {
    attempts: 3,
    connect_timeout: Duration::from_secs(2),
    answer_timeout: Duration::from_secs(5),
    pause: Duration::from_millis(200),
};

/// Where the credentials are, from the environment. Plain `http` only to this machine and the fixed addresses.
pub fn uri(env: &Env, resolve: &dyn Fn(&str) -> Vec<IpAddr>) -> Result<String> {
    if let Some(path) = env.nonempty(RELATIVE) {
        // Without the slash the value would continue the host.
        if !path.starts_with('/') {
            return Err(invalid(RELATIVE, path, "does not begin with /"));
        }
        return Ok(format!("http://{}{path}", address::ECS_TASK));
    }
    let Some(url) = env.nonempty(FULL) else {
        return Err(Error::new(
            "container",
            format!("credential_source = EcsContainer, but neither {RELATIVE} nor {FULL} is set"),
            "these are set inside ECS tasks and EKS pods only: name another source outside of them",
        ));
    };
    let Some(address) = Address::of(url) else {
        return Err(invalid(FULL, url, "is no http or https URL with a host"));
    };
    if address.tls {
        return Ok(url.to_owned());
    }
    let ips = match address.ip() {
        Some(ip) => vec![ip],
        None => resolve(&address.host),
    };
    if !ips.is_empty() && ips.into_iter().all(is_container_service) {
        Ok(url.to_owned())
    } else {
        Err(invalid(
            FULL,
            url,
            "is plain http to a host that is neither this machine nor the container service",
        ))
    }
}

fn is_container_service(ip: IpAddr) -> bool {
    address::is_loopback(ip)
        || [
            IpAddr::V4(address::ECS_TASK),
            IpAddr::V4(address::EKS_POD_IDENTITY),
            IpAddr::V6(address::EKS_POD_IDENTITY_V6),
        ]
        .contains(&ip)
}

fn invalid(variable: &str, value: &str, what: &str) -> Error {
    Error::new(
        "container",
        format!("{variable} {what}: {}", display_safe(value)),
        "the container service sets this variable: use its value unchanged",
    )
}

/// The value of `Authorization`: the file is read each time, since it is replaced while programs run.
fn authorization(env: &Env) -> Result<Option<Secret>> {
    let (variable, value) = match (env.nonempty(TOKEN_FILE), env.nonempty(TOKEN)) {
        (Some(path), _) => {
            let text = reading::read_text(Path::new(path), LONGEST_TOKEN).map_err(|problem| {
                Error::new(
                    "container",
                    format!(
                        "could not read {} ({TOKEN_FILE}): {problem}",
                        display_safe(path)
                    ),
                    "the container service writes this file: see whether it is mounted",
                )
            })?;
            // A trailing line break is an editor's; any other could begin a header of its own.
            let end = text.trim_end_matches(['\r', '\n']).len();
            (TOKEN_FILE, Secret::new(&text[..end]))
        }
        (None, Some(token)) => (TOKEN, Secret::new(token)),
        (None, None) => return Ok(None),
    };
    if value.expose().contains(['\r', '\n']) {
        return Err(Error::new(
            "container",
            format!("the token of {variable} holds a line break"),
            "the container service sets this token: use it unchanged",
        ));
    }
    Ok(Some(value))
}

pub(super) fn obtain(base: &Base, around: &Surroundings<'_>) -> Result<BaseCredentials> {
    ask(around).map_err(|error| error.at(base.at))
}

fn ask(around: &Surroundings<'_>) -> Result<BaseCredentials> {
    let url = uri(around.env, &resolve)?;
    let token = authorization(around.env)?;
    let headers: Vec<_> = [("accept", "application/json")]
        .into_iter()
        .chain(
            token
                .as_ref()
                .map(|token| ("authorization", token.expose())),
        )
        .collect();
    let answer = MANNER
        .ask(around.http, "GET", &url, &headers)
        .map_err(|fault| {
            let detail = display_safe(&fault.detail);
            failed(&url, &format!("gave no answer: {detail}"))
        })?;
    if answer.status != 200 {
        let start: Vec<u8> = answer.body.iter().copied().take(200).collect();
        return Err(failed(
            &url,
            &format!(
                "answered HTTP status {}: {}",
                answer.status,
                display_safe_bytes(&start)
            ),
        ));
    }
    document::of_service(&answer.body)
        .map_err(|problem| failed(&url, &format!("answered, but {}", display_safe(&problem))))
}

fn resolve(host: &str) -> Vec<IpAddr> {
    (host, 0)
        .to_socket_addrs()
        .map(|found| found.map(|address| address.ip()).collect())
        .unwrap_or_default()
}

fn failed(url: &str, what: &str) -> Error {
    Error::new(
        "container",
        format!("the container credentials at {} {what}", display_safe(url)),
        "see whether the task or pod has a role, and whether its agent runs",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_only_where_nobody_else_listens() {
        let resolve = |host: &str| -> Vec<IpAddr> {
            match host {
                "localhost" => vec!["127.0.0.1".parse().expect("ip"), "::1".parse().expect("ip")],
                "mixed" => vec![
                    "127.0.0.1".parse().expect("ip"),
                    "10.0.0.1".parse().expect("ip"),
                ],
                _ => vec![],
            }
        };
        for (variable, value, ok) in [
            (FULL, "http://127.0.0.1/x", true),
            (FULL, "http://[::1]:80/x", true),
            (FULL, "http://mixed/x", false),
            (FULL, "http://unknown/x", false),
            (FULL, "http://169.254.169.254/x", false),
            (FULL, "http://169.254.170.2@evil/x", false),
            (FULL, "ftp://127.0.0.1/x", false),
            (RELATIVE, "@evil/x", false),
            (RELATIVE, ".evil/x", false),
        ] {
            let env = Env::from([(variable, value)]);
            assert_eq!(uri(&env, &resolve).is_ok(), ok, "{value}");
        }
    }

    #[test]
    fn a_token_cannot_begin_another_header() {
        let token = |value: &str| authorization(&Env::from([(TOKEN, value)]));
        assert_eq!(
            token("Basic abc").expect("token").expect("some").expose(),
            "Basic abc"
        );
        for value in ["a\r\nX-Evil: 1", "a\n", "\ra"] {
            assert_eq!(token(value).expect_err(value).class, "container");
        }
    }
}
