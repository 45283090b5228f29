//! AccessDenied: many reasons with one code, told apart by AWS's words and by what the plan excludes.

use super::case::{Case, Finding};
use super::mfa;
use crate::aws::chain::BaseSource;
use crate::aws::plan::{MfaPlan, Operation};
use crate::display_safe::display_safe;

/// The setting of xrole's own file that chooses how a code is used.
const DIRECT: &str = "mfa = direct";

pub(super) fn denied(case: &Case<'_>) -> Option<Finding> {
    let refusal = case.refusal;
    if refusal.says("must provide both MFA serial number and one time pass code") {
        return Some(internal("a serial number and a code go together"));
    }
    if refusal.says("invalid MFA one time pass code") {
        return Some(wrong_code(case));
    }
    if refusal.says("unable to validate MFA code") {
        return Some(wrong_serial(case));
    }
    if refusal.says("Roles may not be assumed by root accounts") {
        return Some(
            Finding::new("root", "the base is the account's root user")
                .cause("root can assume no role: use the keys of an IAM user, or Identity Center")
                .next(identity(case)),
        );
    }
    if refusal.says("Cannot call GetSessionToken with session credentials") {
        return Some(
            Finding::new("base-is-temporary", "the base gave temporary credentials")
                .cause(format!(
                    "GetSessionToken needs a user's long-term keys, and the credentials of profile {} have become temporary",
                    case.base_profile()
                ))
                .next(case.explain()),
        );
    }
    if !refusal.says("is not authorized to perform") {
        return None;
    }
    Some(if refusal.says("with an explicit deny") {
        explicit_deny(case)
    } else if refusal.says("sts:TagSession") {
        companion(case, "tag-session-denied", "sts:TagSession", "session_tags")
    } else if refusal.says("sts:SetSourceIdentity") {
        companion(
            case,
            "source-identity-denied",
            "sts:SetSourceIdentity",
            "source_identity",
        )
    } else if refusal.says("because no identity-based policy allows") {
        caller_may_not(case)
    } else if case.call.operation == Operation::AssumeRole {
        by_trust(case)
    } else {
        return None;
    })
}

fn internal(what: &str) -> Finding {
    Finding::new("internal", what).cause(
        "xrole never sends one without the other: this is a fault in xrole, please report it",
    )
}

fn identity(case: &Case<'_>) -> String {
    format!(
        "aws sts get-caller-identity --profile {}",
        case.base_profile()
    )
}

fn serial(case: &Case<'_>) -> String {
    let serial = case.call.serial_number.as_ref();
    serial.map_or_else(
        || "the MFA device".to_owned(),
        |serial| format!("{} ({})", display_safe(&serial.value), serial.origin),
    )
}

fn wrong_code(case: &Case<'_>) -> Finding {
    Finding::new("mfa-code-invalid", "the MFA code is not valid")
        .cause(format!(
            "the code was typed wrongly, or is of another device than {}",
            serial(case)
        ))
        .cause("the code was used before: each one works once")
        .cause("the clock of the device is off")
        .next("wait for the next code, at most 30 s, and try again")
}

fn wrong_serial(case: &Case<'_>) -> Finding {
    let serial = serial(case);
    let temporary = !matches!(
        case.plan.base.source,
        BaseSource::Static {
            session_token: None,
            ..
        }
    );
    let mut finding = Finding::new("mfa-serial", format!("AWS cannot check a code of {serial}"))
        .cause(format!(
            "the device is not one of {}'s",
            case.caller_or("this user")
        ))
        .cause(format!("mfa_serial is misspelled: {serial}"));
    if temporary {
        finding = finding.cause(
            "the base's credentials are temporary: only a user's long-term keys can present a code",
        );
    }
    finding
        .next(format!(
            "aws iam list-mfa-devices --profile {}",
            case.base_profile()
        ))
        .at(case
            .call
            .serial_number
            .as_ref()
            .and_then(|s| s.origin.place()))
}

