//! Where the cache lies and where its key may lie.

use std::path::PathBuf;

use crate::os::folders::{Folders, Layout};
use crate::shell::Env;

/// The setting `session_key`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionKey {
    /// The first holder that works: kernel keyring, runtime directory, state directory.
    #[default]
    Auto,
    /// A file: runtime directory, state directory.
    File,
    /// Sessions are not kept.
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheOptions {
    /// `$XDG_CACHE_HOME/xrole` or `$XROLE_CACHE_DIR`, absolute.
    pub directory: PathBuf,
    /// `$XDG_RUNTIME_DIR`.
    pub runtime_directory: Option<PathBuf>,
    /// `$XDG_STATE_HOME/xrole`: where the key file lies when no better place works.
    pub state_directory: PathBuf,
    /// The key is this directory's own, not the one of the user's ordinary cache.
    pub own_key: bool,
    pub session_key: SessionKey,
}

impl CacheOptions {
    /// From `XROLE_CACHE_DIR`, the XDG variables and `HOME`. `None` where none of them says where to go.
    ///
    /// A cache that `XROLE_CACHE_DIR` names keeps its own data key: its last resort is a file beside the sessions.
    #[must_use]
    pub fn from_env(env: &Env, session_key: SessionKey) -> Option<Self> {
        let variable = |name: &str| env.raw(name);
        let folders = Folders::new(Layout::current(), &variable);
        let runtime_directory = folders.runtime();
        if let Some(named) = env.raw("XROLE_CACHE_DIR").filter(|value| !value.is_empty()) {
            // XROLE_STAMP names a file in it, for shells that go elsewhere.
            let directory = std::path::absolute(named).ok()?;
            return Some(Self {
                state_directory: directory.clone(),
                directory,
                runtime_directory,
                own_key: true,
                session_key,
            });
        }
        Some(Self {
            directory: folders.cache()?.join("xrole"),
            runtime_directory,
            state_directory: folders.state()?.join("xrole"),
            own_key: false,
            session_key,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn places_follow_the_environment() {
        let options = |env: &[(&str, &str)]| {
            let env = Env::new(env.iter().map(|(n, v)| (n.into(), v.into())));
            CacheOptions::from_env(&env, SessionKey::File).map(|options| {
                (
                    options.directory.display().to_string(),
                    options.state_directory.display().to_string(),
                    options.own_key,
                )
            })
        };
        let some = |cache: &str, state: &str, own| Some((cache.to_owned(), state.to_owned(), own));
        for (env, expected) in [
            (
                &[("HOME", "/h")][..],
                some("/h/.cache/xrole", "/h/.local/state/xrole", false),
            ),
            (
                &[
                    ("HOME", "/h"),
                    ("XDG_CACHE_HOME", "/c"),
                    ("XDG_STATE_HOME", "rel"),
                ],
                some("/c/xrole", "/h/.local/state/xrole", false),
            ),
            (
                &[("HOME", "/h"), ("XROLE_CACHE_DIR", "/x")],
                some("/x", "/x", true),
            ),
            (&[("XROLE_CACHE_DIR", "/x")], some("/x", "/x", true)),
            (
                &[("HOME", "/h"), ("XROLE_CACHE_DIR", "")],
                some("/h/.cache/xrole", "/h/.local/state/xrole", false),
            ),
            (&[("HOME", "h")], None),
            (&[], None),
        ] {
            assert_eq!(options(env), expected, "{env:?}");
        }
    }
}
