//! Full, read-only and failing disks: a clear error, and the user's old file whole
//! (`docs/rules/security.md#files-of-the-user`).

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::{child, left_out, names};

const OLD: &str = "[default]\naws_access_key_id = AKIA\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("credentials");
    std::fs::write(&file, OLD).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

/// What the child said, once the file is seen to be as it was and alone.
fn answer(folder: &Path, mut command: Command) -> Option<String> {
    child::environment(&mut command, "write", folder);
    let output = command.env("FOLDER", folder).output().ok()?;
    let error = String::from_utf8_lossy(&output.stderr);
    if ["strace:", "unshare:", "mount:"]
        .iter()
        .any(|tool| error.contains(tool))
    {
        println!("{error}");
        return None;
    }
    let answer = child::answer(&output.stdout).unwrap_or_else(|| panic!("{output:?}"));
    Some(answer)
}

fn unchanged(folder: &Path) {
    assert_eq!(
        std::fs::read_to_string(folder.join("credentials")).unwrap(),
        OLD
    );
    assert_eq!(names(folder), ["credentials"]);
}

fn shell(script: &str, namespace: bool) -> Command {
    let mut command = if namespace {
        let mut command = Command::new("unshare");
        let root = rustix::process::geteuid().is_root();
        command.args([if root { "-m" } else { "-rm" }, "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.args(["-ec", script, "sh"]).args(child::words());
    command
}

#[test]
fn a_full_disk() {
    let folder = folder();
    let script = r#"mount -t tmpfs -o size=8k,mode=700 full "$FOLDER"
        printf '[default]\naws_access_key_id = AKIA\n' > "$FOLDER/credentials"
        "$@"; printf '[default]\naws_access_key_id = AKIA\n' | cmp - "$FOLDER/credentials"
        [ "$(ls "$FOLDER")" = credentials ]"#;
    let Some(answer) = answer(folder.path(), shell(script, true)) else {
        return left_out("mounting is not permitted");
    };
    assert_eq!(
        answer,
        "could not write ~/credentials: No space left on device (os error 28)\n\
         make room, then run the command again; the file is as it was"
    );
}

#[test]
fn a_read_only_disk() {
    let folder = folder();
    let script = r#"mount --bind "$FOLDER" "$FOLDER"; mount -o remount,ro,bind "$FOLDER"; "$@""#;
    let Some(answer) = answer(folder.path(), shell(script, true)) else {
        return left_out("mounting is not permitted");
    };
    assert_eq!(
        answer,
        "could not write ~/credentials: Read-only file system (os error 30)\n\
         make it and its folder writable for you, or let AWS_SHARED_CREDENTIALS_FILE name another file"
    );
    unchanged(folder.path());
}

/// As under a quota.
#[test]
fn a_limit_on_files() {
    let folder = folder();
    let command = shell(r#"trap "" XFSZ; ulimit -f 4; exec "$@""#, false);
    let answer = answer(folder.path(), command).unwrap();
    assert_eq!(
        answer,
        "could not write ~/credentials: File too large (os error 27)\n\
         make room, then run the command again; the file is as it was"
    );
    unchanged(folder.path());
}

#[test]
fn failing_calls() {
    for (call, error, text) in [
        (
            "flock",
            "ENOLCK",
            "could not lock the folder of ~/credentials: No locks available (os error 37)\nthe file is as it was",
        ),
        (
            "fchmod",
            "EIO",
            "could not write ~/credentials: Input/output error (os error 5)\nthe file is as it was",
        ),
        (
            "fsync",
            "EIO",
            "could not write ~/credentials: Input/output error (os error 5)\nthe file is as it was",
        ),
        (
            "renameat,renameat2",
            "EPERM",
            "could not write ~/credentials: Operation not permitted (os error 1)\n\
          make it and its folder writable for you, or let AWS_SHARED_CREDENTIALS_FILE name another file",
        ),
    ] {
        let folder = folder();
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null"]);
        command.args(["-e", &format!("trace={call}")]);
        command.args(["-e", &format!("inject={call}:error={error}:when=1")]);
        command.args(child::words());
        let Some(answer) = answer(folder.path(), command) else {
            return left_out("no strace, or it may not trace");
        };
        assert_eq!(answer, text, "{call}");
        unchanged(folder.path());
    }
}

/// After the rename there is no way back, and none is claimed.
#[test]
fn a_folder_that_cannot_be_flushed() {
    let folder = folder();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync"]);
    command.args(["-e", "inject=fsync:error=EIO:when=2"]);
    command.args(child::words());
    let Some(answer) = answer(folder.path(), command) else {
        return left_out("no strace, or it may not trace");
    };
    assert_eq!(
        answer,
        "changed true ~/credentials is written, but a loss of power could bring the old content back: \
         Input/output error (os error 5)"
    );
    let text = std::fs::read_to_string(folder.path().join("credentials")).unwrap();
    assert!(text.starts_with(&format!("{OLD}\n[session]\n")));
    assert_eq!(names(folder.path()), ["credentials"]);
}
