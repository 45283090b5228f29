//! Bodies: an answer's is taken whole or not at all, and bounded; each is wiped when it has served.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use zeroize::Zeroizing;

use super::fault::{Fault, FaultKind};

/// More than any answer of STS, IAM, instance metadata or a container service: they have some 2 KiB.
pub const SMALL: usize = 256 * 1024;

/// The body to its end; an early end of the connection and a body without bound are faults.
pub(crate) async fn whole(
    answer: &mut HttpResponse,
    largest: usize,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    let mut stream = ByteStream::new(body);
    let mut whole = Zeroizing::new(Vec::with_capacity(4096));
    loop {
        match stream.try_next().await {
            Ok(Some(part)) if whole.len() + part.len() > largest => {
                return Err(Fault::new(
                    FaultKind::TooLarge,
                    format!("the answer has more than {} KiB", largest / 1024),
                ));
            }
            Ok(Some(part)) => append(&mut whole, &part),
            Ok(None) => return Ok(whole),
            Err(_) => {
                return Err(Fault::new(
                    FaultKind::Closed,
                    "the connection ended before the answer did",
                ));
            }
        }
    }
}

/// A vector that grows by itself leaves its old memory as it was.
fn append(whole: &mut Zeroizing<Vec<u8>>, part: &[u8]) {
    let needed = whole.len() + part.len();
    if needed > whole.capacity() {
        let capacity = needed.max(2 * whole.capacity());
        let mut larger = Zeroizing::new(Vec::with_capacity(capacity));
        larger.extend_from_slice(whole);
        *whole = larger;
    }
    whole.extend_from_slice(part);
}

/// A body that is wiped when the client lets go of it.
pub(crate) fn wiped(bytes: impl Into<Zeroizing<Vec<u8>>>) -> SdkBody {
    SdkBody::from(Bytes::from_owner(bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_stays_in_order() {
        let mut whole = Zeroizing::new(Vec::with_capacity(2));
        for part in [&b"a"[..], b"bc", b"", b"defghijk", b"l"] {
            append(&mut whole, part);
        }
        assert_eq!(whole.as_slice(), b"abcdefghijkl");
    }
}
