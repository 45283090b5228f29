//! Digits are sent once in 90 s, in whatever process (`docs/rules/security.md#used-codes`).

use crate::child;
use crate::support::{Folder, later, now};
use xrole::clock::{Clock, Timestamp};
use xrole::store::{Cache, CodeUse};

#[test]
fn digits_are_fresh_once_in_90_seconds() {
    let folder = Folder::new();
    let start = now();
    let at = |after: i64| folder.cache_at(Timestamp(start.0 + after));
    let until = |after: i64| CodeUse::UsedUntil(Timestamp(start.0 + after));
    for (after, serial, digits, expected) in [
        (0, "one", "123456", CodeUse::Fresh),
        (0, "one", "123456", until(90)),
        (0, "one", "123457", CodeUse::Fresh),
        (0, "two", "123456", CodeUse::Fresh),
        (30, "one", "654321", CodeUse::Fresh),
        (89, "one", "123456", until(90)),
        (90, "one", "123456", CodeUse::Fresh),
        (100, "one", "654321", until(120)),
        // A clock that was set back does not make a wait of hours.
        (-3600, "one", "123456", until(-3600 + 90)),
    ] {
        let used = at(after).use_code(serial, digits).unwrap();
        assert_eq!(used, expected, "{serial} {digits} after {after} s");
    }
    assert_eq!(at(0).notices(), []);
}

#[test]
fn digits_are_remembered_where_nothing_can_be_written() {
    let folder = Folder::new();
    std::fs::write(folder.path(), "in the way").unwrap();
    for cache in [Cache::off(Clock::fixed(now())), folder.cache()] {
        assert_eq!(cache.use_code("one", "123456"), Ok(CodeUse::Fresh));
        assert!(matches!(
            cache.use_code("one", "123456"),
            Ok(CodeUse::UsedUntil(_))
        ));
        assert_eq!(cache.use_code("two", "123456"), Ok(CodeUse::Fresh));
    }
}

#[test]
fn a_damaged_memory_is_no_memory() {
    let folder = Folder::new();
    assert_eq!(folder.cache().use_code("one", "123456"), Ok(CodeUse::Fresh));
    let names = crate::support::names(&folder.path());
    let file = names.iter().find(|name| name.contains(".code")).unwrap();
    let content = std::fs::read(folder.path().join(file)).unwrap();
    assert!(!content.windows(6).any(|part| part == b"123456"));
    std::fs::write(folder.path().join(file), "damaged").unwrap();
    assert_eq!(folder.cache().use_code("one", "123456"), Ok(CodeUse::Fresh));
    assert!(folder.cache_at(later(80)).use_code("one", "123456") != Ok(CodeUse::Fresh));
}

#[test]
fn of_many_processes_one_may_send_each_code() {
    child::play_if_child();
    let folder = Folder::new();
    let path = folder.folder.path();
    let children: Vec<_> = (0..child::TOGETHER)
        .map(|number| child::command("code", path, number).spawn().unwrap())
        .collect();
    // They wait for each other, so that they start together.
    let answers: Vec<_> = children
        .into_iter()
        .map(|child| child::answer(&child.wait_with_output().unwrap().stdout).unwrap())
        .collect();
    for code in 0..child::CODES {
        let fresh = answers
            .iter()
            .filter(|answer| answer.as_bytes()[code] == b'F');
        assert_eq!(fresh.count(), 1, "code {code}: {answers:?}");
    }
}
