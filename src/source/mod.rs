//! Brings records in: pollers, files, streams.

pub mod redact;
