//! The text of a file, out of its bytes.

use zeroize::Zeroize as _;

use super::syntax;
use crate::error::Result;
use crate::place::{Place, SourceFile};

/// The text, in which LF ends every line: CRLF and a lone CR end one as well.
pub(super) fn decode(bytes: Vec<u8>, file: SourceFile) -> Result<String> {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            let ends =
                |n: &usize| bytes[*n] == b'\n' || (bytes[*n] == b'\r' && bytes[n + 1] != b'\n');
            let line = u32::try_from((0..offset).filter(ends).count() + 1).unwrap_or(u32::MAX);
            let error = syntax::not_utf8(bytes[offset], offset, Place { file, line });
            bytes.zeroize();
            return Err(error);
        }
    };
    if !text.contains('\r') {
        return Ok(text);
    }
    let mut fed = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((line, after)) = rest.split_once('\r') {
        fed.push_str(line);
        fed.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    fed.push_str(rest);
    text.zeroize();
    Ok(fed)
}
