//! What the tests stand on: a strict STS on loopback, a person's home, a terminal, and a command builder.
#![allow(dead_code, reason = "each test file uses its own part of this module")]

pub mod home;
pub mod left_out;
pub mod ministack;
pub mod pty;
pub mod run;
pub mod sts;
pub mod tools;
