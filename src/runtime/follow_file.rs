//! One file that is read and followed: first what is there, in large pieces, then what is added;
//! cut, rotated and replaced files go on as what they are.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::Scope;
use std::time::{Duration, Instant};

use crate::base::cancel::Cancel;
use crate::engine::local::ahead::Ahead;
use crate::model::intake::Intake;

mod reading;

use self::reading::Reading;
use super::feed::{Fed, say_once};
use super::file_book::{Claim, FileBook, read_prefix};
use super::follow::Shared;
use super::import::{ImportError, Job, Place, Progress, detect, read_head};
use super::keeper_event::KeeperEvent;
use super::watched::watched;

/// How often progress is told.
const LOOK: Duration = Duration::from_millis(50);

/// From so many unread bytes on, they are imported in large pieces.
const BULK_FROM: u64 = 4 << 20;

/// Bytes of the first such piece, for rows on the screen at once.
const FIRST_PIECE: u64 = 16 << 20;

/// Bytes of the later ones: what is read is visible piece by piece.
const LARGEST_PIECE: u64 = 256 << 20;

/// How long to wait before what failed is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A file of a source.
pub struct FollowFile<'a> {
    shared: &'a Shared<'a>,
    path: PathBuf,
    is_behind: bool,
    /// The file that was cut: what is in it now is another generation.
    cut: Option<u64>,
    /// Since when there is no file.
    gone: Option<Instant>,
}

/// One generation of the file: until another stands in its place.
struct Generation<'a> {
    claim: Claimed<'a>,
    inode: u64,
    job: Arc<Job>,
    file: Arc<File>,
}

/// An entry of the book that is this reader's, until it is dropped.
struct Claimed<'a> {
    shared: &'a Shared<'a>,
    id: u128,
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        self.shared.book().release(self.id);
    }
}

impl<'a> FollowFile<'a> {
    /// A file that is not read yet.
    pub fn new(shared: &'a Shared<'a>, path: PathBuf) -> Self {
        Self { shared, path, is_behind: true, cut: None, gone: None }
    }

    /// Follows until it is cancelled, through all generations.
    pub fn run<'scope>(mut self, scope: &'scope Scope<'scope, '_>, cancel: &'scope Cancel)
    where
        'a: 'scope,
    {
        let mut said = String::new();
        while !self.is_over(cancel) {
            match self.follow(scope, cancel) {
                Ok(()) => said.clear(),
                // What is behind the interruption is read the next time.
                Err(error) if error.is_cancelled() => {}
                // It was here a moment ago.
                Err(ImportError::Read { source, .. })
                    if self.shared.is_pattern && source.kind() == io::ErrorKind::NotFound =>
                {
                    self.caught_up();
                    cancel.wait(AGAIN);
                }
                Err(error) => {
                    say_once(self.shared.tell, &mut said, error.to_string());
                    self.caught_up();
                    cancel.wait(AGAIN);
                }
            }
        }
        if !cancel.is_cancelled() {
            // A file that comes back is found again.
            self.caught_up();
            self.shared.end(&self.path);
        }
    }

    fn tell(&self, event: KeeperEvent) {
        (self.shared.tell)(event);
    }

    fn caught_up(&mut self) {
        if std::mem::take(&mut self.is_behind) {
            self.shared.is_read();
        }
    }

    fn read_error(&self, source: io::Error) -> ImportError {
        ImportError::Read { path: self.path.clone(), source }
    }

    /// Reads and follows one generation of the file.
    fn follow<'scope>(&mut self, scope: &'scope Scope<'scope, '_>, cancel: &'scope Cancel) -> Result<(), ImportError>
    where
        'a: 'scope,
    {
        let file = Arc::new(File::open(&self.path).map_err(|e| self.read_error(e))?);
        let inode = file.metadata().map_err(|e| self.read_error(e))?.ino();
        let Some(claim) = self.claim(&file, inode, cancel)? else { return Ok(()) };
        (&*file).seek(SeekFrom::Start(0)).map_err(|e| self.read_error(e))?;
        let head = read_head(&mut &*file).map_err(|e| self.read_error(e))?;
        let name = self.path.display().to_string();
        let Shared { registry, source, options, .. } = *self.shared;
        let job = Job::new(registry, &name, Some(claim.id), detect(registry, &name, &head, options)?, source, options)?;
        self.shared.put_format(&job.envelope.format)?;
        let generation = Generation { claim, inode, job: Arc::new(job), file };
        self.read_bulk(&generation, cancel)?;
        self.read_on(generation, scope, cancel)
    }

