//! Whoever is not the program: refused without a word, and with bounded memory.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::endpoint::{Given, Program, whole};
use super::support::home::Home;
use super::support::sts::{Codes, FakeSts, World};

fn sts() -> FakeSts {
    FakeSts::start(World::central(Codes::list(&[])))
}

/// The status line and everything after the head.
fn parts(answer: &str) -> (&str, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    (head.lines().next().unwrap_or_default(), body)
}

/// What is sent, and the status that it gets.
type Refused = (&'static str, String, u16);

/// Token and host.
fn wrong_proof(program: &Program) -> Vec<Refused> {
    let good = program.good_head();
    let (port, token) = (program.port, program.token.clone());
    let other_host = |host: &str| good.replace(&format!("127.0.0.1:{port}"), host);
    let (first, rest) = token.split_at(1);
    let near = format!("{}{rest}", if first == "0" { "1" } else { "0" });
    vec![
        (
            "no token",
            format!("GET /credentials HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
            401,
        ),
        (
            "a wrong token",
            format!("{}\r\n", good.replace(&token, &near)),
            401,
        ),
        (
            "a shorter token",
            format!("{}\r\n", good.replace(&token, rest)),
            401,
        ),
        (
            "a long token",
            format!("{}\r\n", good.replace(&token, &token.repeat(100))),
            401,
        ),
        (
            "a token of 9 KB",
            format!("{}\r\n", good.replace(&token, &token.repeat(150))),
            400,
        ),
        (
            "two tokens",
            format!("{good}Authorization: {token}\r\n\r\n"),
            401,
        ),
        (
            "no host",
            format!("GET /credentials HTTP/1.1\r\nAuthorization: {token}\r\n\r\n"),
            400,
        ),
        (
            "two hosts",
            format!("{good}Host: 127.0.0.1:{port}\r\n\r\n"),
            400,
        ),
        ("another host", other_host("evil.example") + "\r\n", 403),
        (
            "localhost",
            other_host(&format!("localhost:{port}")) + "\r\n",
            403,
        ),
        ("no port", other_host("127.0.0.1") + "\r\n", 403),
    ]
}

/// Whatever a browser, a proxy or a curious person sends.
fn wrong_form(program: &Program) -> Vec<Refused> {
    let good = program.good_head();
    let port = program.port;
    vec![
        (
            "an origin",
            format!("{good}Origin: http://127.0.0.1:{port}\r\n\r\n"),
            403,
        ),
        (
            "a referer",
            format!("{good}Referer: http://evil.example/\r\n\r\n"),
            403,
        ),
        (
            "a browser",
            format!("{good}Sec-Fetch-Mode: no-cors\r\n\r\n"),
            403,
        ),
        (
            "a proxy",
            format!("{good}X-Forwarded-For: 10.0.0.1\r\n\r\n"),
            403,
        ),
        (
            "POST",
            format!(
                "{}Content-Length: 2\r\n\r\n{{}}",
                good.replace("GET", "POST")
            ),
            400,
        ),
        (
            "OPTIONS",
            format!("{}\r\n", good.replace("GET", "OPTIONS")),
            400,
        ),
        (
            "a body",
            format!("{good}Content-Length: 2\r\n\r\n{{}}"),
            400,
        ),
        (
            "the root",
            format!("{}\r\n", good.replace("/credentials", "/")),
            404,
        ),
        (
            "IMDS",
            format!("{}\r\n", good.replace("/credentials", "/latest/meta-data/")),
            404,
        ),
        ("two at once", format!("{good}\r\n{good}\r\n"), 400),
        (
            "HTTP/1.0",
            format!("{}\r\n", good.replace("HTTP/1.1", "HTTP/1.0")),
            400,
        ),
        (
            "TLS",
            "\x16\x03\x01\x02\0\x01\0\x01\x7f\x03\x03".to_owned(),
            400,
        ),
    ]
}

#[test]
fn nobody_else_is_told_anything() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    assert_eq!(program.token.len(), 64);
    for (what, request, status) in [wrong_proof(&program), wrong_form(&program)].concat() {
        let start = Instant::now();
        let answer = program.send(&request);
        let (line, body) = parts(&answer);
        assert!(
            line.starts_with(&format!("HTTP/1.1 {status} ")),
            "{what}: {answer:?}"
        );
        assert_eq!(body, "", "{what}");
        // The delay is a bound from below, so that no load can break it.
        assert!(
            status != 401 || start.elapsed() >= Duration::from_millis(100),
            "{what}"
        );
    }
    assert_eq!(program.ask().status, "200 OK");
}

/// Answers are not mixed up when a second request comes later on the same connection.
#[test]
fn a_connection_is_good_for_one_request() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let request = format!("{}\r\n", program.good_head());
    let mut stream = program.connect();
    stream.write_all(request.as_bytes()).expect("sent");
    let mut first = [0; 12];
    stream.read_exact(&mut first).expect("an answer");
    let _ = stream.write_all(request.as_bytes());
    let rest = whole(stream);
    assert_eq!(&first, b"HTTP/1.1 200");
    assert!(!rest.contains("HTTP/1.1"), "{rest}");
    assert_eq!(rest.matches("AccessKeyId").count(), 1);
}

