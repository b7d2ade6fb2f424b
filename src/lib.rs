//! A terminal viewer for API request logs.
pub mod base;
pub mod demo;
pub mod model;
pub mod query;
pub mod source;
pub mod engine;
pub mod export;
pub mod app;
pub mod view;
pub mod runtime;
