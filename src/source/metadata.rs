//! `credential_source = Ec2InstanceMetadata`: the instance's role, by IMDSv2 and nothing older.

use std::time::Duration;

use super::local_service::Manner;
use super::{BaseCredentials, Surroundings, document};
use crate::aws::chain::Base;
use crate::display_safe::{display_safe, display_safe_bytes};
use crate::error::{Error, Result};
use crate::http::address::Address;
use crate::http::{Fault, FaultKind, Response};
use crate::session::Secret;

const ATTEMPTS: u32 = 4;
const MANNER: Manner = Manner {
    attempts: ATTEMPTS,
    connect_timeout: Duration::from_secs(1),
    answer_timeout: Duration::from_secs(1),
    pause: Duration::from_millis(100),
};
const TOKEN_SECONDS: &str = "21600";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

pub(super) fn obtain(base: &Base, around: &Surroundings<'_>) -> Result<BaseCredentials> {
    ask(around).map_err(|error| error.at(base.at))
}

fn ask(around: &Surroundings<'_>) -> Result<BaseCredentials> {
    if around
        .env
        .get("AWS_EC2_METADATA_DISABLED")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return Err(Error::new(
            "metadata-disabled",
            "credential_source = Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is true",
            "unset AWS_EC2_METADATA_DISABLED, or name another source",
        ));
    }
    let endpoint = endpoint(around)?;
    let token = Secret::new(text(&request(
        around,
        &endpoint,
        "PUT",
        "/latest/api/token",
        ("x-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS),
    )?));
    let with_token = ("x-aws-ec2-metadata-token", token.expose());
    let roles = text(&request(around, &endpoint, "GET", ROLES, with_token)?);
    let role = roles.lines().next().unwrap_or_default().trim();
    // It becomes a part of the next URL.
    let is_name = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    if role.is_empty() || role.len() > 64 || !role.chars().all(is_name) {
        return Err(failed(
            &endpoint,
            &format!("\"{}\" is no role name", display_safe(role)),
        ));
    }
    let path = format!("{ROLES}{role}");
    let answer = request(around, &endpoint, "GET", &path, with_token)?;
    document::of_service(&answer.body).map_err(|problem| {
        failed(
            &endpoint,
            &format!("answered, but {}", display_safe(&problem)),
        )
    })
}

fn text(answer: &Response) -> String {
    String::from_utf8_lossy(&answer.body).trim().to_owned()
}

/// A setting of the environment, else of the profile.
fn setting<'a>(around: &'a Surroundings<'_>, variable: &str, key: &str) -> Option<&'a str> {
    let of_profile = || Some(around.profile?.get(key)?.value.as_str());
    around
        .env
        .nonempty(variable)
        .or_else(of_profile)
        .filter(|value| !value.is_empty())
}

fn endpoint(around: &Surroundings<'_>) -> Result<String> {
    let configured = setting(
        around,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "ec2_metadata_service_endpoint",
    );
    if let Some(url) = configured {
        let url = url.trim_end_matches('/');
        return match Address::of(url) {
            Some(_) => Ok(url.to_owned()),
            None => Err(Error::new(
                "metadata-endpoint",
                format!("the EC2 metadata endpoint is no URL: {}", display_safe(url)),
                "write http://HOST in AWS_EC2_METADATA_SERVICE_ENDPOINT or ec2_metadata_service_endpoint",
            )),
        };
    }
    let mode = setting(
        around,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "ec2_metadata_service_endpoint_mode",
    );
    match mode.map(str::to_ascii_lowercase).as_deref() {
        None | Some("ipv4") => Ok("http://169.254.169.254".to_owned()),
        Some("ipv6") => Ok("http://[fd00:ec2::254]".to_owned()),
        Some(other) => Err(Error::new(
            "metadata-endpoint",
            format!(
                "the EC2 metadata endpoint mode \"{}\" is not known",
                display_safe(other)
            ),
            "write IPv4 or IPv6",
        )),
    }
}

fn request(
    around: &Surroundings<'_>,
    endpoint: &str,
    method: &str,
    path: &str,
    header: (&str, &str),
) -> Result<Response> {
    let url = format!("{endpoint}{path}");
    match MANNER.ask(around.http, method, &url, &[header]) {
        Ok(answer) if answer.status == 200 => Ok(answer),
        Ok(answer) => Err(refused(endpoint, path, &answer)),
        Err(fault) => Err(unreachable(endpoint, &fault)),
    }
}

fn refused(endpoint: &str, path: &str, answer: &Response) -> Error {
    match answer.status {
        403 => failed(
            endpoint,
            "refused (HTTP status 403): access to it is switched off for this instance",
        ),
        404 if path == ROLES => Error::new(
            "metadata",
            "this instance has no role",
            "attach an instance profile: aws ec2 associate-iam-instance-profile",
        ),
        status => {
            let start: Vec<u8> = answer.body.iter().copied().take(200).collect();
            failed(
                endpoint,
                &format!(
                    "answered HTTP status {status}: {}",
                    display_safe_bytes(&start)
                ),
            )
        }
    }
}

fn failed(endpoint: &str, what: &str) -> Error {
    Error::new(
        "metadata",
        format!("EC2 metadata at {} {what}", display_safe(endpoint)),
        "see whether the instance has a role and metadata switched on: aws ec2 describe-instances",
    )
}

fn unreachable(endpoint: &str, fault: &Fault) -> Error {
    let remedy = if fault.kind == FaultKind::TimedOut {
        "this is no EC2 instance; or, inside a container, the hop limit is 1: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2"
    } else {
        "this is no EC2 instance, or its metadata service is switched off: name another source"
    };
    Error::new(
        "metadata",
        format!(
            "could not reach EC2 metadata at {} in {ATTEMPTS} attempts: {}",
            display_safe(endpoint),
            display_safe(&fault.detail)
        ),
        remedy,
    )
}
