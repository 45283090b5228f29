//! Every program, on every path, acts in the role's account; all share the one session.

use crate::client::Client;
use crate::conversation::Conversation;
use crate::path;
use crate::rust_sdk;
use crate::support::home::Home;
use crate::support::run::{Run, xrole};
use crate::support::sts::{Codes, FakeSts, World};

#[test]
fn every_program_sees_the_roles_account_on_every_path() {
    rust_sdk::play_if_child();
    let sts = FakeSts::start(World::central(Codes::list(&["123456"])));
    let home = Home::central(&sts).program("xrole", &xrole());
    let code = [
        "use",
        "prod",
        "--mfa-code",
        "123456",
        "--yes",
        "--shell",
        "sh",
    ];
    Run::xrole(&home, &code).stderr("").check();
    let clients = Client::installed();
    let mut asked = 0;
    for path in path::ALL {
        (path.prepare)(&home, "prod");
        for client in &clients {
            let words = client.identity().expect("installed");
            let mut conversation = Conversation::start(&path, "prod", &words, &home);
            assert_eq!(
                conversation.asks(),
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
