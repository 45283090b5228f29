//! A strict stand-in for AWS STS on loopback: it verifies every signature, policy, code and parameter,
//! answers with AWS's codes and texts, can be told to fail, and keeps a record of all it was asked.
#![allow(
    dead_code,
    unused_imports,
    reason = "each test file and example uses its own part of this module"
)]

pub mod answer;
pub mod authentication;
pub mod fault;
pub mod http;
pub mod mfa;
pub mod operation;
pub mod parameters;
pub mod record;
pub mod server;
pub mod signature;
pub mod spoil;
pub mod state;
pub mod trust;
pub mod world;

pub use fault::Fault;
pub use mfa::{Codes, Device};
pub use record::Recorded;
pub use server::FakeSts;
pub use trust::{Policy, Principal, Trust};
pub use world::{AccessKey, Role, User, WebToken, World};
