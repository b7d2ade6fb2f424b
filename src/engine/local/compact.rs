//! The head becomes a segment, and small segments become larger ones. Answers do not change.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use rusqlite::{TransactionBehavior, params};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::intake::BadRow;
use crate::model::record::Record;

use super::ahead::Ahead;
use super::append::{place_of, write_bad_rows};
use super::head::Batch;
use super::part::Part;
use super::schema::remove_file;
use super::store::Store;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::files::block::{Block, RawRow, payload_len};
use crate::engine::local::files::segment_write::{SEGMENT_TEXT, SegmentBuilder, WrittenSegment, insert_segment};

/// The head becomes a segment when it has so many rows.
pub const HEAD_ROWS: usize = 65_536;

/// Or when its rows have so many bytes.
const HEAD_BYTES: usize = 64 << 20;

/// A segment has at most about so many rows.
pub const SEGMENT_ROWS: usize = 1_000_000;

/// So many small neighbours are worth joining.
const MERGE_COUNT: usize = 8;

impl Store {
    /// Does what is due: a large head becomes a segment, small segments are joined. Says whether
    /// there was anything to do. Another process that is at it already is left to it.
    pub fn maintain(&self, cancel: &Cancel) -> Result<bool, EngineError> {
        if self.head_rows() >= HEAD_ROWS || self.head_bytes() >= HEAD_BYTES {
            let has_flushed = self.flush_head(cancel)?;
            if has_flushed {
                // What is not counted now is counted when it is asked for.
                let _ = self.count_ahead(Ahead::Flushed, cancel);
            }
            return Ok(has_flushed);
        }
        self.merge_segments(cancel)
    }

    /// Makes a segment of the whole head, or several where it has very much text.
    pub fn flush_head(&self, cancel: &Cancel) -> Result<bool, EngineError> {
        let Some(_lock) = self.try_lock("maintenance")? else { return Ok(false) };
        let _writing = self.lock_shared("writing")?;
        let batches = self.all_batches()?;
        let mut batches = batches.iter().peekable();
        let (mut has_flushed, mut damaged) = (false, Vec::new());
        while batches.peek().is_some() {
            has_flushed |= self.flush_batches(&mut batches, &mut damaged, cancel)?;
        }
        Ok(has_flushed)
    }

