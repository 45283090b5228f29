//! fish: what is rendered, the hook, and a person at it, all in the real shell.

mod answering;
mod fish_lab;
mod hostile_values;
#[path = "../support/left_out.rs"]
mod left_out;
mod little_xrole;
mod prompt;
#[path = "../support/pty.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod pty;
mod session;
#[path = "../support/shells.rs"]
mod shells;
mod snippets;
