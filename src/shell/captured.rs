//! Is this process's output read by the shell that started it, as in `eval "$(xrole use …)"`? bash alone cannot tell
//! that from `( xrole use p; cmd ) | tee log`, where printing the code would leak it
//! (`docs/rules/shells.md#substitution`).
//!
//! The bash hook asks with `xrole _captured $$`, on its own standard output: exit status 0 yes, 1 no, 2 unknown.

use crate::error::{Error, Exit};

/// What the person is told where it cannot be known; status 2.
#[must_use]
pub fn refusal() -> Error {
    Error::new(
        "usage",
        "could not tell whether this output is evaluated or goes elsewhere, where it would leak",
        "call `xrole use` on a line of its own, or write `command xrole` inside `$(…)`",
    )
    .exit(Exit::Usage)
}
