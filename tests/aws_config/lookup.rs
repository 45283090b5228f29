//! Which profile is meant, and what it includes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use crate::{read, settings};
use xrole::error::Error;
use xrole::place::Origin;
use xrole::shell::Env;

#[test]
fn include_profile_copies_what_is_missing() {
    let profiles = read(
        "[profile a]\ninclude_profile = b\nregion = a\nsource_profile = x\n\
         [profile b]\ninclude_profile = c\nregion = b\ncredential_source = Environment\nmfa_serial = b\n\
         [profile c]\noutput = c\nmfa_serial = c\nsource_profile = y\naws_session_token = t\n\
         [profile d]\ninclude_profile = c\n[default]\nca_bundle = z",
        "[c]\naws_access_key_id = A\naws_secret_access_key = B",
    );
    let a = profiles.expand("a").expect("a");
    assert_eq!(
        settings(&a),
        "  include_profile = \"b\" (config:2)
  mfa_serial = \"b\" (config:9)
  output = \"c\" (config:11)
  region = \"a\" (config:3)
  source_profile = \"x\" (config:4)
"
    );
    assert_eq!((a.name.as_str(), a.at.line), ("a", 1));
    assert_eq!(
        settings(&profiles.expand("d").expect("d")),
        "  include_profile = \"c\" (config:16)
  mfa_serial = \"c\" (config:12)
  output = \"c\" (config:11)
  source_profile = \"y\" (config:13)
"
    );
    assert_eq!(profiles.expand("c").as_ref().ok(), profiles.get("c"));
}

#[test]
fn include_profile_must_exist_and_not_turn_in_a_circle() {
    let config = "[profile prod]\n[profile a]\ninclude_profile = prd\n\
        [profile b]\ninclude_profile = c\n[profile c]\ninclude_profile = d\n[profile d]\ninclude_profile = c\n\
        [profile e]\ninclude_profile = e";
    let error = |name| read(config, "").expand(name).expect_err("an error");
    let lines = |error: &Error| format!("{}: {error}", error.class);
    for (name, expected) in [
        (
            "a",
            "include-not-found: config:3: include_profile \"prd\" does not exist\ndid you mean \"prod\" (config:1)? xrole list shows all",
        ),
        (
            "b",
            "include-loop: include_profile forms a loop: c (config:7) → d (config:9) → c\nremove one of these include_profile lines",
        ),
        (
            "e",
            "include-loop: include_profile forms a loop: e (config:11) → e\nremove one of these include_profile lines",
        ),
        (
            "x",
            "profile-not-found: profile \"x\" is in neither ~/.aws/config nor ~/.aws/credentials\nxrole list shows all profiles",
        ),
    ] {
        assert_eq!(lines(&error(name)), expected);
    }
}

#[test]
fn one_profile_is_selected_or_none() {
    let profiles = read(
        "[default]\n[profile prod]\n[profile \"a\x1bb\"]\n[stray]",
        "",
    );
    let arg = Origin::Option("PROFILE");
    let select = |argument, vars: &[(&str, &str)]| {
        let vars = vars.iter().map(|(name, value)| (name.into(), value.into()));
        profiles.select(argument, &Env::new(vars))
    };
    for (argument, vars, name, origin) in [
        (None, &[][..], "default", Origin::Default),
        (Some("prod"), &[("AWS_PROFILE", "")], "prod", arg),
        (
            None,
            &[("AWS_PROFILE", "prod"), ("AWS_DEFAULT_PROFILE", "")],
            "prod",
            Origin::Variable("AWS_PROFILE"),
        ),
        (
            None,
            &[("AWS_DEFAULT_PROFILE", "prod")],
            "prod",
            Origin::Variable("AWS_DEFAULT_PROFILE"),
        ),
    ] {
        let selected = select(argument, vars).expect("a profile");
        assert_eq!((selected.name.as_str(), selected.origin), (name, origin));
    }
    let nowhere = "is in neither ~/.aws/config nor ~/.aws/credentials";
    for (argument, vars, expected) in [
        (None, &[("AWS_PROFILE", "")][..], "profile-empty: AWS_PROFILE is set but empty\nunset AWS_PROFILE, or name a profile".to_owned()),
        (None, &[("AWS_DEFAULT_PROFILE", "")], "profile-empty: AWS_DEFAULT_PROFILE is set but empty\nunset AWS_DEFAULT_PROFILE, or name a profile".to_owned()),
        (Some(""), &[], "profile-empty: the profile name is empty\nname a profile".to_owned()),
        (Some("prd"), &[], format!("profile-not-found: profile \"prd\" {nowhere}\ndid you mean \"prod\" (config:2)? xrole list shows all")),
        (Some("PROD"), &[], format!("profile-not-found: profile \"PROD\" {nowhere}\ndid you mean \"prod\" (config:2)? xrole list shows all")),
        (Some("\"prod\""), &[], format!("profile-not-found: profile \"\"prod\"\" {nowhere}\nremove the quotes: the name is prod (config:2)")),
        (Some("stray"), &[], format!("profile-not-found: profile \"stray\" {nowhere}\nconfig:4 has [stray]: write [profile stray] there")),
        (None, &[("AWS_PROFILE", "xrole-expired")], format!("profile-not-found: profile \"xrole-expired\" (AWS_PROFILE) {nowhere}\nthe session of this shell has ended: xrole renew, or name a profile")),
        (None, &[("AWS_PROFILE", "zzz")], format!("profile-not-found: profile \"zzz\" (AWS_PROFILE) {nowhere}\nxrole list shows all profiles")),
        (Some("a\x1bb"), &[], "profile-name: the profile name \"a\\u{1b}b\" holds control or invisible characters (U+001B)\ngive the profile a plain name in the AWS files".to_owned()),
    ] {
        let error = select(argument, vars).expect_err("no profile");
        assert_eq!(format!("{}: {error}", error.class), expected);
    }
    let bytes = OsStr::from_bytes(b"p\xff").to_owned();
    let error = profiles.select(None, &Env::new([("AWS_PROFILE".into(), bytes)]));
    assert_eq!(
        error.expect_err("no text").to_string(),
        "AWS_PROFILE is \"p\\xff\", which is not UTF-8 text\nunset AWS_PROFILE, or name a profile"
    );
    let nothing = read("", "")
        .select(None, &Env::default())
        .expect_err("nothing");
    assert_eq!(
        nothing.remedy,
        "no profile is defined yet: write [profile NAME] into ~/.aws/config"
    );
}

#[test]
fn services_are_looked_up_by_name() {
    let profiles = read(
        "[services local]\n[profile a]\nservices = locl\n[profile b]\nservices = local\n[profile c]\nservices = zzz",
        "",
    );
    let services = |name| {
        profiles.services_of(
            profiles
                .profiles
                .get(name)
                .expect("a section")
                .get("services")
                .expect("a line"),
        )
    };
    assert_eq!(services("b").map(|found| found.at.line), Ok(1));
    for (name, expected) in [
        (
            "a",
            "config:3: services \"locl\" does not exist\ndid you mean \"local\" (config:1)?",
        ),
        (
            "c",
            "config:7: services \"zzz\" does not exist\nadd [services zzz] to the config file, or remove the line",
        ),
    ] {
        let error = services(name).expect_err("no section");
        assert_eq!(
            (error.class, error.to_string().as_str()),
            ("services-not-found", expected)
        );
    }
}
