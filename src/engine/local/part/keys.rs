//! A part's keys, in their order.

use crate::engine::error::EngineError;

use super::{Body, Part};
use crate::engine::local::columns::column::ColumnId;
use crate::engine::local::columns::sorted_rows::{SortedFile, SortedRows};
use crate::engine::local::files::manifest::{HASH_FENCE, HASH_FENCE_BITS, KEY_FENCE};
use crate::engine::local::files::segment_files::SegmentFiles;

impl Part {
    /// The rows that have a key.
    pub fn rows_of_key(&self, key: u128) -> Result<Vec<u32>, EngineError> {
        self.rows_of_keys(key, key)
    }

    /// The rows whose keys lie between two, both included. On disk these reads are not under a checksum of their own,
    /// which would be made of all keys: a key found is confirmed by its record, which is.
    pub fn rows_of_keys(&self, low: u128, high: u128) -> Result<Vec<u32>, EngineError> {
        let mut found = Vec::new();
        let see = |_: u128, row: u32| {
            found.push(row);
            true
        };
        match &self.body {
            Body::Memory(body) => SortedRows::Memory(&body.keys).for_each(&(low..=high), see)?,
            Body::Segment(files) => self.keys_on_disk(files).for_each_unchecked(&(low..=high), see)?,
        }
        found.retain(|row| (*row as usize) < self.rows);
        Ok(found)
    }

    /// The keys in their order.
    pub fn sorted_keys(&self) -> SortedRows<'_> {
        match &self.body {
            Body::Memory(body) => SortedRows::Memory(&body.keys),
            Body::Segment(files) => SortedRows::File(self.keys_on_disk(files)),
        }
    }

    fn keys_on_disk<'p>(&self, files: &'p SegmentFiles) -> SortedFile<'p> {
        SortedFile {
            files,
            numbers: files.manifest.columns.keys,
            rows: files.manifest.columns.key_rows,
            count: self.rows,
            fences: &files.manifest.key_fences,
            step: KEY_FENCE,
            mask: u128::MAX,
        }
    }

    /// The hashes of a column's texts in their order, where they were written down.
    pub fn sorted_hashes(&self, id: &ColumnId) -> Option<SortedRows<'_>> {
        let Body::Segment(files) = &self.body else { return None };
        let entry = files.manifest.columns.hashes_of(id)?;
        Some(SortedRows::File(SortedFile {
            files,
            numbers: entry.hashes,
            rows: entry.rows,
            count: entry.count,
            fences: &entry.fences,
            step: HASH_FENCE,
            mask: HASH_FENCE_BITS,
        }))
    }

    /// All keys in order with their rows, a chunk at a time.
    pub fn keys(&self) -> KeyStream<'_> {
        KeyStream { part: self, at: 0, chunk: Vec::new(), place: 0 }
    }
}

/// Keys read at once.
const KEY_CHUNK: usize = 8 * 1024;

/// The keys of a part in order.
pub struct KeyStream<'a> {
    part: &'a Part,
    at: usize,
    chunk: Vec<(u128, u32)>,
    place: usize,
}

impl KeyStream<'_> {
    /// The next key with its row; `None` behind the last.
    pub fn next_key(&mut self) -> Result<Option<(u128, u32)>, EngineError> {
        if self.place == self.chunk.len() {
            let count = KEY_CHUNK.min(self.part.rows - self.at);
            if count == 0 {
                return Ok(None);
            }
            self.chunk = match &self.part.body {
                Body::Memory(body) => body.keys[self.at..self.at + count].to_vec(),
                Body::Segment(files) => files.key_chunk(self.at, count)?,
            };
            self.at += count;
            self.place = 0;
        }
        self.place += 1;
        Ok(Some(self.chunk[self.place - 1]))
    }
}
