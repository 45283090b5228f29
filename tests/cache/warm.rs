//! The warm path: opening the cache and reading a hit is a handful of system calls.

use std::process::Command;

use crate::child;
use crate::support::{Folder, key, left_out};

/// Looked for by the child before and after, so that the trace shows where its work begins and ends.
pub const BEGIN: &str = "/xrole-test-begin";
pub const END: &str = "/xrole-test-end";

/// The calls of one open and one read, by name.
fn calls(folder: &Folder, task: &str) -> Option<Vec<String>> {
    let trace = folder.folder.path().join("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&trace);
    command.args(child::words());
    child::environment(&mut command, task, folder.folder.path(), 1);
    let output = command.output().ok()?;
    child::answer(&output.stdout)?;
    let trace = std::fs::read_to_string(trace).unwrap();
    println!("{task}:");
    let lines = trace.lines().skip_while(|line| !line.contains(BEGIN));
    let lines = lines.skip(1).take_while(|line| !line.contains(END));
    let own = lines.filter_map(|line| {
        let call = line.split_once(' ')?.1.trim_start();
        println!("  {call}");
        Some(call.split('(').next()?.to_owned())
    });
    // The allocator's and the thread's own; how the clock is found, once; and what a debug build checks on closing.
    let foreign = [
        "brk", "mmap", "munmap", "mprotect", "futex", "prctl", "fcntl",
    ];
    Some(
        own.filter(|call| !foreign.contains(&call.as_str()))
            .collect(),
    )
}

#[test]
fn a_hit_takes_a_handful_of_system_calls() {
    let folder = Folder::new();
    folder.fill(key("warm"), 1);
    let Some(calls) = calls(&folder, "warm") else {
        return left_out("no strace, or it may not trace");
    };
    assert!(
        !calls.is_empty() && calls.len() <= 20,
        "{} calls: {calls:?}",
        calls.len()
    );
    for slow in [
        "flock",
        "getdents64",
        "mkdir",
        "mkdirat",
        "fsync",
        "unlinkat",
    ] {
        assert!(!calls.iter().any(|call| call == slow), "{slow}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn so_does_a_hit_with_the_key_in_the_kernel() {
    let folder = Folder::new();
    let mut options = folder.options();
    options.session_key = xrole::store::SessionKey::Auto;
    let cache = xrole::store::Cache::open(&options, xrole::context::Context::read().clock);
    let minted = crate::support::session(1, crate::support::now());
    let _ = crate::support::vacancy(&cache, key("warm")).fill(minted, &crate::support::label());
    let calls = calls(&folder, "warm in the kernel");
    let _ = cache.clear_all();
    let Some(calls) = calls else {
        return left_out("no strace, or it may not trace");
    };
    assert!(
        !calls.is_empty() && calls.len() <= 20,
        "{} calls: {calls:?}",
        calls.len()
    );
}
