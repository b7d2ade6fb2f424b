//! Answers questions over many records, behind one trait.
//!
//! A question fixes a filter, a span of time and what is wanted of the records in it; an engine
//! evaluates the filter once for all wants. [`memory`] is the reference, [`local`] the store.

pub mod error;
pub mod local;
pub mod memory;

pub mod question;

#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::model::handle::Seq;
use crate::model::record::StoredRecord;
use crate::model::request_id::IdQuery;
use crate::query::Filter;

pub use error::EngineError;
pub use question::{Answer, Completeness, Question, Want, WantAnswer};

/// A fixed state of all data. Cheap to clone; what it shows stays while it is held.
#[derive(Clone)]
pub struct Snapshot {
    /// The newest record it holds; what arrived later is not in any answer.
    pub as_of: Seq,
    /// When that record was first seen: the "now" of relative periods while the screen is held.
    pub at: Timestamp,
    /// The engine's own part.
    pub inner: Arc<dyn Any + Send + Sync>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("as_of", &self.as_of).field("at", &self.at).finish_non_exhaustive()
    }
}

/// Where the answers to a question go, one after the other, each better than the last. Returning
/// `false` ends the work.
pub type Sink<'a> = &'a mut dyn FnMut(Answer) -> bool;

/// What can be asked of any engine.
pub trait Engine: Send + Sync {
    /// The state of all data as it is now.
    fn snapshot(&self) -> Result<Snapshot, EngineError>;

    /// An earlier state: only what had arrived up to `as_of`. Deleted records stay deleted.
    fn snapshot_at(&self, as_of: Seq) -> Result<Snapshot, EngineError>;

    /// Answers all wants of a question in one evaluation of its filter. Partial answers are
    /// labelled; the last one is complete, unless the work was cancelled.
    fn ask(&self, snapshot: &Snapshot, question: &Question, cancel: &Cancel, sink: Sink<'_>)
    -> Result<(), EngineError>;

    /// Answers all wants of a question for somebody who waits for the whole.
    fn answer(&self, snapshot: &Snapshot, question: &Question, cancel: &Cancel) -> Result<Answer, EngineError> {
        let mut last = None;
        self.ask(snapshot, question, cancel, &mut |answer| {
            last = Some(answer);
            true
        })?;
        last.ok_or(EngineError::Cancelled)
    }

    /// The records that have one of these ids, by the query that found them, newest first.
    /// `limit` bounds the records for each.
    fn get(&self, snapshot: &Snapshot, ids: &[IdQuery], limit: usize) -> Result<Vec<Vec<StoredRecord>>, EngineError>;

    /// Records that arrived after a place, in the order of arrival, that a filter keeps.
    fn follow(
        &self,
        snapshot: &Snapshot,
        after: Seq,
        filter: &Filter,
        limit: usize,
    ) -> Result<Vec<StoredRecord>, EngineError>;

    /// Names of all sources that have records.
    fn sources(&self, snapshot: &Snapshot) -> Result<Vec<String>, EngineError>;
}

/// Asks and waits for the complete answer.
pub fn ask_whole(
    engine: &dyn Engine,
    snapshot: &Snapshot,
    question: &Question,
    cancel: &Cancel,
) -> Result<Answer, EngineError> {
    engine.answer(snapshot, question, cancel)
}
