//! What a plan takes from xrole's own settings and from the user's account.

use super::mfa::MfaSetting;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSettings {
    pub mfa: MfaSetting,
    /// How long an MFA session lasts, in seconds: 900 to 129600.
    pub mfa_session_duration: u32,
    /// The command that prints codes, where no profile names one.
    pub mfa_process: Option<String>,
    /// The default RoleSessionName: [`super::default_session_name`].
    pub user: String,
}

impl PlanSettings {
    /// 12 hours: one code a working day.
    pub const MFA_SESSION_DURATION: u32 = 43_200;

    #[must_use]
    pub fn for_user(user: impl Into<String>) -> Self {
        Self {
            mfa: MfaSetting::Auto,
            mfa_session_duration: Self::MFA_SESSION_DURATION,
            mfa_process: None,
            user: user.into(),
        }
    }
}
