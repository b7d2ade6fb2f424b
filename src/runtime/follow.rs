//! A file that is read and followed: first what is there, in large pieces, then what is added.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::engine::local::Store;
use crate::model::envelope::{Arrival, Envelope};
use crate::model::intake::{Gap, Intake};
use crate::source::format::registry::Registry;
use crate::source::format::split::{AtEnd, Splitter};

use super::file_book::FileBook;
use super::import::{ImportError, ImportOptions, Job, Progress, read_head};
use super::intake::{IntakePump, Tell, wait};
use super::source_settings::SourceSettings;

/// How often a file is looked at for more.
const LOOK: Duration = Duration::from_millis(50);

/// From so many unread bytes on, they are imported in large pieces.
const BULK_FROM: u64 = 8 << 20;

/// Bytes of one such piece: what is read is visible piece by piece.
const BULK_PIECE: u64 = 256 << 20;

/// Rows that are stored at once while a file is followed.
const BATCH_ROWS: usize = 5_000;

/// A row without an end is taken for whole when nothing was added for so long.
const QUIET: Duration = Duration::from_secs(2);

/// What following tells.
#[derive(Debug, Clone)]
pub enum FollowEvent {
    /// The file is read up to its end, and followed from there on.
    CaughtUp,
    /// Something to tell.
    Notice {
        /// In words.
        text: String,
        /// Whether something went wrong.
        is_error: bool,
    },
    /// Reading goes on: bytes read, bytes there are.
    Progress(u64, u64),
}

/// Told what following has to tell.
pub type TellFollow = Arc<dyn Fn(FollowEvent) + Send + Sync>;

/// What is followed.
pub struct Follow {
    /// The file.
    pub path: PathBuf,
    /// The source its rows belong to.
    pub source: String,
    /// How it is read.
    pub options: ImportOptions,
    /// What the source is, as the store writes it.
    pub kind: &'static str,
    /// Where its rows go.
    pub store: Arc<Store>,
    /// The formats.
    pub registry: Arc<Registry>,
    /// Told what happens.
    pub tell: TellFollow,
}

impl Follow {
    /// Follows in a thread of its own.
    pub fn start(self, cancel: Cancel) -> std::io::Result<JoinHandle<()>> {
        thread::Builder::new().name(format!("follow-{}", self.source)).spawn(move || self.run(&cancel))
    }

    fn notice(&self, text: impl Into<String>, is_error: bool) {
        (self.tell)(FollowEvent::Notice { text: text.into(), is_error });
    }

    fn run(&self, cancel: &Cancel) {
        let mut said = String::new();
        while !cancel.is_cancelled() {
            match self.follow(cancel) {
                Ok(()) => said.clear(),
                Err(error) => {
                    let text = error.to_string();
                    if text != said {
                        self.notice(text.clone(), true);
                        said = text;
                    }
                    wait(Duration::from_secs(1), cancel);
                }
            }
        }
    }

    fn read_error(&self, source: std::io::Error) -> ImportError {
        ImportError::Read { path: self.path.clone(), source }
    }

    fn book(&self) -> Result<FileBook, ImportError> {
        let known = self.store.source_record(&self.source)?;
        Ok(FileBook::read(known.as_ref().and_then(|known| known.checkpoint.as_deref())))
    }

