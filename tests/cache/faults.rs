//! Swapped, damaged and odd files and directories: each is a miss or a refusal, and is healed by the next minting
//! (`docs/rules/security.md#sealed-file`, `docs/rules/security.md#cache-folder`).

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::time::Duration;

use crate::support::{Folder, key, label, left_out, now, number_of, session, vacancy, within};
use xrole::context::Context;
use xrole::store::Cache;

type Make<'a> = Box<dyn Fn() + 'a>;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_session_under_another_name_does_not_open() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    folder.fill(key("b"), 2);
    fs::rename(folder.file(key("a")), folder.file(key("b"))).unwrap();
    assert_eq!(number_of(folder.cache().read(&key("b"))), None);
    folder.fill(key("b"), 3);
}

/// Every bit is tried where sealing is tested; here, that reading and healing do not panic either.
#[test]
fn a_damaged_file_is_a_miss_and_is_healed() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    let path = folder.file(key("a"));
    let whole = fs::read(&path).unwrap();
    for byte in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[byte] ^= 1 << (byte % 8);
        fs::write(&path, &damaged).unwrap();
        assert_eq!(folder.cache().read(&key("a")), None, "byte {byte}");
        fs::write(&path, &whole[..byte]).unwrap();
        assert_eq!(folder.cache().read(&key("a")), None, "length {byte}");
        assert!(path.exists(), "readers delete nothing");
    }
    folder.fill(key("a"), 2);
}

#[test]
fn an_odd_file_is_a_miss_and_is_healed() {
    let folder = Folder::new();
    folder.fill(key("a"), 1);
    let path = folder.file(key("a"));
    let sealed = fs::read(&path).unwrap();
    let elsewhere = folder.folder.path().join("elsewhere");
    fs::write(&elsewhere, &sealed).unwrap();
    set_mode(&elsewhere, 0o600);
    let kinds: [(&str, Make); 8] = [
        ("empty", Box::new(|| drop(File::create(&path).unwrap()))),
        (
            "directory",
            Box::new(|| fs::create_dir_all(path.join("full")).unwrap()),
        ),
        (
            "symbolic link",
            Box::new(|| symlink(&elsewhere, &path).unwrap()),
        ),
        (
            "dangling link",
            Box::new(|| symlink("/nowhere", &path).unwrap()),
        ),
        (
            "FIFO",
            Box::new(|| {
                let made = std::process::Command::new("mkfifo").arg(&path).status();
                assert!(made.unwrap().success());
            }),
        ),
        (
            "1 GiB",
            Box::new(|| {
                fs::write(&path, &sealed).unwrap();
                set_mode(&path, 0o600);
                File::options()
                    .write(true)
                    .open(&path)
                    .unwrap()
                    .set_len(1 << 30)
                    .unwrap();
            }),
        ),
        (
            "0666",
            Box::new(|| {
                fs::write(&path, &sealed).unwrap();
                set_mode(&path, 0o666);
            }),
        ),
        (
            "another's",
            Box::new(|| {
                fs::write(&path, &sealed).unwrap();
                set_mode(&path, 0o600);
                if is_root() {
                    chown(&path, Some(12345), None).unwrap();
                } else {
                    left_out("only root can give a file away");
                    fs::write(&path, "").unwrap();
                }
            }),
        ),
    ];
    for (kind, make) in kinds {
        fs::remove_file(&path).unwrap();
        make();
        let options = folder.options();
        let found = within(Duration::from_mins(1), move || {
            Cache::open(&options, Context::read().clock).read(&key("a"))
        });
        assert_eq!(found, None, "{kind}");
        folder.fill(key("a"), 2);
        assert!(path.symlink_metadata().unwrap().is_file(), "{kind}");
    }
    assert_eq!(
        fs::read(&elsewhere).unwrap(),
        sealed,
        "nothing is written through a link"
    );
}

/// What the notices say when a session is delivered through this cache.
fn deliver(folder: &Folder) -> Vec<String> {
    let cache = folder.cache();
    assert_eq!(cache.read(&key("a")), None);
    let filled = vacancy(&cache, key("a")).fill(session(1, now()), &label());
    assert_eq!(number_of(filled.session), Some(1), "delivered");
    assert_eq!(filled.stamp, None);
    let _ = vacancy(&cache, key("b")).fill(session(2, now()), &label());
    let root = folder.folder.path().display().to_string();
    let notices = cache.notices();
    assert_eq!(cache.notices(), []);
    notices
        .iter()
        .map(|notice| notice.text.replace(&root, "ROOT"))
        .collect()
}

#[test]
fn a_directory_that_is_not_safe_is_not_used() {
    let folder = Folder::new();
    let path = folder.path();

    fs::write(&path, "").unwrap();
    let no_directory = [
        "sessions are not kept in ROOT/cache: a file or a symbolic link is where the directory should be",
    ];
    assert_eq!(deliver(&folder), no_directory);

    fs::remove_file(&path).unwrap();
    fs::create_dir(folder.folder.path().join("real")).unwrap();
    symlink("real", &path).unwrap();
    assert_eq!(deliver(&folder), no_directory);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    for mode in [0o777, 0o720, 0o702] {
        set_mode(&path, mode);
        let expected = format!(
            "sessions are not kept in ROOT/cache: others can write to the directory (mode {mode:04o})"
        );
        assert_eq!(deliver(&folder), [expected]);
    }
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "and is left alone");
    if !is_root() {
        return left_out("only root can give a directory away");
    }
    set_mode(&path, 0o700);
    chown(&path, Some(12345), None).unwrap();
    let foreign =
        "sessions are not kept in ROOT/cache: the directory belongs to another user (uid 12345)";
    assert_eq!(deliver(&folder), [foreign]);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "and is left alone");
}

#[test]
fn a_directory_that_others_can_read_is_told_and_left_as_it_is() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    set_mode(&folder.path(), 0o755);
    let cache = folder.cache();
    let filled = vacancy(&cache, key("a")).fill(session(1, now()), &label());
    assert!(filled.stamp.is_some());
    let notices = cache.notices();
    assert_eq!(notices.len(), 1);
    assert!(
        notices[0].text.contains("can be read by others"),
        "{}",
        notices[0].text
    );
    assert_eq!(
        fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777,
        0o755
    );
}

#[test]
fn parents_may_be_symbolic_links() {
    let folder = Folder::new();
    let link = folder.folder.path().join("link");
    fs::create_dir(folder.folder.path().join("real")).unwrap();
    symlink("real", &link).unwrap();
    let mut options = folder.options();
    options.directory = link.join("made/cache");
    let cache = Cache::open(&options, Context::read().clock);
    let _ = vacancy(&cache, key("a")).fill(session(1, now()), &label());
    assert_eq!(cache.notices(), []);
    assert_eq!(number_of(cache.read(&key("a"))), Some(1));
}

#[test]
fn odd_things_in_the_place_of_locks_are_moved_aside() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    set_mode(&folder.path(), 0o700);
    fs::write(folder.path().join("locks"), "").unwrap();
    folder.fill(key("a"), 1);
}
