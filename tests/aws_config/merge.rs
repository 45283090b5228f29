//! What sections mean, and how those of the same name become one.

use crate::{check, read};
use xrole::aws::config::{Profile, Setting, SettingMap, told};
use xrole::place::{Place, SourceFile};

#[test]
fn sections_without_effect() {
    check(
        "[DEFAULT]\nregion = x\n[foo]\nk = 1 # c\n[plugins]\nk: v\n[]\n[profile]\n[sso-sesion x]\n[profile foo]",
        "[profile b]\nk = 1\n[DEFAULT]\nk = 1",
        "\
profile \"foo\" (config:10)
! config:1: [DEFAULT] is ignored: no profile inherits from it (the default profile is [default])
! config:3: [foo] is ignored in this file: write [profile foo]
! config:7: [] has no name: ignored
! config:8: [profile] is ignored in this file: write [profile profile]
! config:9: [sso-sesion x] is ignored: a section of this file is [default], [profile NAME], [sso-session NAME] or [services NAME]
! credentials:1: [profile b] is ignored in this file: write [b]
! credentials:3: [DEFAULT] is ignored: no profile inherits from it (the default profile is [default])
",
    );
}

#[test]
fn duplicates_are_merged_with_both_lines_told() {
    check(
        "[profile a]\nk = 1\nK = 2\nl = 1\n[profile a]\nl = 2\n[default]\nx = 1\n[default]\ny = 2",
        "[a]\nk = 3\n[a]\nm = 4",
        "\
profile \"a\" (config:1)
  k = \"3\" (credentials:2)
  l = \"2\" (config:6)
  m = \"4\" (credentials:4)
profile \"default\" (config:7)
  x = \"1\" (config:8)
  y = \"2\" (config:10)
! config:3: \"k\" is set again (first at config:2): this line counts, but the AWS CLI and boto3 refuse such a file
! config:5: profile \"a\" is here again (first at config:1): both sections count, but the AWS CLI and boto3 refuse such a file
! config:6: \"l\" is set again (first at config:4): this line counts
! config:9: profile \"default\" is here again (first at config:7): both sections count, but the AWS CLI and boto3 refuse such a file
! credentials:3: profile \"a\" is here again (first at credentials:1): both sections count, but the AWS CLI and boto3 refuse such a file
",
    );
}

#[test]
fn the_prefixed_default_counts_alone_in_the_config_file() {
    for (config, notice, at) in [
        (
            "[default]\nx = 1\n[profile default]\ny = 2",
            "config:1: [default] is ignored: [profile default] (config:3) counts alone",
            3,
        ),
        (
            "[profile default]\ny = 2\n[default]\nx = 1",
            "config:3: [default] is ignored: [profile default] (config:1) counts alone",
            1,
        ),
    ] {
        let expected = format!(
            "profile \"default\" (config:{at})\n  y = \"2\" (config:{})\n  z = \"3\" (credentials:2)\n! {notice}\n",
            at + 1
        );
        check(config, "[default]\nz = 3", &expected);
    }
}

#[test]
fn sessions_and_services_come_from_the_config_file_only() {
    check(
        "[sso-session s]\nsso_region = eu-west-1\n[services s]\n[profile s]",
        "[sso-session s]\nsso_region = x\n[services s]\nk = 1",
        "\
profile \"s\" (config:4)
sso-session \"s\" (config:1)
  sso_region = \"eu-west-1\" (config:2)
services \"s\" (config:3)
! credentials:1: [sso-session s] is ignored in this file: it belongs into the config file
! credentials:3: [services s] is ignored in this file: it belongs into the config file
",
    );
}

#[test]
fn a_profile_can_be_built_without_a_file() {
    let place = |line| Place {
        file: SourceFile::Config,
        line,
    };
    let settings = SettingMap::from([("region", Setting::new("x", place(2)))]);
    let built = Profile::new("p", place(1), settings);
    assert_eq!(read("[profile p]\nregion = x", "").get("p"), Some(&built));
}

#[test]
fn many_duplicates_cost_no_more_than_their_number() {
    let mut config = "[profile a]\nk = v\n".repeat(20_000);
    config.push_str(&"k = v\n".repeat(20_000));
    let profiles = read(&config, "");
    let notices = told(&profiles.notices);
    let notices: Vec<String> = notices.iter().map(ToString::to_string).collect();
    let [sections, keys] = &notices[..] else {
        panic!("{notices:?}");
    };
    assert!(
        sections.starts_with("19999 sections are there again: first at config:3: profile"),
        "{sections}"
    );
    assert!(
        keys.starts_with("39999 keys are set again: first at config:4: \"k\""),
        "{keys}"
    );
    // Their texts are not kept, but for a few.
    assert!(profiles.notices.len() < 50);
    assert_eq!(
        profiles
            .profiles
            .get("a")
            .expect("a section")
            .get("k")
            .map(|k| k.at.line),
        Some(60_000)
    );
}
