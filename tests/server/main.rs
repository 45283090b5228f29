//! `exec --server`: the endpoint, its program, and everybody else.

#[path = "../support/mod.rs"]
mod support;

mod abuse;
mod endpoint;
mod life;
mod renewal;
mod terminal;
mod variables;
