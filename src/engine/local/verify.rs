//! Proving a store whole, and making columns again from the raw rows.

use std::collections::HashSet;
use std::sync::Arc;

use rusqlite::{TransactionBehavior, params};

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::model::record::Record;

use super::bits::Bits;
use super::builder::PartBuilder;
use super::manifest::{Layout, Span, pack};
use super::part::Part;
use super::schema::remove_file;
use super::segment_write::{RawPart, SegmentNames, write_segment};
use super::store::Store;

/// What a check of the whole store came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Records that can be read.
    pub records: u64,
    /// Segments that were looked at.
    pub segments: usize,
    /// Batches of the head.
    pub batches: usize,
    /// What is wrong, each with its file.
    pub problems: Vec<String>,
}

impl Store {
    /// Reads everything: the database's own check, every block and column with its checksum, the
    /// number of rows, and that each key is there once.
    pub fn verify(&self, cancel: &Cancel, mut progress: impl FnMut(u64)) -> Result<Verified, EngineError> {
        self.refresh()?;
        let mut verified = Verified::default();
        self.check_database(&mut verified)?;
        let view = self.view();
        let mut keys: HashSet<(u128, String)> = HashSet::new();
        for part in &view.parts {
            match part.files() {
                Some(_) => verified.segments += 1,
                None => verified.batches += part.block_count(),
            }
            match self.check_part(part, &mut keys, cancel) {
                Ok(rows) => verified.records += rows,
                Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
                Err(error) => verified.problems.push(error.to_string()),
            }
            progress(verified.records);
        }
        Ok(verified)
    }

    fn check_database(&self, verified: &mut Verified) -> Result<(), EngineError> {
        let reader = self.reader();
        let mut statement = reader.prepare("PRAGMA integrity_check").map_err(|e| self.error(&e))?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(|e| self.error(&e))?;
        for row in rows {
            let row = row.map_err(|e| self.error(&e))?;
            if row != "ok" {
                verified.problems.push(format!("{}: {row}", self.database().display()));
            }
        }
        Ok(())
    }

    fn check_part(
        &self,
        part: &Arc<Part>,
        keys: &mut HashSet<(u128, String)>,
        cancel: &Cancel,
    ) -> Result<u64, EngineError> {
        if let Some(files) = part.files() {
            for entry in &files.manifest.columns.columns {
                for span in spans(&entry.layout) {
                    files.read(&span)?;
                }
            }
            files.read(&files.manifest.columns.keys)?;
            files.read(&files.manifest.columns.key_rows)?;
        }
        let mut rows = vec![None; part.files().map_or(part.rows, |files| files.manifest.raw_rows as usize)];
        for row in 0..part.rows {
            if part.dead.as_ref().is_none_or(|dead| !dead.get(row)) {
                let raw_row = part.raw_row(row, &self.caches)? as usize;
                *rows.get_mut(raw_row).ok_or_else(|| part.damaged("a row points behind the raw rows"))? = Some(row);
            }
        }
        let mut stream = part.keys();
        let mut row_keys = vec![0; part.rows];
        let mut last = 0;
        while let Some((key, row)) = stream.next_key()? {
            if key < last {
                return Err(part.damaged("keys are out of order"));
            }
            last = key;
            *row_keys.get_mut(row as usize).ok_or_else(|| part.damaged("a key points behind the rows"))? = key;
        }
        let (mut raw_row, mut live) = (0, 0);
        for number in 0..part.block_count() {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let block = part.read_block(number)?;
            let mut record = Record::default();
            for raw in block.rows() {
                record.clear();
                let seq = part.seq_base + raw.seq;
                self.readers
                    .read(raw.envelope, raw.raw, &mut record, self.formats.as_ref())
                    .map_err(|reason| EngineError::Row { seq, reason })?;
                if let Some(row) = rows.get(raw_row).copied().flatten() {
                    let key = raw.meta.identity.key(raw.envelope, raw.meta.position, raw.raw, &record);
                    if row_keys[row] != key {
                        return Err(part.damaged(&format!("record {seq} has another key than its row")));
                    }
                    if !keys.insert((key, raw.envelope.source.clone())) {
                        return Err(part.damaged(&format!("record {seq} is there twice")));
                    }
                    live += 1;
                }
                raw_row += 1;
            }
        }
        if raw_row != rows.len() {
            return Err(part.damaged(&format!("there are {raw_row} raw rows instead of {}", rows.len())));
        }
        Ok(live)
    }

