//! A terminal viewer for API request logs: see `ARCHITECTURE.md` for the way of a record from a
//! socket to the screen.
//!
//! Which module may use which is told there too; `tests/it/layers` holds it.

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod demo;
pub mod engine;
pub mod export;
pub mod model;
pub mod query;
pub mod runtime;
pub mod source;
pub mod view;
