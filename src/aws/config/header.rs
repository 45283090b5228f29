//! What a section's name means: which kind of section it is, and whose.

use std::borrow::Cow;

use super::about::{About, Kind};
use super::line::{SEPARATORS, is_key_character, trim_separators};
use crate::display_safe::{display_safe, is_white_space, named};
use crate::place::SourceFile;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning<'a> {
    /// A name that is borrowed ends the header.
    Section(Kind, Cow<'a, str>),
    /// `[default]` of the config file, which `[profile default]` replaces.
    PlainDefault,
    /// Without effect, for a reason to tell; a name is given where `[profile NAME]` was probably meant.
    Ignored {
        reason: String,
        unprefixed: Option<String>,
        about: About,
    },
    /// Sections of the CLI that no profile needs.
    Silent,
}

pub(super) fn meaning(header: &str, file: SourceFile) -> Meaning<'_> {
    match file {
        SourceFile::Config => in_config(header),
        SourceFile::Credentials => in_credentials(header),
    }
}

fn ignored(reason: String, about: About) -> Meaning<'static> {
    Meaning::Ignored {
        reason,
        unprefixed: None,
        about,
    }
}

fn about(kind: Kind, name: &str) -> About {
    About::Section(kind, name.into())
}

fn nobody_inherits() -> Meaning<'static> {
    ignored(
        "[DEFAULT] is ignored: no profile inherits from it (the default profile is [default])"
            .to_owned(),
        About::Files,
    )
}

fn in_config(header: &str) -> Meaning<'_> {
    match header {
        "default" => return Meaning::PlainDefault,
        "DEFAULT" => return nobody_inherits(),
        "preview" | "plugins" => return Meaning::Silent,
        "" => return ignored("[] has no name: ignored".to_owned(), About::NoSection),
        _ => {}
    }
    if let Some((kind, rest)) = prefixed(header) {
        return match one_word(rest) {
            Some(name) => Meaning::Section(kind, name),
            None => ignored(
                quote_the_name(kind, rest, header),
                about(kind, trim_separators(rest)),
            ),
        };
    }
    let shown = display_safe(header);
    if let Some(c) = header
        .chars()
        .find(|c| is_white_space(*c) && !SEPARATORS.contains(c))
    {
        let reason = format!("[{shown}] is ignored: {} is no plain space", named(c));
        return ignored(reason, About::NoSection);
    }
    if header.contains(SEPARATORS) {
        return ignored(
            format!(
                "[{shown}] is ignored: a section of this file is [default], [profile NAME], [sso-session NAME] or [services NAME]"
            ),
            About::NoSection,
        );
    }
    Meaning::Ignored {
        reason: format!("[{shown}] is ignored in this file: write [profile {shown}]"),
        unprefixed: Some(header.to_owned()),
        about: about(Kind::Profile, header),
    }
}

fn quote_the_name(kind: Kind, rest: &str, header: &str) -> String {
    let (header, kind) = (display_safe(header), kind.word());
    let rest = trim_separators(rest);
    if rest.is_empty() || rest.contains(['"', '\'', '\\']) {
        return format!("[{header}] is ignored: it needs one name, as in [{kind} \"my name\"]");
    }
    let name = display_safe(rest);
    format!("[{header}] is ignored: quote the name, [{kind} \"{name}\"]")
}

fn in_credentials(header: &str) -> Meaning<'_> {
    if header == "DEFAULT" {
        return nobody_inherits();
    }
    if header.is_empty() {
        return ignored("[] has no name: ignored".to_owned(), About::NoSection);
    }
    if let Some((kind, rest)) = prefixed(header) {
        let shown = display_safe(header);
        let rest = trim_separators(rest);
        let reason = match kind {
            Kind::Profile => {
                let name = display_safe(rest);
                format!("[{shown}] is ignored in this file: write [{name}]")
            }
            Kind::SsoSession | Kind::Services => {
                format!("[{shown}] is ignored in this file: it belongs into the config file")
            }
        };
        return ignored(reason, about(kind, rest));
    }
    Meaning::Section(Kind::Profile, header.into())
}

/// A kind and the text after it, if white space or nothing but it follows. A bare kind is a name in the credentials file.
fn prefixed(header: &str) -> Option<(Kind, &str)> {
    [Kind::Profile, Kind::SsoSession, Kind::Services]
        .into_iter()
        .find_map(|kind| {
            let rest = header.strip_prefix(kind.word())?;
            rest.starts_with(SEPARATORS).then_some((kind, rest))
        })
}

