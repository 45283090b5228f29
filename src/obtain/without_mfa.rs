//! A refusal that MFA could change.

use crate::place::SourceFile;

/// A role that was refused to a user's long-term keys, without MFA, in words that MFA could change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutMfa {
    pub role_arn: String,
    /// Whose `mfa_serial` would count: the profile of the role.
    pub profile: String,
    /// The file that this profile's `role_arn` is in.
    pub file: SourceFile,
    /// The `mfa_serial` of the base's profile, which counts only for that profile itself.
    pub unused: Option<String>,
}
