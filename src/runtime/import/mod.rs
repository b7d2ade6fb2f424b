//! Whole files into a store: split, read and made into segments by several threads, and made
//! visible at once.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::EngineError;
use crate::engine::local::Store;
use crate::engine::local::import::{Import, ImportSegment};
use crate::model::envelope::{Arrival, Decisions, Envelope};
use crate::model::intake::{BadRow, Intake, IntakeResult};
use crate::source::format::detect::{DetectError, Detected};
use crate::source::format::identify::Identify;
use crate::source::format::intake::RowIntake;
use crate::source::format::reader::FormatReader;
use crate::source::format::registry::Registry;
use crate::source::format::split::{AtEnd, Layout, Piece, Splitter};

mod file_at;
mod input;
mod part;

use file_at::FileAt;
pub use input::{Input, detect, read_head};

use super::file_book::{FileBook, read_prefix};
pub use part::Place;
use part::{Part, cause, range_len, rows_in};

/// Rows of one segment at most.
const SEGMENT_ROWS: usize = 500_000;

/// Rows of a segment that tell how much room the others take.
const SOME_ROWS: usize = 4_096;

/// A file is shared by threads from this size on.
const SHARED_FROM: u64 = 4 << 20;

/// Bad rows that are kept of one import; all are counted.
const KEPT_BAD_ROWS: usize = 10_000;

/// What is to be imported, and how it is read.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The format's name; found out when it is not given.
    pub format: Option<String>,
    /// What rows leave open.
    pub decisions: Decisions,
    /// Whether secrets stay where they are.
    pub keep_secrets: bool,
}

/// What came of an import.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// The name of the format it was read with.
    pub format: String,
    /// Stored, already there, bad.
    pub result: IntakeResult,
    /// What had to be assumed.
    pub notes: Vec<String>,
    /// The first bad rows.
    pub bad_rows: Vec<BadRow>,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not understood.
    #[error(transparent)]
    Format(#[from] DetectError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] EngineError),
    /// The description cannot be used.
    #[error("{0}")]
    Description(String),
}

impl ImportError {
    /// Whether it may be gone the next time: the store was locked, its disk failed.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Store(error) if !matches!(error, EngineError::Cancelled | EngineError::ReadOnly { .. }))
    }

    /// Whether nothing went wrong: it was only ended early.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Store(EngineError::Cancelled))
    }
}

/// How far an import is; shared with who shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes: AtomicU64,
    /// Rows read.
    pub rows: AtomicU64,
    /// Bytes there are; 0 when that is not known.
    pub total: AtomicU64,
}