fn explicit_deny(case: &Case<'_>) -> Finding {
    let refusal = case.refusal;
    let kinds = [
        (
            "service control policy",
            "a service control policy of the organisation",
        ),
        (
            "resource control policy",
            "a resource control policy of the organisation",
        ),
        ("permissions boundary", "a permissions boundary"),
        ("session policy", "a session policy"),
        ("identity-based policy", "a policy of the caller's own"),
        ("resource-based policy", "the role's trust policy"),
    ];
    let kind = kinds
        .into_iter()
        .find_map(|(words, kind)| refusal.says(words).then_some(kind))
        .unwrap_or("a policy");
    let mut finding = Finding::new("explicit-deny", format!("{kind} forbids it"));
    if mfa::may_lack(refusal, case.call, case.plan) {
        finding = finding.cause(mfa::missing(case, "the policy demands MFA"));
    }
    finding
        .cause(format!(
            "an administrator must change that policy: nothing in the configuration lets {} through",
            case.caller_or("the caller")
        ))
        .next(case.explain())
}

fn companion(case: &Case<'_>, class: &'static str, action: &str, key: &str) -> Finding {
    let caller = case.caller_or("the caller");
    Finding::new(class, format!("{action} is not allowed"))
        .cause(format!(
            "{key} needs {action} beside sts:AssumeRole, in both policies: {caller}'s own, and the trust policy of {}",
            case.role()
        ))
        .next(format!("have {action} allowed in both, or remove {key} from {}", case.section(&case.call.profile)))
}

fn caller_may_not(case: &Case<'_>) -> Finding {
    let caller = case.caller_or("the caller");
    let action = match case.call.operation {
        Operation::GetSessionToken => "sts:GetSessionToken",
        Operation::AssumeRole => "sts:AssumeRole",
        Operation::AssumeRoleWithWebIdentity => "sts:AssumeRoleWithWebIdentity",
    };
    let mut finding = Finding::new("caller-not-allowed", "the caller's own policies do not allow it")
        .cause(format!(
            "no policy of {caller} allows {action} on {}: an administrator of the caller's account must add one",
            case.role()
        ));
    if mfa::may_lack(case.refusal, case.call, case.plan) {
        finding = finding.cause(mfa::missing(case, "they allow it only with MFA"));
    }
    finding.next(identity(case))
}

fn by_trust(case: &Case<'_>) -> Finding {
    let caller = case.caller_or("the caller");
    let mut finding = Finding::new("access-denied", format!("not allowed for {caller}"));
    let with_mfa = case.plan.mfa != MfaPlan::None;
    if !with_mfa {
        finding = finding.cause(mfa::missing(case, "the role demands MFA"));
    }
    finding = finding
        .cause(external_id(case))
        .cause(format!("the role's trust policy does not name {caller}"));
    let (account, name) = case.account_and_name().unwrap_or(("?", "?"));
    let line = case
        .call
        .role_arn
        .as_ref()
        .map(|arn| arn.origin.to_string());
    finding = finding.cause(format!(
        "there is no such role: check account {}, path and spelling{}",
        display_safe(account),
        line.map_or_else(String::new, |line| format!(" at {line}"))
    ));
    if with_mfa && case.is_later_hop() {
        finding = finding.cause(
            "the role demands MFA: a code does not pass through another role, so it must be assumed by the user directly",
        );
    } else if case.plan.mfa == MfaPlan::Shared {
        finding = finding.cause(format!(
            "the role wants a younger MFA sign-in (aws:MultiFactorAuthAge): set {DIRECT} for this profile in xrole's config.ini"
        ));
    }
    finding
        .cause("another condition: session name, source identity, tags, address, organisation")
        .next(format!(
            "{}   (every parameter as it was sent)",
            case.explain()
        ))
        .next(format!(
            "in account {}: aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
            display_safe(account),
            crate::words::quoted(name)
        ))
}

fn external_id(case: &Case<'_>) -> String {
    match &case.call.external_id {
        Some(id) => format!(
            "the external_id ({}) is not the one that the role's trust policy demands",
            id.origin
        ),
        None if case.is_in_no_file() => {
            "the role demands an external id: pass --external-id …".to_owned()
        }
        None => format!(
            "the role demands an external id: add external_id = … to {}",
            case.section(&case.call.profile)
        ),
    }
}
