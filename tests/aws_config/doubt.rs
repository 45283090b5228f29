//! Sections in which it is doubtful who is meant: `use` stops, with both lines.

use crate::read;
use xrole::aws::chain::{Selection, resolve};
use xrole::error::Error;
use xrole::shell::Env;

const KEYS: &str = "[base]\naws_access_key_id = A\naws_secret_access_key = B\n";

fn used(config: &str, credentials: &str, profile: &str) -> Result<String, Error> {
    let profiles = read(config, credentials);
    let chain = resolve(&profiles, &Selection::of(profile), &Env::default())?;
    let roles = chain.hops.iter().map(|hop| hop.role_arn.value.as_str());
    Ok(roles.collect::<Vec<_>>().join(" "))
}

#[test]
fn a_header_that_continues_a_value_gives_its_keys_to_nobody() {
    for blank in [" ", "   ", "\t", "\u{3000}", "\u{a0}", "\x0c", " \u{2003}"] {
        for header in [
            "[profile prod]",
            "[profile prod] # the real one",
            "[profile prod] x",
            "[profile prod",
            "[prod]",
            "[default]",
        ] {
            let config = format!(
                "[profile staging]\nregion = eu-west-1\n{blank}{header}\nrole_arn = P\nsource_profile = base\n"
            );
            let error = used(&config, KEYS, "staging").expect_err("doubt");
            let shown = header.find(']').map_or(header, |end| &header[..=end]);
            assert_eq!(error.class, "header-indented", "{config:?}");
            assert_eq!(
                error.to_string(),
                format!(
                    "config:3, config:4: {shown} is indented, so it starts no section, and role_arn counts for \"staging\"\n\
                     remove the white space before {shown}, or the line if \"staging\" is meant"
                )
            );
        }
    }
}

#[test]
fn every_key_that_decides_who_a_profile_is_stops() {
    for key in [
        "role_arn",
        "source_profile",
        "credential_source",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "credential_process",
        "web_identity_token_file",
        "sso_session",
        "sso_account_id",
        "sso_role_name",
        "sso_start_url",
        "sso_region",
        "login_session",
        "mfa_serial",
        "include_profile",
    ] {
        let after = format!(
            "[profile a]\nregion = x\n [profile b]\noutput = json\n{key} = base\n[profile base]\n"
        );
        let error = used(&after, KEYS, "a").expect_err("doubt");
        assert_eq!(
            (error.class, error.at[1].line),
            ("header-indented", 5),
            "{key}"
        );
        let twice =
            format!("[profile a]\n{key} = base\noutput = json\n{key} = other\n[profile base]\n");
        let error = used(&twice, KEYS, "a").expect_err("doubt");
        assert_eq!(error.class, "key-twice", "{key}");
        assert_eq!(
            error.to_string(),
            format!(
                "config:2, config:4: \"a\" has two values of {key}\nkeep the line that is meant, and remove the other one"
            )
        );
    }
}

#[test]
fn it_stops_wherever_the_profile_is_part_of_the_chain() {
    let bad = "[profile bad]\nregion = x\n [profile b]\nrole_arn = B\nsource_profile = base\n";
    let config = format!(
        "[profile a]\nrole_arn = A\nsource_profile = bad\n[profile i]\ninclude_profile = bad\n[profile good]\n\
         role_arn = G\nsource_profile = base\n{bad}"
    );
    for profile in ["bad", "a", "i"] {
        let error = used(&config, KEYS, profile).expect_err("doubt");
        assert_eq!(error.class, "header-indented", "{profile}");
    }
    assert_eq!(used(&config, KEYS, "good"), Ok("G".to_owned()));
    let keys = "[k]\noutput = x\n [other]\naws_access_key_id = A\naws_secret_access_key = B\n";
    assert_eq!(
        used("", keys, "k").expect_err("doubt").class,
        "header-indented"
    );
    let session = "[profile s]\nsso_session = one\nsso_account_id = 1\nsso_role_name = R\n\
                   [sso-session one]\nx = y\n [sso-session two]\nsso_start_url = u\nsso_region = r\n";
    assert_eq!(
        used(session, "", "s").expect_err("doubt").class,
        "header-indented"
    );
}

#[test]
fn what_is_harmless_goes_on() {
    let role = "role_arn = A\nsource_profile = base\n";
    for config in [
        // The keys come before.
        format!("[profile a]\n{role}output = json\n [profile b]\nregion = x\n"),
        // The section ends before.
        format!("[profile b]\nregion = x\n [profile c]\n[profile a]\n{role}"),
        // It continues nothing.
        format!("[profile b]\n [profile a]\n{role}"),
        // Nor does a comment, or a list that ends no header.
        format!("[profile a]\nx = y\n # [profile b]\n z [b]\n [1, 2],\n{role}"),
        // One value, however often it is written.
        format!("[profile a]\n{role}{role}"),
        // No identity is in it.
        format!(
            "[profile a]\n{role}region = x\nregion = y\nduration_seconds = 900\nduration_seconds = 901\n"
        ),
    ] {
        assert_eq!(used(&config, KEYS, "a"), Ok("A".to_owned()), "{config}");
    }
}
