//! The terminal a person sits at: questions, the waiting line, and leaving it as it was found.
//!
//! stdin and stdout belong to the user and to the shell that evaluates; people are asked on `/dev/tty`.

pub mod explain;
mod guard;
mod helper;
mod lent;
pub mod picker;
mod question;
mod tty;
mod waiting;

pub(crate) use guard::interrupt_own_group;
pub use guard::{CoreLimit, ProcessGuard, harden};
pub use helper::{Helper, Reach};
pub use lent::{Lent, ModesKept, RemovedAtEnd};
pub use question::{Enter, confirm_by_typing, no_terminal};
pub use tty::Terminal;
pub use waiting::Waiting;

/// How long a question stays open.
pub const ANSWER_LIMIT: std::time::Duration = std::time::Duration::from_secs(90);
