//! Refusals that say what is wrong: bad values, expired or unknown keys, clocks, regions, tokens, throttling.

use super::base::{renewal, source_name};
use super::case::{Case, Finding};
use crate::aws::chain::BaseSource;
use crate::aws::plan::Operation;
use crate::display_safe::display_safe;
use crate::place::{Origin, Sourced};
use crate::words;

pub(super) fn validation(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.refusal;
    if refusal.says("exceeds the MaxSessionDuration set for this role") {
        return Some(above_maximum(case));
    }
    if refusal.says("session limit for roles assumed by role chaining") {
        return Some(
            Finding::new("internal", "a chained role was asked for more than an hour").cause(
                "xrole caps chained roles at 3600 s: this is a fault in xrole, please report it",
            ),
        );
    }
    let name = refusal.message.split_once("at '")?.1.split_once('\'')?.0;
    Some(bad_value(case, name))
}

fn above_maximum(case: &Case<'_>) -> Finding {
    let (seconds, origin) = case
        .call
        .duration_seconds
        .as_ref()
        .map_or((3600, Origin::Default), |duration| {
            (duration.value, duration.origin)
        });
    let name = case.account_and_name().map_or("NAME", |(_, name)| name);
    Finding::new(
        "duration-above-role-maximum",
        format!("{seconds} s ({origin}) is above the role's maximum session duration"),
    )
    .cause(format!("lower duration_seconds ({origin}), or have the role's maximum raised"))
    .next(format!(
        "aws iam update-role --role-name {} --max-session-duration {seconds}   (an administrator of the role's account)",
        words::quoted(name)
    ))
    .at(origin.place())
}

fn bad_value(case: &Case<'_>, parameter: &str) -> Finding {
    let call = case.call;
    let of = |value: &Option<Sourced<String>>| value.as_ref().map(|value| value.origin);
    let (key, bound, origin) = match parameter.to_ascii_lowercase().as_str() {
        "rolesessionname" => (
            "role_session_name",
            "2 to 64 of A-Z a-z 0-9 _ + = , . @ -",
            of(&call.role_session_name),
        ),
        "rolearn" => (
            "role_arn",
            "arn:PARTITION:iam::ACCOUNT:role/NAME, 20 to 2048 characters",
            of(&call.role_arn),
        ),
        "externalid" => (
            "external_id",
            "2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -",
            of(&call.external_id),
        ),
        "durationseconds" => (
            "duration_seconds",
            "900 to 43200",
            call.duration_seconds.as_ref().map(|d| d.origin),
        ),
        "serialnumber" => (
            "mfa_serial",
            "9 to 256 of A-Z a-z 0-9 _ + = / : , . @ -",
            of(&call.serial_number),
        ),
        "sourceidentity" => (
            "source_identity",
            "2 to 64 of A-Z a-z 0-9 _ + = , . @ -",
            of(&call.source_identity),
        ),
        "tokencode" => ("the MFA code", "six digits", None),
        "webidentitytoken" => ("the web identity token", "4 to 20000 characters", None),
        _ if parameter.starts_with("tag") => (
            "session_tags",
            "at most 50; keys 1 to 128, values to 256 characters",
            None,
        ),
        _ => (parameter, "see AWS's words below", None),
    };
    let key = display_safe(key);
    let place = origin.map_or_else(String::new, |origin| format!(" ({origin})"));
    Finding::new(
        "parameter-refused",
        format!("{key}{place} has a value that AWS does not take"),
    )
    .cause(format!("allowed: {bound}"))
    .next(case.explain())
    .at(origin.and_then(Origin::place))
}

pub(super) fn expired(case: &Case<'_>) -> Finding {
    let base = &case.plan.base;
    if case.call.operation == Operation::AssumeRoleWithWebIdentity {
        return web_identity(case, "the web identity token has expired");
    }
    if case.is_first() {
        Finding::new(
            "session-expired",
            format!(
                "the credentials of profile \"{}\" ({}) have expired",
                display_safe(&base.profile),
                source_name(&base.source)
            ),
        )
        .cause(renewal(base))
        .at(base.at)
    } else {
        Finding::new(
            "session-expired",
            "the session that signed the call has expired",
        )
        .cause("a session before this one ended early: mint it anew")
        .next(format!("xrole renew {}", words::quoted(&case.plan.profile)))
    }
}

pub(super) fn unknown_key(case: &Case<'_>) -> Finding {
    let base = &case.plan.base;
    let profile = case.base_profile();
    let mut finding = Finding::new(
        "key-invalid",
        format!("AWS does not know the access key of profile {profile}"),
    )
    .cause("the access key was deleted or made inactive");
    if let Some(token) = token_trouble(case) {
        finding = finding.cause(token);
    }
    finding
        .cause(format!(
            "the key is of another partition than region {} (aws, aws-cn, aws-us-gov)",
            display_safe(&case.call.region)
        ))
        .next(format!(
            "aws iam list-access-keys --profile {profile}   (or have an administrator look)"
        ))
        .next(case.explain())
        .at(base.at)
}