    /// Reads and follows one generation of the file, until another file stands in its place.
    fn follow(&self, cancel: &Cancel) -> Result<(), ImportError> {
        let mut file = File::open(&self.path).map_err(|e| self.read_error(e))?;
        let inode = file.metadata().map_err(|e| self.read_error(e))?.ino();
        let head = loop {
            file.seek(SeekFrom::Start(0)).map_err(|e| self.read_error(e))?;
            let head = read_head(&mut file).map_err(|e| self.read_error(e))?;
            // An empty file has no format yet.
            if !head.is_empty() || cancel.is_cancelled() {
                break head;
            }
            (self.tell)(FollowEvent::CaughtUp);
            wait(LOOK, cancel);
            if self.is_replaced(inode) {
                return Ok(());
            }
        };
        if cancel.is_cancelled() {
            return Ok(());
        }
        let mut book = self.book()?;
        let at = book.identify(&self.path).map_err(|e| self.read_error(e))?;
        let entry = book.files[at].clone();
        let name = self.path.display().to_string();
        let job = match &entry.layout {
            Some(layout) if entry.read_to > 0 && self.options.format.is_none() => {
                // The heading of a CSV stands only at its beginning.
                let detected = Job::new(&self.registry, &name, Some(entry.id), &head, &self.source, &self.options)?;
                debug_assert_eq!(detected.layout, *layout, "a known file keeps its layout");
                detected
            }
            _ => Job::new(&self.registry, &name, Some(entry.id), &head, &self.source, &self.options)?,
        };
        let title = self.registry.get(&job.envelope.format).map(|format| format.title().to_owned()).unwrap_or_default();
        let kept = SourceSettings { format: job.envelope.format.clone(), title, ..SourceSettings::default() };
        self.store.put_source(&self.source, self.kind, Some(&kept.to_json()))?;
        let mut tail = Tail { book, at, job, inode };
        self.read_bulk(&mut tail, cancel)?;
        self.read_on(&mut tail, file, cancel)
    }

    fn is_replaced(&self, inode: u64) -> bool {
        // A file that is away for a moment, while it is rotated, is not replaced yet.
        std::fs::metadata(&self.path).is_ok_and(|now| now.ino() != inode)
    }

