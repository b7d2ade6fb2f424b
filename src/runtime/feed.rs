//! Rows of an input that grows, into a store, batch by batch.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::local::Store;
use crate::model::envelope::{Arrival, Envelope};
use crate::model::intake::Intake;
use crate::source::format::split::{Piece, Splitter};

use super::import::{ImportError, Job};
use super::intake::IntakePump;
use super::keeper_event::{KeeperEvent, TellKeeper};

/// Rows that are stored at once.
const BATCH_ROWS: usize = 5_000;

/// Bytes that are stored at once, and one row: rows may be long.
const BATCH_BYTES: u64 = 8 << 20;

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
pub struct Feed {
    job: Arc<Job>,
    envelope: Arc<Envelope>,
    pump: IntakePump,
    tell: TellKeeper,
    notes_said: usize,
    /// What was read and could not be stored.
    pending: Option<Batch>,
    /// Why reading ended behind the rows before.
    failed: Option<io::Error>,
    newest: Option<Timestamp>,
}

/// Rows that were read, and where the input is after them: byte and line.
struct Batch {
    intake: Intake,
    place: (u64, Option<u64>),
    is_full: bool,
}

impl Feed {
    /// Of an input whose format is known.
    pub fn new(job: &Arc<Job>, store: &Arc<Store>, tell: &TellKeeper) -> Self {
        Self {
            job: Arc::clone(job),
            envelope: Arc::new(Envelope { arrival: Arrival::Followed, ..job.envelope.as_ref().clone() }),
            pump: IntakePump::new(Arc::clone(store), Arc::clone(tell)),
            tell: Arc::clone(tell),
            notes_said: 0,
            pending: None,
            failed: None,
            newest: None,
        }
    }

    /// The time of the newest row that was read.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Stores the next rows that are whole. `checkpoint` is told where the input is after them:
    /// byte and line; what it gives is stored with them. After an error of the store the same rows
    /// are the next.
    pub fn next_batch<R: Read>(
        &mut self,
        splitter: &mut Splitter<R>,
        checkpoint: impl FnOnce(u64, Option<u64>) -> Option<String>,
        cancel: &Cancel,
    ) -> Result<Fed, ImportError> {
        let mut batch = match self.pending.take() {
            Some(batch) => batch,
            None => match self.read(splitter)? {
                Some(batch) => batch,
                None => return Ok(Fed::Nothing),
            },
        };
        batch.intake.checkpoint = checkpoint(batch.place.0, batch.place.1);
        match self.pump.store(&self.envelope.source, &batch.intake, cancel) {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(Fed::Cancelled),
            Err(error) => {
                self.pending = Some(batch);
                return Err(error.into());
            }
        }
        let notes = self.job.rows.reader().notes();
        for note in notes.iter().skip(self.notes_said) {
            (self.tell)(KeeperEvent::note(note.clone()));
        }
        self.notes_said = notes.len();
        Ok(if batch.is_full { Fed::Full } else { Fed::Some })
    }

    fn read<R: Read>(&mut self, splitter: &mut Splitter<R>) -> Result<Option<Batch>, ImportError> {
        let read_error = |source| ImportError::Read { path: Path::new(&self.envelope.place).to_owned(), source };
        if let Some(error) = self.failed.take() {
            return Err(read_error(error));
        }
        let rows_in = &self.job.rows;
        let (mut rows, mut bad_rows) = (Vec::new(), Vec::new());
        let redacted_before = rows_in.redacted();
        let mut newest = self.newest;
        let begin = splitter.position();
        let is_full = loop {
            let bytes = splitter.position() - begin;
            if rows.len() + bad_rows.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
                break true;
            }
            match splitter.next_piece() {
                Ok(Some(Piece::Row(row))) => {
                    match rows_in.take(&row, |taken| (taken.record.time(), taken.to_intake_row())) {
                        Ok((time, row)) => {
                            newest = newest.max(time);
                            rows.push(row);
                        }
                        Err(bad) => bad_rows.push(bad),
                    }
                }
                Ok(Some(Piece::Bad(piece))) => bad_rows.push(rows_in.bad(&piece)),
                Ok(None) => break false,
                Err(error) if rows.is_empty() && bad_rows.is_empty() => return Err(read_error(error)),
                Err(error) => {
                    // What came before it is stored first.
                    self.failed = Some(error);
                    break false;
                }
            }
        };
        self.newest = newest;
        if rows.is_empty() && bad_rows.is_empty() {
            return Ok(None);
        }
        let intake = Intake {
            rows: vec![(Arc::clone(&self.envelope), rows)],
            bad_rows,
            redacted: rows_in.redacted() - redacted_before,
            ..Intake::default()
        };
        Ok(Some(Batch { intake, place: (splitter.position(), splitter.line()), is_full }))
    }
}

/// Tells an error, unless it was the last that was told.
pub fn say_once(tell: &TellKeeper, said: &mut String, text: String) {
    if *said != text {
        tell(KeeperEvent::error(text.clone()));
        *said = text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::StoreOptions;
    use crate::runtime::import::{ImportOptions, detect};
    use crate::source::format::registry::Registry;
    use crate::source::format::split::AtEnd;

    #[test]
    fn a_batch_has_a_bound_in_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let registry = Arc::new(Registry::new());
        let options = StoreOptions { create: true, ..StoreOptions::default() };
        let store = Store::open(&folder.path().join("store"), options, Arc::clone(&registry) as _).expect("a store");
        let row = format!("{{\"time\":\"2026-11-01T12:00:00Z\",\"note\":\"{}\"}}\n", "long ".repeat(190_000));
        let input = row.repeat(20);
        let options = ImportOptions::default();
        let head = b"{\"time\":\"2026-11-01T12:00:00Z\",\"path\":\"/\"}\n";
        let found = detect(&registry, "app.log", head, &options).expect("a format");
        let job = Arc::new(Job::new(&registry, "app.log", None, found, "logs", &options).expect("a job"));
        let tell: TellKeeper = Arc::new(|_| ());
        let mut feed = Feed::new(&job, &Arc::new(store), &tell);
        let mut splitter = Splitter::new(input.as_bytes(), &job.layout, AtEnd::Finish);
        let (mut ends, mut fed) = (vec![0], Fed::Full);
        while fed != Fed::Nothing {
            fed = feed
                .next_batch(
                    &mut splitter,
                    |end, _| {
                        ends.push(end);
                        None
                    },
                    &Cancel::new(),
                )
                .expect("stores");
        }
        assert_eq!((ends.len(), ends.last()), (4, Some(&(input.len() as u64))), "{ends:?}");
        assert!(ends.windows(2).all(|pair| pair[1] - pair[0] < BATCH_BYTES + row.len() as u64), "{ends:?}");
    }
}
