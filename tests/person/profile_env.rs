//! `use --profile-env`: no key in the shell, and everything else as ever.

use super::own_variables;
use crate::shell::{Person, persons_shells};
use crate::support::run::Run;

/// What a program in this shell gets by itself.
fn identity(person: &Person) -> String {
    let file = person.home.path("identity");
    let _ = std::fs::remove_file(&file);
    // What every SDK does with AWS_PROFILE: it runs the command that the file in AWS_CONFIG_FILE names.
    person.does("sh ask >identity");
    std::fs::read_to_string(&file).expect("sh has run")
}

const ASK: &str = "command=$(awk -v p=\"[profile $AWS_PROFILE]\" '$0 == p { on = 1; next } /^\\[/ { on = 0 } \
    on && sub(/^credential_process = /, \"\") { print }' \"$AWS_CONFIG_FILE\")\n\
    eval \"$command\" | sed 's/.*\"AccessKeyId\":\"\\([^\"]*\\)\".*/\\1/'\n";

#[test]
fn the_shell_holds_a_profile_and_no_key() {
    for shell in persons_shells() {
        let person = Person::with(&shell, own_variables);
        person.home.write("ask", ASK);
        let before = person.environment();
        person.is_asked("xrole use --profile-env prod", "mfa/alice:");
        person.does("111111");
        // What is left of the MFA session, not of the role's hour.
        person.sees(&["[prod 12h00m] ready#$", "[prod 11h59m] ready#$"]);
        let prod = person.environment();
        assert_eq!(prod["AWS_PROFILE"], "prod", "{}", person.name);
        assert!(!prod.contains_key("AWS_ACCESS_KEY_ID"), "{}", person.name);
        assert!(!prod.contains_key("XROLE_KEY_ID"), "{}", person.name);
        let key = identity(&person);
        assert!(key.starts_with("ASIA"), "{}: {key}", person.name);
        person.does("xrole status");
        person
            .terminal
            .wait_for("arn:aws:iam::222222222222:role/Operator");

        // Keys, and back to the profile.
        person.does("xrole use staging");
        let staging = person.environment();
        assert_eq!(staging["XROLE_PROFILE"], "staging", "{}", person.name);
        for name in ["AWS_PROFILE", "AWS_CONFIG_FILE"] {
            assert!(!staging.contains_key(name), "{}: {name}", person.name);
        }
        person.does("xrole use -");
        assert_eq!(person.environment(), prod, "{}", person.name);

        // Renewed in another terminal, which asks: what is left is seen here.
        let renewed = Run::xrole(
            &person.home,
            &["renew", "prod", "--mfa-code", "222222", "--shell", "sh"],
        );
        let renewed = prod
            .iter()
            .fold(renewed, |run, (name, value)| run.variable(name, value))
            .without("AWS_ACCESS_KEY_ID")
            .without("AWS_SECRET_ACCESS_KEY");
        renewed.status(0).check();
        person.does("true");
        let after = person.environment();
        assert_ne!(after["XROLE_GEN"], prod["XROLE_GEN"], "{}", person.name);
        assert!(!after.contains_key("AWS_ACCESS_KEY_ID"), "{}", person.name);

        person.does("xrole unset");
        assert_eq!(person.environment(), before, "{}", person.name);
    }
}

/// Without keys programs go where `AWS_PROFILE` says, so the segment must not name another profile as if they did not.
#[test]
fn another_profile_named_since_is_shown_and_left_alone() {
    for shell in persons_shells() {
        let person = Person::with(&shell, own_variables);
        let before = person.environment();
        person.does("xrole use --profile-env readonly");
        person.sees(&["[readonly] ready#$"]);
        let name = |profile: &str| match person.name {
            "fish" => format!("set -gx AWS_PROFILE {profile}"),
            "pwsh" => format!("$env:AWS_PROFILE = '{profile}'"),
            _ => format!("export AWS_PROFILE={profile}"),
        };
        person.does(&name("staging"));
        person.sees(&["[readonly?] ready#$"]);
        person.does("xrole prompt");
        person.terminal.wait_for_line("[readonly?]");
        person.does("xrole status");
        person
            .terminal
            .wait_for("readonly: something else has changed the keys or the profile of this shell");
        person.does("xrole renew");
        person
            .terminal
            .wait_for("something else has changed AWS_PROFILE of this shell");
        person.does(&name("readonly"));
        person.does("clear");
        person.sees(&["[readonly] ready#$"]);
        person.does(&name("staging"));
        person.does("xrole unset");
        let after = person.environment();
        assert_eq!(after["AWS_PROFILE"], "staging", "{}", person.name);
        let but = |mut env: std::collections::BTreeMap<String, String>| {
            env.remove("AWS_PROFILE");
            env
        };
        assert_eq!(but(after), but(before), "{}", person.name);
    }
}

/// A cache that was emptied takes the file along: nothing else is taken for the user's own, and `unset` gives that back.
#[test]
fn a_file_that_is_gone_is_no_trap() {
    for shell in persons_shells() {
        let person = Person::with(&shell, |home| {
            let config = home.path(".aws/config");
            let config = config.to_str().expect("a path in UTF-8").to_owned();
            own_variables(home).variable("AWS_CONFIG_FILE", &config)
        });
        let before = person.environment();
        person.does("xrole use --profile-env readonly");
        let file = person.environment()["AWS_CONFIG_FILE"].clone();
        std::fs::remove_file(file).expect("the file for programs");
        person.does("xrole status");
        person
            .terminal
            .wait_for("something else has changed the keys or the profile");
        person.does("xrole use staging");
        person
            .terminal
            .wait_for("take the session out of this shell first: xrole unset");
        person.does("xrole unset");
        assert_eq!(person.environment(), before, "{}", person.name);
    }
}

/// There are no keys to take away when it ends, and the profile fails by itself.
#[test]
fn an_ended_session_leaves_its_profile() {
    for shell in persons_shells() {
        let settings = "[settings]\nsession_key = file\non_expire = clear\n";
        let person = Person::with(&shell, |home| home.settings(settings));
        person.is_asked("xrole use --profile-env prod", "mfa/alice:");
        person.does("111111");
        person.does(match person.name {
            "fish" => "set -gx XROLE_EXPIRES 1769848200",
            "pwsh" => "$env:XROLE_EXPIRES = '1769848200'",
            _ => "export XROLE_EXPIRES=1769848200",
        });
        person.sees(&["[prod expired] ready#$"]);
        let after = person.environment();
        assert_eq!(after["AWS_PROFILE"], "prod", "{}", person.name);
    }
}
