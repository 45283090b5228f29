//! The files on the disk: missing, odd, or written by somebody else.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use xrole::aws::config::{Profiles, load};
use xrole::error::Result;
use xrole::place::{Place, SourceFile};
use xrole::settings::{SessionKey, Settings};
use xrole::shell::Env;

/// A home directory with `.aws`, for the user alone.
struct Home {
    // Removed when the test ends.
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let path = folder.path().canonicalize().expect("its real path");
        let home = Self {
            _folder: folder,
            path,
        };
        home.directory(".aws", 0o700);
        home
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn directory(&self, name: &str, mode: u32) {
        fs::create_dir_all(self.at(name)).expect("a directory");
        self.mode(name, mode);
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        fs::write(self.at(name), text).expect("a file");
        self.mode(name, mode);
    }

    fn mode(&self, name: &str, mode: u32) {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.at(name), mode).expect("a mode");
    }

    /// The environment; `HOME/` in a value stands for this directory.
    fn env(&self, vars: &[(&str, &str)]) -> Env {
        let home = self.path.to_str().expect("a plain path");
        let vars = vars
            .iter()
            .map(|(name, value)| ((*name).into(), value.replace("HOME", home).into()));
        Env::new(vars.chain([("HOME".into(), home.into())]))
    }

    fn load(&self, vars: &[(&str, &str)]) -> Result<Profiles> {
        load(&self.env(vars))
    }

    /// Text with this directory as `HOME`.
    fn shown(&self, text: &impl ToString) -> String {
        text.to_string()
            .replace(self.path.to_str().expect("a plain path"), "HOME")
    }
}

fn names(profiles: &Profiles) -> Vec<&str> {
    profiles.profiles.names().map(String::as_str).collect()
}

