//! What this test binary does when a test runs it again as a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Patient, key, label, now, number_of, options, session};
use crate::warm;
use xrole::context::Context;
use xrole::store::{Cache, CacheOptions, CodeUse, Lookup, SessionKey};

const TASK: &str = "XROLE_TEST_TASK";
const FOLDER: &str = "XROLE_TEST_FOLDER";
const NUMBER: &str = "XROLE_TEST_NUMBER";

/// The test as which a child is started. It begins with [`play_if_child`].
const ENTRY: &str = "codes::of_many_processes_one_may_send_each_code";

/// The binary and its arguments that make it a child; the environment says what it does.
pub fn words() -> Vec<PathBuf> {
    let binary = std::env::current_exe().unwrap();
    let arguments = ["--exact", ENTRY, "--nocapture", "--test-threads=1"];
    let mut words = vec![binary];
    words.extend(arguments.map(PathBuf::from));
    words
}

pub fn environment(command: &mut Command, task: &str, folder: &Path, number: u64) {
    command
        .env(TASK, task)
        .env(FOLDER, folder)
        .env(NUMBER, number.to_string())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // Cargo's folders of libraries: nothing in them is needed, and each costs a dozen calls at the start.
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
}

pub fn command(task: &str, folder: &Path, number: u64) -> Command {
    let words = words();
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    environment(&mut command, task, folder, number);
    command
}

/// The child's own line of its output.
pub fn answer(stdout: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stdout);
    let (_, rest) = text.split_once("ANSWER ")?;
    rest.lines().next().map(str::to_owned)
}

/// In a child, does what the environment names, and ends the process.
pub fn play_if_child() {
    let env = Context::read().env;
    if let (Some(task), Some(folder), Some(number)) =
        (env.get(TASK), env.raw(FOLDER), env.get(NUMBER))
    {
        play(task, Path::new(folder), number.parse().unwrap());
        signal_hook::low_level::exit(0);
    }
}

fn play(task: &str, folder: &Path, number: u64) {
    let cache = Cache::open(&options(folder), Context::read().clock);
    match task {
        "race" => println!("ANSWER {}", race(&cache, folder, number)),
        "storm" => storm(&cache, number),
        "deliver" => deliver(&cache, number),
        "warm" => warm(folder, SessionKey::File),
        "warm in the kernel" => warm(folder, SessionKey::Auto),
        "keep" => keep(folder, number),
        "read and keep" => {
            let cache = Cache::open(&auto(folder), Context::read().clock);
            print!("ANSWER {:?}, ", number_of(cache.read(&key("keep"))));
            keep(folder, number);
        }
        "code" => println!("ANSWER {}", codes(&cache, folder, number)),
        other => panic!("no task {other}"),
    }
}

/// Takes the session, minting it if it must; each minting leaves a mark.
fn race(cache: &Cache, folder: &Path, number: u64) -> u64 {
    let key = key("race");
    let lookup = cache.lookup(&key, &|_| true, &mut Patient::default());
    let session = match lookup.unwrap() {
        Lookup::Hit(session) => session,
        Lookup::Miss(vacancy) => {
            vacancy.note(xrole::store::CALLING);
            std::fs::write(folder.join(format!("minted.{number}")), "").unwrap();
            std::thread::sleep(Duration::from_millis(200));
            vacancy.fill(session(number, now()), &label()).session
        }
    };
    number_of(session).unwrap()
}

/// Mints and reads until it is killed.
fn storm(cache: &Cache, number: u64) {
    let key = key("storm");
    for round in 0.. {
        let mint = round % 3 == number % 3;
        let lookup = cache.lookup(&key, &|_| !mint, &mut Patient::default());
        let found = match lookup.unwrap() {
            Lookup::Hit(session) => session,
            Lookup::Miss(vacancy) => {
                vacancy.note(xrole::store::CALLING);
                vacancy
                    .fill(session(number * 1_000_000 + round, now()), &label())
                    .session
            }
        };
        number_of(found).unwrap();
        number_of(cache.read(&key));
    }
}

/// Opens the cache and reads a hit, between two marks.
fn warm(folder: &Path, session_key: SessionKey) {
    let options = CacheOptions {
        session_key,
        ..options(folder)
    };
    let clock = Context::read().clock;
    let _ = std::fs::metadata(warm::BEGIN);
    let cache = Cache::open(&options, clock);
    let session = cache.read(&key("warm"));
    drop(cache);
    let _ = std::fs::metadata(warm::END);
    assert_eq!(number_of(session), Some(1));
    println!("ANSWER read");
}

/// How many codes there are to be used; each process tries all.
pub const CODES: usize = 20;

/// How many processes try them at once.
pub const TOGETHER: u64 = 8;

/// At one instant with all others, tries every code: `F` for fresh, `u` for used.
fn codes(cache: &Cache, folder: &Path, number: u64) -> String {
    let ready = |number: u64| folder.join(format!("ready.{number}"));
    std::fs::write(ready(number), "").unwrap();
    let end = Instant::now() + Duration::from_mins(2);
    while !(0..TOGETHER).all(|other| ready(other).exists()) {
        assert!(Instant::now() < end, "the others did not come");
        std::thread::sleep(Duration::from_millis(1));
    }
    (0..CODES)
        .map(
            |code| match cache.use_code("serial", &format!("{code:06}")) {
                Ok(CodeUse::Fresh) => 'F',
                Ok(CodeUse::UsedUntil(_)) => 'u',
                Err(error) => panic!("{error}"),
            },
        )
        .collect()
}

fn auto(folder: &Path) -> CacheOptions {
    CacheOptions {
        session_key: SessionKey::Auto,
        ..options(folder)
    }
}

/// Mints once with the first holder that works, and says which that is and whether another run reads the session.
fn keep(folder: &Path, number: u64) {
    let options = auto(folder);
    let clock = Context::read().clock;
    let cache = Cache::open(&options, clock);
    let lookup = cache.lookup(&key("keep"), &|_| false, &mut Patient::default());
    let Lookup::Miss(vacancy) = lookup.unwrap() else {
        unreachable!("nothing is acceptable")
    };
    let _ = vacancy.fill(session(number, now()), &label());
    let read = number_of(Cache::open(&options, clock).read(&key("keep")));
    println!(
        "ANSWER {:?}, {:?}, {:?}",
        cache.key_place(),
        read,
        cache.notices()
    );
}

/// Mints once, whatever the cache is like, and says what came of it.
fn deliver(cache: &Cache, number: u64) {
    let lookup = cache.lookup(&key("deliver"), &|_| false, &mut Patient::default());
    let Lookup::Miss(vacancy) = lookup.unwrap() else {
        unreachable!("nothing is acceptable")
    };
    vacancy.note(xrole::store::CALLING);
    let filled = vacancy.fill(session(number, now()), &label());
    println!(
        "ANSWER delivered {:?}, stamp {}, notices {:?}",
        number_of(filled.session),
        filled.stamp.is_some(),
        cache
            .notices()
            .iter()
            .map(|notice| &notice.text)
            .collect::<Vec<_>>()
    );
}
