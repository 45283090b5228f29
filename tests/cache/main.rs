//! The session cache as processes meet it: odd files, full disks, races, kills, wrong clocks.

mod child;
mod codes;
mod disk;
mod faults;
mod holders;
mod kill;
#[path = "../support/left_out.rs"]
mod left_out;
mod race;
mod sessions;
mod support;
mod warm;
