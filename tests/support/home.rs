//! A person's home: a temporary folder with AWS's files in it, and the environment of a fresh login.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::sts::FakeSts;
use super::sts::world::{ALICE_KEY, ALICE_SECRET};
use super::tools;

/// Profiles of the central account; roles as in `World::central`.
pub const CENTRAL_CONFIG: &str = "\
[profile central]
region = eu-central-1

[profile prod]
role_arn = arn:aws:iam::222222222222:role/Operator
source_profile = central
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = eu-central-1

[profile staging]
role_arn = arn:aws:iam::333333333333:role/Operator
source_profile = central
mfa_serial = arn:aws:iam::111111111111:mfa/alice
region = eu-west-1

[profile audit]
role_arn = arn:aws:iam::444444444444:role/Audit
source_profile = central
mfa_serial = arn:aws:iam::111111111111:mfa/alice
external_id = audit-2718
region = eu-central-1

[profile deploy]
role_arn = arn:aws:iam::555555555555:role/Deploy
source_profile = prod
region = eu-central-1

[profile readonly]
role_arn = arn:aws:iam::666666666666:role/ReadOnly
source_profile = central
region = eu-central-1
";

/// Sessions are sealed with a key in a file, since a test machine's keyring belongs to someone else.
const SETTINGS: &str = "[settings]\nsession_key = file\n";

/// Dropped, it is deleted.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// An empty home of a person called alice, without any AWS file.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("home-")
            .tempdir()
            .expect("a temporary folder");
        let mut home = Self {
            folder,
            env: BTreeMap::new(),
        };
        for name in [
            "bin",
            ".aws",
            ".config",
            ".cache",
            ".local/share",
            // Where these are missing, an interactive fish leaves a process behind that reads all manual pages.
            ".local/share/fish/generated_completions",
            ".cache/fish/generated_completions",
            "run",
            "tmp",
        ] {
            fs::create_dir_all(home.path(name)).expect("a folder in a new home");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(home.path("run"), private).expect("chmod of an own folder");
        home.fill_environment();
        home.file(".config/xrole/config.ini", SETTINGS)
    }

    fn fill_environment(&mut self) {
        let path = tools::variable("PATH").unwrap_or_else(|| "/usr/bin:/bin".to_owned());
        let bin = format!("{}:{path}", self.path("bin").display());
        let plain = [
            ("PATH", bin.as_str()),
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("USER", "alice"),
            ("LOGNAME", "alice"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_PAGER", ""),
        ];
        for (name, value) in plain {
            self.env.insert(name.into(), value.into());
        }
        for (name, path) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_RUNTIME_DIR", "run"),
            ("TMPDIR", "tmp"),
            ("XROLE_CONFIG_FILE", ".config/xrole/config.ini"),
            // macOS has other conventional folders; these say it outright.
            ("XROLE_CACHE_DIR", ".cache/xrole"),
        ] {
            let path = self.path(path);
            self.env
                .insert(name.into(), path.to_string_lossy().into_owned());
        }
    }

    /// The central account's profiles, alice's key, and the STS to ask.
    #[must_use]
    pub fn central(sts: &FakeSts) -> Self {
        let keys = format!(
            "[central]\naws_access_key_id = {ALICE_KEY}\naws_secret_access_key = {ALICE_SECRET}\n"
        );
        Self::new()
            .config(CENTRAL_CONFIG)
            .credentials(&keys)
            .sts(&sts.url())
    }

    /// A path in this home; `""` is the home itself.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() {
            self.folder.path().to_owned()
        } else {
            self.folder.path().join(name)
        }
    }

    #[must_use]
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// Writes a file, private to its owner, with its folders.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    /// Writes a file of a home that is in use.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder in an own home");
        }
        fs::write(&path, text).expect("a file in an own home");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
    }

    /// `~/.aws/config`.
    #[must_use]
    pub fn config(self, text: &str) -> Self {
        self.file(".aws/config", text)
    }

    /// `~/.aws/credentials`.
    #[must_use]
    pub fn credentials(self, text: &str) -> Self {
        self.file(".aws/credentials", text)
    }

    /// xrole's own settings file; `session_key = file` must be among them.
    #[must_use]
    pub fn settings(self, text: &str) -> Self {
        self.file(".config/xrole/config.ini", text)
    }

    /// The endpoint of every STS call.
    #[must_use]
    pub fn sts(self, url: &str) -> Self {
        self.variable("AWS_ENDPOINT_URL_STS", url)
    }

    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Makes a program callable by a name, before all others on PATH.
    #[must_use]
    pub fn program(self, name: &str, target: &Path) -> Self {
        symlink(target, self.path("bin").join(name)).expect("a link in an own folder");
        self
    }
}
