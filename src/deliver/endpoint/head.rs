//! The head of a request, read from what has come so far.

/// The longest head in bytes; a longer one is refused.
pub const LONGEST: usize = 8192;

const MOST_HEADERS: usize = 64;

/// What the bytes so far are.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed<'a> {
    /// A head that is not complete yet.
    More,
    Head(Head<'a>),
    /// No head of HTTP/1.1, or one that is too long.
    Malformed,
}

/// Method, target and headers, as they stand.
#[derive(Debug, PartialEq, Eq)]
pub struct Head<'a> {
    pub method: &'a str,
    pub target: &'a str,
    pub headers: Vec<(&'a str, &'a [u8])>,
    /// Something came after the head: a body, or another request.
    pub more: bool,
}

impl<'a> Head<'a> {
    /// Every value of a header, in order; names are compared without case (RFC 9110, 5.1).
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The value of a header that stands there exactly once.
    pub fn only(&self, name: &str) -> Option<&'a [u8]> {
        let mut values = self.values(name);
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }
}

#[must_use]
pub fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= LONGEST => length,
        Ok(httparse::Status::Partial) if bytes.len() < LONGEST => return Parsed::More,
        Ok(_) | Err(_) => return Parsed::Malformed,
    };
    let (Some(method), Some(target), Some(1)) = (request.method, request.path, request.version)
    else {
        return Parsed::Malformed;
    };
    Parsed::Head(Head {
        method,
        target,
        headers: request
            .headers
            .iter()
            .map(|header| (header.name, header.value))
            .collect(),
        more: bytes.len() > length,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(LONGEST));
        let unending = format!("GET / HTTP/1.1\r\nX: {}", "a".repeat(LONGEST));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: a\r\n".repeat(65));
        for (text, expected) in [
            ("", "more"),
            ("GET / HTTP/1.1\r\nHost: a\r\n", "more"),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / Host=a"),
            (
                "GET /x HTTP/1.1\nHost:a\nhost: b\n\n",
                "GET /x Host=a host=b",
            ),
            ("GET / HTTP/1.1\r\n\r\nGET", "GET / +"),
            ("GET / HTTP/1.0\r\n\r\n", "malformed"),
            ("GET / HTTP/2\r\n\r\n", "malformed"),
            ("GET /\r\n\r\n", "malformed"),
            ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "malformed"),
            ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "malformed"),
            ("GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n", "malformed"),
            ("\x16\x03\x01\x02\0", "malformed"),
            (&long, "malformed"),
            (&unending, "malformed"),
            (&many, "malformed"),
        ] {
            let shown = match parse(text.as_bytes()) {
                Parsed::More => "more".to_owned(),
                Parsed::Malformed => "malformed".to_owned(),
                Parsed::Head(head) => {
                    let headers = head
                        .headers
                        .iter()
                        .map(|(name, value)| format!(" {name}={}", String::from_utf8_lossy(value)));
                    let more = if head.more { " +" } else { "" };
                    let headers: String = headers.collect();
                    format!("{} {}{headers}{more}", head.method, head.target)
                }
            };
            assert_eq!(shown, expected, "{:?}", &text[..text.len().min(60)]);
        }
    }

    /// No bytes at all make it panic, wherever they are cut.
    #[test]
    fn any_bytes_are_read() {
        let mut random = fastrand::Rng::with_seed(7);
        let pieces: [&[u8]; 12] = [
            b"GET ",
            b"/credentials",
            b" HTTP/1.1",
            b"\r\n",
            b"Host: ",
            b"127.0.0.1:1",
            b":",
            b"\0",
            b"\xff",
            b"Authorization: x",
            b"\r\n\r\n",
            b" ",
        ];
        for _ in 0..20_000 {
            let mut bytes = Vec::new();
            for _ in 0..random.usize(..12) {
                bytes.extend_from_slice(pieces[random.usize(..pieces.len())]);
            }
            let _ = parse(&bytes);
        }
    }
}