/// What can be wrong with the session token; nothing where there is none.
fn token_trouble(case: &Case<'_>) -> Option<&'static str> {
    match &case.plan.base.source {
        BaseSource::Static {
            session_token: Some(_),
            ..
        } => Some(
            "the aws_session_token beside the key is stale or damaged: remove it, or write it anew",
        ),
        BaseSource::Static { .. } if case.is_first() => None,
        BaseSource::Environment if case.is_first() => {
            Some("the AWS_SESSION_TOKEN beside the key is stale or damaged")
        }
        _ => Some(
            "the session token is damaged, or was made by the global endpoint for a region that takes none of those",
        ),
    }
}

pub(super) fn signature(case: &Case<'_>) -> Finding {
    let base = &case.plan.base;
    Finding::new("secret-key-wrong", "the signature does not match")
        .cause(format!(
            "the secret key of profile \"{}\" ({}) is mistyped, or belongs to another access key id",
            display_safe(&base.profile),
            source_name(&base.source)
        ))
        .next(match &base.source {
            BaseSource::Static { .. } => format!(
                "aws configure --profile {}   (writes the pair anew)",
                case.base_profile()
            ),
            _ => renewal(base),
        })
        .at(base.at)
}

pub(super) fn clock(case: &Case<'_>) -> Finding {
    let what = match case.refusal.clock_difference {
        Some(seconds) => format!(
            "the clock of this machine is {} {}",
            length(seconds.unsigned_abs()),
            if seconds > 0 { "ahead" } else { "behind" }
        ),
        None => "the clock of this machine is off".to_owned(),
    };
    let finding = Finding::new("clock-skew", what);
    if case.refusal.code_sent {
        finding
            .cause("set the clock; a call with an MFA code is not repeated, and that code counts as used")
            .next("timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS); then again with the next code")
    } else {
        finding
            .cause("set the clock")
            .next("timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS)")
    }
}

fn length(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}

pub(super) fn region_off(case: &Case<'_>) -> Finding {
    let region = display_safe(&case.call.region);
    Finding::new("sts-off-in-region", format!("STS is switched off in {region}"))
        .cause("use another region (--region, AWS_REGION or region in the profile), or have an administrator of the account activate this one")
        .next("IAM console, Account settings, Security Token Service; for opt-in regions: aws account enable-region")
}

pub(super) fn policy(case: &Case<'_>, too_large: bool) -> Finding {
    if too_large {
        Finding::new(
            "policy-too-large",
            "session policies and tags are too large together",
        )
        .cause(format!(
            "fewer session_tags in {}, or a shorter policy: AWS packs both into one limit",
            case.section(&case.call.profile)
        ))
        .next(case.explain())
    } else {
        Finding::new("policy-malformed", "the session policy is not well-formed")
            .cause("correct it where AWS's words below point")
    }
}

pub(super) fn web_identity(case: &Case<'_>, what: &str) -> Finding {
    let path = case.call.web_identity_token_file.as_deref();
    let file = display_safe(path.unwrap_or_default());
    let account = case.account_and_name().map_or("?", |(account, _)| account);
    let mut causes = [
        (
            "expired",
            format!("the token in {file} has expired: whatever writes the file must renew it"),
        ),
        (
            "audience",
            "the token's audience is not one that the provider or the role's trust policy takes (sts.amazonaws.com is usual)"
                .to_owned(),
        ),
        (
            "provider",
            format!("its issuer is not registered as an identity provider in account {account}"),
        ),
    ];
    // What AWS's words name goes first.
    causes.sort_by_key(|(word, _)| !case.refusal.says(word));
    let finding = Finding::new("web-identity-token", what);
    causes
        .into_iter()
        .fold(finding, |finding, (_, cause)| finding.cause(cause))
        .next(format!("ls -l {}   (its age)", words::quoted(&file)))
}

pub(super) fn throttled(case: &Case<'_>) -> Finding {
    let tried = case.refusal.attempts;
    Finding::new("throttled", "AWS has too many requests of this account")
        .cause(format!("tried {tried} {}: try again in 30 s", times(tried)))
        .next(format!(
            "cached sessions stay usable: xrole use {}",
            words::quoted(&case.plan.profile)
        ))
}

fn times(n: u32) -> &'static str {
    if n == 1 { "time" } else { "times" }
}

pub(super) fn provider_silent(case: &Case<'_>) -> Finding {
    let tried = case.refusal.attempts;
    Finding::new(
        "identity-provider-silent",
        "AWS could not reach the identity provider",
    )
    .cause(format!(
        "tried {tried} {}: see whether the provider's keys can be fetched from the internet",
        times(tried)
    ))
}

pub(super) fn failing(case: &Case<'_>) -> Finding {
    let tried = case.refusal.attempts;
    let code = if case.refusal.code_sent {
        "; the MFA code counts as used"
    } else {
        ""
    };
    Finding::new("aws-failing", "AWS failed by itself")
        .cause(format!(
            "tried {tried} {}: try again in a minute, or in another region{code}",
            times(tried)
        ))
        .next("https://health.aws.amazon.com/health/status")
}
