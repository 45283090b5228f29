//! The body of an answer: whole or not at all, and bounded.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use zeroize::Zeroizing;

use super::fault::{Fault, Network};

pub const USER_AGENT: &str = concat!("xrole/", env!("CARGO_PKG_VERSION"));
/// An answer of STS has some 2 KiB.
const LARGEST: usize = 256 * 1024;

/// The body to its end; an early end of the connection and a body without bound are faults.
pub(crate) async fn whole(answer: &mut HttpResponse) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
    let mut stream = ByteStream::new(body);
    let mut whole = Zeroizing::new(Vec::with_capacity(4096));
    loop {
        match stream.try_next().await {
            Ok(Some(part)) if whole.len() + part.len() > LARGEST => {
                return Err(Fault::new(
                    Network::TooLarge,
                    format!("the answer has more than {} KiB", LARGEST / 1024),
                ));
            }
            Ok(Some(part)) => whole.extend_from_slice(&part),
            Ok(None) => return Ok(whole),
            Err(_) => {
                return Err(Fault::new(
                    Network::Closed,
                    "the connection ended before the answer did",
                ));
            }
        }
    }
}
