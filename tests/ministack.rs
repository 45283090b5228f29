//! Against ministack: an STS that was not written beside xrole.

#[path = "support/shells.rs"]
mod shells;
mod support;

use shells::shells;
use support::home::Home;
use support::left_out;
use support::ministack::{ACCOUNT, AccessKey, Ministack};
use support::run::Run;
use support::tools;

/// A home whose profile `central` holds the key, with roles `operator` and `audit` to assume.
fn home(ministack: &Ministack, key: &AccessKey) -> Home {
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let operator = ministack.role("Operator", &root, None);
    let external_id = r#"{"StringEquals":{"sts:ExternalId":"audit-2718"}}"#;
    let audit = ministack.role("Audit", &root, Some(external_id));
    let config = format!(
        "[profile central]\nregion = eu-central-1\n\
         [profile operator]\nrole_arn = {operator}\nsource_profile = central\nregion = eu-central-1\n\
         [profile audit]\nrole_arn = {audit}\nsource_profile = central\nregion = eu-central-1\n\
         external_id = audit-2718\n\
         [profile audit-without]\nrole_arn = {audit}\nsource_profile = central\nregion = eu-central-1\n"
    );
    let keys = format!(
        "[central]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.id, key.secret
    );
    Home::new()
        .config(&config)
        .credentials(&keys)
        .sts(&ministack.url())
}

#[test]
fn the_aws_cli_assumes_roles_there() {
    let Some(ministack) = Ministack::start() else {
        return;
    };
    let key = ministack.user("alice");
    let home = home(&ministack, &key);
    for cli in [tools::aws_1(), tools::aws_2()].into_iter().flatten() {
        let ask = |profile: &str| {
            let arguments = [
                "sts",
                "get-caller-identity",
                "--query",
                "Arn",
                "--output",
                "text",
            ];
            Run::program(&home, &cli, &arguments).variable("AWS_PROFILE", profile)
        };
        ask("central")
            .stdout(&format!("arn:aws:iam::{ACCOUNT}:user/alice\n"))
            .check();
        for (profile, role) in [("operator", "Operator"), ("audit", "Audit")] {
            let arn = ask(profile).check().stdout;
            let prefix = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/");
            assert!(arn.starts_with(&prefix), "{arn}");
        }
        let refused = ask("audit-without").run();
        assert!(refused.stderr.contains("AccessDenied"), "{refused:?}");
    }
}

/// The role taken in each shell, and what the AWS CLI, which knows nothing of xrole, then is.
#[test]
fn the_exported_session_is_the_aws_clis_in_every_shell() {
    let Some(ministack) = Ministack::start() else {
        return;
    };
    let home = home(&ministack, &ministack.user("alice"));
    let xrole = support::run::xrole();
    let clis: Vec<_> = [tools::aws_1(), tools::aws_2()]
        .into_iter()
        .flatten()
        .collect();
    assert!(!clis.is_empty(), "ministack comes with the AWS CLI");
    let env: Vec<(&str, &str)> = home
        .env()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for shell in shells(&["bash", "zsh", "fish", "dash", "pwsh"]) {
        for cli in &clis {
            let ask = format!(
                "'{}' sts get-caller-identity --query Arn --output text",
                cli.display()
            );
            let xrole = xrole.display();
            let script = match shell.name {
                "fish" => format!("'{xrole}' use operator | source; and {ask}"),
                "pwsh" => {
                    format!("& '{xrole}' use operator | Out-String | Invoke-Expression; & {ask}")
                }
                _ => format!("eval \"$('{xrole}' use operator)\" && {ask}"),
            };
            let ran = shell.script(&home.path("tmp"), &[], &script, &env);
            let prefix = format!("arn:aws:sts::{ACCOUNT}:assumed-role/Operator/");
            assert!(
                ran.text().starts_with(&prefix),
                "{} with {}: {} {}",
                shell.name,
                cli.display(),
                ran.text(),
                ran.errors()
            );
        }
    }
}

#[test]
fn a_refusal_of_ministack_is_explained() {
    let Some(ministack) = Ministack::start() else {
        return;
    };
    let home = home(&ministack, &ministack.user("alice"));
    let refused = Run::xrole(&home, &["use", "audit-without", "--shell", "bash"])
        .stdout("false;\n")
        .status(1)
        .check();
    assert!(refused.stderr.contains("external"), "{}", refused.stderr);
    Run::xrole(&home, &["use", "audit", "--shell", "bash"])
        .status(0)
        .check();
}
