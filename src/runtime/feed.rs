//! Rows of an input that grows, into a store, batch by batch.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::engine::local::Store;
use crate::model::envelope::{Arrival, Envelope};
use crate::model::intake::Intake;
use crate::source::format::split::Splitter;

use super::import::{ImportError, Job};
use super::intake::{IntakePump, Tell};
use super::keeper_event::{KeeperEvent, TellKeeper};

/// Rows that are stored at once.
const BATCH_ROWS: usize = 5_000;

/// What a look at the input came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fed {
    /// Nothing new.
    Nothing,
    /// New rows; the input may have more.
    Some,
    /// A whole batch; the input has more.
    Full,
    /// It was cancelled.
    Cancelled,
}

/// Brings rows of one input into a store.
pub struct Feed<'a> {
    job: &'a Job,
    envelope: Arc<Envelope>,
    pump: IntakePump,
    tell: TellKeeper,
    notes_said: usize,
}

impl<'a> Feed<'a> {
    /// Of an input whose format is known.
    pub fn new(job: &'a Job, store: &Arc<Store>, tell: &TellKeeper) -> Self {
        let telling = Arc::clone(tell);
        let pump_tell: Tell = Arc::new(move |text: Option<String>| {
            telling(match text {
                Some(text) => KeeperEvent::error(text),
                None => KeeperEvent::note("there is room on the disk again"),
            });
        });
        Self {
            job,
            envelope: Arc::new(Envelope { arrival: Arrival::Followed, ..job.envelope.as_ref().clone() }),
            pump: IntakePump::new(Arc::clone(store), pump_tell),
            tell: Arc::clone(tell),
            notes_said: 0,
        }
    }

    /// Stores the next rows that are whole. `checkpoint` is told where the input is after them:
    /// byte and line; what it gives is stored with them.
    pub fn next_batch<R: Read>(
        &mut self,
        splitter: &mut Splitter<R>,
        checkpoint: impl FnOnce(u64, Option<u64>) -> Option<String>,
        cancel: &Cancel,
    ) -> Result<Fed, ImportError> {
        let rows_in = &self.job.rows;
        let (mut rows, mut bad_rows) = (Vec::new(), Vec::new());
        let redacted_before = rows_in.redacted();
        while rows.len() + bad_rows.len() < BATCH_ROWS {
            let piece = splitter
                .next_piece()
                .map_err(|source| ImportError::Read { path: Path::new(&self.envelope.place).to_owned(), source })?;
            match piece {
                Some(piece) => rows_in.take_piece(&piece, &mut rows, &mut bad_rows),
                None => break,
            }
        }
        if rows.is_empty() && bad_rows.is_empty() {
            return Ok(Fed::Nothing);
        }
        let fed = if rows.len() + bad_rows.len() >= BATCH_ROWS { Fed::Full } else { Fed::Some };
        let intake = Intake {
            rows: vec![(Arc::clone(&self.envelope), rows)],
            checkpoint: checkpoint(splitter.position(), splitter.line()),
            bad_rows,
            redacted: rows_in.redacted() - redacted_before,
            ..Intake::default()
        };
        if self.pump.store(&self.envelope.source, &intake, cancel)?.is_none() {
            return Ok(Fed::Cancelled);
        }
        let notes = rows_in.reader().notes();
        for note in notes.iter().skip(self.notes_said) {
            (self.tell)(KeeperEvent::note(note.clone()));
        }
        self.notes_said = notes.len();
        Ok(fed)
    }
}
