//! Full, read-only and failing disks: the session is delivered, with one notice, and the old file stays whole
//! (`docs/rules/security.md#cache-folder`).

use std::process::{Command, Stdio};

use crate::child;
use crate::support::{Folder, key, left_out, names, number_of};

/// Runs a script with mounts of its own, gone when it ends; `$@` is the child.
fn with_mounts(folder: &Folder, script: &str) -> Option<String> {
    let namespace = if rustix::process::geteuid().is_root() {
        "-m"
    } else {
        "-rm"
    };
    let mut command = Command::new("unshare");
    command
        .args([namespace, "sh", "-ec", script, "sh"])
        .args(child::words());
    child::environment(&mut command, "deliver", folder.folder.path(), 2);
    command.env("CACHE", folder.path());
    let output = command.stdin(Stdio::null()).output().ok()?;
    let error = String::from_utf8_lossy(&output.stderr);
    if error.contains("unshare:") || error.contains("mount:") {
        println!("{error}");
        return None;
    }
    let answer = child::answer(&output.stdout).unwrap_or_else(|| panic!("{output:?}"));
    let path = folder.path().display().to_string();
    Some(answer.replace(&path, "CACHE"))
}

#[test]
fn a_full_disk_costs_a_notice() {
    let folder = Folder::new();
    folder.fill(key("deliver"), 1);
    // Room for directories and empty files, but not for a byte of content.
    let script = r#"mount -t tmpfs -o size=16k,mode=700 full "$CACHE"
        mkdir -m 700 "$CACHE/locks"; head -c 1M /dev/zero > "$CACHE/fill" 2>/dev/null || :
        "$@"; ls "$CACHE" | grep -c tmp && exit 9 || :"#;
    let Some(answer) = with_mounts(&folder, script) else {
        return left_out("mounting is not permitted");
    };
    assert_eq!(
        answer,
        "delivered Some(2), stamp false, notices [\"sessions are not kept in CACHE: No space left on device (os error 28)\"]"
    );
}

#[test]
fn a_read_only_disk_costs_a_notice_and_is_still_read() {
    let folder = Folder::new();
    folder.fill(key("deliver"), 1);
    let script = r#"mount --bind "$CACHE" "$CACHE"; mount -o remount,ro,bind "$CACHE"; "$@""#;
    let Some(answer) = with_mounts(&folder, script) else {
        return left_out("mounting is not permitted");
    };
    assert_eq!(
        answer,
        "delivered Some(2), stamp false, notices [\"sessions are not kept in CACHE: Read-only file system (os error 30)\"]"
    );
    assert_eq!(number_of(folder.cache().read(&key("deliver"))), Some(1));
}

/// The child's answer with this call failing each time.
fn with_failing(folder: &Folder, call: &str, error: &str) -> Option<String> {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.args(["-e", &format!("trace={call}")]);
    command.args(["-e", &format!("inject={call}:error={error}")]);
    command.args(child::words());
    child::environment(&mut command, "deliver", folder.folder.path(), 2);
    let output = command.output().ok()?;
    let path = folder.path().display().to_string();
    if String::from_utf8_lossy(&output.stderr).contains("strace:") {
        return None;
    }
    let answer = child::answer(&output.stdout).unwrap_or_default();
    Some(answer.replace(&path, "CACHE"))
}

#[test]
fn a_failing_disk_costs_a_notice() {
    for (call, error, text) in [
        ("fsync", "EIO", "Input/output error (os error 5)"),
        ("fchmod", "EPERM", "Operation not permitted (os error 1)"),
        ("utimensat", "EPERM", "Operation not permitted (os error 1)"),
        (
            "renameat,renameat2",
            "EIO",
            "Input/output error (os error 5)",
        ),
    ] {
        let folder = Folder::new();
        folder.fill(key("deliver"), 1);
        let Some(answer) = with_failing(&folder, call, error) else {
            return left_out("no strace, or it may not trace");
        };
        let notice = format!("[\"sessions are not kept in CACHE: {text}\"]");
        let expected = format!("delivered Some(2), stamp false, notices {notice}");
        assert_eq!(answer, expected, "{call}");
        assert_eq!(
            number_of(folder.cache().read(&key("deliver"))),
            Some(1),
            "{call}"
        );
        let left = names(&folder.path());
        assert_eq!(
            left,
            [key("deliver").hex(), "locks".into(), "stamps".into()]
        );
    }
}

/// As under a quota: no byte can be written to a file, though files can be made.
#[test]
fn a_limit_on_files_costs_a_notice() {
    let folder = Folder::new();
    folder.fill(key("deliver"), 1);
    let mut command = Command::new("sh");
    command.args(["-ec", r#"trap "" XFSZ; ulimit -f 0; exec "$@""#, "sh"]);
    command.args(child::words());
    child::environment(&mut command, "deliver", folder.folder.path(), 2);
    let output = command.output().unwrap();
    let answer = child::answer(&output.stdout).unwrap_or_else(|| panic!("{output:?}"));
    assert_eq!(
        answer.replace(&folder.path().display().to_string(), "CACHE"),
        "delivered Some(2), stamp false, notices [\"sessions are not kept in CACHE: File too large (os error 27)\"]"
    );
    assert_eq!(number_of(folder.cache().read(&key("deliver"))), Some(1));
    for folder in [folder.path(), folder.path().join("locks")] {
        let left = names(&folder);
        assert!(!left.iter().any(|name| name.contains(".tmp")), "{left:?}");
    }
}