/// Imports an input into a source.
pub fn import(
    store: &Store,
    registry: &Registry,
    source: &str,
    input: Input,
    options: &ImportOptions,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<ImportReport, ImportError> {
    let name = input.name();
    let Input { path, head, detected } = input;
    if path == Path::new("-") {
        let job = Job::new(registry, &name, None, detected, source, options)?;
        let input = io::Cursor::new(head).chain(io::stdin().lock());
        return job.run_alone(store, input, u64::MAX, progress, cancel, |_| Intake::default());
    }
    let read_error = |source| ImportError::Read { path: path.clone(), source };
    let file = File::open(&path).map_err(read_error)?;
    let len = file.metadata().map_err(read_error)?.len();
    progress.total.store(len, Ordering::Relaxed);
    let known = store.source_record(source)?;
    let mut book = FileBook::read(known.as_ref().and_then(|known| known.checkpoint.as_deref()));
    let id = book.identify(&read_prefix(&file).map_err(read_error)?, &path).id;
    let job = Job::new(registry, &name, Some(id), detected, source, options)?;
    let state = |end: Place| {
        if let Some(entry) = book.entry(id)
            && entry.read_to < end.byte
        {
            (entry.read_to, entry.line) = (end.byte, end.line);
        }
        Intake { checkpoint: Some(book.to_checkpoint()), ..Intake::default() }
    };
    if job.layout.is_range_splittable() && len >= SHARED_FROM {
        job.run_shared(store, &file, 0..len, progress, cancel, state)
    } else {
        job.run_alone(store, file, len, progress, cancel, state)
    }
}

/// One input with its format found and its envelope made.
pub struct Job {
    /// How its rows lie in it.
    pub layout: Layout,
    /// What makes its rows readable.
    pub envelope: Arc<Envelope>,
    /// What takes its rows.
    pub rows: RowIntake,
    path: PathBuf,
}

impl Job {
    /// An input whose format is known. `file` is its identity, if it is a file.
    pub fn new(
        registry: &Registry,
        name: &str,
        file: Option<u128>,
        detected: Detected,
        source: &str,
        options: &ImportOptions,
    ) -> Result<Self, ImportError> {
        let Detected { format, layout } = detected;
        let reader: FormatReader = registry
            .open(format.name(), layout.heading(), &options.decisions)
            .map_err(|error| ImportError::Description(error.reason))?;
        let envelope = Envelope {
            source: source.to_owned(),
            format: reader.format().name().to_owned(),
            format_version: reader.format().version(),
            decisions: options.decisions.clone(),
            heading: layout.heading().map(<[u8]>::to_vec),
            place: name.to_owned(),
            file,
            arrival: Arrival::Imported,
        };
        let identify = Identify::new(reader.format().without_id(), reader.format().ids(), file.is_some());
        let mut rows = RowIntake::new(reader, identify, name);
        if options.keep_secrets {
            rows = rows.without_redaction();
        }
        Ok(Self { layout, envelope: Arc::new(envelope), rows, path: name.into() })
    }

    fn read_error(&self, source: io::Error) -> ImportError {
        ImportError::Read { path: self.path.clone(), source }
    }

    /// Reads the rows of an input that begin before a byte in this thread.
    fn run_alone(
        &self,
        store: &Store,
        input: impl Read,
        until: u64,
        progress: &Progress,
        cancel: &Cancel,
        state: impl FnOnce(Place) -> Intake,
    ) -> Result<ImportReport, ImportError> {
        let now = Timestamp::now();
        let import = store.import(&self.envelope.source, now)?;
        let mut part = Part::default();
        let mut splitter = Splitter::new(input, &self.layout, AtEnd::Finish).until(until);
        self.read_rows(&import, &mut splitter, now, &mut part, progress, cancel)?;
        self.close(import, part, state)
    }

    /// Reads a range of a file in as many threads as there are processors.
    pub fn run_shared(
        &self,
        store: &Store,
        file: &File,
        bytes: std::ops::Range<u64>,
        progress: &Progress,
        cancel: &Cancel,
        state: impl FnOnce(Place) -> Intake,
    ) -> Result<ImportReport, ImportError> {
        let now = Timestamp::now();
        let import = store.import(&self.envelope.source, now)?;
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let len = bytes.end - bytes.start;
        let range = range_len(len, threads as u64);
        let next = AtomicU64::new(0);
        let finished: Mutex<Vec<(u64, Part)>> = Mutex::new(Vec::new());
        let worker = || -> Result<(), ImportError> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let from = bytes.start + number * range;
                if from >= bytes.end {
                    return Ok(());
                }
                let until = (from + range).min(bytes.end);
                let input = FileAt::new(file);
                let mut splitter = Splitter::range(input, &self.layout, from, until).map_err(|e| self.read_error(e))?;
                let mut part = Part::default();
                let read = self.read_rows(&import, &mut splitter, now, &mut part, progress, cancel);
                if let Err(error) = read {
                    drop(part);
                    // The others stop at their next look.
                    cancel.cancel();
                    return Err(error);
                }
                finished.lock().unwrap_or_else(PoisonError::into_inner).push((number, part));
            }
        };
        let outcomes: Vec<Result<(), ImportError>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let mut parts = finished.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = cause(outcomes) {
            for (_, part) in parts {
                drop(part);
            }
            return Err(error);
        }
        parts.sort_by_key(|(number, _)| *number);
        let mut all = Part::default();
        for (number, part) in parts {
            all.join(number, part);
        }
        self.close(import, all, state)
    }

    fn read_rows<R: Read>(
        &self,
        import: &Import<'_>,
        splitter: &mut Splitter<R>,
        now: Timestamp,
        part: &mut Part,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<(), ImportError> {
        let store = import.store();
        let mut taker = self.rows.in_order();
        let mut segment: Option<ImportSegment> = None;
        let began_at = splitter.position();
        let (mut rows, mut shown_rows, mut shown_at) = (0_u64, 0, began_at);
        let outcome = loop {
            if rows.is_multiple_of(4_096) {
                if cancel.is_cancelled() {
                    break Err(EngineError::Cancelled.into());
                }
                let at = splitter.position();
                progress.bytes.fetch_add(at - shown_at, Ordering::Relaxed);
                progress.rows.fetch_add(rows - shown_rows, Ordering::Relaxed);
                (shown_at, shown_rows) = (at, rows);
            }
            let piece = match splitter.next_piece() {
                Ok(Some(piece)) => piece,
                Ok(None) => break Ok(()),
                Err(error) => break Err(self.read_error(error)),
            };
            rows += 1;
            let row = match piece {
                Piece::Bad(bad) => {
                    part.add_bad(self.rows.bad(&bad));
                    let place = Place { byte: bad.position, line: bad.line };
                    part.end_before(place, splitter.has_no_end());
                    continue;
                }
                Piece::Row(row) => row,
            };
            let place = Place { byte: row.position, line: row.line };
            let target = match &mut segment {
                Some(segment) => segment,
                None => match store.import_segment(&self.envelope, now) {
                    Ok(new) => segment.insert(new),
                    Err(error) => break Err(error.into()),
                },
            };
            match taker.take(&row, |taken| target.push(taken.raw, taken.identity, taken.position, taken.record)) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => break Err(error.into()),
                Err(bad) => {
                    part.add_bad(bad);
                    part.end_before(place, splitter.has_no_end());
                }
            }
            if target.rows() == SOME_ROWS
                && let Some(left) = splitter.bytes_left()
            {
                target.reserve(SOME_ROWS + rows_in(left, rows, splitter.position() - began_at));
            }
            if target.is_full(SEGMENT_ROWS)
                && let Some(full) = segment.take()
                && let Err(error) = part.finish(import, full)
            {
                break Err(error.into());
            }
        };
        let at = splitter.position();
        part.end_at(Place { byte: at, line: splitter.line() });
        progress.bytes.fetch_add(at.saturating_sub(shown_at), Ordering::Relaxed);
        progress.rows.fetch_add(rows - shown_rows, Ordering::Relaxed);
        match (outcome, segment) {
            (Ok(()), Some(segment)) => Ok(part.finish(import, segment)?),
            (Ok(()), None) => Ok(()),
            // What was begun goes with it.
            (Err(error), _) => Err(error),
        }
    }

    fn close(
        &self,
        mut import: Import<'_>,
        part: Part,
        state: impl FnOnce(Place) -> Intake,
    ) -> Result<ImportReport, ImportError> {
        let end = part.end();
        for (number, segment, result) in part.segments {
            import.add(number, segment, &self.envelope, result);
        }
        import.add_bad(part.bad);
        let state = Intake { redacted: self.rows.redacted(), ..state(end) };
        let result = import.commit(&state, &part.bad_rows)?;
        Ok(ImportReport {
            format: self.envelope.format.clone(),
            result,
            notes: self.rows.reader().notes(),
            bad_rows: part.bad_rows,
        })
    }
}
