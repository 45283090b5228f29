//! Does a shell that runs this process read what it writes?

#[cfg(not(target_os = "linux"))]
mod blind;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub use blind::reader;
#[cfg(target_os = "linux")]
pub use linux::reader;

/// Who reads a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The shell, or a subshell of it.
    Shell,
    /// Something else, or nobody, or it is no pipe.
    Other,
    Unknown,
}
