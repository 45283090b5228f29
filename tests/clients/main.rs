//! Programs that people use, with a session of xrole's: each AWS SDK, on each path that a session takes to it.

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod client;
mod conversation;
mod path;
mod refresh;
mod refusals;
mod rust_sdk;
