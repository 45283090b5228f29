//! The half for Linux, macOS and what is like them.

pub mod channel;
pub mod detachment;
pub mod helper;
pub mod paths;
pub mod pipes;
pub(super) mod process_table;
pub mod program;
pub mod program_end;
pub mod protection;
pub mod signals;
pub mod sockets;
pub mod terminal;
pub mod user;
