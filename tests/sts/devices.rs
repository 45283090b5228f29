//! The question to IAM: what is sent, and what comes of every answer; always one request.

use std::time::Duration;

use crate::answers::{answer, error, role_granted};
use crate::calls::{assume, clock, data, keys, options, send, services};
use crate::server::{Server, Step, header_in};
use xrole::aws::plan::IamEndpoint;
use xrole::service::{Services, iam};
use xrole::shell::Env;

fn asked(services: &Services, url: &str) -> Result<Vec<String>, String> {
    let endpoint = IamEndpoint {
        url: url.to_owned(),
        region: "us-east-1",
    };
    iam::mfa_devices(services, &endpoint, &keys(), &clock())
}

fn devices(serials: &[&str]) -> String {
    let member = |serial: &&str| {
        format!("<member><SerialNumber>{serial}</SerialNumber><UserName>alice</UserName></member>")
    };
    let members: String = serials.iter().map(member).collect();
    format!(
        "<ListMFADevicesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListMFADevicesResult>\
         <IsTruncated>false</IsTruncated><MFADevices>{members}</MFADevices></ListMFADevicesResult>\
         <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ListMFADevicesResponse>"
    )
}

#[test]
fn a_signed_form_without_a_user_name() {
    let server = Server::start(vec![answer(200, devices(&["GAHT12345678"]))]);
    let found = asked(&services(), &server.url());
    assert_eq!(found, Ok(vec!["GAHT12345678".to_owned()]));
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").expect("head and body");
    assert_eq!(head.lines().next(), Some("POST / HTTP/1.1"));
    assert_eq!(body, "Action=ListMFADevices&Version=2010-05-08");
    assert_eq!(
        header_in(head, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        header_in(head, "host"),
        Some(server.address.to_string().as_str())
    );
    assert_eq!(header_in(head, "x-amz-date"), Some("20260131T083000Z"));
    let authorization = header_in(head, "authorization").expect("a signature");
    let scope = "AWS4-HMAC-SHA256 Credential=AKIAX/20260131/us-east-1/iam/aws4_request, ";
    assert!(authorization.starts_with(scope), "{authorization}");
    assert!(!requests[0].contains("wJalrSECRET"));
}

#[test]
fn every_answer_is_a_list_or_a_few_words_after_one_request() {
    let cut = devices(&["GAHT12345678"]);
    let length = cut.len();
    let cut = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}",
        &cut[..90]
    );
    let elsewhere = vec![("Location", "http://127.0.0.1:1/".to_owned())];
    for (step, expected) in [
        (answer(200, devices(&[])), Ok(vec![])),
        (
            answer(200, devices(&["a", "b"])),
            Ok(vec!["a".to_owned(), "b".to_owned()]),
        ),
        (error(403, "AccessDenied", "no"), Err("AccessDenied")),
        (
            error(403, "InvalidClientTokenId", "no"),
            Err("InvalidClientTokenId"),
        ),
        (error(500, "InternalFailure", "no"), Err("InternalFailure")),
        (answer(503, "busy"), Err("HTTP status 503")),
        (
            Step::Answer(302, elsewhere, String::new()),
            Err("HTTP status 302"),
        ),
        (
            answer(200, "<html>sign in</html>"),
            Err("the answer is not one of IAM's"),
        ),
        (answer(200, ""), Err("the answer is not one of IAM's")),
        (
            answer(200, devices(&["a"]).replace("Response>", "")),
            Err("the answer is not one of IAM's"),
        ),
        (
            Step::Raw(cut.into_bytes()),
            Err("the connection ended before the answer did"),
        ),
        (
            answer(200, " ".repeat(300 * 1024)),
            Err("the answer has more than 256 KiB"),
        ),
    ] {
        let server = Server::start(vec![step]);
        let found = asked(&services(), &server.url());
        assert_eq!(found, expected.map_err(str::to_owned));
        assert_eq!(server.count(), 1);
    }
}

#[test]
fn tls_trusts_whom_sts_is_trusted_by() {
    let server = Server::tls(vec![answer(200, devices(&["GAHT12345678"]))]);
    let url = format!("https://{}", server.address);
    let with = |bundle: &str| {
        let env = Env::from([("AWS_CA_BUNDLE", data(bundle).as_str())]);
        Services::new(options(&env)).expect("services")
    };
    assert_eq!(asked(&with("ca.pem"), &url).map(|all| all.len()), Ok(1));
    assert!(asked(&with("other.pem"), &url).is_err());
    assert_eq!(server.count(), 1);
}

#[test]
fn a_server_that_does_not_take_the_connection_is_left() {
    let mut options = options(&Env::default());
    options.limits.connect_timeout = Duration::from_millis(50);
    let services = Services::new(options).expect("services");
    let nobody = asked(&services, "http://127.0.0.1:1").expect_err("nobody listens");
    assert!(nobody.contains("refused"), "{nobody}");
    assert_eq!(
        asked(&services, "localhost"),
        Err("the endpoint is no URL".to_owned())
    );
}

/// STS has told before that the local clock is an hour late.
#[test]
fn the_signature_is_of_the_time_that_aws_has() {
    let date = vec![("Date", "Sat, 31 Jan 2026 09:30:00 GMT".to_owned())];
    let granted = role_granted().replace("09:30:00Z", "10:30:00Z");
    let list = answer(200, devices(&[]));
    let server = Server::start(vec![Step::Answer(200, date, granted), list]);
    let services = services();
    send(&services, &assume(&server.url())).expect("a session");
    asked(&services, &server.url()).expect("a list");
    let requests = server.requests();
    assert_eq!(
        header_in(&requests[1], "x-amz-date"),
        Some("20260131T093000Z")
    );
}
