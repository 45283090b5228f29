//! Does a shell that runs this process read what it writes?

#[cfg(target_os = "linux")]
#[path = "pipe_reader/linux.rs"]
mod sight;
#[cfg(not(target_os = "linux"))]
#[path = "pipe_reader/blind.rs"]
mod sight;

pub use sight::reader;

/// Who reads a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The shell, or a subshell of it.
    Shell,
    /// Something else, or nobody, or it is no pipe.
    Other,
    Unknown,
}
