//! Who signed a request: the key, its scope, the token that belongs to it, the signature, the expiry.

use super::answer::Refusal;
use super::http::Request;
use super::signature::Authorization;
use super::state::{Caller, State};

/// The secret, token and owner of an access key, if it exists.
pub fn known(state: &State, key_id: &str) -> Option<(String, Option<String>, Caller)> {
    let of_user = state.world.users.iter().enumerate().find_map(|(user, it)| {
        let key = it.keys.iter().find(|key| key.id == key_id && key.active)?;
        Some((key.secret.clone(), None, Caller::User(user)))
    });
    of_user.or_else(|| {
        let issued = state.issued.get(key_id)?;
        Some((
            issued.secret.clone(),
            Some(issued.token.clone()),
            issued.caller.clone(),
        ))
    })
}

/// Who signed; `None` for a request without a signature.
pub fn authenticate(
    state: &State,
    request: &Request,
    service: &str,
) -> Result<Option<Caller>, Refusal> {
    let Some(header) = request.header("authorization") else {
        return Ok(None);
    };
    let Some(authorization) = Authorization::parse(header) else {
        return Err(Refusal::new(
            400,
            "IncompleteSignature",
            "Authorization header is not in the form that AWS4-HMAC-SHA256 demands.",
        ));
    };
    let invalid = || {
        Refusal::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    };
    check_scope(state, &authorization, service)?;
    let (secret, token, caller) = known(state, &authorization.access_key_id).ok_or_else(invalid)?;
    if request.header("x-amz-security-token") != token.as_deref() {
        return Err(invalid());
    }
    authorization.verify(request, &secret, token.as_deref(), state.now())?;
    let expired = state
        .issued
        .get(&authorization.access_key_id)
        .is_some_and(|issued| issued.expires <= state.now().0);
    if expired {
        return Err(Refusal::new(
            403,
            "ExpiredToken",
            "The security token included in the request is expired",
        ));
    }
    Ok(Some(caller))
}

fn check_scope(state: &State, authorization: &Authorization, service: &str) -> Result<(), Refusal> {
    let region = &authorization.region;
    if authorization.service != service {
        return Err(Refusal::new(
            403,
            "SignatureDoesNotMatch",
            format!("Credential should be scoped to correct service: '{service}'. "),
        ));
    }
    if state.region.as_ref().is_some_and(|only| only != region) {
        return Err(Refusal::new(
            403,
            "SignatureDoesNotMatch",
            format!("Credential should be scoped to a valid region, not '{region}'. "),
        ));
    }
    if state.disabled_regions.contains(region) {
        return Err(Refusal::new(
            403,
            "RegionDisabledException",
            format!(
                "STS is not activated in this region for account:{}. Your account administrator can \
                 activate STS in this region using the IAM Console.",
                super::world::CENTRAL
            ),
        ));
    }
    Ok(())
}
