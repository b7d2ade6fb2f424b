//! Proving a store whole.

use std::collections::HashSet;
use std::sync::Arc;

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::model::record::Record;

use super::part::Part;
use super::store::Store;
use crate::engine::local::files::manifest::{Layout, Span};

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
        verified.problems.extend(view.missing.iter().map(ToString::to_string));
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
            for entry in &files.manifest.columns.hashes {
                files.read(&entry.hashes)?;
                files.read(&entry.rows)?;
            }
        }
        let mut rows = vec![None; part.raw_rows()];
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
                let row = rows.get(raw_row).copied().flatten();
                raw_row += 1;
                // Rows that are gone, and rows that were refused, are in no column.
                let Some(row) = row else { continue };
                record.clear();
                let seq = part.seq_base + raw.seq;
                self.readers
                    .read(raw.envelope, raw.raw, &mut record, self.formats.as_ref())
                    .map_err(|reason| EngineError::Row { seq, reason })?;
                let key = raw.meta.identity.key(raw.envelope, raw.meta.position, raw.raw, &record);
                if row_keys[row] != key {
                    return Err(part.damaged(&format!("record {seq} has another key than its row")));
                }
                if !keys.insert((key, raw.envelope.source.clone())) {
                    return Err(part.damaged(&format!("record {seq} is there twice")));
                }
                live += 1;
            }
        }
        if raw_row != rows.len() {
            return Err(part.damaged(&format!("there are {raw_row} raw rows instead of {}", rows.len())));
        }
        Ok(live)
    }
}

fn spans(layout: &Layout) -> Vec<Span> {
    match layout {
        Layout::Numbers { valid, values, .. } => valid.iter().copied().chain([*values]).collect(),
        Layout::Names { codes, offsets, bytes, .. } => vec![*codes, *offsets, *bytes],
        Layout::Text { valid, offsets, bytes } => valid.iter().copied().chain([*offsets, *bytes]).collect(),
    }
}
