//! One generation of a file, read row by row as it grows.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::base::units;
use crate::model::envelope::RowReader;
use crate::model::intake::{Gap, Intake};
use crate::model::record::Record;
use crate::source::format::split::{AtEnd, Layout, Splitter};

use super::super::feed::{Fed, Feed, say_once};
use super::super::file_book::read_prefix;
use super::super::follow::Shared;
use super::super::import::ImportError;
use super::super::keeper_event::KeeperEvent;
use super::{AGAIN, Generation};

/// A generation of a file, from the place up to which it was read.
pub struct Reading<'a> {
    shared: &'a Shared<'a>,
    path: PathBuf,
    generation: Generation<'a>,
    splitter: Splitter<Arc<File>>,
    feed: Feed,
    /// The byte up to which the file was read, and since when.
    grown: (u64, Instant),
    /// How long the file was at the last look, when it was written to, and since when it is so.
    seen: ((u64, Option<SystemTime>), Instant),
    /// Where the last line begins that was told to be without an end.
    told: Option<u64>,
}

impl<'a> Reading<'a> {
    pub fn new(shared: &'a Shared<'a>, path: &Path, generation: Generation<'a>) -> Result<Self, ImportError> {
        let (start, line) =
            shared.book().entry(generation.claim.id).map_or((0, Some(1)), |entry| (entry.read_to, entry.line));
        let read_error = |source| ImportError::Read { path: path.to_owned(), source };
        let file = &generation.file;
        (&**file).seek(SeekFrom::Start(start)).map_err(read_error)?;
        let mut splitter = Splitter::resume(Arc::clone(file), &generation.job.layout, AtEnd::Wait, start, line);
        if is_in_line(file, start).map_err(read_error)? {
            splitter.begin_behind_tail();
        }
        Ok(Self {
            shared,
            path: path.to_owned(),
            splitter,
            feed: Feed::new(&generation.job, shared.store, shared.tell),
            generation,
            grown: (start, Instant::now()),
            seen: ((0, None), Instant::now()),
            told: None,
        })
    }

    pub fn inode(&self) -> u64 {
        self.generation.inode
    }

    fn read_error(&self, source: io::Error) -> ImportError {
        ImportError::Read { path: self.path.clone(), source }
    }

    /// Stores what was added.
    pub fn read(&mut self, cancel: &Cancel) -> Result<Fed, ImportError> {
        let fed = self.next_batch(cancel)?;
        let read_to = self.splitter.read_to();
        if read_to != self.grown.0 {
            self.grown = (read_to, Instant::now());
        }
        if fed != Fed::Nothing || !self.tail_is_due()? {
            return Ok(fed);
        }
        // What has come since would be a half row again.
        self.splitter.set_at_end(AtEnd::Here);
        let fed = self.next_batch(cancel);
        self.splitter.set_at_end(AtEnd::Wait);
        fed
    }

    /// Reads a file whose place was taken, until nothing is added any more.
    pub fn see_out(mut self, cancel: &Cancel) {
        let pace = self.shared.pace;
        // However long it was quiet before.
        self.grown.1 = Instant::now();
        let mut said = String::new();
        let mut is_last = false;
        while !cancel.is_cancelled() {
            match self.read(cancel) {
                Ok(Fed::Cancelled) => return,
                Ok(Fed::Full) => {}
                Ok(Fed::Some) => said.clear(),
                Ok(Fed::Nothing) if is_last => return,
                Ok(Fed::Nothing) if self.grown.1.elapsed() > pace.farewell => {
                    is_last = true;
                    self.splitter.set_at_end(AtEnd::Finish);
                }
                Ok(Fed::Nothing) => {
                    cancel.wait(pace.look);
                    // Who finds it under its other name may see that it has grown.
                    if self.is_cut().is_ok_and(|is_cut| is_cut) {
                        return;
                    }
                }
                Err(error) => {
                    say_once(self.shared.tell, &mut said, error.to_string());
                    if !error.may_pass() {
                        return;
                    }
                    cancel.wait(AGAIN);
                }
            }
        }
    }

    fn next_batch(&mut self, cancel: &Cancel) -> Result<Fed, ImportError> {
        let mut book = self.shared.book();
        // What is not stored is not read: the book goes on with its rows, or not at all.
        let mut next = None;
        let checkpoint = |position, line| {
            let next = next.insert(book.clone());
            let entry = next.entry(self.generation.claim.id)?;
            (entry.read_to, entry.line) = (position, line);
            Some(next.to_checkpoint())
        };
        let fed = self.feed.next_batch(&mut self.splitter, checkpoint, cancel)?;
        if let Some(next) = next
            && fed != Fed::Cancelled
        {
            *book = next;
        }
        Ok(fed)
    }

