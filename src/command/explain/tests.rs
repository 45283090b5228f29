//! What `explain` prints, whole.

use super::{Explain, json, text};
use crate::aws::chain::Selection;
use crate::aws::chain::tests::files;
use crate::aws::plan::RequestKey;
use crate::aws::plan::{MfaSetting, PlanSettings};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::shell::Env;

const NOW: Timestamp = Timestamp(1_769_848_200);
const CREDENTIALS: &str =
    "[central]\naws_access_key_id = AKIAIOSFODNN7CENTRAL\naws_secret_access_key = very-secret\n";
const CONFIG: &str = "\
[profile prod]
role_arn = arn:aws:iam::222222222222:role/ops/Admin
source_profile = hub
region = eu-west-1
external_id = ext-1
duration_seconds = 14400
mfa_serial = arn:aws:iam::111111111111:mfa/alice

[profile hub]
role_arn = arn:aws:iam::333333333333:role/Hub
source_profile = central
role_session_name = alice-hub
session_tags = team=web,cost=42
transitive_session_tags = team
source_identity = alice
mfa_serial = arn:aws:iam::111111111111:mfa/alice

[profile tool]
credential_process = tool get
";

fn explain<T>(
    config: &str,
    selection: &Selection,
    settings: &PlanSettings,
    cached: &dyn Fn(&RequestKey) -> Option<Timestamp>,
    print: fn(&Explain<'_>) -> Result<T>,
) -> Result<T> {
    print(&Explain {
        profiles: &files(config, CREDENTIALS),
        selection,
        settings,
        env: &Env::default(),
        cached,
        now: NOW,
    })
}

fn nothing(_: &RequestKey) -> Option<Timestamp> {
    None
}

fn alice() -> PlanSettings {
    PlanSettings::for_user("alice")
}

#[test]
fn a_page_for_a_person() {
    let shown = explain(CONFIG, &Selection::of("prod"), &alice(), &nothing, text).unwrap();
    assert_eq!(
        shown,
        "\
profile  prod
region   eu-west-1  (config:4)
base     access key AKIAIOSFODNN7CENTRAL, of profile central  (credentials:2)
MFA      shared: one code serves every role of arn:aws:iam::111111111111:mfa/alice  (config:16)

1. GetSessionToken for central
   https://sts.eu-west-1.amazonaws.com
     SerialNumber     arn:aws:iam::111111111111:mfa/alice  config:16
     DurationSeconds  43200 (12 h)                         default
   not cached

2. AssumeRole for hub
   https://sts.eu-west-1.amazonaws.com
     RoleArn            arn:aws:iam::333333333333:role/Hub  config:10
     RoleSessionName    alice-hub                           config:12
     SourceIdentity     alice                               config:15
     Tags               team=web, cost=42
     TransitiveTagKeys  team
   not cached

3. AssumeRole for prod
   https://sts.eu-west-1.amazonaws.com
     RoleArn          arn:aws:iam::222222222222:role/ops/Admin  config:2
     RoleSessionName  alice                                     default
     ExternalId       ext-1                                     config:5
     DurationSeconds  3600 (1 h)                                config:6
   not cached

Now: 3 calls and an MFA code.
! prod: 4 h asked (config:6), 1 h given: AWS caps chained roles
"
    );
}

#[test]
fn what_is_cached_need_not_be_made() {
    let key = |index: usize| {
        let profiles = files(CONFIG, CREDENTIALS);
        let chain = crate::aws::chain::resolve(&profiles, &Selection::of("prod"), &Env::default());
        let kind = crate::aws::chain::BaseKind::LongTerm;
        let plan =
            crate::aws::plan::plan(chain.unwrap(), &profiles, &alice(), &Env::default(), kind);
        plan.unwrap().calls[index].key
    };
    for (cached, expected) in [
        (key(0), "Now: 2 calls, no MFA code."),
        (key(1), "Now: one call, no MFA code."),
        (key(2), "Now: no call, the session is cached."),
    ] {
        let one = |key: &RequestKey| (*key == cached).then_some(Timestamp(NOW.0 + 32_759));
        let shown = explain(CONFIG, &Selection::of("prod"), &alice(), &one, text).unwrap();
        assert!(shown.contains(&format!("\n{expected}\n")), "{shown}");
        assert_eq!(shown.matches("cached, 9h05m left").count(), 1, "{shown}");
    }
}

#[test]
fn a_page_says_why_a_code_is_taken_directly() {
    let config = CONFIG.replacen("source_profile = hub", "source_profile = central", 1);
    let shown = explain(&config, &Selection::of("prod"), &alice(), &nothing, text).unwrap();
    let head = "\
MFA      direct: the first role takes a code of arn:aws:iam::111111111111:mfa/alice  (config:7)
         (an MFA session would cap it to 1 h, as AWS caps chained roles)

1. AssumeRole for prod
";
    assert!(shown.contains(head), "{shown}");
}

#[test]
fn an_object_for_scripts() {
    let ends = |_: &RequestKey| Some(Timestamp(NOW.0 + 60));
    let config = CONFIG.replacen("source_profile = hub", "source_profile = central", 1);
    let shown = explain(&config, &Selection::of("prod"), &alice(), &ends, json).unwrap();
    assert_eq!(
        shown,
        concat!(
            r#"{"v":1,"profile":"prod","region":"eu-west-1","#,
            r#""base":{"kind":"static","profile":"central","at":"credentials:2","access_key_id":"AKIAIOSFODNN7CENTRAL"},"#,
            r#""mfa":{"plan":"direct","serial":"arn:aws:iam::111111111111:mfa/alice","at":"config:7"},"#,
            r#""calls":[{"operation":"AssumeRole","profile":"prod","region":"eu-west-1","#,
            r#""endpoint":"https://sts.eu-west-1.amazonaws.com","#,
            r#""parameters":{"DurationSeconds":14400,"ExternalId":"ext-1","#,
            r#""RoleArn":"arn:aws:iam::222222222222:role/ops/Admin","RoleSessionName":"alice","#,
            r#""SerialNumber":"arn:aws:iam::111111111111:mfa/alice"},"#,
            r#""at":{"DurationSeconds":"config:6","ExternalId":"config:5","RoleArn":"config:2","SerialNumber":"config:7"},"#,
            r#""cached":"2026-01-31T08:31:00Z"}],"notices":[]}"#
        )
    );
}

#[test]
fn both_branches_of_a_process() {
    let role = "[profile P]\nrole_arn = arn:aws:iam::222222222222:role/P\nsource_profile = tool\nregion = eu-west-1\n";
    let serial =
        format!("{role}mfa_serial = GAHT12345678\n[profile tool]\ncredential_process = tool get\n");
    let shown = explain(&serial, &Selection::of("P"), &alice(), &nothing, text).unwrap();
    let (first, second) = shown
        .split_once("\nThis holds if credential_process returns long-term keys. If it returns a session token too:\n")
        .unwrap();
    assert!(first.starts_with("profile  P\nregion   eu-west-1  (config:4)\nbase     output of `tool get`, of profile tool  (config:7)\nMFA      shared: "), "{first}");
    assert!(first.contains("\n1. GetSessionToken for tool\n"), "{first}");
    assert!(second.starts_with("\n1. AssumeRole for P\n"), "{second}");
    assert!(
        second.contains("! config:5: the base credentials are temporary"),
        "{second}"
    );

    let as_json = explain(&serial, &Selection::of("P"), &alice(), &nothing, json).unwrap();
    assert!(as_json.ends_with(r#""notices":[{"at":"config:7","text":"these calls are made if credential_process returns long-term keys; with a session token: mfa direct: AssumeRole"}]}"#), "{as_json}");

    let forced = PlanSettings {
        mfa: MfaSetting::Shared,
        ..alice()
    };
    let shown = explain(&serial, &Selection::of("P"), &forced, &nothing, text).unwrap();
    assert!(
        shown
            .ends_with("set mfa = auto in config.ini: GetSessionToken takes long-term keys only\n"),
        "{shown}"
    );

    // Without a device both branches make the same calls: one page.
    let same = format!("{role}[profile tool]\ncredential_process = tool get\n");
    let shown = explain(&same, &Selection::of("P"), &alice(), &nothing, text).unwrap();
    assert!(!shown.contains("This holds"), "{shown}");
}

#[test]
fn no_secret_and_no_control_character_is_shown() {
    let config = CONFIG.replace("tool get", "tool \u{1b}[2J\u{202e}get");
    for print in [text, json] {
        for profile in ["prod", "central", "tool"] {
            let shown =
                explain(&config, &Selection::of(profile), &alice(), &nothing, print).unwrap();
            assert!(!shown.contains("very-secret"), "{shown}");
            let unsafe_one = shown
                .chars()
                .find(|c| *c != '\n' && crate::display_safe::is_unsafe(*c));
            assert_eq!(unsafe_one, None, "{shown}");
        }
    }
}
