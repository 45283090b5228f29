//! Static keys of a profile: a pair and its token from one file, never mixed.

use super::key::STATIC_KEYS;
use super::profile::Profile;
use super::setting::Setting;
use crate::clock::Timestamp;
use crate::display_safe::display_safe;
use crate::error::{Error, Result};
use crate::place::{Place, SourceFile};
use crate::session::{Secret, looks_like_key_id};
use crate::words::quoted;

const ID: &str = STATIC_KEYS[0];
const SECRET: &str = STATIC_KEYS[1];
const TOKEN: &str = STATIC_KEYS[2];
const OLD_TOKEN: &str = STATIC_KEYS[3];

/// In a section that xrole wrote: the profile or role whose session it holds.
pub const MARK: &str = "x_xrole";
/// When the keys of a section end, in RFC 3339: other tools write this key too, and starship shows it.
pub const EXPIRES: &str = "x_security_token_expires";

/// A complete pair, with the token that belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub struct StaticKeys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
    /// The line of the access key id, whose file decides the order of sources: of the credentials file before `login_session` and
    /// `credential_process`, of the config file after them.
    pub at: Place,
}

impl Profile {
    /// Does it hold either key of a pair, in either file?
    #[must_use]
    pub fn holds_static_keys(&self) -> bool {
        [ID, SECRET].iter().any(|key| self.get(key).is_some())
    }

    /// When temporary keys end, where whoever wrote them says so beside them.
    #[must_use]
    pub fn keys_expire(&self) -> Option<Timestamp> {
        let (id, end) = (self.get(ID)?, self.get(EXPIRES)?);
        let temporary = [TOKEN, OLD_TOKEN].iter().any(|key| self.get(key).is_some());
        let beside = temporary && end.at.file == id.at.file;
        Timestamp::parse_rfc3339(&end.value).filter(|_| beside)
    }

    /// The static keys in force; `None` if there is neither half of a pair.
    pub fn static_keys(&self) -> Result<Option<StaticKeys>> {
        match (self.get(ID), self.get(SECRET)) {
            (None, None) => Ok(None),
            (Some(id), Some(secret)) => self.pair(id, secret).map(Some),
            (Some(half), None) => Err(self.half(half, ID, SECRET)),
            (None, Some(half)) => Err(self.half(half, SECRET, ID)),
        }
    }

    fn pair(&self, id: &Setting, secret: &Setting) -> Result<StaticKeys> {
        for (key, setting) in [(ID, id), (SECRET, secret)] {
            if setting.value.is_empty() {
                let message = format!("profile {} has an empty {key}", self.quoted());
                let remedy = format!("write the value of {key} there");
                return Err(self.incomplete(message, &remedy).at(setting.at));
            }
        }
        if id.at.file != secret.at.file {
            return Err(self.split(id.at, secret.at));
        }
        // Sent as the id, the secret key would stand in the logs of whoever reads requests.
        if !looks_like_key_id(&id.value) && looks_like_key_id(&secret.value) {
            let message = format!(
                "the key id and the secret key of profile {} are exchanged",
                self.quoted()
            );
            let remedy = format!(
                "write each value where the other one stands; {ID} is the short one in capitals"
            );
            return Err(Error::new("keys-exchanged", message, remedy)
                .at(id.at.min(secret.at))
                .at(id.at.max(secret.at)));
        }
        Ok(StaticKeys {
            access_key_id: id.value.to_string(),
            secret_access_key: Secret::new(secret.value.as_str()),
            session_token: self.token(id.at.file)?,
            at: id.at,
        })
    }

    fn token(&self, file: SourceFile) -> Result<Option<Secret>> {
        let token = |key| {
            self.get(key)
                .filter(|token| !token.value.is_empty() && token.at.file == file)
        };
        let (token, old) = (token(TOKEN), token(OLD_TOKEN));
        if let (Some(token), Some(old)) = (token, old)
            && Secret::new(token.value.as_str()) != Secret::new(old.value.as_str())
        {
            let message = format!(
                "profile {} has two different session tokens: {TOKEN} and {OLD_TOKEN}",
                self.quoted()
            );
            let remedy = format!("keep the newer one, as {TOKEN}");
            return Err(Error::new("token-conflict", message, remedy)
                .at(token.at)
                .at(old.at));
        }
        Ok(token.or(old).map(|token| Secret::new(token.value.as_str())))
    }

    fn half(&self, half: &Setting, has: &str, lacks: &str) -> Error {
        if let Some(other) = self.settings.shadowed(lacks) {
            return self.split(half.at, other.at);
        }
        let message = format!("profile {} has {has} but no {lacks}", self.quoted());
        let section = match half.at.file {
            SourceFile::Config if self.name != "default" => {
                format!("profile {}", quoted(&self.name))
            }
            _ => display_safe(&self.name).into_owned(),
        };
        let remedy = format!("add {lacks} to [{section}] in the {} file", half.at.file);
        self.incomplete(message, &remedy).at(half.at)
    }

    fn split(&self, one: Place, other: Place) -> Error {
        let message = format!(
            "the access key of profile {} is split over two files",
            self.quoted()
        );
        let remedy = "put both lines into the credentials file";
        Error::new("keys-split", message, remedy)
            .at(one.min(other))
            .at(one.max(other))
    }

    fn incomplete(&self, message: String, remedy: &str) -> Error {
        let remedy = format!(
            "{remedy}, or give both keys anew: aws configure --profile {}",
            quoted(&self.name)
        );
        Error::new("keys-partial", message, remedy)
    }

    fn quoted(&self) -> String {
        format!("\"{}\"", display_safe(&self.name))
    }
}
