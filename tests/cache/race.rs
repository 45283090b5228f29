//! Many processes at once, and processes that are killed: one of them mints, all are served, and no lock stays
//! (`docs/rules/security.md#locks`).

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::child;
use crate::support::{Folder, key, label, later, names, number_of, session, vacancy};
use xrole::clock::Clock;
use xrole::store::Cache;

/// Ended and reaped when the test is over, however it ends.
struct Herd(Vec<Child>);

impl Drop for Herd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawn(mut command: Command) -> Child {
    command.spawn().unwrap()
}

#[test]
fn a_hundred_processes_make_one_session() {
    let folder = Folder::new();
    race(&folder, 100);
    let files = names(&folder.path());
    assert_eq!(files, [key("race").hex(), "locks".into(), "stamps".into()]);
}

#[test]
fn twenty_processes_renew_one_session_that_is_over() {
    let folder = Folder::new();
    let minted = later(-3590);
    let cache = folder.cache_at(minted);
    let _ = vacancy(&cache, key("race")).fill(session(1000, minted), &label());
    race(&folder, 20);
}

/// All are served the one session that one of them minted.
fn race(folder: &Folder, count: u64) {
    let mut herd = Herd(
        (0..count)
            .map(|number| spawn(child::command("race", folder.folder.path(), number)))
            .collect(),
    );
    let answers: Vec<_> = herd
        .0
        .drain(..)
        .map(|child| child.wait_with_output().unwrap())
        .map(|output| {
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            child::answer(&output.stdout).unwrap_or(error)
        })
        .collect();
    let mut minted = names(folder.folder.path());
    minted.retain(|name| name.starts_with("minted."));
    assert_eq!(minted.len(), 1, "{minted:?}");
    let number = minted[0].strip_prefix("minted.").unwrap();
    assert_eq!(answers, vec![number; usize::try_from(count).unwrap()]);
}

#[test]
fn kills_at_random_leave_no_torn_session_and_no_stuck_lock() {
    let folder = Folder::new();
    let start = |number| spawn(child::command("storm", folder.folder.path(), number));
    let mut herd = Herd((0..8).map(start).collect());
    let begun = Instant::now();
    let mut number = 8;
    let mut read = 0;
    while begun.elapsed() < Duration::from_secs(6) || read == 0 {
        assert!(
            begun.elapsed() < Duration::from_mins(2),
            "the storm never minted"
        );
        // Where none has come so far as to mint, they are given more and more time.
        let pause = if read == 0 { 10 + number } else { 10 };
        std::thread::sleep(Duration::from_millis(pause));
        let place = fastrand::usize(..herd.0.len());
        if let Some(status) = herd.0[place].try_wait().unwrap() {
            panic!("a child failed by itself: {status}");
        }
        herd.0[place].kill().unwrap();
        herd.0[place].wait().unwrap();
        herd.0[place] = start(number);
        number += 1;
        read += usize::from(number_of(folder.cache().read(&key("storm"))).is_some());
    }
    drop(herd);
    let cache = folder.cache();
    drop(cache.lookup(&key("storm"), &|_| false, &mut Never).unwrap());
    drop(cache);

    let tomorrow = Cache::open(&folder.options(), Clock::fixed(later(2 * 3600)));
    let minted = session(1, later(2 * 3600));
    let _ = vacancy(&tomorrow, key("another")).fill(minted, &label());
    for folder in [folder.path(), folder.path().join("locks")] {
        let mut left = names(&folder);
        left.retain(|name| name.contains(".tmp"));
        assert_eq!(left, Vec::<String>::new(), "temporaries are swept");
    }
}

/// The lock is free: nobody waits for it.
struct Never;

impl xrole::store::Waiting for Never {
    fn waiting_for(&mut self, _: Option<&xrole::store::HolderNote>) {}

    fn over(&mut self) {}

    fn interrupted(&self) -> bool {
        true
    }
}
