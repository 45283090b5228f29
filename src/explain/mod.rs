//! Plans, and what AWS refuses, in the words of a person: every parameter with its origin, causes in order of
//! likelihood, the next command.

mod case;
mod denied;
mod plan;
mod refusal;
mod rejected;
mod unreachable;

pub(crate) use plan::NoticeJson;
pub use plan::{Cached, calls_text, plan_json, plan_text};
pub use refusal::refusal;
