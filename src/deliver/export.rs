//! The session as text, in the form that a program asks for.

use serde::Serialize;

use crate::cli::ExportFormat as Format;
use crate::display_safe::{display_safe, is_unsafe};
use crate::error::{Error, Result};
use crate::json;
use crate::session::Session;
use crate::shell::{Change, Shell, grammar};

/// What would make a program look for other credentials.
const REMOVED: [&str; 4] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCOUNT_ID",
];

/// The session in one format, with its newline.
pub fn text(
    format: Format,
    profile: &str,
    session: &Session,
    region: Option<&str>,
    exported: bool,
) -> Result<String> {
    let variables = Variables::of(session, region)?;
    match (format, exported) {
        (Format::Env, true) => variables.lines(Shell::Posix, "unset ", "export ", "="),
        (Format::Env, false) => variables.lines(Shell::Posix, "unset ", "", "="),
        (Format::Fish, true) => variables.lines(Shell::Fish, "set -e ", "set -gx ", " "),
        (Format::Fish, false) => variables.lines(Shell::Fish, "set -e ", "set -gu ", " "),
        (Format::Powershell, _) => variables.powershell(),
        (Format::Json, _) => Ok(json::write(&variables.map()) + "\n"),
        (Format::Dotenv, _) => variables.dotenv(),
        (Format::Process, _) => Ok(process(session)),
        (Format::Ini, _) => ini(profile, session, region),
    }
}

/// Environment variables, in the order in which they are printed; `None` is removed. Why these is in
/// `docs/rules/shells.md#variables`.
struct Variables(Vec<(&'static str, Option<String>)>);

impl Variables {
    fn of(session: &Session, region: Option<&str>) -> Result<Self> {
        let keys = &session.credentials;
        let token = keys.session_token.as_ref();
        let expiry = session.expires().map(crate::clock::Timestamp::rfc3339);
        let region = region.map(str::to_owned);
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", Some(keys.access_key_id.clone())),
            (
                "AWS_SECRET_ACCESS_KEY",
                Some(keys.secret_access_key.expose().to_owned()),
            ),
            (
                "AWS_SESSION_TOKEN",
                token.map(|token| token.expose().to_owned()),
            ),
            ("AWS_CREDENTIAL_EXPIRATION", expiry.clone()),
            ("AWS_SESSION_EXPIRATION", expiry),
        ];
        // A region that the role does not have stays the user's own.
        if region.is_some() {
            variables.push(("AWS_REGION", region.clone()));
            variables.push(("AWS_DEFAULT_REGION", region));
        }
        let set = variables.iter().cloned();
        grammar::check(&Change {
            set: set
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            ..Change::default()
        })?;
        variables.extend(REMOVED.map(|name| (name, None)));
        Ok(Self(variables))
    }

    fn map(&self) -> std::collections::BTreeMap<&str, Option<&str>> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| (*name, value.as_deref()))
            .collect()
    }

    fn lines(&self, shell: Shell, unset: &str, set: &str, between: &str) -> Result<String> {
        let lines = self.0.iter().map(|(name, value)| match value {
            Some(value) => Ok(format!("{set}{name}{between}{}\n", shell.quote(value)?)),
            None => Ok(format!("{unset}{name}\n")),
        });
        lines.collect()
    }

    fn powershell(&self) -> Result<String> {
        let lines = self.0.iter().map(|(name, value)| match value {
            Some(value) => Ok(format!(
                "$Env:{name} = {}\n",
                Shell::PowerShell.quote(value)?
            )),
            None => Ok(format!(
                "Remove-Item -LiteralPath 'Env:{name}' -ErrorAction Ignore\n"
            )),
        });
        lines.collect()
    }

    /// In single quotes, which every reader of such files takes literally; no value holds one.
    /// A removed variable is left out: such a file can only add.
    fn dotenv(&self) -> Result<String> {
        let set = self.0.iter();
        let mut lines = Vec::new();
        for (name, value) in set.filter_map(|(name, value)| Some((name, value.as_deref()?))) {
            if value.contains('\'') {
                return Err(Error::new(
                    "unsafe-value",
                    format!("the value for {name} holds a quote, which such files cannot"),
                    "take another format",
                ));
            }
            lines.push(format!("{name}='{value}'\n"));
        }
        Ok(lines.concat())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Process<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
}

/// Times are told on the local clock, which is the one that SDKs compare them with.
fn process(session: &Session) -> String {
    let keys = &session.credentials;
    json::write(&Process {
        version: 1,
        access_key_id: &keys.access_key_id,
        secret_access_key: keys.secret_access_key.expose(),
        session_token: keys
            .session_token
            .as_ref()
            .map(crate::session::Secret::expose),
        expiration: session.expires().map(crate::clock::Timestamp::rfc3339),
    }) + "\n"
}

/// A section of the credentials file; programs of AWS's ignore `expiration`, prompts read it.
fn ini(profile: &str, session: &Session, region: Option<&str>) -> Result<String> {
    if profile.contains(is_unsafe) || profile.contains([']', '#', ';']) {
        return Err(Error::new(
            "unsafe-value",
            format!(
                "\"{}\" cannot be the name of a section",
                display_safe(profile)
            ),
            "take another format",
        ));
    }
    let keys = &session.credentials;
    let token = keys.session_token.as_ref();
    let lines = [
        ("aws_access_key_id", Some(keys.access_key_id.clone())),
        (
            "aws_secret_access_key",
            Some(keys.secret_access_key.expose().to_owned()),
        ),
        (
            "aws_session_token",
            token.map(|token| token.expose().to_owned()),
        ),
        ("region", region.map(str::to_owned)),
        (
            "expiration",
            session.expires().map(crate::clock::Timestamp::rfc3339),
        ),
    ];
    let lines = lines
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}\n", value?)));
    Ok(std::iter::once(format!("[{profile}]\n"))
        .chain(lines)
        .collect())
}
