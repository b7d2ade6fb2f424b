//! The commands.

pub mod collect;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
mod explain;
pub mod export;
pub mod figures;
pub mod formats;
pub mod get;
pub mod help;
pub mod import;
pub mod man;
pub mod open;
pub mod search;
pub mod store;
pub mod tail;
pub mod timeline;
