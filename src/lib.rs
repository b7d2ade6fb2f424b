//! A terminal viewer for API request logs.
pub mod base;
pub mod config;
pub mod model;
pub mod query;
pub mod source;
