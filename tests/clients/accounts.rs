//! Every program, on every path, acts in the role's account; all share the one session.

use crate::client::Client;
use crate::conversation::Conversation;
use crate::path::{self, Path};
use crate::rust_sdk;
use crate::support::home::Home;
use crate::support::run::{Run, xrole};
use crate::support::sts::{Codes, FakeSts, World};

#[test]
fn every_program_sees_the_roles_account_on_every_path() {
    rust_sdk::play_if_child();
    let sts = FakeSts::start(World::central(Codes::list(&["123456"])));
    let home = signed_in(&sts);
    let clients = Client::installed();
    let mut asked = 0;
    for path in path::ALL {
        (path.prepare)(&home, "prod");
        for client in &clients {
            let words = client.identity().expect("installed");
            let mut conversation = Conversation::start(&path, "prod", &words, &home);
            assert_eq!(
                conversation.asks(0),
                "account 222222222222",
                "{} through {}",
                client.name(),
                path.name
            );
            asked += 1;
        }
    }
    let mut calls = vec!["GetSessionToken", "AssumeRole"];
    calls.extend(vec!["GetCallerIdentity"; asked]);
    assert_eq!(sts.operations(), calls);
}

/// Keys in the environment come before `AWS_PROFILE` for all but the SDK for JavaScript, as README warns.
#[test]
fn a_session_of_the_shell_comes_before_a_profile_that_asks_for_another() {
    let sts = FakeSts::start(World::central(Codes::list(&["123456"])));
    let home = signed_in(&sts);
    let through = path::CREDENTIAL_PROCESS;
    (through.prepare)(&home, "prod");
    // What `use` does, with a profile set afterwards.
    let staging = Path {
        before: |_| {
            let line =
                "eval \"$(xrole use staging --shell sh)\" && AWS_PROFILE=through exec \"$@\"";
            ["sh", "-c", line, "sh"].map(str::to_owned).to_vec()
        },
        ..through
    };
    for client in Client::installed() {
        let words = client.identity().expect("installed");
        let mut conversation = Conversation::start(&staging, "staging", &words, &home);
        let expected = match client {
            Client::JavaScript => "account 222222222222",
            Client::Aws1 | Client::Aws2 | Client::Boto3 | Client::Rust => "account 333333333333",
        };
        assert_eq!(conversation.asks(0), expected, "{}", client.name());
    }
}

/// Of several profiles at once, the program picks by name, as a Terraform provider does.
#[test]
fn each_of_several_profiles_is_the_account_of_its_name() {
    let sts = FakeSts::start(World::central(Codes::list(&["123456"])));
    let home = signed_in(&sts);
    let second = Path {
        before: |_| {
            let line = "exec --as prod --as staging -- env AWS_PROFILE=staging";
            std::iter::once("xrole")
                .chain(line.split(' '))
                .map(str::to_owned)
                .collect()
        },
        ..path::EXEC_AS
    };
    for client in Client::installed() {
        let words = client.identity().expect("installed");
        let mut conversation = Conversation::start(&second, "staging", &words, &home);
        let name = client.name();
        assert_eq!(conversation.asks(0), "account 333333333333", "{name}");
    }
}

/// A home with a living MFA session and one of prod.
fn signed_in(sts: &FakeSts) -> Home {
    let home = Home::central(sts).program("xrole", &xrole());
    let code = ["use", "prod", "--mfa-code", "123456", "--shell", "sh"];
    Run::xrole(&home, &code).stderr("").check();
    home
}