    /// Makes a segment of the next batches, as many as belong into one.
    fn flush_batches<'a>(
        &self,
        batches: &mut Peekable<impl Iterator<Item = &'a Batch>>,
        damaged: &mut Vec<i64>,
        cancel: &Cancel,
    ) -> Result<bool, EngineError> {
        let Some(base) = batches.peek().map(|batch| batch.first_seq) else { return Ok(false) };
        let mut builder = SegmentBuilder::create(&self.segments_folder(), self.segment_name("h"))?;
        let (mut last, mut bad) = (0, Vec::new());
        while !builder.is_full(SEGMENT_ROWS)
            && let Some(batch) = batches.next()
        {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            last = batch.id;
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
        if builder.rows() == 0 && bad.is_empty() {
            return Ok(false);
        }
        let segment = builder.finish(None)?;
        self.replace(segment, base, |connection| {
            // What is damaged stays in the head, behind what is taken out of it.
            for id in damaged.iter() {
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
        damaged.clear();
        Ok(true)
    }

    /// Bytes of the head's rows, unpacked.
    fn head_bytes(&self) -> usize {
        let view = self.view();
        let blocks = view.parts.iter().filter_map(|part| part.memory_blocks()).flatten();
        blocks.map(|(_, block)| payload_len(block)).sum()
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
        mut segment: WrittenSegment,
        seq_base: u64,
        other: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<()>,
    ) -> Result<(), EngineError> {
        let mut writer = self.writer()?;
        let write = |transaction: &rusqlite::Transaction<'_>| -> rusqlite::Result<()> {
            insert_segment(transaction, &segment, seq_base)?;
            other(transaction)
        };
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.error(&e))?;
        write(&transaction).map_err(|e| self.error(&e))?;
        segment.leave_files();
        transaction.commit().map_err(|e| self.error(&e))?;
        drop(writer);
        self.refresh_later();
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
        let base = candidates.iter().map(|c| c.size.seq_base).min().unwrap_or(first.size.seq_base);
        let mut builder = SegmentBuilder::create(&self.segments_folder(), self.segment_name("m"))?;
        for candidate in &candidates {
            self.copy_segment(candidate, base, &mut builder, cancel)?;
        }
        let segment = builder.finish(None)?;
        let ids: Vec<i64> = candidates.iter().map(|candidate| candidate.id).collect();
        self.replace(segment, base, |connection| {
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
        let offset = from.size.seq_base - base;
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
        segments.sort_by_key(|segment| segment.size.min_seq);
        let sizes: Vec<Size> = segments.iter().map(|segment| segment.size).collect();
        Ok(segments.drain(worth_joining(&sizes)).collect())
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
                let text = part.files().map_or(0, |files| files.manifest.columns.text_bytes());
                let size = Size { rows, text, seq_base, min_seq, max_seq };
                list.push(MergeCandidate { id, size, dropped, part: Arc::clone(part) });
            }
        }
        Ok(list)
    }

    /// A name that no other segment has had.
    pub(super) fn segment_name(&self, kind: &str) -> String {
        format!("{kind}{:x}-{:x}-{:x}", Timestamp::now().0, std::process::id(), self.new_part_id().0)
    }

    /// Records the raw rows of a segment that are gone.
    pub(super) fn set_dropped(connection: &rusqlite::Connection, id: i64, dropped: &Bits) -> rusqlite::Result<()> {
        connection.execute("UPDATE segments SET dropped = ?2 WHERE id = ?1", params![id, dropped.to_bytes()])?;
        Ok(())
    }
}

/// A segment that could be joined with its neighbours.
struct MergeCandidate {
    id: i64,
    size: Size,
    dropped: Option<Bits>,
    part: Arc<Part>,
}

/// What decides whether a segment is joined with others.
#[derive(Debug, Clone, Copy)]
struct Size {
    rows: usize,
    /// Bytes of text in its columns.
    text: usize,
    seq_base: u64,
    min_seq: u64,
    max_seq: u64,
}

/// The first run of small neighbours that fit into one segment and are worth the work: because they
/// are many, or because there is no room for a further one. Empty when there is none.
fn worth_joining(segments: &[Size]) -> Range<usize> {
    let mut start = 0;
    let (mut rows, mut text) = (0, 0);
    for (at, segment) in segments.iter().enumerate() {
        let first = segments[start..at].first();
        let span = segment.max_seq - first.map_or(segment.min_seq, |first| first.seq_base.min(segment.seq_base));
        let is_small = segment.rows <= SEGMENT_ROWS / 2 && segment.text <= SEGMENT_TEXT / 2;
        let has_room = text + segment.text <= SEGMENT_TEXT;
        if !is_small || !has_room || rows + segment.rows > SEGMENT_ROWS || span >= u64::from(u32::MAX) {
            if at - start >= MERGE_COUNT || at - start > 1 && text > SEGMENT_TEXT / 2 {
                return start..at;
            }
            (start, rows, text) = (if is_small { at } else { at + 1 }, 0, 0);
        }
        if is_small {
            rows += segment.rows;
            text += segment.text;
        }
    }
    if segments.len() - start >= MERGE_COUNT { start..segments.len() } else { 0..0 }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The run among segments of some rows and megabytes of text.
    fn run(segments: &[(usize, usize)]) -> Range<usize> {
        let sizes: Vec<Size> = segments
            .iter()
            .zip(0..)
            .map(|((rows, text), n)| Size { rows: *rows, text: text << 20, seq_base: n, min_seq: n, max_seq: n })
            .collect();
        worth_joining(&sizes)
    }

    #[test]
    fn small_neighbours_are_joined_up_to_a_bound() {
        assert_eq!(run(&[]), 0..0);
        assert_eq!(run(&[(60_000, 10); 7]), 0..0);
        assert_eq!(run(&[(60_000, 10); 8]), 0..8);
        assert_eq!(run(&[(60_000, 10); 20]), 0..16, "a million rows");
        let mut behind_a_large_one = vec![(60_000, 10), (900_000, 100)];
        behind_a_large_one.extend([(60_000, 10); 8]);
        assert_eq!(run(&behind_a_large_one), 2..10);
    }

    #[test]
    fn text_counts_too() {
        assert_eq!(run(&[(100, 60); 4]), 0..0, "there is room for more");
        assert_eq!(run(&[(100, 60); 8]), 0..4, "256 MB");
        assert_eq!(run(&[(100, 240); 20]), 0..0);
        assert_eq!(run(&[(100, 20), (100, 240), (100, 20)]), 0..0);
    }
}
