//! Secrets stay out of what a system writes down of a process, and the process alive to say what went wrong.

use std::sync::Arc;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::consts::SIGXFSZ;

/// The limit on core files that the process was started with; the user's program gets it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreLimit(Rlimit);

impl CoreLimit {
    /// Puts the limit back, right before another program takes this process's place.
    pub fn put_back(self) {
        let _ = setrlimit(Resource::Core, self.0);
    }
}

/// Keeps secrets out of core files, and on Linux out of reach of other processes of the same user; and the process
/// alive where a limit on files would end it. The first statement of `main`. A system that refuses loses that
/// protection and nothing else.
#[must_use = "the limit is put back for the user's program"]
pub fn harden() -> CoreLimit {
    let before = getrlimit(Resource::Core);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    // A limit on the size of files then fails the write, which is told; the signal would end xrole without a word,
    // and `eval ""` succeeds.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    CoreLimit(before)
}
