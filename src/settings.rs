//! xrole's own `config.ini`: how sessions are kept and asked for, and which profiles are protected.
//!
//! `[settings]` is for everything, `[profile GLOB]` for the profiles whose names match; all that match apply,
//! later lines win. A wrong key or value is an error, since a setting that protects must not fail silently.

mod parse;

use std::path::PathBuf;

use wildmatch::WildMatch;

use crate::aws::config::with_tilde;
pub use crate::aws::plan::MfaSetting;
use crate::error::{Error, Result};
use crate::files::named_file;
use crate::place::{Origin, Sourced};
use crate::shell::Env;
pub use crate::store::SessionKey;

const VARIABLE: &str = "XROLE_CONFIG_FILE";

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
    rules: Vec<Rule>,
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
struct Rule {
    glob: WildMatch,
    protected: Option<bool>,
    color: Option<u8>,
    mfa: Option<MfaSetting>,
}

const RED: u8 = 1;
impl Settings {
    /// Reads the file; a missing one means the defaults. A file that others may write is refused.
    pub fn load(env: &Env) -> Result<Self> {
        let Some(path) = path(env, cfg!(target_os = "macos")) else {
            return Ok(Self::default());
        };
        let (bytes, fault) = named_file::read(&path, VARIABLE)?;
        if let Some(fault) = fault {
            return Err(fault.error("its settings are not used"));
        }
        let shown = with_tilde(&path, env);
        match std::str::from_utf8(&bytes) {
            Ok(text) => parse::parse(text.trim_start_matches('\u{feff}'), &shown),
            Err(error) => {
                let offset = error.valid_up_to();
                let message = format!("{shown}: byte {offset} of the file is not UTF-8 text");
                Err(Error::new("settings", message, "save the file as UTF-8"))
            }
        }
    }

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

/// `XROLE_CONFIG_FILE`, else `$XDG_CONFIG_HOME/xrole/config.ini`, else the platform's folder in the home directory.
fn path(env: &Env, macos: bool) -> Option<PathBuf> {
    let variable = |name| env.raw(name).filter(|value| !value.is_empty());
    if let Some(path) = variable(VARIABLE) {
        return Some(path.into());
    }
    let xdg = variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = xdg.or_else(|| {
        let home = PathBuf::from(variable("HOME")?);
        Some(home.join(if macos {
            "Library/Application Support"
        } else {
            ".config"
        }))
    });
    folder.map(|folder| folder.join("xrole/config.ini"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sections_that_match_apply_and_later_lines_win() {
        use MfaSetting::{Auto, Direct, Shared};
        let text = "
[settings]
mfa = shared
[profile *]
color = green
[profile *prod*]
protected = true
[profile prod-?]
mfa = direct
[profile prod-b]
color = magenta
mfa = auto
[profile \"my prod*\"]
protected = false
";
        let settings = parse::parse(text, "config.ini").unwrap();
        for (name, protected, color, mfa) in [
            ("dev", false, Some(2), Shared),
            ("prod", true, Some(RED), Shared),
            ("prod-a", true, Some(RED), Direct),
            ("prod-b", true, Some(5), Auto),
            ("prod-ab", true, Some(RED), Shared),
            ("Prod", false, Some(2), Shared),
            ("my prod x", false, None, Shared),
        ] {
            let expected = ProfileSettings {
                protected,
                color,
                mfa,
            };
            assert_eq!(settings.for_profile(name), expected, "{name}");
        }
        let none = Settings::default().for_profile("prod");
        assert_eq!(none, ProfileSettings::default());
    }

    #[test]
    fn the_file_is_where_the_platform_keeps_such_files() {
        let home = ("HOME", "/home/alice");
        for (vars, macos, path) in [
            (
                [home, ("A", "")],
                false,
                "/home/alice/.config/xrole/config.ini",
            ),
            (
                [home, ("A", "")],
                true,
                "/home/alice/Library/Application Support/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "/x")],
                false,
                "/x/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "/x")],
                true,
                "/x/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "x")],
                false,
                "/home/alice/.config/xrole/config.ini",
            ),
            ([home, ("XROLE_CONFIG_FILE", "/y")], true, "/y"),
            (
                [home, ("XROLE_CONFIG_FILE", "")],
                false,
                "/home/alice/.config/xrole/config.ini",
            ),
        ] {
            let found = super::path(&Env::from(vars), macos);
            assert_eq!(found, Some(PathBuf::from(path)), "{vars:?}");
        }
        assert_eq!(super::path(&Env::default(), false), None);
    }
}
