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
