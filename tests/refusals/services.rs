//! What the service itself says: regions, sizes, tokens of others, too many requests.

use crate::world::{World, answer};

#[test]
fn a_region_without_sts() {
    World::prod().says(answer(403, "RegionDisabledException", "STS is not activated in this region for account:111111111111. Your account administrator can activate STS in this region using the IAM Console."), r#"
sts-off-in-region
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": STS is switched off in eu-west-1
use another region (--region, AWS_REGION or region in the profile), or have an administrator of the account activate this one
next: IAM console, Account settings, Security Token Service; for opt-in regions: aws account enable-region
AWS said: 403 RegionDisabledException: STS is not activated in this region for account:111111111111. Your account administrator can activate STS in this region using the IAM Console. (request c6104cbe-af31)
"#);
}

#[test]
fn too_many_tags() {
    World::prod().says(answer(400, "PackedPolicyTooLarge", "Packed policy consumes 105% of allotted space, please use smaller policy."), r#"
policy-too-large
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": session policies and tags are too large together
fewer session_tags in [profile prod] (config:12), or a shorter policy: AWS packs both into one limit
next: xrole explain prod
AWS said: 400 PackedPolicyTooLarge: Packed policy consumes 105% of allotted space, please use smaller policy. (request c6104cbe-af31)
"#);
}

#[test]
fn a_malformed_policy() {
    World::prod().says(answer(400, "MalformedPolicyDocument", "Syntax errors in policy. (line 1, column 8)"), r#"
policy-malformed
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the session policy is not well-formed
correct it where AWS's words below point
AWS said: 400 MalformedPolicyDocument: Syntax errors in policy. (line 1, column 8) (request c6104cbe-af31)
"#);
}

#[test]
fn a_web_identity_token_of_nobody() {
    World::web().says(answer(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://ci.example.test"), r#"
web-identity-token
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS does not take the web identity token
likely causes, most likely first:
  1 its issuer is not registered as an identity provider in account 222222222222
  2 the token in /var/run/token has expired: whatever writes the file must renew it
  3 the token's audience is not one that the provider or the role's trust policy takes (sts.amazonaws.com is usual)
next: ls -l /var/run/token   (its age)
AWS said: 400 InvalidIdentityToken: No OpenIDConnect provider found in your account for https://ci.example.test (request c6104cbe-af31)
"#);
}

#[test]
fn an_expired_web_identity_token() {
    World::web().says(answer(400, "ExpiredTokenException", "Token expired: current date/time 1769848200 must be before the expiration date/time 1769840000"), r#"
web-identity-token
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the web identity token has expired
likely causes, most likely first:
  1 the token in /var/run/token has expired: whatever writes the file must renew it
  2 the token's audience is not one that the provider or the role's trust policy takes (sts.amazonaws.com is usual)
  3 its issuer is not registered as an identity provider in account 222222222222
next: ls -l /var/run/token   (its age)
AWS said: 400 ExpiredTokenException: Token expired: current date/time 1769848200 must be before the expiration date/time 1769840000 (request c6104cbe-af31)
"#);
}

#[test]
fn web_identity_claims() {
    World::web().says(answer(403, "IDPRejectedClaim", "The identity provider rejected the claim."), r#"
web-identity-token
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": the identity provider rejects the token's claims
likely causes, most likely first:
  1 its issuer is not registered as an identity provider in account 222222222222
  2 the token in /var/run/token has expired: whatever writes the file must renew it
  3 the token's audience is not one that the provider or the role's trust policy takes (sts.amazonaws.com is usual)
next: ls -l /var/run/token   (its age)
AWS said: 403 IDPRejectedClaim: The identity provider rejected the claim. (request c6104cbe-af31)
"#);
}

#[test]
fn a_silent_identity_provider() {
    World::web().says(answer(400, "IDPCommunicationError", "Couldn't retrieve verification key from your identity provider").attempts(3), r#"
identity-provider-silent
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS could not reach the identity provider
tried 3 times: see whether the provider's keys can be fetched from the internet
AWS said: 400 IDPCommunicationError: Couldn't retrieve verification key from your identity provider (request c6104cbe-af31)
"#);
}

#[test]
fn too_many_requests() {
    World::prod().says(answer(400, "Throttling", "Rate exceeded").attempts(3), r#"
throttled
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS has too many requests of this account
tried 3 times: try again in 30 s
next: cached sessions stay usable: xrole use prod
AWS said: 400 Throttling: Rate exceeded (request c6104cbe-af31)
"#);
}

#[test]
fn a_failure_of_aws() {
    World::prod().says(answer(500, "InternalFailure", "").attempts(3), r#"
aws-failing
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS failed by itself
tried 3 times: try again in a minute, or in another region
next: https://health.aws.amazon.com/health/status
AWS said: 500 InternalFailure (request c6104cbe-af31)
"#);
}

#[test]
fn a_failure_of_aws_with_a_code() {
    World::prod().direct().says(answer(503, "ServiceUnavailable", "").code_sent(), r#"
aws-failing
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS failed by itself
tried 1 time: try again in a minute, or in another region; the MFA code counts as used
next: https://health.aws.amazon.com/health/status
AWS said: 503 ServiceUnavailable (request c6104cbe-af31)
"#);
}

#[test]
fn words_that_nobody_knows() {
    World::prod().says(answer(418, "Teapot", "short and \u{1b}[31mstout"), r#"
aws-error
config:14: could not assume arn:aws:iam::222222222222:role/team/Admin for profile "prod": AWS refused AssumeRole
next: xrole explain prod
AWS said: 418 Teapot: short and \u{1b}[31mstout (request c6104cbe-af31)
"#);
}
