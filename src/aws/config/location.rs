//! Where the two shared files are: a pure function of the environment and the platform.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::display_safe::display_safe_bytes;
use crate::error::{Error, Result};
use crate::place::Notice;
use crate::shell::Env;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Unix,
    Windows,
}

impl Platform {
    /// The platform that this build is for.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else {
            Self::Unix
        }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::Unix => "/",
            Self::Windows => "\\",
        }
    }
}

/// The two files; `None` where the variable is set but empty, which counts as a missing file.
#[derive(Debug, PartialEq, Eq)]
pub struct Locations {
    pub config: Option<PathBuf>,
    pub credentials: Option<PathBuf>,
    pub notices: Vec<Notice>,
}

pub(super) const CONFIG_VARIABLE: &str = "AWS_CONFIG_FILE";
pub(super) const CREDENTIALS_VARIABLE: &str = "AWS_SHARED_CREDENTIALS_FILE";

/// Finds the files. Relative paths are left relative to the working directory.
pub fn locate(env: &Env, platform: Platform) -> Result<Locations> {
    if let Some(gone) = env.lost_files() {
        // In the files at the default places the same name could be another role.
        return Err(Error::new(
            "profile-env-lost",
            format!(
                "the file that `xrole use --profile-env` wrote for programs is gone: {}",
                display_safe_bytes(gone.as_encoded_bytes())
            ),
            "take the session out of this shell first: xrole unset",
        ));
    }
    let mut finder = Finder {
        env,
        platform,
        notices: Vec::new(),
    };
    Ok(Locations {
        config: finder.find(CONFIG_VARIABLE, "config")?,
        credentials: finder.find(CREDENTIALS_VARIABLE, "credentials")?,
        notices: finder.notices,
    })
}

struct Finder<'a> {
    env: &'a Env,
    platform: Platform,
    notices: Vec<Notice>,
}

impl Finder<'_> {
    fn find(&mut self, variable: &'static str, name: &str) -> Result<Option<PathBuf>> {
        match self.env.raw(variable) {
            Some(value) if value.is_empty() => {
                let text = format!("{variable} is set but empty: no {name} file is read");
                self.notices.push(Notice::new(None, text));
                Ok(None)
            }
            Some(value) => {
                let value = self.with_variables(value, variable);
                self.with_home(value, variable).map(Some)
            }
            None => {
                let separator = self.platform.separator();
                let mut path = self.home(variable)?;
                path.push(format!("{separator}.aws{separator}{name}"));
                Ok(Some(path.into()))
            }
        }
    }

    /// `$NAME` and `${NAME}` replaced; names that are not set stay as they are written, as with the CLI.
    fn with_variables(&mut self, value: &OsStr, variable: &str) -> OsString {
        let Some(mut text) = value.to_str() else {
            return value.to_owned();
        };
        let mut expanded = OsString::with_capacity(text.len());
        while let Some(dollar) = text.find('$') {
            expanded.push(&text[..dollar]);
            let (name, length) = variable_name(&text[dollar + 1..]);
            let written = &text[dollar..=dollar + length];
            if let Some(found) = self.env.raw(name).filter(|_| !name.is_empty()) {
                expanded.push(found);
            } else {
                expanded.push(written);
                if !name.is_empty() {
                    let text = format!("{written} in {variable} is not set: kept as it is");
                    self.notices.push(Notice::new(None, text));
                }
            }
            text = &text[dollar + 1 + length..];
        }
        expanded.push(text);
        expanded
    }

    /// A leading `~/` replaced by the home directory.
    fn with_home(&self, value: OsString, variable: &'static str) -> Result<PathBuf> {
        let windows = (self.platform == Platform::Windows)
            .then(|| value.to_str()?.strip_prefix("~\\"))
            .flatten();
        let rest = match windows {
            Some(rest) => Path::new(rest),
            None => match Path::new(&value).strip_prefix("~") {
                Ok(rest) => rest,
                Err(_) if value.as_encoded_bytes().starts_with(b"~") => {
                    let shown = display_safe_bytes(value.as_encoded_bytes());
                    return Err(Error::new(
                        "file-location",
                        format!(
                            "{variable} is \"{shown}\": the home of another user is not looked up"
                        ),
                        "write the whole path",
                    ));
                }
                Err(_) => return Ok(value.into()),
            },
        };
        let mut path = self.home(variable)?;
        if !rest.as_os_str().is_empty() {
            path.push(self.platform.separator());
            path.push(rest);
        }
        Ok(path.into())
    }

    fn home(&self, variable: &str) -> Result<OsString> {
        let value = |name| self.env.raw(name).filter(|value| !value.is_empty());
        let home = value("HOME").map(OsStr::to_owned);
        let home = match self.platform {
            Platform::Unix => home,
            Platform::Windows => home
                .or_else(|| value("USERPROFILE").map(OsStr::to_owned))
                .or_else(|| {
                    let mut home = value("HOMEDRIVE")?.to_owned();
                    home.push(value("HOMEPATH")?);
                    Some(home)
                }),
        };
        home.ok_or_else(|| {
            let message = "no home directory is known, so the AWS files cannot be found";
            let remedy = match self.platform {
                Platform::Unix => format!("set HOME, or {variable}"),
                Platform::Windows => format!("set HOME or USERPROFILE, or {variable}"),
            };
            Error::new("home-missing", message, remedy)
        })
    }
}

