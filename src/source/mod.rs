//! Brings records in: pollers, files, streams.

pub mod format;
pub mod redact;
