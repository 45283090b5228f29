//! What leads to nothing: the class of the error, and never another identity.

use super::Case;

pub const CASES: [Case; 18] = [
    Case {
        what: "a role that nothing signs for",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder",
        comes_of_it: Err("source-missing"),
    },
    Case {
        what: "a role that two things sign for",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            credential_source = Environment
            [profile keys]
            aws_access_key_id = AKIAKEYS
            aws_secret_access_key = of-keys",
        comes_of_it: Err("source-both"),
    },
    Case {
        what: "a source without the secret of its key",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            [profile keys]
            aws_access_key_id = AKIAKEYS",
        comes_of_it: Err("keys-partial"),
    },
    Case {
        what: "a source with a secret of no key",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            [profile keys]
            aws_secret_access_key = of-keys",
        comes_of_it: Err("keys-partial"),
    },
    Case {
        what: "a source with nothing in it",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys
            [profile keys]",
        comes_of_it: Err("no-credentials"),
    },
    Case {
        // The AWS CLI would go on to the metadata services here; xrole never goes on with another identity.
        what: "a profile of settings alone",
        config: "
            [profile work]
            region = eu-central-1
            ec2_metadata_service_endpoint_mode = IPv6",
        comes_of_it: Err("no-credentials"),
    },
    Case {
        what: "a source that is not there",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys",
        comes_of_it: Err("source-not-found"),
    },
    Case {
        what: "a source that is not there, further on",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            source_profile = between
            [profile between]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = keys",
        comes_of_it: Err("source-not-found"),
    },
    Case {
        what: "no profile at all",
        config: "",
        comes_of_it: Err("profile-not-found"),
    },
    Case {
        what: "two profiles that name each other",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            source_profile = between
            [profile between]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = work",
        comes_of_it: Err("chain-loop"),
    },
    Case {
        what: "keys of the profile that was selected do not end such a loop",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            source_profile = between
            aws_access_key_id = AKIANEVER
            aws_secret_access_key = never
            [profile between]
            role_arn = arn:aws:iam::222222222222:role/Builder
            source_profile = work",
        comes_of_it: Err("chain-loop"),
    },
    Case {
        what: "a loop that the selected profile only leads to",
        config: "
            [profile work]
            role_arn = arn:aws:iam::444444444444:role/Third
            source_profile = one
            [profile one]
            role_arn = arn:aws:iam::333333333333:role/Second
            source_profile = other
            [profile other]
            role_arn = arn:aws:iam::222222222222:role/First
            source_profile = one",
        comes_of_it: Err("chain-loop"),
    },
    Case {
        what: "a token, and no role to have for it",
        config: "
            [profile work]
            web_identity_token_file = /run/token",
        comes_of_it: Err("web-identity"),
    },
    Case {
        what: "Identity Center without an account",
        config: "
            [profile work]
            sso_start_url = https://portal.example/start
            sso_region = eu-north-1
            sso_role_name = Reader",
        comes_of_it: Err("sso-incomplete"),
    },
    Case {
        what: "Identity Center without a role",
        config: "
            [profile work]
            sso_start_url = https://portal.example/start
            sso_region = eu-north-1
            sso_account_id = 222222222222",
        comes_of_it: Err("sso-incomplete"),
    },
    Case {
        what: "a session of Identity Center without its region, which the profile cannot lend it",
        config: "
            [sso-session portal]
            sso_start_url = https://portal.example/start
            [profile work]
            sso_session = portal
            sso_region = eu-north-1",
        comes_of_it: Err("sso-incomplete"),
    },
    Case {
        // AWS's SDKs have a token of such a profile; for credentials account and role are needed, in the AWS CLI too.
        what: "a session of Identity Center alone",
        config: "
            [sso-session portal]
            sso_start_url = https://portal.example/start
            sso_region = eu-north-1
            [profile work]
            sso_session = portal",
        comes_of_it: Err("sso-incomplete"),
    },
    Case {
        what: "a session of Identity Center that is not there",
        config: "
            [profile work]
            sso_session = portal",
        comes_of_it: Err("sso-session-not-found"),
    },
];
