//! Reads the text of `config.ini`, and says what is allowed where something else stands.

use ini::{Ini, ParseOption};
use wildmatch::WildMatch;

use super::model::{OnExpire, RED, Rule, Settings};
use super::{MfaSetting, SessionKey};
use crate::aws::config::{most_alike, trim, without_comment, without_comment_of_command};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Origin, Sourced};

const COLORS: [(&str, u8); 8] = [
    ("black", 0),
    ("red", RED),
    ("green", 2),
    ("yellow", 3),
    ("blue", 4),
    ("magenta", 5),
    ("cyan", 6),
    ("white", 7),
];
const SESSION_KEYS: [(&str, SessionKey); 3] = [
    ("auto", SessionKey::Auto),
    ("file", SessionKey::File),
    ("off", SessionKey::Off),
];
const MFA: [(&str, MfaSetting); 3] = [
    ("auto", MfaSetting::Auto),
    ("shared", MfaSetting::Shared),
    ("direct", MfaSetting::Direct),
];
const ON_EXPIRE: [(&str, OnExpire); 2] = [("keep", OnExpire::Keep), ("clear", OnExpire::Clear)];
const PROTECTED: [(&str, bool); 2] = [("true", true), ("false", false)];

const SETTINGS_KEYS: [&str; 5] = [
    "session_key",
    "mfa",
    "mfa_session_duration",
    "mfa_process",
    "on_expire",
];
const PROFILE_KEYS: [&str; 3] = ["protected", "color", "mfa"];

/// Where a line stands, for messages.
#[derive(Clone, Copy)]
struct Line<'a> {
    file: &'a str,
    section: &'a str,
    key: &'a str,
    value: &'a str,
}

/// Reads the text of the file that messages call `file`.
pub(super) fn parse(text: &str, file: &str) -> Result<Settings> {
    let option = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        ..ParseOption::default()
    };
    let ini = Ini::load_from_str_opt(&without_comments(text), option).map_err(|error| {
        let message = format!("{file}: line {}: {}", error.line, error.msg);
        let remedy = "write sections as [settings] or [profile GLOB], and lines as key = value";
        Error::new("settings", message, remedy)
    })?;
    let mut settings = Settings::default();
    for (section, lines) in &ini {
        let section = trim(section.unwrap_or_default());
        let lines = lines.iter().map(|(key, value)| Line {
            file,
            section,
            key: trim(key),
            value: trim(value),
        });
        match section.split_once([' ', '\t']) {
            None if section == "settings" => {
                for line in lines {
                    settings.set(line)?;
                }
            }
            Some(("profile", glob)) => {
                let mut rule = Rule::new(unquoted(glob.trim()));
                for line in lines {
                    rule.set(line)?;
                }
                settings.rules.push(rule);
            }
            None if section.is_empty() => {
                if let Some(line) = lines.into_iter().next() {
                    return Err(no_section(line));
                }
            }
            _ => return Err(unknown_section(file, section)),
        }
    }
    Ok(settings)
}

/// The lines without their comments, and without white space around them of whatever kind. In a command, what is
/// quoted is no comment.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            kept.push('\n');
        }
        let line = trim(line);
        let key = trim(line.split(['=', ':']).next().unwrap_or_default());
        let (line, _) = if line.starts_with(['#', ';']) {
            continue;
        } else if key == "mfa_process" {
            without_comment_of_command(line)
        } else {
            without_comment(line)
        };
        kept.push_str(line);
    }
    kept
}

/// Names with spaces stand in quotes in AWS's files; here they may.
fn unquoted(glob: &str) -> &str {
    glob.strip_prefix('"')
        .and_then(|glob| glob.strip_suffix('"'))
        .unwrap_or(glob)
}

impl Settings {
    fn set(&mut self, line: Line<'_>) -> Result<()> {
        match line.key {
            "session_key" => self.session_key = line.one_of(&SESSION_KEYS)?,
            "mfa" => self.mfa = line.one_of(&MFA)?,
            "mfa_session_duration" => {
                self.mfa_session_duration = Sourced::new(line.duration()?, Origin::Settings);
            }
            "mfa_process" if line.value.is_empty() => {
                return Err(line.wrong_value("write a command, or remove the line"));
            }
            "mfa_process" => self.mfa_process = Some(line.value.to_owned()),
            "on_expire" => self.on_expire = line.one_of(&ON_EXPIRE)?,
            _ => return Err(line.unknown_key(&SETTINGS_KEYS)),
        }
        Ok(())
    }
}

