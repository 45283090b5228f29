//! Who holds the data key (`docs/rules/security.md#key-holders`).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::child;
use crate::support::{Folder, key, label, left_out, now, number_of, session, vacancy};
use xrole::context::Context;
use xrole::store::{Cache, CacheOptions, KeyPlace, SessionKey};

fn open(options: &CacheOptions) -> Cache {
    Cache::open(options, Context::read().clock)
}

/// Fills a place, and says where the key went.
fn fill(options: &CacheOptions) -> Option<KeyPlace> {
    let cache = open(options);
    let _ = vacancy(&cache, key("a")).fill(session(1, now()), &label());
    assert_eq!(cache.notices(), []);
    assert_eq!(number_of(open(options).read(&key("a"))), Some(1));
    cache.key_place()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_in_memory_comes_before_one_on_disk() {
    let Ok(runtime) = tempfile::tempdir_in("/dev/shm") else {
        return left_out("no /dev/shm");
    };
    for (mode, own_key, place, file) in [
        (0o755, false, KeyPlace::StateFile, "state/data.key"),
        (0o700, false, KeyPlace::RuntimeFile, "data.key"),
        (0o700, true, KeyPlace::RuntimeFile, "data."),
    ] {
        let folder = Folder::new();
        set_mode(runtime.path(), mode);
        let mut options = folder.options();
        options.runtime_directory = Some(runtime.path().to_owned());
        options.own_key = own_key;
        assert_eq!(fill(&options), Some(place), "{mode:o}");
        let stored = crate::support::names(&runtime.path().join("xrole"));
        let stored = stored.iter().any(|name| name.starts_with(file));
        assert!(stored || folder.folder.path().join(file).exists(), "{file}");
        assert_eq!(
            folder.folder.path().join("state").exists(),
            place == KeyPlace::StateFile
        );
        let _ = fs::remove_dir_all(runtime.path().join("xrole"));
    }
}

#[test]
fn a_key_file_that_is_no_key_is_replaced() {
    let folder = Folder::new();
    fill(&folder.options());
    let file = folder.folder.path().join("state/data.key");
    let good = fs::read(&file).unwrap();
    assert_eq!(good.len(), 32);
    for (content, mode) in [
        (vec![], 0o600),
        (vec![1; 31], 0o600),
        (vec![1; 33], 0o600),
        (good.clone(), 0o644),
    ] {
        fs::write(&file, &content).unwrap();
        set_mode(&file, mode);
        assert_eq!(folder.cache().read(&key("a")), None);
        assert_eq!(fill(&folder.options()), Some(KeyPlace::StateFile));
        let new = fs::read(&file).unwrap();
        assert!(new.len() == 32 && new != content && new != good);
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}

#[test]
fn a_session_sealed_by_another_holder_is_a_miss_and_stays() {
    let folder = Folder::new();
    fill(&folder.options());
    let file = folder.folder.path().join("state/data.key");
    let sealed = fs::read(folder.file(key("a"))).unwrap();
    let own = fs::read(&file).unwrap();
    fs::write(&file, [7; 32]).unwrap();
    assert_eq!(folder.cache().read(&key("a")), None);
    assert_eq!(fs::read(folder.file(key("a"))).unwrap(), sealed);
    fs::write(&file, own).unwrap();
    assert_eq!(number_of(folder.cache().read(&key("a"))), Some(1));
}

#[test]
fn without_a_place_for_the_key_the_session_is_delivered() {
    let folder = Folder::new();
    fs::write(folder.folder.path().join("state"), "in the way").unwrap();
    let cache = folder.cache();
    let filled = vacancy(&cache, key("a")).fill(session(1, now()), &label());
    assert_eq!((number_of(filled.session), filled.stamp), (Some(1), None));
    let notices = cache.notices();
    assert_eq!(notices.len(), 1);
    let why = ": no place was found for the key that seals sessions";
    assert!(notices[0].text.ends_with(why), "{}", notices[0].text);
    assert!(cache.is_empty());
}

/// The kernel keeps the key if it can; a file that an earlier setting used is still asked.
#[test]
#[cfg(target_os = "linux")]
fn the_kernel_comes_first_where_it_works() {
    let folder = Folder::new();
    fill(&folder.options());
    let mut options = folder.options();
    options.session_key = SessionKey::Auto;
    let cache = open(&options);
    assert_eq!(
        number_of(cache.read(&key("a"))),
        Some(1),
        "the file is asked too"
    );
    let _ = vacancy(&cache, key("b")).fill(session(2, now()), &label());
    assert_eq!(cache.notices(), []);
    assert_eq!(number_of(open(&options).read(&key("b"))), Some(2));
    if cache.key_place() == Some(KeyPlace::KernelKeyring) {
        assert_eq!(
            folder.cache().read(&key("b")),
            None,
            "the key is in no file"
        );
    } else {
        left_out("the kernel refuses to keep a key");
    }
    let _ = cache.clear_all();
    assert_eq!(cache.key_place(), None);
}

/// The child's answer under a tracer that makes a call fail, or in another setting that the words in front make.
fn keep(folder: &Folder, task: &str, words: &[&str]) -> Option<String> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(child::words());
    child::environment(&mut command, task, folder.folder.path(), 2);
    let output = command.output().ok()?;
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    child::answer(&output.stdout)
}

fn forget(folder: &Folder) {
    let mut options = folder.options();
    options.session_key = SessionKey::Auto;
    let _ = open(&options).clear_all();
}

/// What filters of containers, full quotas and expired keys answer.
#[test]
#[cfg(target_os = "linux")]
fn a_kernel_that_refuses_is_passed_over() {
    const NEXT: &str = "Some(StateFile), Some(2), []";
    for fault in [
        "keyctl:error=EPERM",
        "keyctl:error=ENOSYS",
        "keyctl:error=EKEYREVOKED",
        "add_key:error=EPERM",
        "add_key:error=ENOSYS",
        "add_key:error=EDQUOT",
    ] {
        let folder = Folder::new();
        let inject = format!("inject={fault}");
        let words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
        let Some(answer) = keep(&folder, "keep", &words) else {
            return left_out("no strace, or it may not trace");
        };
        assert_eq!(answer, NEXT, "{fault}");
        forget(&folder);
    }
}

/// The second call is the search: a key that is over is made anew, in the same place.
#[test]
#[cfg(target_os = "linux")]
fn a_key_that_is_over_is_made_anew() {
    let folder = Folder::new();
    let plain = keep(&folder, "keep", &["env"]).unwrap();
    if !plain.contains("KernelKeyring") {
        return left_out("the kernel refuses to keep a key");
    }
    assert_eq!(plain, "Some(KernelKeyring), Some(2), []");
    for error in ["EKEYEXPIRED", "EKEYREVOKED", "ENOKEY"] {
        let inject = format!("inject=keyctl:error={error}:when=2");
        let words = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &inject];
        let Some(answer) = keep(&folder, "keep", &words) else {
            return left_out("no strace, or it may not trace");
        };
        assert_eq!(answer, plain, "{error}");
    }
    forget(&folder);
}