/// Byte by byte it takes as long as it likes, and is cut off all the same.
#[test]
fn a_slow_head_is_cut_off() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    // Whatever holds this test up only adds to what is measured.
    let start = Instant::now();
    let mut slow = program.connect();
    let mut silent = program.connect();
    slow.write_all(program.good_head().as_bytes())
        .expect("sent");
    while slow.write_all(b"X: 1\r\n").is_ok() {
        assert!(start.elapsed() < Duration::from_mins(2), "never cut off");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(start.elapsed() >= Duration::from_secs(4), "too early");
    assert_eq!(whole(slow), "");
    let mut nothing = [0];
    assert_eq!(silent.read(&mut nothing).unwrap_or(0), 0);
    assert_eq!(program.ask().status, "200 OK");
}

#[test]
fn ten_thousand_idle_connections_keep_nobody_out() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let mut open = Vec::new();
    for n in 0..10_000 {
        // The test's own descriptors are bounded too: those that were closed on the other side go first.
        if open.len() == 200 {
            open.clear();
        }
        let mut stream = TcpStream::connect(("127.0.0.1", program.port)).expect("it listens");
        if n % 3 == 0 {
            let _ = stream.write_all(b"GET /credentials HTTP/1.1\r\nX: ");
        }
        open.push(stream);
        if n % 1000 == 999 {
            assert_eq!(program.ask().status, "200 OK", "after {n}");
        }
    }
    #[cfg(target_os = "linux")]
    assert!(
        peak_memory(&program) < 24 * 1024,
        "{} KiB",
        peak_memory(&program)
    );
}

#[test]
fn ten_thousand_requests_leave_its_memory_as_it_was() {
    let sts = sts();
    let home = Home::central(&sts);
    let program = Program::start(&home, "readonly");
    let request = format!("{}\r\n", program.good_head());
    let wrong = request.replace("/credentials", "/latest");
    let ask = |count: usize| {
        for n in 0..count {
            let answer = program.send(if n % 4 == 3 { &wrong } else { &request });
            assert_eq!(answer.contains("AccessKeyId"), n % 4 != 3);
        }
    };
    ask(100);
    #[cfg(target_os = "linux")]
    let before = peak_memory(&program);
    ask(9_900);
    #[cfg(target_os = "linux")]
    {
        let after = peak_memory(&program);
        println!("peak memory of the endpoint: {before} KiB, after 10,000 requests {after} KiB");
        assert!(after < before + 1024, "{before} KiB, then {after} KiB");
    }
    assert_eq!(sts.operations(), ["AssumeRole"]);
}

/// KiB that the endpoint had in memory at most (`VmHWM`).
#[cfg(target_os = "linux")]
fn peak_memory(program: &Program) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.server_id()));
    let status = status.expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.and_then(|line| line.split_whitespace().nth(1));
    digits
        .and_then(|digits| digits.parse().ok())
        .expect("a number")
}

/// With hardly a descriptor to spare it is the same: who has shown nothing makes room.
#[test]
fn few_descriptors_are_enough() {
    let sts = sts();
    let home = Home::central(&sts);
    let script = format!(
        "ulimit -n 24; exec '{}' exec --server readonly -- sh -c \
         'env | grep ^AWS_CONTAINER >given.new; mv given.new given; exec cat'",
        super::support::run::xrole().display()
    );
    let mut child = std::process::Command::new("sh")
        .args(["-c", &script])
        .env_clear()
        .envs(home.env())
        .current_dir(home.path(""))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("sh starts");
    super::endpoint::wait_until("the program", || home.path("given").exists());
    let given = Given::read(&home).expect("an endpoint");
    let idle: Vec<TcpStream> = (0..100).map(|_| given.connect()).collect();
    let answer = given.ask();
    drop(idle);
    drop(child.stdin.take());
    child.wait().expect("a child of ours");
    assert_eq!(answer.status, "200 OK");
}
