//! The one HTTP client: what it sends, what it tells of an answer, and what it takes for none.

use std::time::{Duration, Instant};

use crate::answers::answer;
use crate::calls::{DATE, NOW};
use crate::server::{Server, Step, header_in};
use xrole::http::{Client, Fault, FaultKind, Proxies, Request, Response, Way};
use xrole::shell::Env;

fn client() -> Client {
    Client::new(Proxies::default(), None).expect("a client")
}

fn get(url: &str) -> Request<'_> {
    Request {
        method: "GET",
        url,
        headers: &[],
        body: &[],
        way: Way::ThroughProxies,
        connect_timeout: Duration::from_secs(5),
        time_limit: Duration::from_secs(5),
        largest: 64 * 1024,
    }
}

fn fault(sent: Result<Response, Fault>) -> (FaultKind, String) {
    let fault = sent.expect_err("no answer");
    (fault.kind, fault.detail)
}

#[test]
fn a_body_and_its_headers_arrive_whole() {
    let server = Server::start(vec![answer(200, "{}")]);
    let url = format!("{}/token?a=1&b=%20", server.url());
    // More than what one read or write carries.
    let json = format!("{{\"code\":\"{}\"}}", "x".repeat(200_000));
    let client = client();
    for method in ["POST", "PUT"] {
        let request = Request {
            method,
            headers: &[("content-type", "application/json"), ("DPoP", "a.b.c")],
            body: json.as_bytes(),
            ..get(&url)
        };
        assert_eq!(client.send(&request).expect("an answer").status, 200);
        let sent = server.requests().pop().expect("a request");
        let (head, body) = sent.split_once("\r\n\r\n").expect("head and body");
        let first = format!("{method} /token?a=1&b=%20 HTTP/1.1");
        assert_eq!(head.lines().next(), Some(first.as_str()));
        for (name, value) in [
            ("content-type", "application/json"),
            ("dpop", "a.b.c"),
            ("host", &server.address.to_string()),
            ("content-length", &json.len().to_string()),
            ("user-agent", concat!("xrole/", env!("CARGO_PKG_VERSION"))),
        ] {
            assert_eq!(header_in(head, name), Some(value), "{name}");
        }
        assert!(body == json, "{} of {} bytes", body.len(), json.len());
    }
    assert_eq!((server.count(), server.connections()), (2, 1));
}

#[test]
fn status_headers_date_and_body_are_told() {
    let headers = vec![
        ("Date", DATE.to_owned()),
        ("x-amzn-ErrorType", "InvalidGrantException:".to_owned()),
    ];
    let server = Server::start(vec![Step::Answer(400, headers, "{\"a\":1}".to_owned())]);
    let answer = client().send(&get(&server.url())).expect("an answer");
    assert_eq!((answer.status, answer.date()), (400, Some(NOW)));
    assert_eq!(
        answer.header("X-Amzn-Errortype"),
        Some("InvalidGrantException:")
    );
    assert_eq!(answer.body.as_slice(), b"{\"a\":1}");
    let shown = format!("{answer:?}");
    assert!(!shown.contains("Grant"), "{shown}");
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    let elsewhere = Server::start(vec![answer(200, "")]);
    for status in [301, 302, 303, 307, 308] {
        let headers = vec![("Location", elsewhere.url())];
        let server = Server::start(vec![Step::Answer(status, headers, String::new())]);
        let url = server.url();
        let request = Request {
            method: "POST",
            body: b"secret",
            ..get(&url)
        };
        let answer = client().send(&request).expect("an answer");
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("location"),
            Some(elsewhere.url().as_str()),
            "{status}"
        );
        assert_eq!((server.count(), elsewhere.count()), (1, 0));
    }
}

#[test]
fn a_body_up_to_the_cap_and_none_above() {
    let server = Server::start(vec![
        answer(200, "x".repeat(8192)),
        answer(200, "x".repeat(8193)),
    ]);
    let url = server.url();
    let request = Request {
        largest: 8192,
        ..get(&url)
    };
    let whole = client().send(&request).expect("an answer");
    assert_eq!(whole.body.len(), 8192);
    let too_large = (
        FaultKind::TooLarge,
        "the answer has more than 8 KiB".to_owned(),
    );
    assert_eq!(fault(client().send(&request)), too_large);
}

#[test]
fn a_body_that_never_ends_is_left() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    let server = Server::start(vec![Step::Stuck(head.into())]);
    let url = server.url();
    let request = Request {
        time_limit: Duration::from_millis(300),
        ..get(&url)
    };
    let begun = Instant::now();
    let timed_out = (FaultKind::TimedOut, "no whole answer in time".to_owned());
    assert_eq!(fault(client().send(&request)), timed_out);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(server.count(), 1);
}

#[test]
fn a_body_that_was_cut_off_is_no_answer() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    let server = Server::start(vec![Step::Raw(head.into())]);
    let (kind, detail) = fault(client().send(&get(&server.url())));
    assert_eq!(kind, FaultKind::Closed, "{detail}");
}

/// 0.0.0.0 leads to this machine, and is none of the addresses that never go through a proxy.
#[test]
fn only_requests_that_say_so_go_past_the_proxy() {
    let server = Server::start(vec![answer(200, "")]);
    let proxy = Server::start(vec![answer(200, "")]);
    let env = Env::from([("HTTP_PROXY", proxy.url().as_str())]);
    let proxies = Proxies::from_env(&env).expect("proxies");
    let client = Client::new(proxies, None).expect("a client");
    let url = format!("http://0.0.0.0:{}/", server.address.port());
    client.send(&get(&url)).expect("an answer");
    assert_eq!((server.count(), proxy.count()), (0, 1));
    let direct = Request {
        way: Way::Direct,
        ..get(&url)
    };
    client.send(&direct).expect("an answer");
    assert_eq!((server.count(), proxy.count()), (1, 1));
}

#[test]
fn a_url_that_cannot_be_used_is_not_shown() {
    for url in ["ftp://host/?Session=hunter2", "http://u:hunter2@host/"] {
        let other = (FaultKind::Other, "the URL cannot be used".to_owned());
        assert_eq!(fault(client().send(&get(url))), other);
    }
}
