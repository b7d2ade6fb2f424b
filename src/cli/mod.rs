//! Arguments, commands, exit codes.

pub mod args;
pub mod error;
pub mod output;