    /// Whether a last line without its end is a row after all: nothing was added for a while, and
    /// it can be read. JSON says itself whether it is whole. For other lines nothing does, so they
    /// wait longer: what is stored too early is never replaced.
    fn tail_is_due(&mut self) -> Result<bool, ImportError> {
        let pace = self.shared.pace;
        let quiet = self.grown.1.elapsed();
        if quiet < pace.quiet {
            return Ok(false);
        }
        let Some(tail) = self.splitter.tail() else { return Ok(false) };
        let mut record = Record::default();
        let is_read = self.generation.job.rows.reader().read(tail, &mut record).is_ok() && record.time().is_some();
        let is_json = self.generation.job.layout == Layout::JsonLines;
        if is_read && (is_json || self.quiet_on_disk(quiet)? >= pace.settled) {
            return Ok(true);
        }
        let at = Some(self.splitter.position());
        if self.told != at {
            self.told = at;
            let path = self.path.display();
            (self.shared.tell)(KeeperEvent::note(if is_read {
                let wait = pace.settled.as_secs();
                format!(
                    "the last line of {path} has no end yet: it is shown when it ends or stays as it is for {wait} s"
                )
            } else {
                format!("the last line of {path} is not whole yet: it is shown when it is")
            }));
        }
        Ok(false)
    }

    /// How long nothing was added, also before the file was looked at here.
    fn quiet_on_disk(&self, seen: Duration) -> Result<Duration, ImportError> {
        let now = self.generation.file.metadata().map_err(|e| self.read_error(e))?;
        let written = now.modified().ok().and_then(|at| at.elapsed().ok());
        Ok(written.map_or(seen, |written| written.max(seen)))
    }

    /// Whether the file was cut, or written anew from its beginning; what that means is taken down.
    pub fn is_cut(&mut self) -> Result<bool, ImportError> {
        let now = self.generation.file.metadata().map_err(|e| self.read_error(e))?;
        let (len, state) = (now.len(), (now.len(), now.modified().ok()));
        if state == self.seen.0 {
            // A copy that is still being made is shorter than what was read of its original.
            let is_short = len < self.splitter.position();
            return if is_short && self.seen.1.elapsed() > self.shared.pace.quiet { self.cut(len) } else { Ok(false) };
        }
        let was_longer = len < self.seen.0.0;
        self.seen = (state, Instant::now());
        if was_longer && len < self.splitter.position() {
            return self.cut(len);
        }
        if self.confirm()? { Ok(false) } else { self.cut(len) }
    }

    /// Takes down what the file begins with. Says whether that is what it began with before.
    pub fn confirm(&self) -> Result<bool, ImportError> {
        let head = read_prefix(&self.generation.file).map_err(|e| self.read_error(e))?;
        Ok(self.shared.book().confirm(self.generation.claim.id, &head))
    }

    fn cut(&mut self, len: u64) -> Result<bool, ImportError> {
        let (was, is) = (units::bytes(self.splitter.position()), units::bytes(len));
        let how =
            if len < self.splitter.position() { format!("cut from {was} to {is}") } else { "written anew".into() };
        let text = format!("{} was {how}: it is read from its beginning", self.path.display());
        let at = Timestamp::now();
        // What was written since the last row, and was cut before it was read.
        let last_intake = || self.shared.store.source_record(self.shared.source).map(|known| known?.last_intake);
        let newest = self.feed.newest().map_or_else(last_intake, |newest| Ok(Some(newest)))?;
        let from = newest.map_or(at, |newest| newest.min(at));
        let gap = Gap { from, until: at.plus(1), reason: text.clone() };
        let mut book = self.shared.book();
        let mut next = book.clone();
        // What follows is another file, though under the same name.
        next.retire(self.generation.claim.id, &self.path);
        let intake = Intake { checkpoint: Some(next.to_checkpoint()), gaps: vec![gap], ..Intake::default() };
        self.shared.store.append(self.shared.source, &intake, at)?;
        *book = next;
        (self.shared.tell)(KeeperEvent::note(text));
        Ok(true)
    }
}

/// Whether a line goes on at a byte.
fn is_in_line(file: &File, at: u64) -> io::Result<bool> {
    let mut before = [b'\n'];
    if at > 0 {
        file.read_at(&mut before, at - 1)?;
    }
    Ok(before != *b"\n")
}
