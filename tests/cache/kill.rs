//! A writer is killed at each of its system calls, and a reader finds the old session or the new one
//! (`docs/rules/security.md#atomic-replacement`).

use std::process::Command;

use crate::child;
use crate::support::{Folder, key, label, left_out, now, number_of, session, vacancy};

/// What `deliver` calls from opening its lock to unlocking it.
const CALLS: [&str; 8] = [
    "openat",
    "fchmod",
    "write",
    "fsync",
    "utimensat",
    "renameat,renameat2",
    "unlinkat",
    "flock",
];

#[test]
fn a_writer_killed_at_any_call_leaves_the_old_or_the_new_session() {
    let mut old = 0;
    let mut new = 0;
    for call in CALLS {
        let folder = Folder::new();
        folder.fill(key("deliver"), 1);
        for when in 1..100 {
            let mut command = Command::new("strace");
            command.args(["-f", "-qq", "-o", "/dev/null"]);
            command.args(["-e", &format!("trace={call}")]);
            command.args(["-e", &format!("inject={call}:signal=KILL:when={when}")]);
            command.args(child::words());
            child::environment(&mut command, "deliver", folder.folder.path(), 2);
            let Ok(output) = command.output() else {
                return left_out("no strace");
            };
            match number_of(folder.cache().read(&key("deliver"))) {
                Some(1) => old += 1,
                Some(2) => new += 1,
                other => panic!("{call} {when}: {other:?}"),
            }
            let over = child::answer(&output.stdout).is_some();
            if !over && String::from_utf8_lossy(&output.stderr).contains("strace:") {
                return left_out("strace may not trace");
            }
            // The lock is free at once, and the place can be filled again.
            let cache = folder.cache();
            assert_eq!(cache.clear(&[key("deliver")]).busy, 0, "{call} {when}");
            let _ = vacancy(&cache, key("deliver")).fill(session(1, now()), &label());
            assert_eq!(cache.notices(), [], "{call} {when}");
            if over {
                break;
            }
            assert!(when < 99, "{call}: never came to the end");
        }
    }
    println!("old {old}, new {new}");
    assert!(
        old > CALLS.len() && new >= CALLS.len(),
        "killed before and after: {old}, {new}"
    );
}
