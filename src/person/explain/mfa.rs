//! MFA as the cause of a refusal: whether it can be, and what to write where.

use super::case::Case;
use crate::aws::plan::{Call, MfaPlan, Operation, Plan};
use crate::display_safe::display_safe;
use crate::service::sts::{Kind, Refusal};

/// Could a code have made AWS agree? Only the call that the base signs takes one, and policies of the organisation, of
/// the session and the boundary are not written for one user's sign-in.
#[must_use]
pub fn may_lack(refusal: &Refusal, call: &Call, plan: &Plan) -> bool {
    let first = plan
        .calls
        .first()
        .is_some_and(|first| first.key == call.key);
    let of_others = [
        "service control policy",
        "resource control policy",
        "permissions boundary",
        "session policy",
    ];
    first
        && call.operation == Operation::AssumeRole
        && plan.mfa == MfaPlan::None
        && refusal.kind == Kind::Answered
        && refusal.has_code("AccessDenied")
        && refusal.says("is not authorized to perform: sts:AssumeRole")
        && !of_others.into_iter().any(|policy| refusal.says(policy))
}

/// What lacks, and where it is to be written; `demand` says who wants MFA.
pub(super) fn missing(case: &Case<'_>, demand: &str) -> String {
    if case.is_later_hop() {
        return format!(
            "{demand}: a role session carries no MFA mark, so it must be assumed by a user directly"
        );
    }
    let section = case.section(&case.call.profile);
    if let Some(serial) = case.unused_serial() {
        if case.is_in_no_file() {
            return format!(
                "{demand}: pass --mfa-serial {}, as profile \"{}\" has it ({})",
                display_safe(&serial.value),
                display_safe(&case.plan.base.profile),
                serial.at
            );
        }
        return format!(
            "{demand}, and the mfa_serial of profile \"{}\" ({}) counts only for that profile itself: add mfa_serial = {} to {section}",
            display_safe(&case.plan.base.profile),
            serial.at,
            display_safe(&serial.value)
        );
    }
    match case.caller().and_then(likely_device) {
        Some(device) if case.is_in_no_file() => format!(
            "{demand}: pass --mfa-serial {} (see aws iam list-mfa-devices --profile {})",
            display_safe(&device),
            case.base_profile()
        ),
        Some(device) => format!(
            "{demand}, and {section} has no mfa_serial: add mfa_serial = {} (see aws iam list-mfa-devices --profile {})",
            display_safe(&device),
            case.base_profile()
        ),
        None => format!("{demand}, which only the long-term keys of an IAM user can give"),
    }
}

/// A user's first virtual device is named after the user by most consoles and guides.
fn likely_device(caller: &str) -> Option<String> {
    let (account, path) = caller.split_once(":user/")?;
    Some(format!("{account}:mfa/{}", path.rsplit('/').next()?))
}
