//! A program that needs a code: it is asked for on the terminal, and where there is none, people see xrole's own words.

use crate::client::Client;
use crate::conversation::Conversation;
use crate::path;
use crate::support::home::Home;
use crate::support::pty::Terminal;
use crate::support::run::xrole;
use crate::support::sts::{Codes, FakeSts, World};

const CODES: [&str; 5] = ["111111", "222222", "333333", "444444", "555555"];

fn sts_and_home() -> (FakeSts, Home) {
    let sts = FakeSts::start(World::central(Codes::list(&CODES)));
    let home = Home::central(&sts).program("xrole", &xrole());
    (path::CREDENTIAL_PROCESS.prepare)(&home, "prod");
    (sts, home)
}

#[test]
fn without_a_terminal_programs_show_what_is_missing() {
    let (sts, home) = sts_and_home();
    for client in Client::installed() {
        let words = client.identity().expect("installed");
        let conversation = Conversation::start(&path::CREDENTIAL_PROCESS, "prod", &words, &home);
        let shown = conversation.ask_and_end().1.join(" ");
        let expected = match client {
            // Its chain of providers swallows what the one that was configured has said.
            Client::JavaScript => {
                "error CredentialsProviderError Could not load credentials from any providers"
            }
            Client::Aws1 | Client::Aws2 | Client::Boto3 | Client::Rust => {
                "xrole: a code for arn:aws:iam::111111111111:mfa/alice is needed, and there is no terminal to ask \
                 on run \"xrole use prod\" in a terminal, or set mfa_process"
            }
        };
        assert!(shown.contains(expected), "{}: {shown}", client.name());
    }
    assert_eq!(sts.operations(), [""; 0]);
}

#[test]
fn on_a_terminal_xrole_asks_whatever_the_program() {
    for (client, code) in Client::installed().into_iter().zip(CODES) {
        let (sts, home) = sts_and_home();
        let words = client.identity().expect("installed");
        let mut env = home.env().clone();
        env.extend(
            words
                .env
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        env.insert("AWS_PROFILE".to_owned(), "through".to_owned());
        // The question is read from the terminal, although the program's input is another.
        let script = "echo | \"$@\"; echo status $?";
        let arguments: Vec<&str> = ["-c", script, "sh"]
            .into_iter()
            .chain(words.words.iter().map(String::as_str))
            .collect();
        let terminal = Terminal::start("sh", &arguments, &env, &home.path(""));
        terminal.wait_for("MFA code for arn:aws:iam::111111111111:mfa/alice:");
        terminal.command(code);
        terminal.wait_for("account 222222222222");
        terminal.wait_for("status 0");
        assert_eq!(
            sts.operations(),
            ["GetSessionToken", "AssumeRole", "GetCallerIdentity"],
            "{}",
            client.name()
        );
    }
}
