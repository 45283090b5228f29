//! Who is answered: the one program that was given address and token, and no browser on its behalf.

use subtle::ConstantTimeEq as _;

use super::PATH;
use super::head::Head;
use crate::session::Secret;

/// What a browser or a proxy adds, and an SDK never does.
const FOREIGN: [&str; 2] = ["origin", "referer"];
const FOREIGN_PREFIXES: [&str; 2] = ["sec-fetch-", "x-forwarded-"];

/// What a request must show.
#[derive(Debug)]
pub struct Expected {
    /// `127.0.0.1:PORT`, as it stands in the address that the program was given.
    pub host: String,
    pub token: Secret,
}

/// `Err` is the status of the refusal, whose body is empty.
pub fn check(head: &Head<'_>, expected: &Expected) -> Result<(), u16> {
    let body = head.more
        || head.values("transfer-encoding").next().is_some()
        || head.values("content-length").any(|length| length != b"0");
    if head.method != "GET" || body {
        return Err(400);
    }
    // A name that was bound to loopback only now (DNS rebinding) shows here.
    let host = head.only("host").ok_or(400_u16)?;
    if host != expected.host.as_bytes() || head.headers.iter().any(|(name, _)| is_foreign(name)) {
        return Err(403);
    }
    if head.target != PATH {
        return Err(404);
    }
    let token = head.only("authorization").ok_or(401_u16)?;
    if bool::from(token.ct_eq(expected.token.expose().as_bytes())) {
        Ok(())
    } else {
        Err(401)
    }
}

fn is_foreign(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FOREIGN.contains(&name.as_str())
        || FOREIGN_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::super::head::{Parsed, parse};
    use super::*;

    fn status(request: &str) -> u16 {
        let expected = Expected {
            host: "127.0.0.1:4711".into(),
            token: Secret::new("0123456789abcdef"),
        };
        let text = request.replace('\n', "\r\n");
        match parse(text.as_bytes()) {
            Parsed::Head(head) => check(&head, &expected).err().unwrap_or(200),
            Parsed::Malformed => 400,
            Parsed::More => panic!("{request:?} is not whole"),
        }
    }

    #[test]
    fn only_the_one_request_is_admitted() {
        let good = "Host: 127.0.0.1:4711\nAuthorization: 0123456789abcdef\n";
        let get = |headers: &str| format!("GET /credentials HTTP/1.1\n{headers}\n");
        for (request, expected) in [
            (get(good), 200),
            (get(&format!("{good}Accept: */*\nContent-Length: 0\n")), 200),
            (get(&format!("hOST: 127.0.0.1:4711\n{}", &good[21..])), 200),
            // Token.
            (get("Host: 127.0.0.1:4711\n"), 401),
            (get(&good.replace("abcdef", "abcdeg")), 401),
            (get(&good.replace("abcdef", "abcdef0")), 401),
            (get(&good.replace("abcdef", "abcde")), 401),
            (get(&good.replace("0123", "Bearer 0123")), 401),
            (get(&good.replace("0123456789abcdef", "")), 401),
            (
                get(&format!("{good}Authorization: 0123456789abcdef\n")),
                401,
            ),
            (get(&good.replace("abcdef", &"a".repeat(6000))), 401),
            // Host.
            (get("Authorization: 0123456789abcdef\n"), 400),
            (get(&format!("{good}Host: 127.0.0.1:4711\n")), 400),
            (get(&good.replace("127.0.0.1", "localhost")), 403),
            (get(&good.replace("127.0.0.1", "evil.example")), 403),
            (get(&good.replace("127.0.0.1", "127.1")), 403),
            (get(&good.replace(":4711", "")), 403),
            (get(&good.replace(":4711", ":4712")), 403),
            // Browsers and proxies.
            (get(&format!("{good}Origin: http://evil.example\n")), 403),
            (get(&format!("{good}Origin: null\n")), 403),
            (get(&format!("{good}Referer: http://evil.example/\n")), 403),
            (get(&format!("{good}Sec-Fetch-Site: none\n")), 403),
            (get(&format!("{good}X-Forwarded-For: 10.0.0.1\n")), 403),
            // Method, target, body.
            (get(good).replace("GET", "POST"), 400),
            (get(good).replace("GET", "HEAD"), 400),
            (get(good).replace("GET", "OPTIONS"), 400),
            (get(good).replace("/credentials", "/"), 404),
            (get(good).replace("/credentials", "/credentials/"), 404),
            (get(good).replace("/credentials", "/credentials?x"), 404),
            (get(good).replace("/credentials", "/../credentials"), 404),
            (
                get(good).replace("/credentials", "http://127.0.0.1:4711/credentials"),
                404,
            ),
            (get(&format!("{good}Content-Length: 1\n")) + "x", 400),
            (get(&format!("{good}Content-Length: 5\n")), 400),
            (get(&format!("{good}Transfer-Encoding: chunked\n")), 400),
            (get(good) + &get(good), 400),
            (get(good) + "x", 400),
        ] {
            assert_eq!(status(&request), expected, "{request:.300}");
        }
    }
}
