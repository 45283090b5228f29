//! A writer is killed at each of its system calls, and the user's file is the old one or the new one
//! (`docs/rules/security.md#files-of-the-user`).

use std::process::Command;

use crate::{child, left_out, names};
use xrole::place::SourceFile;

/// What the writer calls from opening the folder to unlocking it.
const CALLS: [&str; 9] = [
    "openat",
    "flock",
    "fchown",
    "fchmod",
    "write",
    "fsync",
    "renameat,renameat2",
    "unlinkat",
    "getdents64",
];

const OLD: &str = "# c\r\n[default]\naws_access_key_id = AKIA # c";

#[test]
fn a_writer_killed_at_any_call_leaves_the_old_or_the_new_file() {
    let new = child::change()
        .apply(OLD.as_bytes(), SourceFile::Credentials)
        .unwrap();
    let (mut old_count, mut new_count) = (0, 0);
    for call in CALLS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        for when in 1..100 {
            std::fs::write(&path, OLD).unwrap();
            let mut command = Command::new("strace");
            command.args(["-f", "-qq", "-o", "/dev/null"]);
            command.args(["-e", &format!("trace={call}")]);
            command.args(["-e", &format!("inject={call}:signal=KILL:when={when}")]);
            command.args(child::words());
            child::environment(&mut command, "write", folder.path());
            let Ok(output) = command.output() else {
                return left_out("no strace");
            };
            let over = child::answer(&output.stdout).is_some();
            if !over && String::from_utf8_lossy(&output.stderr).contains("strace:") {
                return left_out("strace may not trace");
            }
            match std::fs::read(&path).unwrap() {
                bytes if bytes == OLD.as_bytes() => old_count += 1,
                bytes if bytes == **new => new_count += 1,
                bytes => panic!("{call} {when}: {:?}", String::from_utf8_lossy(&bytes)),
            }
            // The next writer is not held up, and takes away what the killed one left.
            let output = child::command("write", folder.path()).output().unwrap();
            let answer = child::answer(&output.stdout).unwrap();
            assert!(answer.starts_with("changed "), "{call} {when}: {answer}");
            assert_eq!(std::fs::read(&path).unwrap(), **new);
            assert_eq!(names(folder.path()), ["credentials"], "{call} {when}");
            if over {
                break;
            }
            assert!(when < 99, "{call}: never came to the end");
        }
    }
    println!("old {old_count}, new {new_count}");
    assert!(
        old_count > CALLS.len() && new_count >= CALLS.len(),
        "killed before and after: {old_count}, {new_count}"
    );
}
