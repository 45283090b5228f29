//! A server that does what a script says, over plain HTTP or TLS, and remembers what it was sent.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::calls::data;

/// What the server does with one request.
#[derive(Clone)]
pub enum Step {
    /// Status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Bytes as they are, then the connection is closed.
    Raw(Vec<u8>),
    /// Never answers.
    Mute,
    /// Bytes as they are, and then no more, while the connection stays.
    Stuck(Vec<u8>),
}

pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// The n-th request gets the n-th step, later ones the last.
    pub fn start(steps: Vec<Step>) -> Self {
        Self::serve(steps, None)
    }

    pub fn tls(steps: Vec<Step>) -> Self {
        let certificate = CertificateDer::from_pem_file(data("server.pem")).expect("certificate");
        let key = PrivateKeyDer::from_pem_file(data("server.key")).expect("key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("pair");
        Self::serve(steps, Some(Arc::new(config)))
    }

    fn serve(steps: Vec<Step>, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let shared = (
            Arc::clone(&requests),
            Arc::clone(&connections),
            Arc::clone(&over),
        );
        let thread = std::thread::spawn(move || {
            let (requests, connections, over) = shared;
            let mut talks = Vec::new();
            while let Ok((stream, _)) = listener.accept() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                stream
                    .set_read_timeout(Some(Duration::from_millis(20)))
                    .expect("timeout");
                let (steps, requests, over) =
                    (steps.clone(), Arc::clone(&requests), Arc::clone(&over));
                let tls = tls.clone();
                talks.push(std::thread::spawn(move || match tls {
                    None => talk(stream, &steps, &requests, &over),
                    Some(config) => {
                        let session = rustls::ServerConnection::new(config).expect("TLS");
                        talk(
                            rustls::StreamOwned::new(session, stream),
                            &steps,
                            &requests,
                            &over,
                        );
                    }
                }));
            }
            for talk in talks {
                talk.join().expect("the server holds");
            }
        });
        Self {
            address,
            requests,
            connections,
            over,
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("requests").clone()
    }

    pub fn count(&self) -> usize {
        self.requests().len()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub fn talk(
    mut stream: impl Read + Write,
    steps: &[Step],
    requests: &Mutex<Vec<String>>,
    over: &AtomicBool,
) {
    while let Some(request) = read_request(&mut stream, over) {
        let n = {
            let mut requests = requests.lock().expect("requests");
            requests.push(request);
            requests.len() - 1
        };
        match &steps[n.min(steps.len() - 1)] {
            Step::Answer(status, headers, body) => {
                let mut answer =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
                for (name, value) in headers {
                    answer.push_str(name);
                    answer.push_str(": ");
                    answer.push_str(value);
                    answer.push_str("\r\n");
                }
                answer.push_str("\r\n");
                answer.push_str(body);
                if stream
                    .write_all(answer.as_bytes())
                    .and_then(|()| stream.flush())
                    .is_err()
                {
                    return;
                }
            }
            Step::Raw(bytes) => {
                let _ = stream.write_all(bytes).and_then(|()| stream.flush());
                return;
            }
            Step::Mute | Step::Stuck(_) => {
                if let Step::Stuck(bytes) = &steps[n.min(steps.len() - 1)] {
                    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
                }
                while !over.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                return;
            }
        }
    }
}

/// Head and body of the next request; `None` at the end of the connection or the test.
pub fn read_request(stream: &mut impl Read, over: &AtomicBool) -> Option<String> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                header_in(head, "content-length").map_or(0, |n| n.parse().expect("length"));
            if body.len() >= length {
                return Some(text.into_owned());
            }
        }
        match stream.read(&mut part) {
            Ok(0) => return None,
            Ok(n) => bytes.extend_from_slice(&part[..n]),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) =>
            {
                if over.load(Ordering::SeqCst) {
                    return None;
                }
            }
            Err(_) => return None,
        }
    }
}

pub fn header_in<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

pub fn parameters(request: &str) -> BTreeMap<String, String> {
    let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    body.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| {
            (
                key.to_owned(),
                value.replace("%3A", ":").replace("%2F", "/"),
            )
        })
        .collect()
}