impl Rule {
    fn new(glob: &str) -> Self {
        Self {
            glob: WildMatch::new(glob),
            protected: None,
            color: None,
            mfa: None,
        }
    }

    fn set(&mut self, line: Line<'_>) -> Result<()> {
        match line.key {
            "protected" => self.protected = Some(line.one_of(&PROTECTED)?),
            "color" => self.color = Some(line.one_of(&COLORS)?),
            "mfa" => self.mfa = Some(line.one_of(&MFA)?),
            _ => return Err(line.unknown_key(&PROFILE_KEYS)),
        }
        Ok(())
    }
}

impl Line<'_> {
    fn one_of<T: Copy>(self, allowed: &[(&str, T)]) -> Result<T> {
        let found = allowed.iter().find(|(word, _)| *word == self.value);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<&str> = allowed.iter().map(|(word, _)| *word).collect();
            self.wrong_value(&format!("write {}", or_list(&words)))
        })
    }

    /// Seconds, or a number with `s`, `m` or `h`.
    fn duration(self) -> Result<u32> {
        let digits = self.value.trim_end_matches(['s', 'm', 'h']);
        let unit = match &self.value[digits.len()..] {
            "" | "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3600),
            _ => None,
        };
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        unit.filter(|_| plain)
            .and_then(|unit: u32| digits.parse::<u32>().ok()?.checked_mul(unit))
            .filter(|seconds| (900..=129_600).contains(seconds))
            .ok_or_else(|| {
                self.wrong_value("write seconds from 900 to 129600, or as in 90m, 12h, 36h")
            })
    }

    fn error(self, message: &str, remedy: String) -> Error {
        let section = display_safe(self.section);
        let message = format!("{}: [{section}]: {message}", self.file);
        Error::new("settings", message, remedy)
    }

    fn wrong_value(self, remedy: &str) -> Error {
        let (key, value) = (self.key, display_safe(self.value));
        let message = if value.is_empty() {
            format!("{key} has no value")
        } else {
            format!("{key} cannot be \"{value}\"")
        };
        self.error(&message, remedy.to_owned())
    }

    fn unknown_key(self, known: &[&str]) -> Error {
        let (key, value) = (display_safe(self.key), display_safe(self.value));
        let message = format!("\"{key} = {value}\": {key} is not a setting of this section");
        let remedy = match most_alike(known, self.key) {
            Some(near) => format!("did you mean {near}? known are {}", or_list(known)),
            None => format!("known are {}", or_list(known)),
        };
        self.error(&message, remedy)
    }
}

