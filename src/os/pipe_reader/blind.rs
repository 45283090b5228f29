//! There is no safe way to look into another process; but what is no pipe has no reader.

use std::os::fd::AsFd;

use rustix::fs::{FileType, fstat};

use super::Reader;

/// Nothing is known of a pipe.
#[must_use]
pub fn reader(output: &impl AsFd, _shell: u32) -> Reader {
    match fstat(output) {
        Ok(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::Fifo => Reader::Other,
        _ => Reader::Unknown,
    }
}
