//! Making columns again from the raw rows. Nothing of the old columns is read, so it does not matter
//! what has become of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{TransactionBehavior, params};

use crate::base::cancel::Cancel;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::record::Record;

use super::part::Part;
use super::schema::remove_file;
use super::segments::{SegmentDetails, read_segment_details};
use super::store::Store;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::builder::PartBuilder;
use crate::engine::local::files::block::Block;
use crate::engine::local::files::manifest::pack;
use crate::engine::local::files::segment_write::{RawPart, SegmentNames, write_segment};

/// A segment's rows by the source that they are from, with their keys, and each row's raw row.
#[derive(Default)]
struct Rows {
    keys: BTreeMap<String, Vec<(u128, u32)>>,
    raw_rows: Vec<u32>,
}

impl Store {
    /// Makes all columns again from the raw rows. Gives the number of segments. When the raw rows
    /// of some are not there either, the others are done before that is an error.
    pub fn rebuild(&self, cancel: &Cancel, mut progress: impl FnMut(usize)) -> Result<usize, EngineError> {
        let Some(_lock) = self.try_lock("maintenance")? else {
            return Err(EngineError::Question("another process is at work on this store's segments; try again".into()));
        };
        let _writing = self.lock_shared("writing")?;
        self.refresh()?;
        let ids = self.segment_ids()?;
        let mut failed = None;
        for (done, id) in ids.iter().enumerate() {
            match self.rebuild_segment(*id, cancel) {
                Err(error @ (EngineError::Damaged { .. } | EngineError::File { .. } | EngineError::Row { .. }))
                    if !error.is_full() =>
                {
                    failed.get_or_insert(error);
                }
                other => other?,
            }
            progress(done + 1);
        }
        self.refresh()?;
        failed.map_or(Ok(ids.len()), Err)
    }

    fn segment_ids(&self) -> Result<Vec<i64>, EngineError> {
        let reader = self.reader();
        let read = || -> rusqlite::Result<Vec<i64>> {
            reader.prepare_cached("SELECT id FROM segments ORDER BY id")?.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(|e| self.error(&e))
    }

    fn rebuild_segment(&self, id: i64, cancel: &Cancel) -> Result<(), EngineError> {
        let details = read_segment_details(&self.reader(), id).map_err(|e| self.error(&e))?;
        let raw_rows = details.manifest.raw_rows;
        let (builder, rows) = self.read_raw_rows(&details, cancel)?;
        // What came again while the segment was missing was taken for new.
        let mut repeats = Bits::none(builder.len());
        if !self.segment_parts().contains_key(&id) {
            self.mark_repeats(&rows, &mut repeats)?;
        }
        let mut dropped = details.dropped.clone();
        for (row, raw_row) in rows.raw_rows.iter().enumerate() {
            if repeats.get(row) {
                dropped.get_or_insert_with(|| Bits::none(raw_rows as usize)).set(*raw_row as usize);
            }
        }
        let old_columns = self.segments_folder().join(&details.columns_name);
        let columns_path = self.segments_folder().join(format!("{}-{:x}.arrow", details.name, Timestamp::now().0));
        let mut segment = write_segment(
            SegmentNames { name: details.name.clone(), raw_path: self.raw_path(&details), columns_path },
            &builder.finish((repeats.count(0, repeats.len()) > 0).then_some(&repeats))?.for_disk(),
            RawPart {
                raw_rows,
                blocks: details.manifest.blocks.clone(),
                dropped,
                max_seen: details.max_seen,
                sources: Vec::new(),
            },
            None,
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
                 key_fences = ?6, rows = ?7, dropped = ?8 WHERE id = ?1",
                params![
                    id,
                    columns_name,
                    size,
                    json,
                    pack::times(&segment.manifest.time_fences),
                    pack::keys(&segment.manifest.key_fences),
                    segment.manifest.rows as i64,
                    segment.dropped.as_ref().map(Bits::to_bytes),
                ],
            )
            .map_err(|e| self.error(&e))?;
        segment.leave_files();
        transaction.commit().map_err(|e| self.error(&e))?;
        drop(writer);
        // Who has the old columns open can still read them. What stays is swept later.
        let _ = remove_file(&old_columns);
        Ok(())
    }

    /// Reads the raw rows that were not deleted. Rows that their reader refused when they came out of
    /// the head are in no column, and may be left out again; more than those may not.
    fn read_raw_rows(&self, details: &SegmentDetails, cancel: &Cancel) -> Result<(PartBuilder, Rows), EngineError> {
        use std::os::unix::fs::FileExt;
        let file = self.open_raw(details)?;
        let path = self.raw_path(details);
        let mut builder = PartBuilder::default();
        let mut rows = Rows::default();
        let mut may_be_refused = (details.manifest.raw_rows as usize).saturating_sub(details.manifest.rows);
        let mut raw_row = 0;
        for entry in &details.manifest.blocks {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let mut bytes = vec![0; entry.len as usize];
            file.read_exact_at(&mut bytes, entry.at).map_err(|source| Self::file_error(&path, source))?;
            let block = Block::read(&bytes).map_err(|what| EngineError::Damaged { path: path.clone(), what })?;
            let mut record = Record::default();
            for raw in block.rows() {
                let number = raw_row;
                raw_row += 1;
                record.clear();
                if details.dropped.as_ref().is_some_and(|dropped| dropped.get(number as usize)) {
                    continue;
                }
                if let Err(reason) = self.readers.read(raw.envelope, raw.raw, &mut record, self.formats.as_ref()) {
                    let seq = details.seqs.base + raw.seq;
                    may_be_refused = may_be_refused.checked_sub(1).ok_or(EngineError::Row { seq, reason })?;
                    continue;
                }
                let key = raw.meta.identity.key(raw.envelope, raw.meta.position, raw.raw, &record);
                let source = raw.envelope.source.as_str();
                match rows.keys.get_mut(source) {
                    Some(keys) => keys.push((key, builder.len() as u32)),
                    None => drop(rows.keys.insert(source.to_owned(), vec![(key, builder.len() as u32)])),
                }
                builder.push(&record, source.as_bytes(), key, raw.seq as u32, number);
                rows.raw_rows.push(number);
            }
        }
        Ok((builder, rows))
    }

    /// Marks rows that other parts have.
    fn mark_repeats(&self, rows: &Rows, repeats: &mut Bits) -> Result<(), EngineError> {
        let parts: Vec<Arc<Part>> = self.view().parts.clone();
        for (source, keys) in &rows.keys {
            let mut sorted = keys.clone();
            sorted.sort_unstable();
            for part in &parts {
                self.mark_known(part, &sorted, source, repeats)?;
            }
        }
        Ok(())
    }
}
