//! What counts as an answer, and how often is asked.

use crate::answers::{answer, error, granted, role_granted};
use crate::calls::{assume, refused, send, services, with_code};
use crate::server::{Server, Step};
use xrole::http::FaultKind;
use xrole::service::sts::Kind;

/// Name, what the server does, what is made of it, and how often it is sent without a code.
type Fault = (&'static str, Step, Kind, &'static str, usize);

fn faults() -> Vec<Fault> {
    [refusals(), broken(), foreign(), not_whole()].concat()
}

/// AWS answers with an error.
fn refusals() -> Vec<Fault> {
    let throttled = error(400, "Throttling", "Rate exceeded");
    let silent = error(400, "IDPCommunicationError", "x");
    let bad = error(400, "ValidationError", "bad");
    vec![
        (
            "status 500",
            error(500, "InternalFailure", "oops"),
            Kind::Answered,
            "oops",
            3,
        ),
        (
            "503 without XML",
            answer(503, "busy"),
            Kind::Answered,
            "",
            3,
        ),
        ("throttled", throttled, Kind::Answered, "Rate exceeded", 3),
        ("provider silent", silent, Kind::Answered, "x", 3),
        (
            "denied",
            error(403, "AccessDenied", "no"),
            Kind::Answered,
            "no",
            1,
        ),
        ("bad value", bad, Kind::Answered, "bad", 1),
    ]
}

fn half() -> String {
    role_granted()[..400].to_owned()
}

/// The connection ends too early.
fn broken() -> Vec<Fault> {
    let closed = Kind::Network(FaultKind::Closed);
    let other = Kind::Network(FaultKind::Other);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
        half().len() + 100
    );
    let cut = Step::Raw([head.as_bytes(), half().as_bytes()].concat());
    let no_http = Step::Raw(b"hello\r\n\r\n".to_vec());
    vec![
        ("closed", Step::Raw(vec![]), closed, "", 3),
        (
            "cut by the connection",
            cut,
            closed,
            "the connection ended",
            3,
        ),
        ("no HTTP", no_http, other, "", 3),
    ]
}

/// Something else than STS answers.
fn foreign() -> Vec<Fault> {
    let not_aws = Kind::Network(FaultKind::NotAws);
    let too_large = Kind::Network(FaultKind::TooLarge);
    let elsewhere = vec![("Location", "http://127.0.0.1:1/".to_owned())];
    let redirect = Step::Answer(302, elsewhere, String::new());
    let page = answer(200, "<html>sign in</html>");
    let huge = answer(200, "x".repeat(300 * 1024));
    vec![
        ("a web page", page, not_aws, "HTTP status 200", 1),
        (
            "a 403 page",
            answer(403, "<html>no</html>"),
            not_aws,
            "HTTP status 403",
            1,
        ),
        (
            "redirect",
            redirect,
            Kind::Network(FaultKind::Redirect),
            "302",
            1,
        ),
        ("huge", huge, too_large, "more than 256 KiB", 1),
    ]
}

/// AWS's document, but no session in it.
fn not_whole() -> Vec<Fault> {
    let without = |tag: &str| {
        let whole = role_granted();
        let (before, rest) = whole.split_once(&format!("<{tag}>")).expect(tag);
        let (_, after) = rest.split_once(&format!("</{tag}>")).expect(tag);
        answer(200, format!("{before}{after}"))
    };
    let until = |end: &str| answer(200, granted("AssumeRole", end));
    [
        ("cut XML", answer(200, half()), "cut off"),
        ("empty 200", answer(200, ""), "empty"),
        ("no key", without("AccessKeyId"), "AccessKeyId"),
        ("no secret", without("SecretAccessKey"), "SecretAccessKey"),
        ("no token", without("SessionToken"), "SessionToken"),
        ("no end", without("Expiration"), "Expiration"),
        ("no credentials", without("Credentials"), "Credentials"),
        ("expired", until("2026-01-31T08:30:00Z"), "already expired"),
        (
            "absurd end",
            until("9999-01-01T00:00:00Z"),
            "longer than AWS gives",
        ),
        ("unreadable end", until("soon"), "cannot be read"),
    ]
    .map(|(name, step, says)| (name, step, Kind::Incomplete, says, 1))
    .to_vec()
}

#[test]
fn faults_without_a_code_are_repeated_where_that_can_help() {
    for (name, step, kind, says, sent) in faults() {
        let server = Server::start(vec![step]);
        let refusal = refused(&assume(&server.url()));
        assert_eq!(refusal.kind, kind, "{name}: {refusal:?}");
        assert!(refusal.says(says), "{name}: {}", refusal.message);
        assert_eq!(server.count(), sent, "{name}");
        assert!(!refusal.code_sent, "{name}");
    }
}

#[test]
fn a_code_is_sent_once_whatever_happens() {
    for (name, step, kind, says, _) in faults() {
        let server = Server::start(vec![step, answer(200, role_granted())]);
        let refusal = refused(&with_code(&server.url()));
        assert_eq!(refusal.kind, kind, "{name}: {refusal:?}");
        assert!(refusal.says(says), "{name}: {}", refusal.message);
        assert_eq!(server.count(), 1, "{name}");
        assert!(refusal.code_sent, "{name}");
    }
}

#[test]
fn the_third_attempt_may_succeed() {
    let server = Server::start(vec![
        error(500, "InternalFailure", "oops"),
        error(400, "Throttling", "Rate exceeded"),
        answer(200, role_granted()),
    ]);
    send(&services(), &assume(&server.url())).expect("a session");
    assert_eq!(server.count(), 3);
}

#[test]
fn refusals_carry_what_aws_said() {
    let server = Server::start(vec![error(
        403,
        "AccessDenied",
        "User: arn:aws:iam::1:user/a is not authorized",
    )]);
    let refusal = refused(&assume(&server.url()));
    assert_eq!(refusal.code.as_deref(), Some("AccessDenied"));
    assert_eq!(refusal.http_status, Some(403));
    assert_eq!(refusal.request_id.as_deref(), Some("r-2"));
    assert_eq!(refusal.clock_difference, Some(0));
    assert_eq!(refusal.route.host, server.address.to_string());
}

#[test]
fn refusals_hold_no_secret() {
    let quoted = "Value 'toktok492817wJalrSECRET' at 'tokenCode'. The Canonical String for this request should have been x";
    let server = Server::start(vec![error(400, "ValidationError", quoted)]);
    let refusal = refused(&with_code(&server.url()));
    assert_eq!(refusal.message, "Value 'toktok******' at 'tokenCode'. ");
}