    /// Makes all columns again from the raw rows. Gives the number of segments.
    pub fn rebuild(&self, cancel: &Cancel, mut progress: impl FnMut(usize)) -> Result<usize, EngineError> {
        let Some(_lock) = self.try_lock("maintenance")? else {
            return Err(EngineError::Question("another process is at work on this store's segments; try again".into()));
        };
        let _writing = self.lock_shared("writing")?;
        self.refresh()?;
        let parts = self.segment_parts();
        for (done, (id, part)) in parts.iter().enumerate() {
            self.rebuild_segment(*id, part, cancel)?;
            progress(done + 1);
        }
        self.refresh()?;
        Ok(parts.len())
    }

    fn rebuild_segment(&self, id: i64, part: &Part, cancel: &Cancel) -> Result<(), EngineError> {
        let Some(files) = part.files() else { return Ok(()) };
        let mut builder = PartBuilder::default();
        for number in 0..part.block_count() {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let block = part.read_block(number)?;
            let mut record = Record::default();
            for raw in block.rows() {
                record.clear();
                let seq = part.seq_base + raw.seq;
                self.readers
                    .read(raw.envelope, raw.raw, &mut record, self.formats.as_ref())
                    .map_err(|reason| EngineError::Row { seq, reason })?;
                let key = raw.meta.identity.key(raw.envelope, raw.meta.position, raw.raw, &record);
                let raw_row = builder.len() as u32;
                builder.push(&record, raw.envelope.source.as_bytes(), key, raw.seq as u32, raw_row);
            }
        }
        let raw_rows = builder.len();
        let reader = self.reader();
        let dropped: Option<Vec<u8>> = reader
            .query_row("SELECT dropped FROM segments WHERE id = ?1", [id], |row| row.get(0))
            .map_err(|e| self.error(&e))?;
        drop(reader);
        let dropped = dropped.map(|bytes| Bits::from_bytes(&bytes, raw_rows));
        let name = files.raw_path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let columns_path =
            self.segments_folder().join(format!("{name}-{:x}.arrow", crate::base::time::Timestamp::now().0));
        let segment = write_segment(
            SegmentNames { name, raw_path: files.raw_path.clone(), columns_path },
            &builder.finish(dropped.as_ref())?,
            RawPart {
                raw_rows: files.manifest.raw_rows,
                blocks: files.manifest.blocks.clone(),
                dropped,
                max_seen: 0,
                sources: Vec::new(),
            },
        )?;
        let json = serde_json::to_string(&segment.manifest.columns)
            .map_err(|error| EngineError::Question(error.to_string()))?;
        let columns_name = segment.columns_path.file_name().map(|name| name.to_string_lossy().into_owned());
        let size = std::fs::metadata(&segment.columns_path).map_or(0, |meta| meta.len() as i64);
        let mut writer = self.writer()?;
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.error(&e))?;
        transaction
            .execute(
                "UPDATE segments SET columns_name = ?2, columns_bytes = ?3, columns = ?4, time_fences = ?5,
                 key_fences = ?6, rows = ?7 WHERE id = ?1",
                params![
                    id,
                    columns_name,
                    size,
                    json,
                    pack::times(&segment.manifest.time_fences),
                    pack::keys(&segment.manifest.key_fences),
                    segment.manifest.rows as i64,
                ],
            )
            .map_err(|e| self.error(&e))?;
        transaction.commit().map_err(|e| self.error(&e))?;
        // Who has the old columns open can still read them. What stays is swept later.
        let _ = remove_file(&files.columns_path);
        Ok(())
    }
}

fn spans(layout: &Layout) -> Vec<Span> {
    match layout {
        Layout::Numbers { valid, values, .. } => valid.iter().copied().chain([*values]).collect(),
        Layout::Names { codes, offsets, bytes, .. } => vec![*codes, *offsets, *bytes],
        Layout::Text { valid, offsets, bytes } => valid.iter().copied().chain([*offsets, *bytes]).collect(),
    }
}
