//! How codes are used: what the person wants, and what a plan makes of it.

/// How the one code of a chain is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MfaPlan {
    /// No device is in force.
    None,
    /// GetSessionToken takes the code; its session serves every role of the device.
    Shared,
    /// The first AssumeRole takes the code.
    Direct,
}

impl MfaPlan {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Shared => "shared",
            Self::Direct => "direct",
        }
    }
}

/// What the person wants of codes; the plan decides with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MfaSetting {
    /// An MFA session, unless one role is to last longer than it could with one.
    #[default]
    Auto,
    Shared,
    Direct,
}
