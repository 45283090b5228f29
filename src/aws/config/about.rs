//! What a section is, and what a notice concerns.

use std::sync::Arc;

/// The three kinds of sections that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Profile,
    SsoSession,
    Services,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
        }
    }
}

/// What a notice concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// Every profile.
    Files,
    Section(Kind, Arc<str>),
    /// A section that no profile could mean.
    NoSection,
}
