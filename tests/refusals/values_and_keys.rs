//! Values, durations, keys, sessions and clocks.

use crate::world::{World, answer};
use xrole::aws::chain::BaseSource;
use xrole::session::Secret;

fn process() -> BaseSource {
    BaseSource::Process {
        command: "get-keys --for alice".to_owned(),
    }
}

#[test]
fn a_duration_above_the_role_s_maximum() {
    World::prod().duration().says(answer(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."), r#"
duration-above-role-maximum
config:14, config:18: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": 7200 s (config:18) is above the role's maximum session duration
lower duration_seconds (config:18), or have the role's maximum raised
next: aws iam update-role --role-name Admin --max-session-duration 7200   (an administrator of the role's account)
AWS said: 400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role. (request c6104cbe-af31)
"#);
}

#[test]
fn a_chained_duration() {
    World::prod().says(answer(400, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."), r#"
internal
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": a chained role was asked for more than an hour
xrole caps chained roles at 3600 s: this is a fault in xrole, please report it
AWS said: 400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining. (request c6104cbe-af31)
"#);
}

#[test]
fn a_bad_value() {
    World::prod().external_id().says(answer(400, "ValidationError", "1 validation error detected: Value 'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2"), r#"
parameter-refused
config:14, config:17: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": external_id (config:17) has a value that AWS does not take
allowed: 2 to 1224 of A-Z a-z 0-9 _ + = , . @ : / -
next: xrole explain prod
AWS said: 400 ValidationError: 1 validation error detected: Value 'x' at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2 (request c6104cbe-af31)
"#);
}

#[test]
fn a_mfa_session_from_temporary_keys() {
    World::prod().shared().first().base(process()).says(answer(403, "AccessDenied", "Cannot call GetSessionToken with session credentials"), r#"
base-is-temporary
config:24: no MFA session for profile "prod": the base gave temporary credentials
GetSessionToken needs a user's long-term keys, and the credentials of profile central have become temporary
next: xrole explain prod
AWS said: 403 AccessDenied: Cannot call GetSessionToken with session credentials (request c6104cbe-af31)
"#);
}

#[test]
fn an_expired_base() {
    World::prod().base(process()).says(answer(403, "ExpiredToken", "The security token included in the request is expired"), r#"
session-expired
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the credentials of profile "central" (credential_process) have expired
renew what the command reads, then see that it prints fresh credentials: get-keys --for alice
AWS said: 403 ExpiredToken: The security token included in the request is expired (request c6104cbe-af31)
"#);
}

#[test]
fn an_expired_static_token() {
    World::prod().base(BaseSource::Static { access_key_id: "ASIAX".to_owned(), secret_access_key: Secret::new("s"), session_token: Some(Secret::new("t")) }).says(answer(400, "ExpiredTokenException", "The security token included in the request is expired"), r#"
session-expired
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the credentials of profile "central" (static keys) have expired
write new keys and their aws_session_token at config:3, or remove a stale token beside long-term keys
AWS said: 400 ExpiredTokenException: The security token included in the request is expired (request c6104cbe-af31)
"#);
}

#[test]
fn an_expired_parent() {
    World::prod().shared().says(answer(403, "ExpiredToken", "The security token included in the request is expired"), r#"
session-expired
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the session that signed the call has expired
a session before this one ended early: mint it anew
next: xrole renew prod
AWS said: 403 ExpiredToken: The security token included in the request is expired (request c6104cbe-af31)
"#);
}

#[test]
fn an_unknown_key() {
    World::prod().says(answer(403, "InvalidClientTokenId", "The security token included in the request is invalid."), r#"
key-invalid
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS does not know the access key of profile central
likely causes, most likely first:
  1 the access key was deleted or made inactive
  2 the key is of another partition than region eu-west-1 (aws, aws-cn, aws-us-gov)
next: aws iam list-access-keys --profile central   (or have an administrator look)
next: xrole explain prod
AWS said: 403 InvalidClientTokenId: The security token included in the request is invalid. (request c6104cbe-af31)
"#);
}

#[test]
fn a_wrong_secret() {
    World::prod().says(answer(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."), r#"
secret-key-wrong
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the signature does not match
the secret key of profile "central" (static keys) is mistyped, or belongs to another access key id
next: aws configure --profile central   (writes the pair anew)
AWS said: 403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. (request c6104cbe-af31)
"#);
}

#[test]
fn a_slow_clock() {
    World::prod().says(answer(403, "SignatureDoesNotMatch", "Signature expired: 20260131T083000Z is now earlier than 20260131T090000Z (20260131T091500Z - 15 min.)").clock(-2700), r#"
clock-skew
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the clock of this machine is 45 min behind
set the clock
next: timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS)
AWS said: 403 SignatureDoesNotMatch: Signature expired: 20260131T083000Z is now earlier than 20260131T090000Z (20260131T091500Z - 15 min.) (request c6104cbe-af31)
"#);
}

#[test]
fn a_fast_clock_and_a_code() {
    World::prod().shared().first().says(answer(403, "SignatureDoesNotMatch", "Signature not yet current: 20260131T093000Z is still later than 20260131T084500Z (20260131T083000Z + 15 min.)").clock(3600).code_sent(), r#"
clock-skew
config:24: no MFA session for profile "prod": the clock of this machine is 60 min ahead
set the clock; a call with an MFA code is not repeated, and that code counts as used
next: timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS); then again with the next code
AWS said: 403 SignatureDoesNotMatch: Signature not yet current: 20260131T093000Z is still later than 20260131T084500Z (20260131T083000Z + 15 min.) (request c6104cbe-af31)
"#);
}

#[test]
fn a_wrong_secret_of_a_process() {
    World::prod().base(process()).says(answer(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."), r#"
secret-key-wrong
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the signature does not match
the secret key of profile "central" (credential_process) is mistyped, or belongs to another access key id
next: renew what the command reads, then see that it prints fresh credentials: get-keys --for alice
AWS said: 403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. (request c6104cbe-af31)
"#);
}

#[test]
fn an_unknown_key_behind_a_stale_token() {
    World::prod().base(BaseSource::Static { access_key_id: "ASIAX".to_owned(), secret_access_key: Secret::new("s"), session_token: Some(Secret::new("t")) }).says(answer(403, "InvalidClientTokenId", "The security token included in the request is invalid."), r#"
key-invalid
config:14, config:3: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS does not know the access key of profile central
likely causes, most likely first:
  1 the access key was deleted or made inactive
  2 the aws_session_token beside the key is stale or damaged: remove it, or write it anew
  3 the key is of another partition than region eu-west-1 (aws, aws-cn, aws-us-gov)
next: aws iam list-access-keys --profile central   (or have an administrator look)
next: xrole explain prod
AWS said: 403 InvalidClientTokenId: The security token included in the request is invalid. (request c6104cbe-af31)
"#);
}
