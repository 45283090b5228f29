//! The first line of such a file: a comment to everyone but xrole, with one JSON object of ASCII text.

use serde::{Deserialize, Serialize};

use crate::json;

const START: &str = "# xrole --profile-env 1 ";

/// What the variables were before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `AWS_CONFIG_FILE`, if it was set.
    pub config: Option<String>,
    /// `AWS_SHARED_CREDENTIALS_FILE`, if it was set.
    pub credentials: Option<String>,
    /// The `AWS_PROFILE` that goes with the file.
    pub profile: Option<String>,
}

impl Header {
    /// The line, with its end.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{START}{}\n", json::write(self))
    }

    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix(START)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_there_before() {
        for (config, profile) in [
            (None, None),
            (Some("/home/m\u{e9}/a b\n\u{202e}\"'"), Some("it's #1 \\")),
        ] {
            let header = Header {
                config: config.map(str::to_owned),
                credentials: Some(String::new()),
                profile: profile.map(str::to_owned),
            };
            let line = header.line();
            assert_eq!(line.lines().count(), 1);
            assert_eq!(Header::parse(line.trim_end()), Some(header));
        }
        for other in ["", "# a comment", "[default]", "# xrole --profile-env 1 {"] {
            assert_eq!(Header::parse(other), None, "{other}");
        }
    }
}
