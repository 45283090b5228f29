//! A session as a section of the credentials file: temporary keys, their end, and the mark of whose they are.

use super::edit::Edit;
use super::keys::{EXPIRES, MARK};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::session::Session;

pub const ID: &str = "aws_access_key_id";
pub const SECRET: &str = "aws_secret_access_key";
pub const TOKEN: &str = "aws_session_token";
pub const OLD_TOKEN: &str = "aws_security_token";

/// Temporary keys with their end and the mark. Long-term keys are nobody's to copy.
pub fn keys(name: &str, of: &str, session: &Session) -> Result<Edit> {
    let keys = &session.credentials;
    let token = keys.session_token.as_ref().ok_or_else(|| long_term(of))?;
    let edit = Edit::of(name)
        .set(ID, &keys.access_key_id)
        .set(SECRET, keys.secret_access_key.expose())
        .set(TOKEN, token.expose())
        .remove(OLD_TOKEN);
    let edit = match session.expires() {
        Some(end) => edit.set(EXPIRES, &end.rfc3339()),
        None => edit.remove(EXPIRES),
    };
    Ok(edit.set(MARK, of))
}

/// The keys of a profile without a role are the person's own.
#[must_use]
pub fn long_term(of: &str) -> Error {
    let of = display_safe(of);
    Error::new(
        "long-term-keys",
        format!("profile \"{of}\" has long-term keys and no session to write"),
        format!("programs that read AWS's files can take the profile itself: AWS_PROFILE={of}"),
    )
}
