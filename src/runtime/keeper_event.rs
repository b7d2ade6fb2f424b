//! What those who bring records have to tell: pollers and followers alike.

use std::sync::Arc;

use crate::app::source_view::Keeper;
use crate::model::source_status::SourceStatus;

/// What a keeper tells; each names its source.
#[derive(Debug, Clone)]
pub enum KeeperEvent {
    /// What a polled source is doing.
    Status(String, Box<SourceStatus>),
    /// Who keeps a source now.
    Keeper(String, Keeper),
    /// Everything that is there now was read.
    CaughtUp(String),
    /// Reading goes on.
    Progress {
        /// The source.
        source: String,
        /// Bytes read.
        done: u64,
        /// Bytes there are.
        total: u64,
    },
    /// Something to tell.
    Notice {
        /// In words.
        text: String,
        /// Whether something went wrong.
        is_error: bool,
    },
}

impl KeeperEvent {
    /// Something that went wrong.
    pub fn error(text: impl Into<String>) -> Self {
        Self::Notice { text: text.into(), is_error: true }
    }

    /// Something good to know.
    pub fn note(text: impl Into<String>) -> Self {
        Self::Notice { text: text.into(), is_error: false }
    }
}

/// Told what keepers have to tell.
pub type TellKeeper = Arc<dyn Fn(KeeperEvent) + Send + Sync>;
