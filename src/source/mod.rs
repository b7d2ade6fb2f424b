//! Brings records in: pollers, files, streams.

pub mod event;
pub mod files_com;
pub mod format;
pub mod redact;
