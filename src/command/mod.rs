//! The subcommands, one file each: what a subcommand does, without reading the world or printing.

pub mod explain;
pub mod list;
