//! What a test could not try here, said to whoever runs the tests.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says once in each test that it did less than its name promises, and why. It goes past the harness, which shows
/// nothing of what a test prints that passes.
pub fn left_out(why: &str) {
    let thread = std::thread::current();
    let line = format!("left out of {}: {why}\n", thread.name().unwrap_or("a test"));
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if !said.contains(&line) {
        let _ = std::io::stderr().write_all(line.as_bytes());
        said.insert(line);
    }
}