#[test]
fn both_files_are_read_and_named_in_messages() {
    let home = Home::new();
    home.write(".aws/config", "[profile a]\n", 0o600);
    home.write(".aws/credentials", "[b]\n", 0o600);
    home.write("other", "[profile c]\n", 0o600);
    let profiles = home.load(&[]).expect("two files");
    assert_eq!(names(&profiles), ["a", "b"]);
    assert!(profiles.notices.is_empty());
    assert_eq!(
        profiles.not_found("zzz").message,
        "profile \"zzz\" is in neither ~/.aws/config nor ~/.aws/credentials"
    );
    let profiles = home
        .load(&[
            ("AWS_CONFIG_FILE", "~/other"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ])
        .expect("one file");
    assert_eq!(names(&profiles), ["c"]);
    assert_eq!(
        profiles.not_found("zzz").message,
        "profile \"zzz\" is in neither ~/other nor /dev/null"
    );
}

#[test]
fn what_is_missing_is_empty() {
    let home = Home::new();
    symlink("nowhere", home.at("dangling")).expect("a symlink");
    symlink("/dev/null", home.at("null")).expect("a symlink");
    home.write("file", "", 0o600);
    for config in [
        "",
        "HOME/none",
        "HOME/dangling",
        "HOME/null",
        "/dev/null",
        "HOME/file/config",
    ] {
        let profiles = home.load(&[("AWS_CONFIG_FILE", config)]).expect(config);
        assert!(profiles.profiles.is_empty(), "{config}");
        let notices: Vec<_> = profiles.notices.iter().map(ToString::to_string).collect();
        if config.is_empty() {
            assert_eq!(
                notices,
                ["AWS_CONFIG_FILE is set but empty: no config file is read"]
            );
        } else {
            assert!(notices.is_empty(), "{config}: {notices:?}");
        }
    }
}

#[test]
fn what_is_no_readable_file_is_an_error() {
    let home = Home::new();
    symlink("loop", home.at("loop")).expect("a symlink");
    let fifo = std::process::Command::new("mkfifo")
        .arg(home.at("fifo"))
        .status();
    assert!(fifo.expect("mkfifo").success());
    let sparse = fs::File::create(home.at("large")).expect("a file");
    sparse.set_len((64 << 20) + 1).expect("a sparse file");
    for (config, message) in [
        ("HOME/.aws", "HOME/.aws is not a regular file"),
        ("HOME/fifo", "HOME/fifo is not a regular file"),
        ("/dev/zero", "/dev/zero is not a regular file"),
        ("HOME/large", "HOME/large is longer than 64 MiB"),
        ("HOME/loop", "could not read HOME/loop: "),
    ] {
        let error = home.load(&[("AWS_CONFIG_FILE", config)]).expect_err(config);
        assert_eq!(error.class, "file-unreadable");
        assert!(home.shown(&error.message).starts_with(message), "{error}");
        let remedy = "make it a file that you can read, or let AWS_CONFIG_FILE name another one";
        assert_eq!(error.remedy, remedy);
    }
}

/// The error for a command on line 2 of the config file, and the notices of reading it.
fn trust(home: &Home, config: &str) -> (Option<String>, Vec<String>) {
    let profiles = home.load(&[("AWS_CONFIG_FILE", config)]).expect("a file");
    assert_eq!(names(&profiles), ["p"], "it is read in any case");
    let place = |file| Place { file, line: 2 };
    assert_eq!(
        profiles.command_trust(place(SourceFile::Credentials)),
        Ok(())
    );
    let error = profiles.command_trust(place(SourceFile::Config)).err();
    assert!(error.iter().all(|error| error.class == "untrusted-file"));
    let notices = profiles.notices.iter().map(|notice| home.shown(notice));
    (error.map(|error| home.shown(&error)), notices.collect())
}

const COMMAND: &str = "[profile p]\ncredential_process = p\n";

#[test]
fn commands_run_only_from_files_that_nobody_else_can_write() {
    let home = Home::new();
    home.write(".aws/config", COMMAND, 0o644);
    home.write("group", COMMAND, 0o660);
    let own_group = rustix::process::getegid().as_raw();
    chown(home.at("group"), None, Some(own_group)).expect("the own group");
    home.write("open", COMMAND, 0o666);
    home.directory("shared", 0o777);
    home.write("shared/config", COMMAND, 0o600);
    home.directory("links", 0o700);
    symlink("../open", home.at("links/file")).expect("a symlink");
    symlink("../shared/config", home.at("links/directory")).expect("a symlink");
    symlink("../.aws/config", home.at("shared/link")).expect("a symlink");
    symlink("shared", home.at("folder")).expect("a symlink");
    for (config, fault) in [
        ("HOME/.aws/config", None),
        ("HOME/group", None),
        ("HOME/open", Some("HOME/open")),
        ("HOME/shared/config", Some("HOME/shared")),
        ("HOME/links/file", Some("HOME/open")),
        ("HOME/links/directory", Some("HOME/shared")),
        ("HOME/shared/link", Some("HOME/shared")),
        ("HOME/folder/config", Some("HOME/shared")),
    ] {
        let (error, notices) = trust(&home, config);
        let expected = fault.map(|path| {
            format!("config:2: {path} is writable by others: its commands are not run\nif you trust it: chmod go-w {path}")
        });
        assert_eq!(error, expected, "{config}");
        let shown = config.replace("HOME", "~");
        let expected = fault
            .map(|path| format!("{path} is writable by others: commands of {shown} are not run"));
        assert_eq!(notices, Vec::from_iter(expected), "{config}");
    }
}

#[test]
fn commands_of_another_user_are_not_run() {
    let home = Home::new();
    home.write("config", COMMAND, 0o644);
    home.directory("directory", 0o755);
    home.write("directory/config", COMMAND, 0o644);
    let give = |name: &str| chown(home.at(name), Some(12_345), None);
    if give("config").is_err() || give("directory").is_err() {
        crate::left_out::left_out("only root can give files away");
        return;
    }
    for (config, path) in [
        ("HOME/config", "HOME/config"),
        ("HOME/directory/config", "HOME/directory"),
    ] {
        let expected = format!(
            "config:2: {path} belongs to another user (uid 12345): its commands are not run\nif you trust it: sudo chown \"$(id -u)\" {path}"
        );
        assert_eq!(trust(&home, config).0, Some(expected));
    }
}

#[test]
fn settings_are_read_from_the_users_own_file() {
    let home = Home::new();
    let load = |vars: &[(&str, &str)]| Settings::load(&home.env(vars));
    assert_eq!(load(&[]), Ok(Settings::default()));
    home.directory("xrole", 0o700);
    home.write(
        "xrole/config.ini",
        "\u{feff}[settings]\nsession_key = off\n",
        0o600,
    );
    let vars = [("XDG_CONFIG_HOME", "HOME/")];
    assert_eq!(
        load(&vars).map(|settings| settings.session_key),
        Ok(SessionKey::Off)
    );
    home.mode("xrole/config.ini", 0o622);
    let error = load(&vars).expect_err("others may write");
    assert_eq!(error.class, "untrusted-file");
    assert_eq!(
        home.shown(&error),
        "HOME/xrole/config.ini is writable by others: its settings are not used\nif you trust it: chmod go-w HOME/xrole/config.ini"
    );
    home.write("bytes", "", 0o600);
    fs::write(Path::new(&home.at("bytes")), b"[settings]\n\xff").expect("a file");
    let error = load(&[("XROLE_CONFIG_FILE", "HOME/bytes")]).expect_err("no text");
    assert_eq!(
        error.to_string(),
        "~/bytes: byte 11 of the file is not UTF-8 text\nsave the file as UTF-8"
    );
}