/// Session keyrings of a login, of a service, and one that was revoked: the key is found from each, made in each.
#[test]
#[cfg(target_os = "linux")]
fn the_session_keyring_does_not_matter() {
    // keyctl(JOIN_SESSION_KEYRING), keyctl(LINK, user keyring, session keyring), keyctl(REVOKE, session keyring).
    let prelude = "import ctypes, os, platform, sys
number = {'x86_64': 250, 'aarch64': 219}[platform.machine()]
keyctl = lambda *words: ctypes.CDLL(None).syscall(number, *words) != -1 or sys.exit('keyctl failed')
";
    let contexts = [
        ("none of its own", ""),
        ("without the user's", "keyctl(1, 0)"),
        ("with the user's", "keyctl(1, 0); keyctl(8, -4, -3)"),
        ("revoked", "keyctl(1, 0); keyctl(3, -3)"),
    ];
    let run = |folder: &Folder, task: &str, prepare: &str| {
        let script = format!("{prelude}{prepare}\nos.execv(sys.argv[1], sys.argv[1:])");
        keep(folder, task, &["python3", "-c", &script])
    };
    for (maker, making) in contexts {
        let folder = Folder::new();
        let Some(made) = run(&folder, "keep", making) else {
            return left_out("no python3, or it may not make keyrings");
        };
        if !made.contains("KernelKeyring") {
            return left_out("the kernel refuses to keep a key");
        }
        for (reader, reading) in contexts {
            let answer = run(&folder, "read and keep", reading).unwrap();
            let answer = answer.replace("ANSWER ", "");
            let expected = "Some(2), Some(KernelKeyring), Some(2), []";
            assert_eq!(answer, expected, "made: {maker}, read: {reader}");
        }
        forget(&folder);
    }
}
