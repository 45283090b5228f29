//! The table of the MFA plan, row by row.

use super::super::{MfaSetting, Operation, Plan, PlanSettings};
use super::{Given, KEYS, notices, role};
use crate::aws::chain::BaseKind;

const SERIAL: &str = "mfa_serial = arn:aws:iam::111111111111:mfa/alice\n";
const MIDDLE: &str =
    "[profile M]\nrole_arn = arn:aws:iam::222222222222:role/M\nsource_profile = Q\n";

/// `GST+code 43200`, `P+code 7200`, `P -`: who is called, whether with a code, for how long.
fn calls(plan: &Plan) -> String {
    let shown: Vec<String> = plan
        .calls
        .iter()
        .map(|call| {
            let name = match call.operation {
                Operation::GetSessionToken => "GST",
                Operation::AssumeRole => &call.profile,
                Operation::AssumeRoleWithWebIdentity => "web",
            };
            let code = if call.serial_number.is_some() {
                "+code"
            } else {
                ""
            };
            let seconds = call.duration_seconds.as_ref();
            let seconds = seconds.map_or("-".to_owned(), |seconds| seconds.value.to_string());
            format!("{name}{code} {seconds}")
        })
        .collect();
    format!("{}: {}", plan.mfa.name(), shown.join(", "))
}

/// P behind M behind the base, with the serial and the durations given.
fn two(serial: &str, of_middle: &str, of_role: &str) -> String {
    let role = role(&format!("{of_role}{serial}")).replace("= Q", "= M");
    format!("{role}{MIDDLE}{of_middle}{serial}")
}

const CAPPED_P: &str = "P: 4 h asked (config:5), 1 h given: AWS caps chained roles";
const KEYS_THEMSELVES: &str = "P: these are the long-term keys themselves, which never expire";
const MFA_SESSION: &str =
    "P: an MFA session may call, of STS, only AssumeRole and GetCallerIdentity";

#[test]
fn long_term_bases() {
    use MfaSetting::{Auto, Direct, Shared};
    let alone =
        "[profile P]\nregion = eu-west-1\naws_access_key_id = AKIAP\naws_secret_access_key = s\n";
    let four = "duration_seconds = 14400\n";
    let direct = "direct: P+code 14400";
    let shared = "shared: GST+code 43200, P 3600";
    for (config, setting, expected, said) in [
        (alone.to_owned(), Auto, "none: ", vec![KEYS_THEMSELVES]),
        (
            format!("{alone}{SERIAL}"),
            Auto,
            "shared: GST+code 43200",
            vec![MFA_SESSION],
        ),
        (
            format!("{alone}{SERIAL}"),
            Direct,
            "shared: GST+code 43200",
            vec![MFA_SESSION],
        ),
        (role(""), Auto, "none: P -", vec![]),
        (role(four), Auto, "none: P 14400", vec![]),
        (
            two("", four, four),
            Auto,
            "none: M 14400, P 3600",
            vec![CAPPED_P],
        ),
        (role(SERIAL), Auto, "shared: GST+code 43200, P -", vec![]),
        (
            role(&format!("duration_seconds = 3600\n{SERIAL}")),
            Auto,
            shared,
            vec![],
        ),
        (role(&format!("{four}{SERIAL}")), Auto, direct, vec![]),
        (
            role(&format!("{four}{SERIAL}")),
            Shared,
            shared,
            vec![CAPPED_P],
        ),
        (role(SERIAL), Direct, "direct: P+code -", vec![]),
        (
            two(SERIAL, "", ""),
            Auto,
            "shared: GST+code 43200, M -, P -",
            vec![],
        ),
        (
            two(SERIAL, "", four),
            Auto,
            "shared: GST+code 43200, M -, P 3600",
            vec![CAPPED_P],
        ),
        (
            two(SERIAL, "", four),
            Shared,
            "shared: GST+code 43200, M -, P 3600",
            vec![CAPPED_P],
        ),
        (
            two(SERIAL, four, four),
            Direct,
            "direct: M+code 14400, P 3600",
            vec![CAPPED_P],
        ),
    ] {
        let plan = Given::mfa(setting).plan(&config).unwrap();
        assert_eq!(calls(&plan), expected, "{setting:?}\n{config}");
        assert_eq!(notices(&plan), said, "{setting:?}\n{config}");
    }
}