    /// Imports what is there in large pieces, by all processors.
    fn read_bulk(&self, tail: &mut Tail, cancel: &Cancel) -> Result<(), ImportError> {
        if !tail.job.layout.is_range_splittable() {
            return Ok(());
        }
        loop {
            let len = std::fs::metadata(&self.path).map_err(|e| self.read_error(e))?.len();
            let from = tail.entry().read_to;
            if len.saturating_sub(from) < BULK_FROM || cancel.is_cancelled() {
                return Ok(());
            }
            // An unfinished last line is left for later.
            let until =
                last_line_end(&self.path, from, (from + BULK_PIECE).min(len)).map_err(|e| self.read_error(e))?;
            if until <= from {
                return Ok(());
            }
            let mut next = tail.book.clone();
            next.files[tail.at].read_to = until;
            next.files[tail.at].line = None;
            next.files[tail.at].layout = Some(tail.job.layout.clone());
            let state = Intake { checkpoint: Some(next.to_checkpoint()), ..Intake::default() };
            let progress = Progress::default();
            let stop = Cancel::new();
            let report = thread::scope(|scope| {
                let worker = scope.spawn(|| {
                    tail.job.run_shared(
                        &self.store,
                        &self.path,
                        from..until,
                        Timestamp::now(),
                        &progress,
                        &stop,
                        &state,
                    )
                });
                while !worker.is_finished() {
                    if cancel.is_cancelled() {
                        stop.cancel();
                    }
                    (self.tell)(FollowEvent::Progress(from + progress.bytes.load(Ordering::Relaxed), len));
                    thread::sleep(LOOK);
                }
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            let report = report?;
            tail.book = next;
            for note in report.notes {
                self.notice(note, false);
            }
        }
    }

    /// Reads what is left and what is added, row by row.
    fn read_on(&self, tail: &mut Tail, mut file: File, cancel: &Cancel) -> Result<(), ImportError> {
        let start = tail.entry().clone();
        file.seek(SeekFrom::Start(start.read_to)).map_err(|e| self.read_error(e))?;
        let mut splitter = Splitter::resume(file, &tail.job.layout, AtEnd::Wait, start.read_to, start.line);
        let tell = Arc::clone(&self.tell);
        let pump_tell: Tell = Arc::new(move |text: Option<String>| {
            let is_error = text.is_some();
            let text = text.unwrap_or_else(|| "there is room on the disk again".into());
            tell(FollowEvent::Notice { text, is_error });
        });
        let pump = IntakePump::new(Arc::clone(&self.store), pump_tell);
        let envelope = Arc::new(Envelope { arrival: Arrival::Followed, ..tail.job.envelope.as_ref().clone() });
        let mut last_growth = Instant::now();
        let mut notes_said = 0;
        let (mut is_caught_up, mut is_replaced) = (false, false);
        loop {
            if cancel.is_cancelled() {
                return Ok(());
            }
            let (mut rows, mut bad_rows) = (Vec::new(), Vec::new());
            let redacted_before = tail.job.rows.redacted();
            while rows.len() < BATCH_ROWS {
                match splitter.next_piece().map_err(|e| self.read_error(e))? {
                    Some(piece) => tail.job.rows.take_piece(&piece, &mut rows, &mut bad_rows),
                    None => break,
                }
            }
            let is_full = rows.len() >= BATCH_ROWS;
            if !rows.is_empty() || !bad_rows.is_empty() {
                last_growth = Instant::now();
                let mut next = tail.book.clone();
                let entry = &mut next.files[tail.at];
                (entry.read_to, entry.line) = (splitter.position(), splitter.line());
                entry.layout = Some(tail.job.layout.clone());
                let intake = Intake {
                    rows: vec![(Arc::clone(&envelope), rows)],
                    checkpoint: Some(next.to_checkpoint()),
                    bad_rows,
                    redacted: tail.job.rows.redacted() - redacted_before,
                    ..Intake::default()
                };
                if pump.store(&self.source, &intake, cancel)?.is_none() {
                    return Ok(());
                }
                tail.book = next;
                let notes = tail.job.rows.reader().notes();
                for note in notes.iter().skip(notes_said) {
                    self.notice(note.clone(), false);
                }
                notes_said = notes.len();
            }
            if is_full {
                continue;
            }
            if is_replaced {
                // What the old file still held is read; the new one begins.
                return Ok(());
            }
            if !is_caught_up {
                is_caught_up = true;
                (self.tell)(FollowEvent::CaughtUp);
            }
            wait(LOOK, cancel);
            if last_growth.elapsed() > QUIET {
                // A last line without its end is a row after all.
                splitter.set_at_end(AtEnd::Finish);
            } else {
                splitter.set_at_end(AtEnd::Wait);
            }
            if self.is_replaced(tail.inode) {
                is_replaced = true;
                splitter.set_at_end(AtEnd::Finish);
            } else if self.is_cut(tail, splitter.position())? {
                return Ok(());
            }
        }
    }

    /// Whether the file is shorter than it was read; what that means is taken down.
    fn is_cut(&self, tail: &mut Tail, read_to: u64) -> Result<bool, ImportError> {
        let Ok(now) = std::fs::metadata(&self.path) else { return Ok(false) };
        if now.len() < read_to {
            let text = format!(
                "{} was cut from {} to {}: it is read from its beginning",
                self.path.display(),
                units::bytes(read_to),
                units::bytes(now.len())
            );
            self.notice(text.clone(), false);
            let at = Timestamp::now();
            let mut next = tail.book.clone();
            // What follows is another file, though under the same name.
            next.files.remove(tail.at);
            let gap = Gap { from: at, until: at.plus(1), reason: text };
            let intake = Intake { checkpoint: Some(next.to_checkpoint()), gaps: vec![gap], ..Intake::default() };
            self.store.append(&self.source, &intake, at)?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Where following is.
struct Tail {
    book: FileBook,
    at: usize,
    job: Job,
    inode: u64,
}

impl Tail {
    fn entry(&self) -> &super::file_book::FileEntry {
        &self.book.files[self.at]
    }
}

/// The byte behind the last line that ends before a place; `from` when none does.
fn last_line_end(path: &Path, from: u64, until: u64) -> std::io::Result<u64> {
    let mut file = File::open(path)?;
    let mut end = until;
    let mut chunk = vec![0; 64 << 10];
    while end > from {
        let start = end.saturating_sub(chunk.len() as u64).max(from);
        let len = (end - start) as usize;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut chunk[..len])?;
        if let Some(at) = memchr::memrchr(b'\n', &chunk[..len]) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(from)
}
