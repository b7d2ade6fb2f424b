//! What can go wrong while a store is read or written.

use std::io;
use std::path::PathBuf;

/// An error of an engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Nobody waits for the answer any more.
    #[error("the question was cancelled")]
    Cancelled,
    /// A file could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `SQLite` refused.
    #[error("{path}: {message}", path = path.display())]
    Database {
        /// Which database.
        path: PathBuf,
        /// Why.
        message: String,
        /// Whether there is no room left, so that trying later may help.
        is_full: bool,
    },
    /// A file does not hold what it held when it was written.
    #[error("{path} is damaged: {what}", path = path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The store was written by a newer program.
    #[error("the store {path} has version {found}, this program knows up to {known}", path = path.display())]
    Newer {
        /// Which store.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// There is no store there.
    #[error("there is no store in {path}", path = path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// The store can be read but not written.
    #[error("the store {path} is read-only: {reason}", path = path.display())]
    ReadOnly {
        /// Which store.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A row cannot be read again.
    #[error("record {seq} cannot be read: {reason}")]
    Row {
        /// Which.
        seq: u64,
        /// Why.
        reason: String,
    },
    /// What was asked cannot be answered.
    #[error("{0}")]
    Question(String),
}

impl EngineError {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Database { is_full, .. } => *is_full,
            Self::File { source, .. } => {
                matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            }
            _ => false,
        }
    }
}
