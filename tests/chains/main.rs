//! From profiles to the calls that are made for one of them, by the rules that AWS's programs share.
//!
//! Each case is a sentence, the config file, and what comes of profile `work`: the base and each role assumed from
//! it, one a line, or the class of the error.

mod refused;
mod roles;
mod tokens;

use xrole::aws::chain::{BaseSource, Chain, Selection, resolve};
use xrole::aws::config::{Document, Profiles, parse};
use xrole::place::{SourceFile, Sourced};
use xrole::shell::Env;

struct Case {
    what: &'static str,
    config: &'static str,
    comes_of_it: Result<&'static str, &'static str>,
}

#[test]
fn each_config_leads_to_its_calls_or_its_error() {
    let granted = roles::CASES.iter().chain(&tokens::CASES);
    for case in granted.chain(&refused::CASES) {
        let lines: Vec<&str> = case.config.lines().map(str::trim_start).collect();
        let text = lines.join("\n");
        let config = parse(text.as_bytes(), SourceFile::Config).expect(case.what);
        let profiles = Profiles::merge(config, Document::empty(SourceFile::Credentials));
        let found = resolve(&profiles, &Selection::of("work"), &Env::default());
        let found = found
            .map(|chain| calls(&chain))
            .map_err(|error| error.class);
        let found = found.as_deref().map_err(|class| *class);
        assert_eq!(found, case.comes_of_it, "{}{text}", case.what);
    }
}

/// A line for the base, and one for each role.
fn calls(chain: &Chain) -> String {
    let base = match &chain.base.source {
        BaseSource::Static {
            access_key_id,
            secret_access_key,
            ..
        } => format!("keys {access_key_id} {}", secret_access_key.expose()),
        BaseSource::Ec2 => "the machine's role".to_owned(),
        BaseSource::WebIdentity {
            role_arn,
            role_session_name,
            token_file,
        } => format!(
            "token {token_file} for {}{}",
            role_arn.value,
            with("session", role_session_name.as_ref())
        ),
        BaseSource::Sso {
            session,
            start_url,
            region,
            account_id,
            role_name,
        } => {
            let session = session.iter().map(|name| format!("{name} "));
            let session: String = session.collect();
            format!("sso {session}{start_url} {region} {account_id} {role_name}")
        }
        other => panic!("no case has {other:?}"),
    };
    let roles = chain.hops.iter().map(|hop| {
        format!(
            "\nrole {}{}{}",
            hop.role_arn.value,
            with("external id", hop.external_id.as_ref()),
            with("session", hop.role_session_name.as_ref())
        )
    });
    std::iter::once(base).chain(roles).collect()
}

fn with(name: &str, value: Option<&Sourced<String>>) -> String {
    value.map_or_else(String::new, |value| format!(", {name} {}", value.value))
}
