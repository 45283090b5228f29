//! xrole's own `config.ini`: how sessions are kept and asked for, and which profiles are protected.
//!
//! `[settings]` is for everything, `[profile GLOB]` for the profiles whose names match; all that match apply,
//! later lines win. A wrong key or value is an error, since a setting that protects must not fail silently.

mod model;
mod parse;

use std::path::PathBuf;

use crate::aws::config::with_tilde;
pub use crate::aws::plan::MfaSetting;
use crate::error::{Error, Result};
use crate::files::named_file;
use crate::os::folders::{Folders, Layout};
use crate::shell::Env;
pub use crate::store::SessionKey;
pub use model::{OnExpire, ProfileSettings, Settings};

const VARIABLE: &str = "XROLE_CONFIG_FILE";

impl Settings {
    /// Reads the file; a missing one means the defaults. A file that others may write is refused.
    pub fn load(env: &Env) -> Result<Self> {
        let Some(path) = path(env, Layout::current()) else {
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
}

/// `XROLE_CONFIG_FILE`, else `$XDG_CONFIG_HOME/xrole/config.ini`, else the platform's folder in the home directory.
fn path(env: &Env, layout: Layout) -> Option<PathBuf> {
    let variable = |name: &str| env.raw(name);
    if let Some(path) = variable(VARIABLE).filter(|value| !value.is_empty()) {
        return Some(path.into());
    }
    let folder = Folders::new(layout, &variable).config();
    folder.map(|folder| folder.join("xrole/config.ini"))
}

#[cfg(test)]
mod tests {
    use super::model::RED;
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
        for (vars, layout, path) in [
            (
                [home, ("A", "")],
                Layout::Xdg,
                "/home/alice/.config/xrole/config.ini",
            ),
            (
                [home, ("A", "")],
                Layout::MacOs,
                "/home/alice/Library/Application Support/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "/x")],
                Layout::Xdg,
                "/x/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "/x")],
                Layout::MacOs,
                "/x/xrole/config.ini",
            ),
            (
                [home, ("XDG_CONFIG_HOME", "x")],
                Layout::Xdg,
                "/home/alice/.config/xrole/config.ini",
            ),
            ([home, ("XROLE_CONFIG_FILE", "/y")], Layout::MacOs, "/y"),
            (
                [home, ("XROLE_CONFIG_FILE", "")],
                Layout::Xdg,
                "/home/alice/.config/xrole/config.ini",
            ),
        ] {
            let found = super::path(&Env::from(vars), layout);
            assert_eq!(found, Some(PathBuf::from(path)), "{vars:?}");
        }
        assert_eq!(super::path(&Env::default(), Layout::Xdg), None);
    }
}