const NOT_THE_OWNER: &str =
    "the base credentials are temporary: AWS accepts a code only from the user who owns the device";
const IGNORED: &str =
    "mfa_serial is ignored: the credentials are temporary already, and no role is assumed";

#[test]
fn temporary_bases() {
    use MfaSetting::{Auto, Direct};
    let alone = "[profile P]\nregion = eu-west-1\ncredential_process = p\n";
    let four = "duration_seconds = 14400\n";
    let serial_after = |line: u32, text: &str| format!("config:{line}: {text}");
    let behind = |config: String| config + "[profile Q]\ncredential_process = p\n";
    for (config, setting, expected, said) in [
        (alone.to_owned(), Auto, "none: ", vec![]),
        (
            format!("{alone}{SERIAL}"),
            Auto,
            "none: ",
            vec![serial_after(4, IGNORED)],
        ),
        (behind(role("")), Auto, "none: P -", vec![]),
        (
            behind(role(four)),
            Auto,
            "none: P 3600",
            vec![CAPPED_P.to_owned()],
        ),
        (
            behind(role(&format!("{four}{SERIAL}"))),
            Auto,
            "direct: P+code 3600",
            vec![CAPPED_P.to_owned(), serial_after(6, NOT_THE_OWNER)],
        ),
        (
            behind(two(SERIAL, "", "")),
            Direct,
            "direct: M+code -, P -",
            vec![serial_after(9, NOT_THE_OWNER)],
        ),
    ] {
        let given = Given {
            credentials: String::new(),
            assume: BaseKind::Temporary,
            ..Given::mfa(setting)
        };
        let plan = given.plan(&config).unwrap();
        assert_eq!(calls(&plan), expected, "{setting:?}\n{config}");
        assert_eq!(notices(&plan), said, "{setting:?}\n{config}");
    }
}

#[test]
fn temporary_credentials_share_no_mfa_session() {
    let given = Given {
        credentials: format!("{KEYS}aws_session_token = t\n"),
        ..Given::mfa(MfaSetting::Shared)
    };
    let error = given.plan(&role(SERIAL)).unwrap_err();
    assert_eq!(error.class, "mfa-plan");
    assert_eq!(
        error.to_string(),
        "credentials:2: mfa = shared, but the base credentials of profile \"Q\" are temporary\n\
         set mfa = auto in config.ini: GetSessionToken takes long-term keys only"
    );
}

#[test]
fn the_kind_of_a_known_base_is_not_assumed() {
    let given = Given {
        assume: BaseKind::Temporary,
        ..Given::default()
    };
    let plan = given.plan(&role("duration_seconds = 14400")).unwrap();
    assert_eq!(calls(&plan), "none: P 14400");
}

#[test]
fn a_web_identity_is_the_first_call_and_later_roles_are_capped() {
    let config = role("duration_seconds = 14400\n")
        + "[profile Q]\nrole_arn = arn:aws:iam::222222222222:role/W\nweb_identity_token_file = /token\n";
    let plan = Given {
        credentials: String::new(),
        ..Given::default()
    }
    .plan(&config)
    .unwrap();
    assert_eq!(calls(&plan), "none: web -, P 3600");
    assert_eq!(
        plan.calls[0].web_identity_token_file.as_deref(),
        Some("/token")
    );
    assert_eq!(
        plan.calls[0].role_session_name.as_ref().unwrap().value,
        "alice"
    );
}

#[test]
fn settings_of_the_mfa_session_and_the_command_for_codes() {
    let given = Given {
        settings: PlanSettings {
            mfa_session_duration: 129_600,
            mfa_process: Some("codes".to_owned()),
            ..PlanSettings::for_user("alice")
        },
        ..Given::default()
    };
    let plan = given.plan(&role(SERIAL)).unwrap();
    let duration = plan.calls[0].duration_seconds.as_ref().unwrap();
    assert_eq!(
        format!("{} {}", duration.value, duration.origin),
        "129600 config.ini"
    );
    let process = plan.mfa_process.unwrap();
    assert_eq!(
        format!("{} {}", process.value, process.origin),
        "codes config.ini"
    );
    let own = given
        .plan(&role(&format!("{SERIAL}mfa_process = mine\n")))
        .unwrap();
    assert_eq!(own.mfa_process.unwrap().value, "mine");
    assert_eq!(given.plan(&role("")).unwrap().mfa_process, None);
}
