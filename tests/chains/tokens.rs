//! Roles that are given for a token: of a web identity, of Identity Center.

use super::Case;

pub const CASES: [Case; 5] = [
    Case {
        what: "a token is given for a role, and nothing else signs",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            web_identity_token_file = /run/token",
        comes_of_it: Ok("token /run/token for arn:aws:iam::222222222222:role/Builder"),
    },
    Case {
        what: "the session has the profile's name for it",
        config: "
            [profile work]
            role_arn = arn:aws:iam::222222222222:role/Builder
            web_identity_token_file = /run/token
            role_session_name = nightly",
        comes_of_it: Ok(
            "token /run/token for arn:aws:iam::222222222222:role/Builder, session nightly",
        ),
    },
    Case {
        what: "a role that was given for a token signs for the next one",
        config: "
            [profile work]
            role_arn = arn:aws:iam::333333333333:role/Deployer
            source_profile = pod
            [profile pod]
            role_arn = arn:aws:iam::222222222222:role/Builder
            web_identity_token_file = /run/token
            role_session_name = nightly",
        comes_of_it: Ok(
            "token /run/token for arn:aws:iam::222222222222:role/Builder, session nightly\n\
            role arn:aws:iam::333333333333:role/Deployer",
        ),
    },
    Case {
        what: "Identity Center, with all of it in the profile",
        config: "
            [profile work]
            sso_start_url = https://portal.example/start
            sso_region = eu-north-1
            sso_account_id = 222222222222
            sso_role_name = Reader",
        comes_of_it: Ok("sso https://portal.example/start eu-north-1 222222222222 Reader"),
    },
    Case {
        what: "Identity Center, with a session for several profiles",
        config: "
            [sso-session portal]
            sso_start_url = https://portal.example/start
            sso_region = eu-north-1
            [profile work]
            sso_session = portal
            sso_account_id = 222222222222
            sso_role_name = Reader",
        comes_of_it: Ok("sso portal https://portal.example/start eu-north-1 222222222222 Reader"),
    },
];
