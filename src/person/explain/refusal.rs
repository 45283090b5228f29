//! The table of what AWS answers: matched on the code, then on AWS's words, ignoring case. What is concluded from
//! which words is in `docs/rules/aws.md#refusals`.

use super::case::{Case, Finding};
use super::{denied, rejected, unreachable};
use crate::aws::config::Profiles;
use crate::aws::plan::{Call, Plan};
use crate::error::Error;
use crate::service::sts::{Kind, Refusal};

/// Explains a refused call of a plan to a person. Causes that the plan excludes are left out.
#[must_use]
pub fn refusal(refusal: &Refusal, call: &Call, plan: &Plan, profiles: &Profiles) -> Error {
    let case = Case {
        refusal,
        call,
        plan,
        profiles,
    };
    let finding = match refusal.kind {
        Kind::Network(kind) => unreachable::network(&case, kind),
        Kind::Incomplete => unreachable::incomplete(&case),
        Kind::Unsent => unreachable::unsent(&case),
        Kind::Answered => answered(&case),
    };
    case.error(&finding)
}

fn answered(case: &Case<'_>) -> Finding {
    let refusal = case.refusal;
    if refusal.is_clock_skew() {
        return rejected::clock(case);
    }
    if refusal.is_throttled() {
        return rejected::throttled(case);
    }
    // The names on the wire and in the SDKs' models differ by this ending.
    let code = refusal.code.as_deref().unwrap_or_default();
    let found = match code.strip_suffix("Exception").unwrap_or(code) {
        "AccessDenied" => denied::denied(case),
        "ValidationError" | "Validation" => rejected::validation(case),
        "ExpiredToken" => Some(rejected::expired(case)),
        "InvalidClientTokenId" | "UnrecognizedClient" => Some(rejected::unknown_key(case)),
        "SignatureDoesNotMatch" => Some(rejected::signature(case)),
        "RegionDisabled" => Some(rejected::region_off(case)),
        "PackedPolicyTooLarge" => Some(rejected::policy(case, true)),
        "MalformedPolicyDocument" => Some(rejected::policy(case, false)),
        "InvalidIdentityToken" => Some(rejected::web_identity(
            case,
            "AWS does not take the web identity token",
        )),
        "IDPRejectedClaim" => Some(rejected::web_identity(
            case,
            "the identity provider rejects the token's claims",
        )),
        "IDPCommunicationError" => Some(rejected::provider_silent(case)),
        _ if refusal.http_status.is_some_and(|status| status >= 500) => {
            Some(rejected::failing(case))
        }
        _ => None,
    };
    let class = match code {
        "AccessDenied" => "access-denied",
        _ => "aws-error",
    };
    found.unwrap_or_else(|| {
        Finding::new(class, format!("AWS refused {}", case.operation())).next(case.explain())
    })
}
