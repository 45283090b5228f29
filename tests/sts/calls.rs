//! Calls, clients and the clock of these tests.

use std::time::Duration;

use xrole::aws::plan::RequestKey;
use xrole::aws::plan::{Call, Operation};
use xrole::clock::{Clock, Timestamp};
use xrole::place::{Origin, Place, SourceFile, Sourced};
use xrole::service::sts::{self, Refusal};
use xrole::service::{Options, Services};
use xrole::session::{Credentials, Secret, Session};
use xrole::shell::Env;

/// 2026-01-31T08:30:00Z, which the server's `Date` also says.
pub const NOW: i64 = 1_769_848_200;
pub const DATE: &str = "Sat, 31 Jan 2026 08:30:00 GMT";
pub const ROLE: &str = "arn:aws:iam::222222222222:role/Admin";
pub const SERIAL: &str = "arn:aws:iam::111111111111:mfa/alice";

pub fn data(name: &str) -> String {
    format!("{}/tests/data/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

pub fn line(line: u32) -> Place {
    Place {
        file: SourceFile::Config,
        line,
    }
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "it stands where a call has an optional parameter"
)]
pub fn given<T>(value: impl Into<T>) -> Option<Sourced<T>> {
    Some(Sourced::new(value.into(), Origin::File(line(1))))
}

pub fn assume(endpoint: &str) -> Call {
    Call {
        operation: Operation::AssumeRole,
        profile: "prod".to_owned(),
        at: Some(line(14)),
        region: "eu-west-1".to_owned(),
        endpoint: endpoint.to_owned(),
        role_arn: given(ROLE),
        role_session_name: given("me"),
        external_id: None,
        duration_seconds: None,
        serial_number: None,
        tags: Vec::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        web_identity_token_file: None,
        key: RequestKey([0; 32]),
    }
}

pub fn with_code(endpoint: &str) -> Call {
    Call {
        serial_number: given(SERIAL),
        ..assume(endpoint)
    }
}

pub fn options(env: &Env) -> Options {
    let mut options = Options::from_env(env, None).expect("options");
    options.limits.pause = Duration::from_millis(2);
    options.limits.call_timeout = Duration::from_mins(1);
    options
}

pub fn services() -> Services {
    Services::new(options(&Env::default())).expect("services")
}

pub fn keys() -> Credentials {
    Credentials {
        access_key_id: "AKIAX".to_owned(),
        secret_access_key: Secret::new("wJalrSECRET"),
        session_token: None,
    }
}

pub fn clock() -> Clock {
    Clock::fixed(Timestamp(NOW))
}

pub fn send(services: &Services, call: &Call) -> std::result::Result<Session, Refusal> {
    let code = Secret::new("492817");
    let code = call.serial_number.is_some().then_some(&code);
    sts::send(services, call, Some(&keys()), code, &clock())
}

pub fn refused(call: &Call) -> Refusal {
    send(&services(), call).expect_err("a refusal")
}
