//! What differs between operating systems, each with one face: a Unix half now.

pub mod boot_clock;
