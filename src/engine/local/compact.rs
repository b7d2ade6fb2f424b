//! The head becomes a segment, and small segments become larger ones. Answers do not change.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{TransactionBehavior, params};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::intake::BadRow;
use crate::model::record::Record;

use super::append::{place_of, write_bad_rows};
use super::bits::Bits;
use super::block::{Block, RawRow};
use super::head::Batch;
use super::part::Part;
use super::schema::remove_file;
use super::segment_write::{SegmentBuilder, WrittenSegment, insert_segment};
use super::store::Store;

/// The head becomes a segment when it has so many rows.
pub const HEAD_ROWS: usize = 65_536;

/// A segment has at most about so many rows.
pub const SEGMENT_ROWS: usize = 1_000_000;

/// So many small neighbours are worth joining.
const MERGE_COUNT: usize = 8;

/// A lock on a file of the store; freed when dropped, or when the process dies.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "held for its drop")] File);

impl Store {
    /// Does what is due: a large head becomes a segment, small segments are joined. Says whether
    /// there was anything to do. Another process that is at it already is left to it.
    pub fn maintain(&self, cancel: &Cancel) -> Result<bool, EngineError> {
        if self.head_rows() >= HEAD_ROWS {
            return self.flush_head(cancel);
        }
        self.merge_segments(cancel)
    }

    /// Makes a segment of the whole head.
    pub fn flush_head(&self, cancel: &Cancel) -> Result<bool, EngineError> {
        let Some(_lock) = self.try_lock("maintenance")? else { return Ok(false) };
        let _writing = self.lock_shared("writing")?;
        let batches = self.all_batches()?;
        let Some(last) = batches.last().map(|batch| batch.id) else { return Ok(false) };
        let base = batches[0].first_seq;
        let mut builder = SegmentBuilder::create(&self.segments_folder(), self.segment_name("h"))?;
        let (mut damaged, mut bad) = (Vec::new(), Vec::new());
        for batch in &batches {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let Ok(block) = Block::read(&batch.block) else {
                damaged.push(batch.id);
                continue;
            };
            let mut record = Record::default();
            for row in block.rows() {
                record.clear();
                let seq = batch.first_seq - base + row.seq;
                if let Some(reason) = self.copy_row(row, seq, &mut record, &mut builder)? {
                    let place = place_of(row.envelope, row.meta.position);
                    bad.push((row.envelope.source.clone(), BadRow::new(place, reason, row.raw)));
                }
            }
        }
        if damaged.len() == batches.len() {
            return Ok(false);
        }
        let segment = builder.finish(None)?;
        self.replace(&segment, base, |connection| {
            // What is damaged stays in the head, behind what is taken out of it.
            for id in &damaged {
                connection.execute(
                    "INSERT INTO batches (first_seq, rows, first_seen, block)
                     SELECT first_seq, rows, first_seen, block FROM batches WHERE id = ?1",
                    [id],
                )?;
            }
            connection.execute("DELETE FROM batches WHERE id <= ?1", [last])?;
            for (source, row) in &bad {
                write_bad_rows(connection, source, std::iter::once(row), 1, Timestamp::now())?;
            }
            Ok(())
        })?;
        Ok(true)
    }

    fn all_batches(&self) -> Result<Vec<Batch>, EngineError> {
        let reader = self.reader();
        super::store::read_batches(&reader, 0).map_err(|e| self.error(&e))
    }

