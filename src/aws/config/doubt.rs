//! What makes it doubtful who a profile is: nobody goes on with an identity that another reader would not take.

use super::syntax::shown;
use crate::display_safe::display_safe;
use crate::error::Error;
use crate::place::Place;

/// Why a section does not say for sure which identity is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Doubt {
    /// A line that looks like a header continues a value, and a key after it decides who the profile is.
    HeaderInside {
        header: String,
        at: Place,
        key: String,
        key_at: Place,
    },
    /// A key that decides who the profile is has two values.
    TwoValues {
        key: String,
        first: Place,
        second: Place,
    },
}

impl Doubt {
    /// Which the use of the profile of this name ends with.
    pub fn error(&self, profile: &str) -> Error {
        let name = display_safe(profile);
        match self {
            Self::HeaderInside {
                header,
                at,
                key,
                key_at,
            } => Error::new(
                "header-indented",
                format!(
                    "{header} is indented, so it starts no section, and {key} counts for \"{name}\""
                ),
                format!(
                    "remove the white space before {header}, or the line if \"{name}\" is meant"
                ),
            )
            .at(*at)
            .at(*key_at),
            Self::TwoValues { key, first, second } => Error::new(
                "key-twice",
                format!("\"{name}\" has two values of {key}"),
                "keep the line that is meant, and remove the other one",
            )
            .at(*first)
            .at(*second),
        }
    }
}

/// Is this line, which continues a value, a header that stands too deep?
pub(super) fn looks_like_header(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[') else {
        return false;
    };
    let inner = super::line::trim(inner);
    let kinds = ["profile", "default", "sso-session", "services"];
    kinds.iter().any(|kind| inner.starts_with(kind))
        || super::line::whole_header_end(text).is_some()
}

/// The header as a message shows it.
pub(super) fn shown_header(text: &str) -> String {
    let end = super::line::header_end(text).map_or(text.len(), |end| end + 1);
    shown(&text[..end])
}
