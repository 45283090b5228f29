//! AccessDenied, by trust policy, by permission, by code and device.

use crate::world::{Answer, World, answer};
use xrole::aws::chain::BaseSource;

const TRUST: &str = "User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin";

fn denied(after: &str) -> Answer {
    answer(403, "AccessDenied", &format!("{TRUST}{after}"))
}

fn process() -> BaseSource {
    BaseSource::Process {
        command: "get-keys --for alice".to_owned(),
    }
}

#[test]
fn a_role_that_demands_mfa_where_the_base_has_a_device() {
    World::prod().unused_serial().says(denied(""), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": not allowed for arn:aws:iam::111111111111:user/staff/alice
likely causes, most likely first:
  1 the role demands MFA, and the mfa_serial of profile "central" (config:5) counts only for that profile itself: add mfa_serial = arn:aws:iam::111111111111:mfa/alice to [profile prod] (config:12)
  2 the role demands an external id: add external_id = … to [profile prod] (config:12)
  3 the role's trust policy does not name arn:aws:iam::111111111111:user/staff/alice
  4 there is no such role: check account 222222222222, path and spelling at config:14
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain prod   (every parameter as it was sent)
next: in account 222222222222: aws iam get-role --role-name Admin --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_role_that_demands_mfa_and_no_device_is_configured() {
    World::prod().external_id().says(denied(""), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": not allowed for arn:aws:iam::111111111111:user/staff/alice
likely causes, most likely first:
  1 the role demands MFA, and [profile prod] (config:12) has no mfa_serial: add mfa_serial = arn:aws:iam::111111111111:mfa/alice (see aws iam list-mfa-devices --profile central)
  2 the external_id (config:17) is not the one that the role's trust policy demands
  3 the role's trust policy does not name arn:aws:iam::111111111111:user/staff/alice
  4 there is no such role: check account 222222222222, path and spelling at config:14
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain prod   (every parameter as it was sent)
next: in account 222222222222: aws iam get-role --role-name Admin --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_role_that_demands_mfa_behind_an_instance() {
    World::prod().base(BaseSource::Ec2).says(answer(403, "AccessDenied", "User: arn:aws:sts::111111111111:assumed-role/web/i-1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin"), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": not allowed for arn:aws:sts::111111111111:assumed-role/web/i-1
likely causes, most likely first:
  1 the role demands MFA, which only the long-term keys of an IAM user can give
  2 the role demands an external id: add external_id = … to [profile prod] (config:12)
  3 the role's trust policy does not name arn:aws:sts::111111111111:assumed-role/web/i-1
  4 there is no such role: check account 222222222222, path and spelling at config:14
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain prod   (every parameter as it was sent)
next: in account 222222222222: aws iam get-role --role-name Admin --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:sts::111111111111:assumed-role/web/i-1 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_role_that_refuses_a_shared_mfa_session() {
    World::prod().shared().says(denied(""), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": not allowed for arn:aws:iam::111111111111:user/staff/alice
likely causes, most likely first:
  1 the role demands an external id: add external_id = … to [profile prod] (config:12)
  2 the role's trust policy does not name arn:aws:iam::111111111111:user/staff/alice
  3 there is no such role: check account 222222222222, path and spelling at config:14
  4 the role wants a younger MFA sign-in (aws:MultiFactorAuthAge): set mfa = direct for this profile in xrole's config.ini
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain prod   (every parameter as it was sent)
next: in account 222222222222: aws iam get-role --role-name Admin --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_role_that_refuses_a_code() {
    World::prod().direct().external_id().says(denied(""), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": not allowed for arn:aws:iam::111111111111:user/staff/alice
likely causes, most likely first:
  1 the external_id (config:17) is not the one that the role's trust policy demands
  2 the role's trust policy does not name arn:aws:iam::111111111111:user/staff/alice
  3 there is no such role: check account 222222222222, path and spelling at config:14
  4 another condition: session name, source identity, tags, address, organisation
next: xrole explain prod   (every parameter as it was sent)
next: in account 222222222222: aws iam get-role --role-name Admin --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_second_role_that_demands_mfa() {
    World::deep().says(answer(403, "AccessDenied", "User: arn:aws:sts::222222222222:assumed-role/Admin/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/Deep"), r#"
access-denied
config:32: could not assume arn:aws:iam::333333333333:role/Deep for profile "deep" (hop 2 of 2): not allowed for arn:aws:sts::222222222222:assumed-role/Admin/me
likely causes, most likely first:
  1 the role demands MFA: a role session carries no MFA mark, so it must be assumed by a user directly
  2 the role demands an external id: add external_id = … to [profile deep] (config:30)
  3 the role's trust policy does not name arn:aws:sts::222222222222:assumed-role/Admin/me
  4 there is no such role: check account 333333333333, path and spelling at config:32
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain deep   (every parameter as it was sent)
next: in account 333333333333: aws iam get-role --role-name Deep --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:sts::222222222222:assumed-role/Admin/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/Deep (request c6104cbe-af31)
"#);
}

#[test]
fn a_second_role_behind_a_mfa_session() {
    World::deep().shared().says(answer(403, "AccessDenied", "User: arn:aws:sts::222222222222:assumed-role/Admin/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/Deep"), r#"
access-denied
config:32: could not assume arn:aws:iam::333333333333:role/Deep for profile "deep" (hop 2 of 2): not allowed for arn:aws:sts::222222222222:assumed-role/Admin/me
likely causes, most likely first:
  1 the role demands an external id: add external_id = … to [profile deep] (config:30)
  2 the role's trust policy does not name arn:aws:sts::222222222222:assumed-role/Admin/me
  3 there is no such role: check account 333333333333, path and spelling at config:32
  4 the role demands MFA: a code does not pass through another role, so it must be assumed by the user directly
  5 another condition: session name, source identity, tags, address, organisation
next: xrole explain deep   (every parameter as it was sent)
next: in account 333333333333: aws iam get-role --role-name Deep --query Role.AssumeRolePolicyDocument
AWS said: 403 AccessDenied: User: arn:aws:sts::222222222222:assumed-role/Admin/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/Deep (request c6104cbe-af31)
"#);
}

#[test]
fn a_caller_without_the_permission() {
    World::prod().says(denied(" because no identity-based policy allows the sts:AssumeRole action"), r#"
caller-not-allowed
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the caller's own policies do not allow it
likely causes, most likely first:
  1 no policy of arn:aws:iam::111111111111:user/staff/alice allows sts:AssumeRole on arn:aws:iam::222222222222:role/team/Admin: an administrator of the caller's account must add one
  2 they allow it only with MFA, and [profile prod] (config:12) has no mfa_serial: add mfa_serial = arn:aws:iam::111111111111:mfa/alice (see aws iam list-mfa-devices --profile central)
next: aws sts get-caller-identity --profile central
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin because no identity-based policy allows the sts:AssumeRole action (request c6104cbe-af31)
"#);
}

#[test]
fn an_explicit_deny() {
    World::prod().says(denied(" with an explicit deny in a service control policy"), r#"
explicit-deny
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": a service control policy of the organisation forbids it
an administrator must change that policy: nothing in the configuration lets arn:aws:iam::111111111111:user/staff/alice through
next: xrole explain prod
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin with an explicit deny in a service control policy (request c6104cbe-af31)
"#);
}

#[test]
fn an_explicit_deny_that_mfa_may_lift() {
    World::prod().says(denied(" with an explicit deny in an identity-based policy"), r#"
explicit-deny
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": a policy of the caller's own forbids it
likely causes, most likely first:
  1 the policy demands MFA, and [profile prod] (config:12) has no mfa_serial: add mfa_serial = arn:aws:iam::111111111111:mfa/alice (see aws iam list-mfa-devices --profile central)
  2 an administrator must change that policy: nothing in the configuration lets arn:aws:iam::111111111111:user/staff/alice through
next: xrole explain prod
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/staff/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/team/Admin with an explicit deny in an identity-based policy (request c6104cbe-af31)
"#);
}

#[test]
fn tags_that_are_not_allowed() {
    World::prod().says(answer(403, "AccessDenied", "User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:TagSession on resource: arn:aws:iam::222222222222:role/team/Admin"), r#"
tag-session-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts:TagSession is not allowed
session_tags needs sts:TagSession beside sts:AssumeRole, in both policies: arn:aws:iam::111111111111:user/alice's own, and the trust policy of arn:aws:iam::222222222222:role/team/Admin
next: have sts:TagSession allowed in both, or remove session_tags from [profile prod] (config:12)
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:TagSession on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_source_identity_that_is_not_allowed() {
    World::prod().says(answer(403, "AccessDenied", "User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::222222222222:role/team/Admin"), r#"
source-identity-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": sts:SetSourceIdentity is not allowed
source_identity needs sts:SetSourceIdentity beside sts:AssumeRole, in both policies: arn:aws:iam::111111111111:user/alice's own, and the trust policy of arn:aws:iam::222222222222:role/team/Admin
next: have sts:SetSourceIdentity allowed in both, or remove source_identity from [profile prod] (config:12)
AWS said: 403 AccessDenied: User: arn:aws:iam::111111111111:user/alice is not authorized to perform: sts:SetSourceIdentity on resource: arn:aws:iam::222222222222:role/team/Admin (request c6104cbe-af31)
"#);
}

#[test]
fn a_serial_without_a_code() {
    World::prod().shared().first().says(answer(403, "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."), r#"
internal
config:24: no MFA session for profile "prod": a serial number and a code go together
xrole never sends one without the other: this is a fault in xrole, please report it
AWS said: 403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. (request c6104cbe-af31)
"#);
}

#[test]
fn a_wrong_code() {
    World::prod().shared().first().says(answer(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "), r#"
mfa-code-invalid
config:24: no MFA session for profile "prod": the MFA code is not valid
likely causes, most likely first:
  1 the code was typed wrongly, or is of another device than arn:aws:iam::111111111111:mfa/alice (config:24)
  2 the code was used before: each one works once
  3 the clock of the device is off
next: wait for the next code, at most 30 s, and try again
AWS said: 403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. (request c6104cbe-af31)
"#);
}

#[test]
fn a_device_of_somebody_else() {
    World::prod().shared().first().says(answer(403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."), r#"
mfa-serial
config:24: no MFA session for profile "prod": AWS cannot check a code of arn:aws:iam::111111111111:mfa/alice (config:24)
likely causes, most likely first:
  1 the device is not one of this user's
  2 mfa_serial is misspelled: arn:aws:iam::111111111111:mfa/alice (config:24)
next: aws iam list-mfa-devices --profile central
AWS said: 403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. (request c6104cbe-af31)
"#);
}

#[test]
fn a_device_behind_a_temporary_base() {
    World::prod().direct().base(process()).says(answer(403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code."), r#"
mfa-serial
config:14, config:24: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS cannot check a code of arn:aws:iam::111111111111:mfa/alice (config:24)
likely causes, most likely first:
  1 the device is not one of this user's
  2 mfa_serial is misspelled: arn:aws:iam::111111111111:mfa/alice (config:24)
  3 the base's credentials are temporary: only a user's long-term keys can present a code
next: aws iam list-mfa-devices --profile central
AWS said: 403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code. (request c6104cbe-af31)
"#);
}

#[test]
fn the_root_user() {
    World::prod().says(answer(403, "AccessDenied", "Roles may not be assumed by root accounts."), r#"
root
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the base is the account's root user
root can assume no role: use the keys of an IAM user, or Identity Center
next: aws sts get-caller-identity --profile central
AWS said: 403 AccessDenied: Roles may not be assumed by root accounts. (request c6104cbe-af31)
"#);
}

#[test]
fn a_denial_in_words_that_nobody_knows() {
    World::prod().says(answer(403, "AccessDenied", "Computer says no"), r#"
access-denied
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS refused AssumeRole
next: xrole explain prod
AWS said: 403 AccessDenied: Computer says no (request c6104cbe-af31)
"#);
}
