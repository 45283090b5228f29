//! The terminal a person sits at: questions, the waiting line, and leaving it as it was found.
//!
//! stdin and stdout belong to the user and to the shell that evaluates; people are asked on the terminal itself. Each
//! file stands on those before it: the line that is drawn and what is owed back; the guard, which pays however the
//! process ends; those who owe, the terminal, what asks there and what waits.

mod debts;
pub mod explain;
mod guard;
mod lent;
pub mod picker;
mod question;
mod screen;
mod terminal;
mod waiting;

pub use guard::ProcessGuard;
pub use lent::{Lent, ModesKept, RemovedAtEnd};
pub use question::{ANSWER_LIMIT, Enter, confirm_by_typing, no_terminal};
pub use terminal::Terminal;
pub use waiting::Waiting;
