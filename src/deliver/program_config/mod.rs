//! A config file for programs, in place of the user's own: its profiles hold no keys but call `xrole
//! credential-process`, so that a program gets the session itself, as often as it needs it.
//!
//! The first line says what the user's own files are. xrole reads those, wherever such a file is in force.

mod header;
mod text;
mod written;

use std::ffi::{OsStr, OsString};
use std::path::Path;

pub use header::Header;
pub use text::{Credentials, Given, named};
pub use written::{Others, Written, without_default, write};

use crate::files::reading;
use crate::shell::{Env, display_name};

/// The folder of these files in xrole's cache.
pub const FOLDER: &str = "profiles";

/// What stands in the place of the credentials file: its keys would come before the command of a profile.
pub const NO_CREDENTIALS: &str = "/dev/null";

const CONFIG: &str = "AWS_CONFIG_FILE";
const CREDENTIALS: &str = "AWS_SHARED_CREDENTIALS_FILE";
const PROFILE: &str = "AWS_PROFILE";

/// The longest first line that is read.
const LONGEST: u64 = 16 << 10;

/// Lets xrole see the user's own files, where the variables name such a file.
pub fn reveal(env: &mut Env) {
    let Some(path) = env.raw(CONFIG).filter(|path| is_named_so(Path::new(path))) else {
        return;
    };
    let path = path.to_owned();
    let header = read(Path::new(&path)).unwrap_or_else(|| {
        env.lose_files(path);
        let selector = env.nonempty("XROLE_PROFILE");
        Header {
            config: None,
            credentials: None,
            profile: selector.map(|selector| display_name(selector).to_owned()),
        }
    });
    env.hide(CONFIG, header.config.map(OsString::from));
    if env.get(CREDENTIALS) == Some(NO_CREDENTIALS) {
        env.hide(CREDENTIALS, header.credentials.map(OsString::from));
    }
    if header.profile.is_some() && env.get(PROFILE) == header.profile.as_deref() {
        env.hide(PROFILE, None);
    }
}

/// Has it the name of such a file? Any other is not even opened.
fn is_named_so(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    folder == Some(OsStr::new(FOLDER))
        && name.len() == 64
        && name.bytes().all(|c| c.is_ascii_hexdigit())
}

/// What such a file says; `None` where it is gone.
fn read(path: &Path) -> Option<Header> {
    // Cut within a character, the rest of the file is no UTF-8; its first line is ASCII.
    let bytes = reading::start(path, LONGEST).ok()?;
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    Header::parse(std::str::from_utf8(line).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path, header: &Header) -> String {
        let profiles = folder.join(FOLDER);
        std::fs::create_dir_all(&profiles).unwrap();
        let path = profiles.join("a".repeat(64));
        std::fs::write(&path, header.line() + "[profile prod]\nregion = \u{e9}\n").unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_users_own_files_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let header = Header {
            config: Some("/home/me/config".to_owned()),
            credentials: None,
            profile: Some("prod".to_owned()),
        };
        let path = written(folder.path(), &header);
        let variables = [
            ("AWS_CONFIG_FILE", path.as_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_PROFILE", "prod"),
        ];
        let mut env = Env::from(variables);
        reveal(&mut env);
        assert_eq!(env.get("AWS_CONFIG_FILE"), Some("/home/me/config"));
        assert!(!env.contains("AWS_SHARED_CREDENTIALS_FILE") && !env.contains("AWS_PROFILE"));
        let hidden: Vec<_> = env.hidden().map(|(name, _)| name).collect();
        assert_eq!(hidden, [CONFIG, PROFILE, CREDENTIALS]);
    }

    #[test]
    fn where_the_file_is_gone_the_variables_are_xroles_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FOLDER).join("a".repeat(64));
        for (profile, since) in [("prod", None), ("audit", Some("audit"))] {
            let mut env = Env::from([
                ("AWS_CONFIG_FILE", path.to_str().unwrap()),
                ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
                ("AWS_PROFILE", profile),
                ("XROLE_PROFILE", "prod"),
            ]);
            reveal(&mut env);
            assert!(env.is_hidden(CONFIG) && env.is_hidden(CREDENTIALS));
            assert_eq!(env.get(PROFILE), since);
            assert_eq!(env.lost_files(), Some(path.as_os_str()));
        }
    }

    #[test]
    fn what_the_user_has_set_since_stays() {
        let folder = tempfile::tempdir().unwrap();
        let header = Header {
            config: None,
            credentials: None,
            profile: Some("prod".to_owned()),
        };
        let path = written(folder.path(), &header);
        let mut env = Env::from([("AWS_CONFIG_FILE", path.as_str()), ("AWS_PROFILE", "audit")]);
        reveal(&mut env);
        assert_eq!(env.get("AWS_PROFILE"), Some("audit"));
        assert!(!env.contains("AWS_CONFIG_FILE"));
        let plain = folder.path().join("config");
        std::fs::write(&plain, header.line()).unwrap();
        let mut env = Env::from([("AWS_CONFIG_FILE", plain.to_str().unwrap())]);
        reveal(&mut env);
        assert_eq!(env.hidden().count(), 0);
    }
}
