//! The command line, run as a person or a script runs it: every command, its exit codes, what it
//! writes where.

mod config;
pub mod data;
mod export;
mod figures;
mod get;
mod import;
mod safety;
mod search;
mod shells;
mod store;
