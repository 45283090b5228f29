//! PowerShell: what is rendered as code and as data, the hook, and a person at it, all in the real engine.

#[path = "../shell_fish/answering.rs"]
mod answering;
#[path = "../shell_fish/hostile_values.rs"]
mod hostile_values;
mod lab;
#[path = "../support/left_out.rs"]
mod left_out;
#[path = "../shell_fish/little_xrole.rs"]
mod little_xrole;
mod prompt;
#[path = "../support/pty.rs"]
#[allow(dead_code, reason = "each test program uses its part")]
mod pty;
mod session;
#[path = "../support/shells.rs"]
mod shells;
mod snippets;
