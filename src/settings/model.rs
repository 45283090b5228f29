//! The settings as values: for everything, and for the profiles whose names match.

use wildmatch::WildMatch;

use crate::aws::plan::MfaSetting;
use crate::place::{Origin, Sourced};
use crate::store::SessionKey;

/// What happens to keys in the environment when their session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnExpire {
    #[default]
    Keep,
    Clear,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub session_key: SessionKey,
    pub mfa: MfaSetting,
    /// Of GetSessionToken, in seconds: 900 to 129600.
    pub mfa_session_duration: Sourced<u32>,
    /// A command that prints the code.
    pub mfa_process: Option<String>,
    pub on_expire: OnExpire,
    pub(super) rules: Vec<Rule>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_key: SessionKey::default(),
            mfa: MfaSetting::default(),
            mfa_session_duration: Sourced::new(43_200, Origin::Default),
            mfa_process: None,
            on_expire: OnExpire::default(),
            rules: Vec::new(),
        }
    }
}

/// The settings of one profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProfileSettings {
    /// Its name is to be typed before it is used.
    pub protected: bool,
    /// The ANSI colour (0 to 7) of its prompt segment: red if protected, unless a section with `color` says otherwise.
    pub color: Option<u8>,
    pub mfa: MfaSetting,
}

/// One `[profile GLOB]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub glob: WildMatch,
    pub protected: Option<bool>,
    pub color: Option<u8>,
    pub mfa: Option<MfaSetting>,
}

pub(super) const RED: u8 = 1;

impl Settings {
    /// What holds for a profile: every `[profile GLOB]` that matches its name, in the order of the file.
    #[must_use]
    pub fn for_profile(&self, name: &str) -> ProfileSettings {
        let mut settings = ProfileSettings {
            mfa: self.mfa,
            ..ProfileSettings::default()
        };
        let mut explicit = None;
        for rule in self.rules.iter().filter(|rule| rule.glob.matches(name)) {
            if let Some(protected) = rule.protected {
                settings.protected = protected;
                // An earlier section's colour does not hide that this one protects.
                explicit = explicit.filter(|_| !protected);
            }
            explicit = rule.color.or(explicit);
            settings.mfa = rule.mfa.unwrap_or(settings.mfa);
        }
        settings.color = explicit.or(settings.protected.then_some(RED));
        settings
    }
}
