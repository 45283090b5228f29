//! A program with an endpoint that runs until the test lets it go, and requests to it.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::home::{CENTRAL_CONFIG, Home};
use crate::support::run::xrole;

pub const PATIENCE: Duration = Duration::from_mins(2);

/// What a program was given: where to ask, and the proof.
#[derive(Debug)]
pub struct Given {
    pub port: u16,
    pub token: String,
}

impl Given {
    /// From a program that wrote its variables into the file `given`; `None`: it has none of an endpoint.
    pub fn read(home: &Home) -> Option<Self> {
        let text = std::fs::read_to_string(home.path("given")).expect("what it was given");
        let value = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.strip_prefix('='))
        };
        Some(Self {
            port: port(value("AWS_CONTAINER_CREDENTIALS_FULL_URI")?)?,
            token: value("AWS_CONTAINER_AUTHORIZATION_TOKEN")?.to_owned(),
        })
    }

    /// The head of a request that is answered, its last line open.
    pub fn good_head(&self) -> String {
        format!(
            "GET /credentials HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: {}\r\n",
            self.port, self.token
        )
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the endpoint listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// What is answered to these bytes, until the connection is closed.
    pub fn send(&self, request: &str) -> String {
        let mut stream = self.connect();
        // A refusal may come before all is sent.
        let _ = stream.write_all(request.as_bytes());
        whole(stream)
    }

    /// What its own program would be answered.
    pub fn ask(&self) -> Answer {
        Answer::of(&self.send(&format!("{}\r\n", self.good_head())))
    }

    /// Waits until nobody listens any more.
    pub fn wait_until_closed(&self) {
        wait_until("the port is closed", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_err()
        });
    }
}

fn port(url: &str) -> Option<u16> {
    let rest = url.strip_prefix("http://127.0.0.1:")?;
    rest.strip_suffix("/credentials")?.parse().ok()
}

/// `xrole exec --server` with a program that waits on its standard input. Dropped, it is killed.
#[derive(Debug)]
pub struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    pub given: Given,
}

impl std::ops::Deref for Program {
    type Target = Given;

    fn deref(&self) -> &Given {
        &self.given
    }
}

impl Program {
    pub fn start(home: &Home, profile: &str) -> Self {
        Self::start_with(home, &[profile])
    }

    pub fn start_with(home: &Home, options: &[&str]) -> Self {
        let shown =
            "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI $AWS_CONTAINER_AUTHORIZATION_TOKEN; exec cat";
        let errors = home.path("stderr");
        let errors = std::fs::File::create(errors).expect("a file in an own home");
        let mut child = Command::new(xrole())
            .args(["exec", "--server"])
            .args(options)
            .args(["--", "sh", "-c", shown])
            .env_clear()
            .envs(home.env())
            .current_dir(home.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("xrole starts");
        let stdin = child.stdin.take();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut line).expect("the program's line");
        let (url, token) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        Self {
            child,
            stdin,
            given: Given {
                port: port(url).unwrap_or_else(|| {
                    let errors = std::fs::read_to_string(home.path("stderr"));
                    panic!("no endpoint in {line:?}: {}", errors.unwrap_or_default())
                }),
                token: token.to_owned(),
            },
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours");
        self.child.wait().expect("a child of ours");
    }

    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The program ends by itself.
    pub fn finish(&mut self) {
        drop(self.stdin.take());
        self.child.wait().expect("a child of ours");
    }

    /// The endpoint's own process: the one that listens on its port.
    #[cfg(target_os = "linux")]
    pub fn server_id(&self) -> u32 {
        let ids = std::fs::read_dir("/proc").expect("processes").flatten();
        let mut servers = ids
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
            .filter(|id| {
                let words = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
                words.ends_with(b"\0_serve\0--detached\0") && listens(*id, self.port)
            });
        servers.next().expect("the endpoint's process")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sockets of a process are known by their inodes (proc_net_tcp(5)).
#[cfg(target_os = "linux")]
fn listens(process: u32, port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("sockets");
    let local = format!("0100007F:{port:04X}");
    let inode = table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields.get(1) == Some(&local.as_str()) && fields.get(3) == Some(&"0A"))
            .then(|| fields[9].to_owned())
    });
    let Some(inode) = inode else {
        return false;
    };
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
        // Not dumpable, and the test is not root: the words must do.
        return true;
    };
    descriptors.flatten().any(|entry| {
        std::fs::read_link(entry.path())
            .is_ok_and(|target| target.to_str() == Some(&format!("socket:[{inode}]")))
    })
}

/// Adds profiles to the central account's.
pub fn config(home: &Home, more: &str) {
    home.write(".aws/config", &format!("{CENTRAL_CONFIG}\n{more}"));
}

pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < PATIENCE,
            "{what}: not within {PATIENCE:?}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub fn whole(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    // A reset ends the answer as well.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).expect("answers are ASCII")
}

/// An answer with a JSON body.
#[derive(Debug)]
pub struct Answer {
    pub status: String,
    pub body: serde_json::Value,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        let (status, headers) = head.split_once("\r\n").expect("a status line");
        for header in ["Cache-Control: no-store", "Connection: close"] {
            assert!(headers.contains(header), "{head}");
        }
        assert!(!headers.contains("Access-Control"), "{head}");
        Self {
            status: status.trim_start_matches("HTTP/1.1 ").to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
        }
    }

    pub fn text(&self, key: &str) -> &str {
        self.body[key].as_str().unwrap_or_default()
    }
}
