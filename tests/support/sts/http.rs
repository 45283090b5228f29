//! The little HTTP/1.1 that the STS speaks: kept-alive connections, bodies of a known length.

use std::fmt::Write as _;
use std::io::{BufRead, Read, Write};
use std::net::TcpStream;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

const LARGEST_BODY: usize = 1 << 20;

#[derive(Debug, Default)]
pub struct Request {
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Names in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads one request; `None` at the end of the connection or at bytes that are no request.
    pub fn read(stream: &mut impl BufRead) -> Option<Self> {
        let line = read_line(stream)?;
        let mut words = line.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = Vec::new();
        loop {
            let line = read_line(stream)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut request = Self {
            method,
            target,
            headers,
            body: Vec::new(),
        };
        let length: usize = request
            .header("content-length")
            .unwrap_or("0")
            .parse()
            .ok()?;
        if length > LARGEST_BODY {
            return None;
        }
        request.body = vec![0; length];
        stream.read_exact(&mut request.body).ok()?;
        Some(request)
    }
}

fn read_line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    stream.take(65_536).read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8(line).ok()?;
    line.strip_suffix('\n')
        .map(|line| line.trim_end_matches('\r').to_owned())
}

/// What goes back, byte for byte.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub body: String,
    pub request_id: String,
    /// Seconds since 1970 for the `Date` header.
    pub date: Option<i64>,
    /// How much of the body is sent; its whole length is announced.
    pub cut: Option<usize>,
}

impl Response {
    /// Writes it; `false` if the connection must be closed afterwards.
    pub fn write(&self, stream: &mut TcpStream) -> bool {
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nx-amzn-RequestId: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n",
            self.status,
            reason(self.status),
            self.request_id,
            self.body.len()
        );
        if let Some(date) = self.date {
            let date = DateTime::from_secs(date)
                .fmt(Format::HttpDate)
                .unwrap_or_default();
            let _ = write!(head, "Date: {date}\r\n");
        }
        head.push_str("\r\n");
        let sent = self.cut.unwrap_or(self.body.len()).min(self.body.len());
        let whole = sent == self.body.len();
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body.as_bytes()[..sent]);
        stream.write_all(&bytes).is_ok() && stream.flush().is_ok() && whole
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        407 => "Proxy Authentication Required",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Other",
    }
}

/// Splits `a=b&c=d` and undoes its percent encoding.
#[must_use]
pub fn form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescaped(name), unescaped(value))
        })
        .collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| {
            let two = std::str::from_utf8(two).ok()?;
            u8::from_str_radix(two, 16).ok()
        });
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
