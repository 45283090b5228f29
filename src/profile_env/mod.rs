//! A config file for programs, in place of the user's own: its profiles hold no keys but call `xrole
//! credential-process`, so that a program gets the session itself, as often as it needs it.
//!
//! The first line says what the user's own files are. xrole reads those, wherever such a file is in force.

mod header;
mod text;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

pub use header::Header;
pub use text::{Credentials, Given, named};

use crate::env_diff::Env;

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
    let Some(header) = env.raw(CONFIG).map(Path::new).and_then(in_force) else {
        return;
    };
    env.hide(CONFIG, header.config.map(OsString::from));
    if env.get(CREDENTIALS) == Some(NO_CREDENTIALS) {
        env.hide(CREDENTIALS, header.credentials.map(OsString::from));
    }
    if header.profile.is_some() && env.get(PROFILE) == header.profile.as_deref() {
        env.hide(PROFILE, None);
    }
}

/// What such a file says. Any other file is not even opened.
fn in_force(path: &Path) -> Option<Header> {
    let folder = path.parent()?.file_name()?;
    let name = path.file_name()?.to_str()?;
    let hash = name.len() == 64 && name.bytes().all(|c| c.is_ascii_hexdigit());
    if folder != FOLDER || !hash {
        return None;
    }
    let mut start = String::new();
    let file = File::open(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    // Cut within a character, the rest of the file is no UTF-8; its first line is ASCII.
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    start.push_str(std::str::from_utf8(line).ok()?);
    Header::parse(&start)
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