/// The name at the start of the text after a `$`, and the length of text it takes.
fn variable_name(text: &str) -> (&str, usize) {
    if let Some(rest) = text.strip_prefix('{') {
        return match rest.find('}') {
            Some(end) => (&rest[..end], end + 2),
            None => ("", 0),
        };
    }
    let length = text
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        .count();
    (&text[..length], length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(value: &str, platform: Platform) -> Result<(Option<String>, Vec<String>)> {
        let env = Env::from([
            ("AWS_CONFIG_FILE", value),
            ("AWS_SHARED_CREDENTIALS_FILE", "/c"),
            ("HOME", "/home/alice"),
            ("DIR", "/etc/aws"),
            ("TILDE", "~/x"),
        ]);
        let found = locate(&env, platform)?;
        let path = found.config.map(|path| path.display().to_string());
        Ok((
            path,
            found.notices.iter().map(ToString::to_string).collect(),
        ))
    }

    #[test]
    fn variables_and_home_are_expanded() {
        for (value, path) in [
            ("/a/config", "/a/config"),
            ("relative/config", "relative/config"),
            ("~/aws", "/home/alice/aws"),
            ("~", "/home/alice"),
            ("$DIR/config", "/etc/aws/config"),
            ("${DIR}config", "/etc/awsconfig"),
            ("$HOME/$DIR", "/home/alice//etc/aws"),
            ("$TILDE", "/home/alice/x"),
            ("/a/~/b", "/a/~/b"),
            ("/a$/b$", "/a$/b$"),
            ("${DIR", "${DIR"),
        ] {
            let expected = Ok((Some(path.to_owned()), vec![]));
            assert_eq!(config(value, Platform::Unix), expected, "{value}");
        }
        let windows = config("~\\aws", Platform::Windows);
        assert_eq!(windows, Ok((Some("/home/alice\\aws".to_owned()), vec![])));
    }

    #[test]
    fn what_is_not_set_stays_and_is_told() {
        let notice = "$NONE in AWS_CONFIG_FILE is not set: kept as it is".to_owned();
        let expected = Ok((Some("/a/$NONE/config".to_owned()), vec![notice]));
        assert_eq!(config("/a/$NONE/config", Platform::Unix), expected);
        let notice = "AWS_CONFIG_FILE is set but empty: no config file is read".to_owned();
        assert_eq!(config("", Platform::Unix), Ok((None, vec![notice])));
    }

    #[test]
    fn the_home_of_another_user_is_an_error() {
        let error = config("~bob/config", Platform::Unix).unwrap_err();
        assert_eq!(
            error.to_string(),
            "AWS_CONFIG_FILE is \"~bob/config\": the home of another user is not looked up\nwrite the whole path"
        );
    }

    #[test]
    fn without_a_home_the_variable_to_set_is_named() {
        let error = locate(&Env::from([("HOME", "")]), Platform::Unix).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no home directory is known, so the AWS files cannot be found\nset HOME, or AWS_CONFIG_FILE"
        );
        let env = Env::from([
            ("AWS_CONFIG_FILE", "/a"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/b"),
        ]);
        assert!(locate(&env, Platform::Unix).is_ok());
        let error = locate(&Env::from([("HOMEDRIVE", "C:")]), Platform::Windows).unwrap_err();
        assert_eq!(error.remedy, "set HOME or USERPROFILE, or AWS_CONFIG_FILE");
    }

    #[test]
    fn paths_need_not_be_utf8() {
        use std::os::unix::ffi::OsStrExt as _;
        let env = Env::new([("HOME".into(), OsStr::from_bytes(b"/h\xff").to_owned())]);
        let found = locate(&env, Platform::Unix).unwrap();
        let expected = OsStr::from_bytes(b"/h\xff/.aws/config");
        assert_eq!(found.config.as_deref(), Some(Path::new(expected)));
    }
}
