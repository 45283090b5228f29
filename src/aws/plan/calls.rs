//! The calls of a plan, in the order in which they are made, each with what is sent and the key of its session.

use super::call::{Call, Operation};
use super::decide::CHAINED;
use super::endpoint::{self, Endpoint};
use super::inputs::Inputs;
use super::mfa::MfaPlan;
use super::request_key::RequestKey;
use super::settings::PlanSettings;
use super::{check, key};
use crate::aws::chain::{BaseSource, Hop};
use crate::display_safe::display_safe;
use crate::duration::in_words;
use crate::error::Result;
use crate::place::{Notice, Origin, Sourced};

pub(super) fn of(inputs: &Inputs<'_>, notices: &mut Vec<Notice>) -> Result<Vec<Call>> {
    let web_identity = matches!(inputs.chain.base.source, BaseSource::WebIdentity { .. });
    let shared = inputs.decision.mfa == MfaPlan::Shared;
    if inputs.chain.hops.is_empty() && !web_identity && !shared {
        return Ok(Vec::new());
    }
    let endpoint = endpoint::choose(inputs, notices)?;
    check::partition(inputs.chain, &endpoint, inputs.region)?;
    let mut calls = Vec::new();
    calls.extend(web_identity_call(inputs, &endpoint));
    if shared {
        check::session_duration(inputs.settings)?;
        calls.push(session_token_call(inputs, &endpoint));
    }
    for index in 0..inputs.chain.hops.len() {
        let parent = calls.last().map(|call: &Call| call.key);
        calls.push(assume_role_call(inputs, &endpoint, index, parent, notices));
    }
    Ok(calls)
}

/// A call with nothing in it yet; its key is set once everything else is.
fn blank(operation: Operation, profile: &str, endpoint: &Endpoint) -> Call {
    Call {
        operation,
        profile: profile.to_owned(),
        at: None,
        region: endpoint.signing_region.clone(),
        endpoint: endpoint.url.clone(),
        role_arn: None,
        role_session_name: None,
        external_id: None,
        duration_seconds: None,
        serial_number: None,
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        web_identity_token_file: None,
        key: RequestKey::of(&[]),
    }
}

fn session_name(inputs: &Inputs<'_>, configured: Option<&Sourced<String>>) -> Sourced<String> {
    configured
        .cloned()
        .unwrap_or_else(|| Sourced::new(inputs.settings.user.clone(), Origin::Default))
}

fn web_identity_call(inputs: &Inputs<'_>, endpoint: &Endpoint) -> Option<Call> {
    let base = &inputs.chain.base;
    let BaseSource::WebIdentity {
        role_arn,
        role_session_name,
        token_file,
    } = &base.source
    else {
        return None;
    };
    let mut call = blank(
        Operation::AssumeRoleWithWebIdentity,
        &base.profile,
        endpoint,
    );
    call.at = role_arn.origin.place();
    call.role_arn = Some(role_arn.clone());
    call.role_session_name = Some(session_name(inputs, role_session_name.as_ref()));
    call.web_identity_token_file = Some(token_file.clone());
    call.key = key::of_role(&call, endpoint, &key::Source::of_base(inputs));
    Some(call)
}

fn session_token_call(inputs: &Inputs<'_>, endpoint: &Endpoint) -> Call {
    let base = &inputs.chain.base;
    let mut call = blank(Operation::GetSessionToken, &base.profile, endpoint);
    let seconds = inputs.settings.mfa_session_duration;
    let origin = if seconds == PlanSettings::MFA_SESSION_DURATION {
        Origin::Default
    } else {
        Origin::Settings
    };
    call.serial_number = inputs
        .chain
        .mfa
        .as_ref()
        .map(|device| device.serial.clone());
    call.at = base.at;
    call.duration_seconds = Some(Sourced::new(seconds, origin));
    call.key = key::of_mfa_session(&call, endpoint, &key::Source::of_base(inputs));
    call
}

fn assume_role_call(
    inputs: &Inputs<'_>,
    endpoint: &Endpoint,
    index: usize,
    parent: Option<RequestKey>,
    notices: &mut Vec<Notice>,
) -> Call {
    let hop = &inputs.chain.hops[index];
    let mut call = blank(Operation::AssumeRole, &hop.profile, endpoint);
    let capped = index >= inputs.decision.uncapped;
    call.at = hop.role_arn.origin.place();
    call.role_arn = Some(hop.role_arn.clone());
    call.role_session_name = Some(session_name(inputs, hop.role_session_name.as_ref()));
    call.external_id.clone_from(&hop.external_id);
    call.duration_seconds = duration(hop, capped, notices);
    if inputs.decision.mfa == MfaPlan::Direct && index == 0 {
        let device = inputs.chain.mfa.as_ref();
        call.serial_number = device.map(|device| device.serial.clone());
    }
    if let Some(tags) = &hop.session_tags {
        call.tags.clone_from(&tags.value);
    }
    if let Some(keys) = &hop.transitive_session_tags {
        call.transitive_tag_keys.clone_from(&keys.value);
    }
    call.source_identity.clone_from(&hop.source_identity);
    let source = match parent {
        Some(parent) => key::Source::Parent(parent),
        None => key::Source::of_base(inputs),
    };
    call.key = key::of_role(&call, endpoint, &source);
    call
}

/// What the hop asks for, or the hour that AWS gives to a role assumed with temporary credentials.
fn duration(hop: &Hop, capped: bool, notices: &mut Vec<Notice>) -> Option<Sourced<u32>> {
    let asked = hop.duration_seconds.clone()?;
    if !capped || asked.value <= CHAINED {
        return Some(asked);
    }
    notices.push(Notice::new(
        None,
        format!(
            "{}: {} asked ({}), 1 h given: AWS caps chained roles",
            display_safe(&hop.profile),
            in_words(asked.value),
            asked.origin,
        ),
    ));
    Some(Sourced::new(CHAINED, asked.origin))
}