    /// Copies a row into a segment in the making, where it has a sequence number above the segment's
    /// first. Of one that its reader refuses, the raw row is kept, and the reason is given.
    fn copy_row<'a>(
        &self,
        row: RawRow<'a>,
        seq: u64,
        record: &mut Record<'a>,
        builder: &mut SegmentBuilder,
    ) -> Result<Option<String>, EngineError> {
        match self.readers.read(row.envelope, row.raw, record, self.formats.as_ref()) {
            Ok(()) => builder.push(row.envelope, seq, row.meta, row.raw, record).map(|()| None),
            Err(reason) => builder.push_refused(row.envelope, seq, row.meta, row.raw).map(|()| Some(reason)),
        }
    }

    /// Names a segment in the database in the place of something else.
    fn replace(
        &self,
        segment: &WrittenSegment,
        seq_base: u64,
        other: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>,
    ) -> Result<(), EngineError> {
        let mut writer = self.writer()?;
        let write = |transaction: &rusqlite::Transaction<'_>| -> rusqlite::Result<()> {
            insert_segment(transaction, segment, seq_base)?;
            other(transaction)
        };
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.error(&e))?;
        write(&transaction).map_err(|e| self.error(&e))?;
        transaction.commit().map_err(|e| self.error(&e))?;
        drop(writer);
        self.refresh()?;
        Ok(())
    }

    /// Joins small segments that are neighbours in the order of arrival.
    fn merge_segments(&self, cancel: &Cancel) -> Result<bool, EngineError> {
        if self.merge_candidates()?.is_empty() {
            return Ok(false);
        }
        let Some(_lock) = self.try_lock("maintenance")? else { return Ok(false) };
        let _writing = self.lock_shared("writing")?;
        // Another process may have joined them before the lock was ours.
        self.refresh()?;
        let candidates = self.merge_candidates()?;
        let [first, ..] = candidates.as_slice() else { return Ok(false) };
        let base = candidates.iter().map(|c| c.seq_base).min().unwrap_or(first.seq_base);
        let mut builder = SegmentBuilder::create(&self.segments_folder(), self.segment_name("m"))?;
        for candidate in &candidates {
            self.copy_segment(candidate, base, &mut builder, cancel)?;
        }
        let segment = builder.finish(None)?;
        let ids: Vec<i64> = candidates.iter().map(|candidate| candidate.id).collect();
        self.replace(&segment, base, |connection| {
            for id in &ids {
                connection.execute("DELETE FROM segments WHERE id = ?1", [id])?;
            }
            Ok(())
        })?;
        for candidate in &candidates {
            candidate.remove_files();
        }
        Ok(true)
    }

    fn copy_segment(
        &self,
        from: &MergeCandidate,
        base: u64,
        builder: &mut SegmentBuilder,
        cancel: &Cancel,
    ) -> Result<(), EngineError> {
        let offset = from.seq_base - base;
        let mut raw_row = 0;
        for number in 0..from.part.block_count() {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let block = from.part.read_block(number)?;
            let mut record = Record::default();
            for row in block.rows() {
                let is_dropped = from.dropped.as_ref().is_some_and(|dropped| dropped.get(raw_row));
                raw_row += 1;
                if is_dropped {
                    continue;
                }
                record.clear();
                // What is refused was a bad row before it came here, or is one when columns are made.
                self.copy_row(row, offset + row.seq, &mut record, builder)?;
            }
        }
        Ok(())
    }

    /// A run of small neighbours that fit into one segment, if there is one worth the work.
    fn merge_candidates(&self) -> Result<Vec<MergeCandidate>, EngineError> {
        let mut segments = self.segment_list()?;
        segments.sort_by_key(|segment| segment.min_seq);
        let mut run: Vec<MergeCandidate> = Vec::new();
        let mut rows = 0;
        for segment in segments {
            let span =
                segment.max_seq - run.first().map_or(segment.min_seq, |first| first.seq_base.min(segment.seq_base));
            let fits =
                segment.rows <= SEGMENT_ROWS / 2 && rows + segment.rows <= SEGMENT_ROWS && span < u64::from(u32::MAX);
            if !fits {
                if run.len() >= MERGE_COUNT {
                    return Ok(run);
                }
                run.clear();
                rows = 0;
            }
            if segment.rows <= SEGMENT_ROWS / 2 {
                rows += segment.rows;
                run.push(segment);
            }
        }
        Ok(if run.len() >= MERGE_COUNT { run } else { Vec::new() })
    }

    fn segment_list(&self) -> Result<Vec<MergeCandidate>, EngineError> {
        self.refresh()?;
        let parts = self.segment_parts();
        let reader = self.reader();
        let mut statement = reader
            .prepare_cached("SELECT id, seq_base, min_seq, max_seq, rows, raw_rows, dropped FROM segments")
            .map_err(|e| self.error(&e))?;
        let rows = statement
            .query_map([], |row| {
                let dropped: Option<Vec<u8>> = row.get(6)?;
                let raw_rows = row.get::<_, i64>(5)? as usize;
                Ok((
                    row.get::<_, i64>(0)?,
                    [row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64, row.get::<_, i64>(3)? as u64],
                    row.get::<_, i64>(4)? as usize,
                    dropped.map(|bytes| Bits::from_bytes(&bytes, raw_rows)),
                ))
            })
            .map_err(|e| self.error(&e))?;
        let mut list = Vec::new();
        for row in rows {
            let (id, [seq_base, min_seq, max_seq], rows, dropped) = row.map_err(|e| self.error(&e))?;
            if let Some(part) = parts.get(&id) {
                list.push(MergeCandidate { id, seq_base, min_seq, max_seq, rows, dropped, part: Arc::clone(part) });
            }
        }
        Ok(list)
    }

    /// A name that no other segment has had.
    pub(super) fn segment_name(&self, kind: &str) -> String {
        format!("{kind}{:x}-{:x}-{:x}", Timestamp::now().0, std::process::id(), self.new_part_id().0)
    }

    fn lock_path(&self, name: &str) -> PathBuf {
        self.folder().join(format!("{name}.lock"))
    }

    fn lock_file(&self, name: &str) -> Result<File, EngineError> {
        use std::os::unix::fs::OpenOptionsExt;
        let path = self.lock_path(name);
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| Self::file_error(&path, source))
    }

    /// Takes a lock that only one process has; `None` when another has it.
    pub(super) fn try_lock(&self, name: &str) -> Result<Option<FolderLock>, EngineError> {
        let file = self.lock_file(name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FolderLock(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(source)) => Err(Self::file_error(&self.lock_path(name), source)),
        }
    }

    /// Takes a lock that several may have at once.
    pub(super) fn lock_shared(&self, name: &str) -> Result<FolderLock, EngineError> {
        let file = self.lock_file(name)?;
        file.lock_shared().map_err(|source| Self::file_error(&self.lock_path(name), source))?;
        Ok(FolderLock(file))
    }

    /// Removes files of segments that were never named in the database, when nobody is writing any.
    pub fn sweep(&self) -> Result<usize, EngineError> {
        let Some(_lock) = self.try_lock("writing")? else { return Ok(0) };
        let named: Vec<String> = {
            let reader = self.reader();
            let mut statement = reader
                .prepare_cached("SELECT name || '.raw' FROM segments UNION SELECT columns_name FROM segments")
                .map_err(|e| self.error(&e))?;
            let rows = statement.query_map([], |row| row.get(0)).map_err(|e| self.error(&e))?;
            rows.collect::<Result<_, _>>().map_err(|e| self.error(&e))?
        };
        let folder = self.segments_folder();
        let entries = std::fs::read_dir(&folder).map_err(|source| Self::file_error(&folder, source))?;
        let mut swept = 0;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if (has_extension(&name, "raw") || has_extension(&name, "arrow")) && !named.contains(&name) {
                remove_file(&entry.path()).map_err(|source| Self::file_error(&entry.path(), source))?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    /// Records the raw rows of a segment that are gone.
    pub(super) fn set_dropped(connection: &rusqlite::Connection, id: i64, dropped: &Bits) -> rusqlite::Result<()> {
        connection.execute("UPDATE segments SET dropped = ?2 WHERE id = ?1", params![id, dropped.to_bytes()])?;
        Ok(())
    }
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|own| own == extension)
}

/// A segment that could be joined with its neighbours.
struct MergeCandidate {
    id: i64,
    seq_base: u64,
    min_seq: u64,
    max_seq: u64,
    rows: usize,
    dropped: Option<Bits>,
    part: Arc<Part>,
}

impl MergeCandidate {
    /// Unlinks the files: who has them open can still read them. What stays is swept later.
    fn remove_files(&self) {
        if let Some(files) = self.part.files() {
            let _ = remove_file(&files.raw_path);
            let _ = remove_file(&files.columns_path);
        }
    }
}
