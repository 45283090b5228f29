//! What is sent, and over how many connections.

use std::collections::BTreeMap;

use crate::answers::{answer, granted, role_granted};
use crate::calls::{NOW, ROLE, SERIAL, assume, clock, given, keys, send, services, with_code};
use crate::server::{Server, header_in, parameters};
use xrole::aws::plan::{Call, Operation};
use xrole::clock::Timestamp;
use xrole::service::sts::{self, Kind};
use xrole::session::{Credentials, Secret, Session};

#[test]
fn every_parameter_is_sent_and_nothing_else() {
    let server = Server::start(vec![answer(200, role_granted())]);
    let call = Call {
        external_id: given("ext-1"),
        duration_seconds: given(7200_u32),
        tags: vec![("team".to_owned(), "a".to_owned())],
        transitive_tag_keys: vec!["team".to_owned()],
        source_identity: given("alice"),
        ..with_code(&server.url())
    };
    let session = send(&services(), &call).expect("a session");
    let expected = [
        ("Action", "AssumeRole"),
        ("DurationSeconds", "7200"),
        ("ExternalId", "ext-1"),
        ("RoleArn", ROLE),
        ("RoleSessionName", "me"),
        ("SerialNumber", SERIAL),
        ("SourceIdentity", "alice"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("TokenCode", "492817"),
        ("TransitiveTagKeys.member.1", "team"),
        ("Version", "2011-06-15"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let request = &server.requests()[0];
    assert_eq!(parameters(request), BTreeMap::from(expected));
    let authorization = header_in(request, "authorization").expect("signed");
    assert!(
        authorization
            .starts_with("AWS4-HMAC-SHA256 Credential=AKIAX/20260131/eu-west-1/sts/aws4_request"),
        "{authorization}"
    );
    assert_eq!(header_in(request, "x-amz-date"), Some("20260131T083000Z"));
    let agent = header_in(request, "user-agent").expect("agent");
    assert!(
        agent.starts_with(concat!("xrole/", env!("CARGO_PKG_VERSION"), " ")),
        "{agent}"
    );
    assert_eq!(
        session,
        Session {
            credentials: Credentials {
                access_key_id: "ASIAX".to_owned(),
                secret_access_key: Secret::new("sekret"),
                session_token: Some(Secret::new("toktok")),
            },
            expiration: Some(Timestamp(NOW + 3600)),
            clock_offset: 0,
            minted: Timestamp(NOW),
            requested: 7200,
            identity: Some("arn:aws:sts::222222222222:assumed-role/Admin/me".to_owned()),
            generation: NOW * 1000,
        }
    );
}

#[test]
fn the_global_name_is_signed_for_a_region() {
    let server = Server::start(vec![answer(200, role_granted())]);
    let call = Call {
        region: "aws-global".to_owned(),
        ..assume(&server.url())
    };
    send(&services(), &call).expect("a session");
    let request = &server.requests()[0];
    let authorization = header_in(request, "authorization").expect("signed");
    assert!(authorization.contains("/us-east-1/sts/"), "{authorization}");
}

#[test]
fn a_mfa_session_asks_for_nothing_of_a_role() {
    let server = Server::start(vec![answer(
        200,
        granted("GetSessionToken", "2026-01-31T20:30:00Z"),
    )]);
    let call = Call {
        operation: Operation::GetSessionToken,
        role_arn: None,
        role_session_name: None,
        ..with_code(&server.url())
    };
    let session = send(&services(), &call).expect("a session");
    assert_eq!(session.requested, 43_200);
    assert_eq!(session.identity, None);
    let sent = parameters(&server.requests()[0]);
    let names: Vec<_> = sent.keys().map(String::as_str).collect();
    assert_eq!(names, ["Action", "SerialNumber", "TokenCode", "Version"]);
}

#[test]
fn web_identity_is_unsigned_and_its_token_read_anew() {
    let answered = granted("AssumeRoleWithWebIdentity", "2026-01-31T09:30:00Z");
    let server = Server::start(vec![answer(200, answered)]);
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("token");
    let call = Call {
        operation: Operation::AssumeRoleWithWebIdentity,
        web_identity_token_file: Some(file.to_string_lossy().into_owned()),
        ..assume(&server.url())
    };
    let services = services();
    for token in ["first.jwt", "second.jwt"] {
        std::fs::write(&file, format!("{token}\n")).expect("token");
        sts::send(&services, &call, None, None, &clock()).expect("a session");
        let request = server.requests().pop().expect("a request");
        assert_eq!(parameters(&request)["WebIdentityToken"], token);
        assert_eq!(header_in(&request, "authorization"), None);
    }
    for (content, message) in [
        (Some("abc"), "holds 3 characters, 4 to 20000 are allowed"),
        (Some("  \n"), "holds 0 characters, 4 to 20000 are allowed"),
        (None, "No such file or directory"),
    ] {
        match content {
            Some(content) => std::fs::write(&file, content).expect("token"),
            None => std::fs::remove_file(&file).expect("token"),
        }
        let refusal = sts::send(&services, &call, None, None, &clock()).expect_err(message);
        assert_eq!(refusal.kind, Kind::Unsent);
        assert!(refusal.says(message), "{}", refusal.message);
    }
    assert_eq!(server.count(), 2);
}

#[test]
fn a_serial_without_a_code_is_not_sent() {
    let server = Server::start(vec![answer(200, role_granted())]);
    let call = with_code(&server.url());
    let refusal = sts::send(&services(), &call, Some(&keys()), None, &clock()).expect_err("half");
    assert_eq!((refusal.kind, server.count()), (Kind::Unsent, 0));
}

#[test]
fn one_connection_carries_the_chain() {
    let server = Server::start(vec![answer(200, role_granted())]);
    let services = services();
    for _ in 0..3 {
        send(&services, &assume(&server.url())).expect("a session");
    }
    assert_eq!((server.count(), server.connections()), (3, 1));
}
