//! What `list` prints, whole.

use super::{FIRST_STEPS, List, Live, all_json, all_text, one_json, one_text};
use crate::aws::chain::tests::files;
use crate::aws::chain::{BaseKind, Selection, resolve};
use crate::aws::plan::{PlanSettings, plan};
use crate::clock::Timestamp;
use crate::shell::Env;

const NOW: Timestamp = Timestamp(1_769_848_200);
const CREDENTIALS: &str =
    "[central]\naws_access_key_id = AKIAIOSFODNN7CENTRAL\naws_secret_access_key = very-secret\n";
const CONFIG: &str = "\
[profile prod]
role_arn = arn:aws:iam::222222222222:role/ops/Admin
source_profile = central
region = eu-west-1
mfa_serial = arn:aws:iam::111111111111:mfa/alice
[profile a\u{202e}b]
role_arn = arn:aws:iam::444444444444:role/R
source_profile = gone
[profile sso]
sso_account_id = 555555555555
sso_role_name = Reader
";

fn settings(_: &str) -> PlanSettings {
    PlanSettings::for_user("alice")
}

fn list(config: &str, live: &[Live], print: fn(&List<'_>) -> String) -> String {
    print(&List {
        profiles: &files(config, if config.is_empty() { "" } else { CREDENTIALS }),
        env: &Env::default(),
        settings: &settings,
        protected: &|name| name == "prod",
        live,
        now: NOW,
    })
}

/// The session of prod, which ends so many seconds from now.
fn prod(seconds: i64) -> [Live; 1] {
    let profiles = files(CONFIG, CREDENTIALS);
    let env = Env::default();
    let chain = resolve(&profiles, &Selection::of("prod"), &env).unwrap();
    let plan = plan(
        chain,
        &profiles,
        &settings("prod"),
        &env,
        BaseKind::LongTerm,
    )
    .unwrap();
    [Live {
        key: plan.calls[1].key,
        role_arn: Some("arn:aws:iam::222222222222:role/ops/Admin".to_owned()),
        ends: Timestamp(NOW.0 + seconds),
    }]
}

#[test]
fn a_table_for_a_person() {
    let live = prod(2579);
    assert_eq!(
        list(CONFIG, &live, all_text),
        "\
PROFILE     ACCOUNT       ROLE       REGION     LEFT
a\\u{202e}b  444444444444  R          -          -
prod        222222222222  ops/Admin  eu-west-1  42m
central     -             -          -          -
sso         555555555555  Reader     -          -
"
    );
    let over = prod(0);
    let shown = list(CONFIG, &over, all_text);
    assert!(
        shown.contains("prod        222222222222  ops/Admin  eu-west-1  -\n"),
        "{shown}"
    );
    assert_eq!(list(CONFIG, &[], all_text), shown);
}

#[test]
fn an_object_for_scripts() {
    let live = prod(60);
    assert_eq!(
        list(
            &CONFIG[..CONFIG.find("[profile sso]").unwrap()],
            &live,
            all_json
        ),
        concat!(
            r#"{"v":1,"profiles":["#,
            r#"{"name":"a\u202eb","kind":"role","account":"444444444444","role_arn":"arn:aws:iam::444444444444:role/R","#,
            r#""source":"gone","region":null,"mfa_serial":null,"protected":false,"at":"config:6","expires":null},"#,
            r#"{"name":"prod","kind":"role","account":"222222222222","role_arn":"arn:aws:iam::222222222222:role/ops/Admin","#,
            r#""source":"central","region":"eu-west-1","mfa_serial":"arn:aws:iam::111111111111:mfa/alice","#,
            r#""protected":true,"at":"config:1","expires":"2026-01-31T08:31:00Z"},"#,
            r#"{"name":"central","kind":"base","account":null,"role_arn":null,"source":null,"region":null,"#,
            r#""mfa_serial":null,"protected":false,"at":"credentials:1","expires":null}"#,
            r#"],"notices":[{"at":"config:6","#,
            r#""text":"profile \"a\\u{202e}b\": the AWS CLI and boto3 see this name, but other AWS SDKs do not"}]}"#
        )
    );
}

#[test]
fn a_profile_includes_what_it_includes_and_may_be_broken() {
    let config = "[profile P]\ninclude_profile = I\n[profile I]\nrole_arn = arn:aws:iam::222222222222:role/R\nregion = eu-west-1\n\
                  [profile X]\ninclude_profile = gone\nregion = us-east-1\n";
    let shown = list(config, &[], all_text);
    assert!(
        shown.contains("\nP        222222222222  R     eu-west-1  -\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\nX        -             -     us-east-1  -\n"),
        "{shown}"
    );
}

#[test]
fn without_profiles_the_first_steps_are_said() {
    assert_eq!(list("", &[], all_text), FIRST_STEPS);
    assert_eq!(
        list("", &[], all_json),
        r#"{"v":1,"profiles":[],"notices":[]}"#
    );
}

#[test]
fn every_setting_of_one_profile() {
    let config = "[profile central]\nregion = eu-west-1\ninclude_profile = more\n[profile more]\noutput = json\n";
    let profiles = files(config, CREDENTIALS);
    assert_eq!(
        one_text(&profiles, "central").unwrap(),
        "\
aws_access_key_id      AKIAIOSFODNN7CENTRAL  credentials:2
aws_secret_access_key  ***                   credentials:3
include_profile        more                  config:3
output                 json                  config:5
region                 eu-west-1             config:2
"
    );
    assert_eq!(
        one_json(&profiles, "more").unwrap(),
        r#"{"v":1,"profile":"more","settings":[{"key":"output","value":"json","at":"config:5"}],"notices":[]}"#
    );
    let empty = files("[profile P]", "");
    assert_eq!(
        one_text(&empty, "P").unwrap(),
        "profile P (config:1) is empty\n"
    );
    assert_eq!(
        one_text(&profiles, "mor").unwrap_err().class,
        "profile-not-found"
    );
}
