//! Turns what AWS answers into causes in order of likelihood and the next command.

mod case;
mod denied;
mod refusal;
mod rejected;
mod unreachable;

pub use refusal::refusal;