    /// Waits until the file says which it is and nobody else reads it. `None` when it is gone first.
    fn claim(&mut self, file: &File, inode: u64, cancel: &Cancel) -> Result<Option<Claimed<'a>>, ImportError> {
        let shared = self.shared;
        let mut longer = None;
        let mut begun = (0, Instant::now());
        loop {
            let head = read_prefix(file).map_err(|e| self.read_error(e))?;
            if head.len() != begun.0 {
                begun = (head.len(), Instant::now());
            }
            // An empty file is none yet, and half of a first line may be half of a heading.
            let is_whole = head.contains(&b'\n') || begun.1.elapsed() >= shared.pace.quiet || is_quiet(file, shared);
            if !head.is_empty() && is_whole {
                let mut book = shared.book();
                let new = |book: &mut FileBook| Claimed { shared, id: book.claim_new(&head, &self.path, inode) };
                if self.cut == Some(inode) {
                    self.cut = None;
                    return Ok(Some(new(&mut book)));
                }
                match book.claim(&head, &self.path, inode) {
                    Claim::Mine(id) => return Ok(Some(Claimed { shared, id })),
                    Claim::Theirs { is_longer: false } => longer = None,
                    Claim::Theirs { is_longer: true } => {
                        let since = *longer.get_or_insert_with(Instant::now);
                        if since.elapsed() > shared.pace.alike {
                            return Ok(Some(new(&mut book)));
                        }
                    }
                }
            }
            if head.is_empty() || is_whole {
                self.caught_up();
            }
            cancel.wait(shared.pace.look);
            if cancel.is_cancelled() || self.is_replaced(inode) || self.is_gone() {
                return Ok(None);
            }
        }
    }

    fn is_over(&mut self, cancel: &Cancel) -> bool {
        cancel.is_cancelled() || self.shared.is_pattern && self.is_gone()
    }

    /// Whether there has been no file for a while.
    fn is_gone(&mut self) -> bool {
        match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.gone.get_or_insert_with(Instant::now).elapsed() > self.shared.pace.gone
            }
            _ => {
                self.gone = None;
                false
            }
        }
    }

    fn is_replaced(&self, inode: u64) -> bool {
        // A file that is away for a moment, while it is rotated, is not replaced yet.
        std::fs::metadata(&self.path).is_ok_and(|now| now.ino() != inode)
    }

    /// How far the file was read: byte and line.
    fn read_to(&self, id: u128) -> Option<(u64, Option<u64>)> {
        self.shared.book().entry(id).map(|entry| (entry.read_to, entry.line))
    }

    /// Imports what is there in large pieces, by all processors.
    fn read_bulk(&self, generation: &Generation<'_>, cancel: &Cancel) -> Result<(), ImportError> {
        let (id, job, file) = (generation.claim.id, &generation.job, &*generation.file);
        if !job.layout.is_range_splittable() {
            return Ok(());
        }
        let _one_at_a_time = self.shared.bulk();
        let mut stored = 0;
        let outcome = self.read_pieces(id, job, file, &mut stored, cancel);
        if stored > 0 {
            // What is not counted now is counted when it is asked for.
            let _ = self.shared.store.count_ahead(Ahead::Imported(stored), cancel);
        }
        outcome
    }

    fn read_pieces(
        &self,
        id: u128,
        job: &Job,
        file: &File,
        stored: &mut u64,
        cancel: &Cancel,
    ) -> Result<(), ImportError> {
        let (mut piece, mut is_told) = (FIRST_PIECE, false);
        loop {
            let len = file.metadata().map_err(|e| self.read_error(e))?.len();
            let Some((from, _)) = self.read_to(id) else { return Ok(()) };
            if len.saturating_sub(from) < BULK_FROM || cancel.is_cancelled() {
                return Ok(());
            }
            // An unfinished last line is left for later.
            let until = last_line_end(file, from, (from + piece).min(len)).map_err(|e| self.read_error(e))?;
            if until <= from {
                return Ok(());
            }
            piece = (piece * 4).min(LARGEST_PIECE);
            let state = |_: Place| {
                let mut next = self.shared.book().clone();
                if let Some(entry) = next.entry(id) {
                    (entry.read_to, entry.line) = (until, None);
                }
                Intake { checkpoint: Some(next.to_checkpoint()), ..Intake::default() }
            };
            let (rows, was_told) = self.import_range(job, file, from..until, len, state, cancel)?;
            *stored += rows;
            is_told |= was_told;
            if is_told {
                // The last look was before the end: who was told how far it is hears that it is done.
                self.tell(KeeperEvent::Progress { source: self.shared.source.to_owned(), done: until, total: len });
            }
            if let Some(entry) = self.shared.book().entry(id) {
                (entry.read_to, entry.line) = (until, None);
            }
        }
    }

    /// Imports a piece. Gives how many rows were stored, and whether it took so long that it was told how far it is.
    fn import_range(
        &self,
        job: &Job,
        file: &File,
        bytes: std::ops::Range<u64>,
        len: u64,
        state: impl FnOnce(Place) -> Intake + Send,
        cancel: &Cancel,
    ) -> Result<(u64, bool), ImportError> {
        let (progress, stop) = (Progress::default(), Cancel::new());
        let (from, mut is_told) = (bytes.start, false);
        let work = || job.run_shared(self.shared.store, file, bytes, &progress, &stop, state);
        let report = watched(LOOK, work, || {
            if cancel.is_cancelled() {
                stop.cancel();
            }
            let done = from + progress.bytes.load(Ordering::Relaxed);
            self.tell(KeeperEvent::Progress { source: self.shared.source.to_owned(), done, total: len });
            is_told = true;
        })?;
        report.notes.into_iter().for_each(|note| self.tell(KeeperEvent::note(note)));
        Ok((report.result.stored, is_told))
    }

    /// Reads what is left and what is added, row by row.
    fn read_on<'scope>(
        &mut self,
        generation: Generation<'a>,
        scope: &'scope Scope<'scope, '_>,
        cancel: &'scope Cancel,
    ) -> Result<(), ImportError>
    where
        'a: 'scope,
    {
        let mut reading = Reading::new(self.shared, &self.path, generation)?;
        let mut said = String::new();
        loop {
            if cancel.is_cancelled() {
                return Ok(());
            }
            match reading.read(cancel) {
                Ok(Fed::Cancelled) => return Ok(()),
                Ok(Fed::Full) => continue,
                Ok(Fed::Some) => said.clear(),
                Ok(Fed::Nothing) if self.is_gone() => {
                    let path = self.path.display();
                    self.tell(KeeperEvent::note(format!("{path} is gone; what it held was read")));
                    scope.spawn(move || reading.see_out(cancel));
                    return Ok(());
                }
                Ok(Fed::Nothing) => {}
                // The rows that were read wait; the file stays open.
                Err(error) if error.may_pass() => {
                    say_once(self.shared.tell, &mut said, error.to_string());
                    self.caught_up();
                    // A copy that is longer is still a copy.
                    reading.confirm()?;
                    cancel.wait(AGAIN);
                    continue;
                }
                Err(error) => return Err(error),
            }
            self.caught_up();
            cancel.wait(self.shared.pace.look);
            if self.is_replaced(reading.inode()) {
                // The new one begins; whoever wrote to the old one may do so for a while.
                scope.spawn(move || reading.see_out(cancel));
                return Ok(());
            }
            if reading.is_cut()? {
                self.cut = Some(reading.inode());
                return Ok(());
            }
        }
    }
}

/// Whether nothing was written to a file for a while.
fn is_quiet(file: &File, shared: &Shared<'_>) -> bool {
    let written = file.metadata().and_then(|now| now.modified());
    written.is_ok_and(|at| at.elapsed().is_ok_and(|quiet| quiet >= shared.pace.quiet))
}

/// The byte behind the last line that ends before a place; `from` when none does.
fn last_line_end(file: &File, from: u64, until: u64) -> io::Result<u64> {
    let mut end = until;
    let mut chunk = vec![0; 64 << 10];
    while end > from {
        let start = end.saturating_sub(chunk.len() as u64).max(from);
        let len = (end - start) as usize;
        file.read_exact_at(&mut chunk[..len], start)?;
        if let Some(at) = memchr::memrchr(b'\n', &chunk[..len]) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(from)
}