/// The text as POSIX shell words, if it is exactly one that is not empty.
fn one_word(text: &str) -> Option<Cow<'_, str>> {
    let plain = trim_separators(text);
    if !plain.is_empty() && plain.bytes().all(is_key_character) {
        return Some(plain.into());
    }
    let mut word = String::with_capacity(text.len());
    let mut chars = text.trim_start_matches(SEPARATORS).chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => {
                let rest = trim_separators(chars.as_str());
                return (!word.is_empty() && rest.is_empty()).then_some(word.into());
            }
            '\'' => loop {
                match chars.next()? {
                    '\'' => break,
                    c => word.push(c),
                }
            },
            '"' => loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => match chars.next()? {
                        c @ ('"' | '\\') => word.push(c),
                        c => word.extend(['\\', c]),
                    },
                    c => word.push(c),
                }
            },
            '\\' => word.push(chars.next()?),
            c => word.push(c),
        }
    }
    (!word.is_empty()).then_some(word.into())
}

/// A notice for a name that other tools do not see.
pub(super) fn odd_name(kind: Kind, name: &str) -> Option<String> {
    if name.bytes().all(is_key_character) {
        return None;
    }
    let (kind, name) = (kind.word(), display_safe(name));
    Some(format!(
        "{kind} \"{name}\": the AWS CLI and boto3 see this name, but other AWS SDKs do not"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(header: &str, file: SourceFile) -> Result<(&'static str, String), String> {
        match meaning(header, file) {
            Meaning::Section(kind, name) => Ok((kind.word(), name.into_owned())),
            Meaning::PlainDefault => Ok(("profile", "default".to_owned())),
            Meaning::Ignored { reason, .. } => Err(reason),
            Meaning::Silent => Err(String::new()),
        }
    }

    #[test]
    fn names_of_the_config_file_are_shell_words() {
        for (header, kind, name) in [
            ("default", "profile", "default"),
            ("profile dev", "profile", "dev"),
            ("profile \t dev", "profile", "dev"),
            ("profile \"my prof\"", "profile", "my prof"),
            ("profile 'my prof'", "profile", "my prof"),
            ("profile my\\ prof", "profile", "my prof"),
            ("profile \"a\"'b'c", "profile", "abc"),
            (r#"profile "a\"b\\c\d""#, "profile", r#"a"b\c\d"#),
            ("profile #x", "profile", "#x"),
            ("profile foo[1]", "profile", "foo[1]"),
            ("sso-session corp", "sso-session", "corp"),
            ("services local", "services", "local"),
        ] {
            let expected = Ok((kind, name.to_owned()));
            assert_eq!(named(header, SourceFile::Config), expected, "{header}");
        }
    }

    #[test]
    fn names_of_the_credentials_file_are_literal() {
        for name in [
            "dev",
            "my prof",
            "\"my prof\"",
            "profile",
            "sso-sessionx",
            "plugins",
        ] {
            let expected = Ok(("profile", name.to_owned()));
            assert_eq!(named(name, SourceFile::Credentials), expected);
        }
    }

    #[test]
    fn sections_without_effect_tell_why() {
        use SourceFile::{Config, Credentials};
        let kinds = "a section of this file is [default], [profile NAME], [sso-session NAME] or [services NAME]";
        for (file, header, reason) in [
            (Config, "preview", String::new()),
            (Config, "plugins", String::new()),
            (Config, "", "[] has no name: ignored".to_owned()),
            (Config, "dev", "[dev] is ignored in this file: write [profile dev]".to_owned()),
            (Config, "profile", "[profile] is ignored in this file: write [profile profile]".to_owned()),
            (Config, "profilex dev", format!("[profilex dev] is ignored: {kinds}")),
            (Config, "sso-sesion dev", format!("[sso-sesion dev] is ignored: {kinds}")),
            (Config, "Profile dev", format!("[Profile dev] is ignored: {kinds}")),
            (Config, "profile my prof", "[profile my prof] is ignored: quote the name, [profile \"my prof\"]".to_owned()),
            (Config, "profile \"my", "[profile \"my] is ignored: it needs one name, as in [profile \"my name\"]".to_owned()),
            (Config, "profile \"\"", "[profile \"\"] is ignored: it needs one name, as in [profile \"my name\"]".to_owned()),
            (Config, "profile a\\", "[profile a\\] is ignored: it needs one name, as in [profile \"my name\"]".to_owned()),
            (Config, "DEFAULT", "[DEFAULT] is ignored: no profile inherits from it (the default profile is [default])".to_owned()),
            (Credentials, "DEFAULT", "[DEFAULT] is ignored: no profile inherits from it (the default profile is [default])".to_owned()),
            (Credentials, "profile dev", "[profile dev] is ignored in this file: write [dev]".to_owned()),
            (Credentials, "sso-session s", "[sso-session s] is ignored in this file: it belongs into the config file".to_owned()),
            (Credentials, "services s", "[services s] is ignored in this file: it belongs into the config file".to_owned()),
            (Credentials, "", "[] has no name: ignored".to_owned()),
        ] {
            assert_eq!(named(header, file), Err(reason), "{header}");
        }
    }
}
