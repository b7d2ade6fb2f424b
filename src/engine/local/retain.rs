//! Deleting what is old, by the later of a record's time and the time it was first seen.

use rusqlite::{OptionalExtension, TransactionBehavior};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;

use super::schema::{meta, remove_file};
use super::store::Store;
use crate::engine::local::columns::bits::Bits;

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    /// Records that are gone.
    pub records: u64,
    /// Segments whose files are gone.
    pub segments: usize,
    /// Bytes that were freed.
    pub bytes: u64,
}

impl Store {
    /// Deletes the records that are older than a point, and were first seen before it too. Whole
    /// segments lose their files; of others the old rows are marked.
    pub fn retain_from(&self, oldest: Timestamp, cancel: &Cancel) -> Result<Retained, EngineError> {
        // Rows of the head can only be marked in a segment.
        if self.head_has_older(oldest)? {
            self.flush_head(cancel)?;
        }
        let _lock = loop {
            if let Some(lock) = self.try_lock("maintenance")? {
                break lock;
            }
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            cancel.wait(std::time::Duration::from_millis(20));
        };
        self.refresh()?;
        let mut retained = Retained::default();
        let mut gone = Vec::new();
        let mut marked: Vec<(i64, Bits)> = Vec::new();
        for (id, part) in self.segment_parts() {
            if part.min_time >= oldest.0 {
                continue;
            }
            let raw_rows = part.files().map_or(0, |files| files.manifest.raw_rows as usize);
            let mut dropped = self.dropped_rows(id, raw_rows)?;
            let before = dropped.count(0, raw_rows);
            let (_, old_end) = part.rows_between(i64::MIN, oldest.0, &self.caches)?;
            for row in 0..old_end {
                if cancel.is_cancelled() {
                    return Err(EngineError::Cancelled);
                }
                let raw_row = part.raw_row(row, &self.caches)?;
                let (block, place) = part.block(raw_row, &self.caches)?;
                let is_old = block.row(place).is_some_and(|row| row.meta.first_seen < oldest);
                if is_old {
                    dropped.set(raw_row as usize);
                }
            }
            let after = dropped.count(0, raw_rows);
            retained.records += (after - before) as u64;
            let mut has_rows = false;
            for row in 0..part.rows {
                has_rows |= !dropped.get(part.raw_row(row, &self.caches)? as usize);
            }
            if !has_rows {
                gone.push((id, part));
            } else if after > before {
                marked.push((id, dropped));
            }
        }
        let mut writer = self.writer()?;
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.error(&e))?;
        let write = || -> rusqlite::Result<()> {
            for (id, _) in &gone {
                transaction.execute("DELETE FROM segments WHERE id = ?1", [id])?;
            }
            for (id, dropped) in &marked {
                Self::set_dropped(&transaction, *id, dropped)?;
            }
            transaction.execute("DELETE FROM gaps WHERE until_time < ?1", [oldest.0])?;
            let known = meta(&transaction, "retained_from")?;
            transaction.execute("UPDATE meta SET value = ?1 WHERE name = 'retained_from'", [known.max(oldest.0)])?;
            Ok(())
        };
        write().map_err(|e| self.error(&e))?;
        transaction.commit().map_err(|e| self.error(&e))?;
        drop(writer);
        for (_, part) in &gone {
            if let Some(files) = part.files() {
                for path in [&files.raw_path, &files.columns_path] {
                    retained.bytes += std::fs::metadata(path).map_or(0, |meta| meta.len());
                    // Who has it open can still read it. What stays is swept later.
                    let _ = remove_file(path);
                }
                retained.segments += 1;
            }
        }
        if retained.records > 0 {
            self.sum_files.clear();
        }
        self.refresh()?;
        Ok(retained)
    }

    fn head_has_older(&self, oldest: Timestamp) -> Result<bool, EngineError> {
        let reader = self.reader();
        let first: Option<Option<i64>> = reader
            .query_row("SELECT min(first_seen) FROM batches", [], |row| row.get(0))
            .optional()
            .map_err(|e| self.error(&e))?;
        Ok(first.flatten().is_some_and(|seen| seen < oldest.0))
    }

    fn dropped_rows(&self, id: i64, raw_rows: usize) -> Result<Bits, EngineError> {
        let reader = self.reader();
        let dropped: Option<Option<Vec<u8>>> = reader
            .query_row("SELECT dropped FROM segments WHERE id = ?1", [id], |row| row.get(0))
            .optional()
            .map_err(|e| self.error(&e))?;
        Ok(match dropped.flatten() {
            Some(bytes) => Bits::from_bytes(&bytes, raw_rows),
            None => Bits::none(raw_rows),
        })
    }

    /// The oldest point that records are kept from; everything when nothing was deleted.
    pub fn retained_from(&self) -> Result<Option<Timestamp>, EngineError> {
        let reader = self.reader();
        let from = meta(&reader, "retained_from").map_err(|e| self.error(&e))?;
        Ok((from > i64::MIN).then_some(Timestamp(from)))
    }
}
