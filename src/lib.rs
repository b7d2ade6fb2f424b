//! A terminal viewer for API request logs.
pub mod base;
pub mod demo;
pub mod model;
pub mod query;
pub mod source;
