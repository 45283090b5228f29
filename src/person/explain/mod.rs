//! Plans, and what AWS refuses, in the words of a person: every parameter with its origin, causes in order of
//! likelihood, the next command.

mod base;
mod case;
mod denied;
mod mfa;
mod plan;
mod plan_json;
mod refusal;
mod rejected;
mod unreachable;

pub use base::{renewal, source_name};
pub use mfa::may_lack as may_lack_mfa;
pub use plan::{Cached, calls_text, plan_text};
pub(crate) use plan_json::NoticeJson;
pub use plan_json::plan_json;
pub use refusal::refusal;
