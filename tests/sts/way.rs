//! The way to the server: ports, time, TLS, proxies.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use crate::answers::{answer, error, role_granted};
use crate::calls::{assume, data, line, options, refused, send, with_code};
use crate::server::{Server, Step, header_in};
use xrole::aws::config::Setting;
use xrole::http::FaultKind;
use xrole::service::sts::Kind;
use xrole::service::{Options, Services};
use xrole::shell::Env;

#[test]
fn a_port_that_nobody_listens_on() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("address");
    drop(listener);
    let refusal = refused(&assume(&format!("http://{address}")));
    assert_eq!(refusal.kind, Kind::Network(FaultKind::Refused));
    assert_eq!((refusal.attempts, refusal.http_status), (3, None));
    let refusal = refused(&with_code(&format!("http://{address}")));
    assert_eq!(refusal.attempts, 1);
}

#[test]
fn a_server_that_never_answers_is_left() {
    let server = Server::start(vec![Step::Mute]);
    let mut options = options(&Env::default());
    options.limits.call_timeout = Duration::from_secs(4);
    let services = Services::new(options).expect("services");
    let refusal = send(&services, &with_code(&server.url())).expect_err("no answer");
    assert_eq!(refusal.kind, Kind::Network(FaultKind::TimedOut));
    assert!(refusal.code_sent);
    assert_eq!(server.count(), 1);
}

#[test]
fn a_handshake_that_never_ends_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let env = Env::from([("AWS_CA_BUNDLE", data("ca.pem").as_str())]);
    let mut options = options(&env);
    options.limits.connect_timeout = Duration::from_millis(50);
    let services = Services::new(options).expect("services");
    let call = assume(&format!(
        "https://{}",
        listener.local_addr().expect("address")
    ));
    let refusal = send(&services, &call).expect_err("no handshake");
    assert_eq!(
        refusal.kind,
        Kind::Network(FaultKind::TimedOut),
        "{refusal:?}"
    );
    assert_eq!(refusal.attempts, 3);
}

#[test]
fn what_was_answered_says_more_than_the_time() {
    let server = Server::start(vec![error(500, "InternalFailure", "oops"), Step::Mute]);
    let mut options = options(&Env::default());
    options.limits.call_timeout = Duration::from_secs(4);
    let services = Services::new(options).expect("services");
    let refusal = send(&services, &assume(&server.url())).expect_err("no answer");
    assert_eq!(
        (refusal.kind, refusal.http_status),
        (Kind::Answered, Some(500))
    );
}

#[test]
fn a_bundle_replaces_the_roots() {
    let server = Server::tls(vec![answer(200, role_granted())]);
    let call = assume(&format!("https://{}", server.address));
    let folder = tempfile::tempdir().expect("folder");
    let mixed = folder.path().join("mixed.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let good = std::fs::read_to_string(data("ca.pem")).expect("root");
    std::fs::write(&mixed, format!("# a comment\n{broken}{good}")).expect("bundle");
    let with = |bundle: &str| {
        Services::new(options(&Env::from([("AWS_CA_BUNDLE", bundle)]))).expect("services")
    };

    for bundle in [data("ca.pem"), mixed.to_string_lossy().into_owned()] {
        let before = server.connections();
        let services = with(&bundle);
        for _ in 0..2 {
            send(&services, &call).expect("a session");
        }
        assert_eq!(server.connections() - before, 1, "{bundle}");
    }
    let sent = server.count();
    let refusal = send(&with(&data("other.pem")), &call).expect_err("another root");
    assert_eq!(refusal.kind, Kind::Network(FaultKind::Tls), "{refusal:?}");
    assert_eq!((refusal.attempts, server.count()), (1, sent));
}

#[test]
fn a_bundle_that_cannot_be_used_is_an_error() {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(path("empty.pem"), "").expect("empty");
    std::fs::write(
        path("key.pem"),
        std::fs::read(data("server.key")).expect("key"),
    )
    .expect("key");
    for (name, problem) in [
        ("missing.pem", "No such file or directory (os error 2)"),
        ("empty.pem", "it holds no certificate"),
        ("key.pem", "it holds no certificate"),
    ] {
        let path = path(name);
        let error =
            Services::new(options(&Env::from([("AWS_CA_BUNDLE", path.as_str())]))).expect_err(name);
        assert_eq!(error.class, "ca-bundle");
        assert_eq!(
            error.message,
            format!(
                "could not use {path} as the only trusted certificates (AWS_CA_BUNDLE): {problem}"
            )
        );
    }
    let of_profile = Setting {
        value: path("missing.pem").into(),
        at: line(9),
        sub: None,
    };
    let options = Options::from_env(&Env::default(), Some(&of_profile)).expect("options");
    assert_eq!(Services::new(options).expect_err("missing").at, [line(9)]);
}

#[test]
fn a_server_without_tls_is_a_tls_fault() {
    let env = Env::from([("AWS_CA_BUNDLE", data("ca.pem").as_str())]);
    let services = Services::new(options(&env)).expect("services");
    let mute = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = mute.local_addr().expect("address");
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = mute.accept().expect("a client");
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read(&mut [0; 1024]);
    });
    let refusal = send(&services, &assume(&format!("https://{address}"))).expect_err("no TLS");
    assert_eq!(refusal.kind, Kind::Network(FaultKind::Tls), "{refusal:?}");
    thread.join().expect("server");
}

#[test]
fn a_proxy_that_wants_a_password() {
    let step = Step::Raw(
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n".to_vec(),
    );
    for (variable, endpoint, first_line) in [
        (
            "HTTP_PROXY",
            "http://sts.example.test",
            "POST http://sts.example.test/ HTTP/1.1",
        ),
        (
            "HTTPS_PROXY",
            "https://sts.example.test",
            "CONNECT sts.example.test:443 HTTP/1.1",
        ),
        (
            "ALL_PROXY",
            "https://sts.example.test",
            "CONNECT sts.example.test:443 HTTP/1.1",
        ),
    ] {
        let proxy = Server::start(vec![step.clone()]);
        let url = format!("http://user:hunter2@{}", proxy.address);
        let env = Env::from([
            (variable, url.as_str()),
            ("AWS_CA_BUNDLE", data("ca.pem").as_str()),
        ]);
        let services = Services::new(options(&env)).expect("services");
        let refusal = send(&services, &assume(endpoint)).expect_err(variable);
        assert_eq!(
            refusal.kind,
            Kind::Network(FaultKind::ProxyAuthentication),
            "{refusal:?}"
        );
        let via = refusal.route.via.as_ref().expect("a proxy");
        assert_eq!(
            (via.variable, via.address.clone()),
            (variable, proxy.address.to_string())
        );
        assert_eq!(proxy.count(), 1, "{variable}");
        let request = &proxy.requests()[0];
        assert_eq!(request.lines().next(), Some(first_line));
        assert_eq!(
            header_in(request, "proxy-authorization"),
            Some("Basic dXNlcjpodW50ZXIy")
        );
        assert!(!format!("{refusal:?} {services:?}").contains("hunter2"));
    }
}

#[test]
fn loopback_never_goes_through_a_proxy() {
    let server = Server::start(vec![answer(200, role_granted())]);
    let proxy = Server::start(vec![answer(502, "")]);
    let env = Env::from([("ALL_PROXY", proxy.url().as_str())]);
    let services = Services::new(options(&env)).expect("services");
    send(&services, &assume(&server.url())).expect("a session");
    assert_eq!((server.count(), proxy.count()), (1, 0));
}