fn or_list(words: &[&str]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn no_section(line: Line<'_>) -> Error {
    let (key, value) = (display_safe(line.key), display_safe(line.value));
    let message = format!(
        "{}: \"{key} = {value}\" stands before any section",
        line.file
    );
    Error::new("settings", message, "put [settings] on a line above it")
}

fn unknown_section(file: &str, section: &str) -> Error {
    let message = format!(
        "{file}: [{}] is not a section of this file",
        display_safe(section)
    );
    Error::new("settings", message, "write [settings] or [profile GLOB]")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "~/.config/xrole/config.ini";

    #[test]
    fn every_setting_is_read() {
        let text = "
            # comment
            [settings]
            session_key = file
            mfa = shared   ; comment
            mfa_session_duration = 36h
            mfa_process = sh -c 'op item get \"aws\" --otp'
            on_expire = clear
            ";
        let expected = Settings {
            session_key: SessionKey::File,
            mfa: MfaSetting::Shared,
            mfa_session_duration: Sourced::new(129_600, Origin::Settings),
            mfa_process: Some("sh -c 'op item get \"aws\" --otp'".to_owned()),
            on_expire: OnExpire::Clear,
            rules: Vec::new(),
        };
        assert_eq!(parse(text, FILE), Ok(expected));
        assert_eq!(parse("", FILE), Ok(Settings::default()));
    }

    #[test]
    fn white_space_of_every_kind_and_comments_are_no_part_of_a_value() {
        for blank in [
            " ", "\t", "\u{a0}", "\u{3000}", "\u{c}", "\u{b}", "\u{1f}", "\u{2003}",
        ] {
            let text = format!(
                "{blank}# comment\n{blank}[settings]{blank}# x\n{blank}mfa{blank}={blank}shared{blank}; comment\n\
                 {blank}{blank}\nmfa_process = sh -c 'a # b ; c' \"d # e\"{blank}# comment\n\
                 {blank}[profile *p]{blank}\nmfa = direct{blank}\n"
            );
            let settings = parse(&text, FILE).expect("settings");
            assert_eq!(settings.mfa, MfaSetting::Shared);
            assert_eq!(
                settings.mfa_process.as_deref(),
                Some("sh -c 'a # b ; c' \"d # e\"")
            );
            assert_eq!(settings.for_profile("xp").mfa, MfaSetting::Direct);
        }
    }

    #[test]
    fn durations_have_units_and_bounds() {
        for (value, seconds) in [
            ("900", Some(900)),
            ("129600", Some(129_600)),
            ("3600s", Some(3600)),
            ("90m", Some(5400)),
            ("12h", Some(43_200)),
            ("899", None),
            ("37h", None),
            ("12 h", None),
            ("+900", None),
            ("1hh", None),
            ("h", None),
            ("99999999h", None),
        ] {
            let text = format!("[settings]\nmfa_session_duration = {value}");
            let found = parse(&text, FILE)
                .ok()
                .map(|s| s.mfa_session_duration.value);
            assert_eq!(found, seconds, "{value}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_allowed() {
        for (text, error) in [
            (
                "[settings]\nsession_key = ring",
                "~/.config/xrole/config.ini: [settings]: session_key cannot be \"ring\"\nwrite auto, file or off",
            ),
            (
                "[settings]\non_expire =",
                "~/.config/xrole/config.ini: [settings]: on_expire has no value\nwrite keep or clear",
            ),
            (
                "[settings]\nmfa_session_duration = 2 days",
                "~/.config/xrole/config.ini: [settings]: mfa_session_duration cannot be \"2 days\"\nwrite seconds from 900 to 129600, or as in 90m, 12h, 36h",
            ),
            (
                "[settings]\nmfa_process =",
                "~/.config/xrole/config.ini: [settings]: mfa_process has no value\nwrite a command, or remove the line",
            ),
            (
                "[settings]\nsesion_key = off",
                "~/.config/xrole/config.ini: [settings]: \"sesion_key = off\": sesion_key is not a setting of this section\ndid you mean session_key? known are session_key, mfa, mfa_session_duration, mfa_process or on_expire",
            ),
            (
                "[profile *prod*]\nprotect = true",
                "~/.config/xrole/config.ini: [profile *prod*]: \"protect = true\": protect is not a setting of this section\ndid you mean protected? known are protected, color or mfa",
            ),
            (
                "[profile *prod*]\nprotected = yes",
                "~/.config/xrole/config.ini: [profile *prod*]: protected cannot be \"yes\"\nwrite true or false",
            ),
            (
                "[profile x]\ncolor = \x1b[31m",
                "~/.config/xrole/config.ini: [profile x]: color cannot be \"\\u{1b}[31m\"\nwrite black, red, green, yellow, blue, magenta, cyan or white",
            ),
            (
                "[profiles x]\ncolor = red",
                "~/.config/xrole/config.ini: [profiles x] is not a section of this file\nwrite [settings] or [profile GLOB]",
            ),
            (
                "[profile]",
                "~/.config/xrole/config.ini: [profile] is not a section of this file\nwrite [settings] or [profile GLOB]",
            ),
            (
                "mfa = auto",
                "~/.config/xrole/config.ini: \"mfa = auto\" stands before any section\nput [settings] on a line above it",
            ),
        ] {
            assert_eq!(parse(text, FILE).unwrap_err().to_string(), error);
        }
        let broken = parse("[settings]\nmfa", FILE).unwrap_err();
        assert_eq!(broken.class, "settings");
        assert!(
            broken
                .message
                .starts_with("~/.config/xrole/config.ini: line 2: "),
            "{broken}"
        );
    }
}
