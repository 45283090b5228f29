//! The sections of such a file, each checked by reading it again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::aws::config::key::is_secret_key;
use crate::aws::config::{Document, Profile, ProfileMap, Profiles, edit, parse, without_comment};
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::SourceFile;

/// How a profile gets its credentials, which here is the command's business; all other settings are the program's.
const OF_CREDENTIALS: [&str; 26] = [
    "aws_access_key_id",
    "aws_account_id",
    "credential_process",
    "credential_source",
    "duration_seconds",
    "external_id",
    "include_profile",
    "login_session",
    "mfa_process",
    "mfa_serial",
    "region",
    "role_arn",
    "role_session_name",
    "session_tags",
    "source_identity",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_registration_scopes",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "transitive_session_tags",
    "web_identity_token_file",
    "x_security_token_expires",
    "x_xrole",
];

/// One profile of the file.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub name: &'a str,
    /// The user's settings, `include_profile` applied; `None` for a role that is in no file.
    pub profile: Option<&'a Profile>,
    pub region: Option<&'a str>,
    pub credentials: Credentials<'a>,
}

/// How programs get a profile's credentials.
#[derive(Debug, Clone, Copy)]
pub enum Credentials<'a> {
    /// From the command that prints them.
    Command(&'a str),
    /// As its settings say, like those of an Identity Center profile.
    AsTheyStand,
    /// Not from this profile.
    Elsewhere,
}

impl Given<'_> {
    fn settings(&self) -> BTreeMap<&str, &str> {
        let as_they_stand = matches!(self.credentials, Credentials::AsTheyStand);
        let own = self.profile.into_iter().flat_map(|p| p.settings.iter());
        let mut settings: BTreeMap<_, _> = own
            .filter(|(key, _)| !is_secret_key(key) && *key != "aws_access_key_id")
            .filter(|(key, _)| as_they_stand || !OF_CREDENTIALS.contains(key))
            .map(|(key, setting)| (key, setting.value.as_str()))
            .collect();
        if let Credentials::Command(command) = self.credentials {
            settings.insert("credential_process", command);
        }
        if let Some(region) = self.region {
            settings.insert("region", region);
        }
        settings
    }

    /// The section, which every reader of such files understands alike.
    pub fn section(&self) -> Result<String> {
        let header = edit::header(self.name, SourceFile::Config)?;
        let settings = self.settings();
        let text = section(&header, &settings);
        let document = parse(text.as_bytes(), SourceFile::Config)?;
        let read = Profiles::merge(document, Document::empty(SourceFile::Credentials));
        let again: BTreeMap<&str, &str> = read
            .get(self.name)
            .into_iter()
            .flat_map(|profile| profile.settings.iter())
            .map(|(key, setting)| (key, setting.value.as_str()))
            .collect();
        // The AWS SDKs take a comment for one within quotes, too.
        let otherwise =
            |key: &str, value: &&str| again.get(key) != Some(value) || without_comment(value).1;
        let key = settings.iter().find(|(key, value)| otherwise(key, value));
        if again == settings && key.is_none() {
            return Ok(text);
        }
        let key = key.map_or("it", |(key, _)| key);
        Err(Error::new(
            "unsafe-value",
            format!(
                "profile \"{}\" cannot be written for other programs: they would read \"{}\" otherwise",
                display_safe(self.name),
                display_safe(key)
            ),
            "use it without --profile-env",
        ))
    }
}

/// `[HEADER]`, then the settings; a value of several lines goes on on deeper ones.
fn section(header: &str, settings: &BTreeMap<&str, &str>) -> String {
    let mut text = format!("[{header}]\n");
    for (key, value) in settings {
        let mut lines = value.lines();
        let first = lines.next().unwrap_or_default();
        let blank = if first.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{key} ={blank}{first}");
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// Sections that profiles name, as they stand: `kind` is `services` or `sso-session`.
#[must_use]
pub fn named(kind: &str, sections: &ProfileMap) -> String {
    let mut text = String::new();
    for found in sections {
        let settings = found.settings.iter();
        let settings = settings
            .filter(|(key, _)| !is_secret_key(key))
            .map(|(key, setting)| (key, setting.value.as_str()))
            .collect();
        let written = section(&format!("{kind} {}", found.name), &settings);
        // One that nobody could read is not worth a refusal.
        if parse(written.as_bytes(), SourceFile::Config).is_ok() {
            text.push('\n');
            text.push_str(&written);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(config: &str, credentials: Credentials<'_>) -> Result<String> {
        let document = parse(config.as_bytes(), SourceFile::Config).expect("a config");
        let profiles = Profiles::merge(document, Document::empty(SourceFile::Credentials));
        let profile = profiles.profiles.iter().next().expect("a profile");
        let given = Given {
            name: &profile.name,
            profile: Some(profile),
            region: Some("eu-west-1"),
            credentials,
        };
        given.section()
    }

    #[test]
    fn a_section_has_the_command_and_the_settings_of_programs() {
        let config = "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = central\n\
            mfa_serial = arn\nregion = us-east-1\noutput = json\ns3 =\n  max_queue_size = 9\n  addressing_style = path\n\
            cli_pager =\naws_secret_access_key = x\n";
        assert_eq!(
            given(
                config,
                Credentials::Command("'/a b/xrole' credential-process prod")
            )
            .unwrap(),
            "[profile prod]\ncli_pager =\n\
            credential_process = '/a b/xrole' credential-process prod\noutput = json\nregion = eu-west-1\n\
            s3 =\n  max_queue_size = 9\n  addressing_style = path\n"
        );
        assert_eq!(
            given(
                "[profile \"my prof\"]\nsso_session = s\nsso_account_id = 1\n",
                Credentials::AsTheyStand
            )
            .unwrap(),
            "[profile \"my prof\"]\nregion = eu-west-1\nsso_account_id = 1\nsso_session = s\n"
        );
    }

    #[test]
    fn what_another_reader_would_take_otherwise_is_refused() {
        let error = given(
            "[profile p]\noutput = json\n",
            Credentials::Command("xrole 'a #b'"),
        )
        .unwrap_err();
        assert_eq!(
            error.message,
            "profile \"p\" cannot be written for other programs: they would read \"credential_process\" otherwise"
        );
    }
}
