//! A part: some rows that never change, sorted by time and arrival, with their columns, keys and
//! raw rows. Segments are parts on disk, the head is parts in memory; questions see no difference.

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::handle::Seq;

use super::bits::Bits;
use super::block::{Block, read_header};
use super::buffer::Buffer;
use super::builder::PartColumns;
use super::cache::{Cache, Caches, PartId};
use super::column::{Codes, Column, ColumnId, Dictionary, Names, Numbers, Text, Width};
use super::manifest::{Layout, Span, TIME_FENCE};
use super::segment_files::SegmentFiles;

/// Rows whose numbers are read at once where only some are looked at.
const PAGE: usize = TIME_FENCE;

/// Rows that never change.
pub struct Part {
    /// Unique in this process.
    pub id: PartId,
    /// How many rows.
    pub rows: usize,
    /// What the rows' sequence numbers count from.
    pub seq_base: u64,
    /// The lowest sequence number.
    pub min_seq: Seq,
    /// The highest sequence number.
    pub max_seq: Seq,
    /// The earliest time.
    pub min_time: i64,
    /// The latest time.
    pub max_time: i64,
    /// Rows that were deleted since.
    pub dead: Option<Bits>,
    body: Body,
}

enum Body {
    Memory(Box<MemoryBody>),
    Segment(Box<SegmentFiles>),
}

struct MemoryBody {
    columns: Vec<(ColumnId, Arc<Column>)>,
    keys: Vec<(u128, u32)>,
    blocks: Vec<MemoryBlock>,
    has_more_attributes: bool,
}

/// A run of compressed rows: the first row, and the bytes.
pub type MemoryBlock = (u32, Arc<[u8]>);

/// The sequence numbers of a part.
#[derive(Debug, Clone, Copy)]
pub struct SeqRange {
    /// What the rows' numbers count from.
    pub base: u64,
    /// The lowest.
    pub min: Seq,
    /// The highest.
    pub max: Seq,
}

impl MemoryBody {
    fn column(&self, id: &ColumnId) -> Option<&Arc<Column>> {
        self.columns.iter().find(|(own, _)| own == id).map(|(_, column)| column)
    }
}

impl Part {
    /// A part in memory, from columns and the raw blocks they were made of, each with the number
    /// of its first raw row.
    pub fn in_memory(id: PartId, seqs: SeqRange, columns: PartColumns, blocks: Vec<(u32, Arc<[u8]>)>) -> Self {
        // Of a batch whose rows are all refused, nothing is left.
        let edge = |time: Option<&i64>| time.copied().unwrap_or(0);
        let (min_time, max_time) = (edge(columns.times.first()), edge(columns.times.last()));
        let numbers = |values: Buffer, width| Arc::new(Column::Numbers(Numbers::new(width, 1, values, None)));
        let mut list: Vec<(ColumnId, Arc<Column>)> =
            columns.columns.into_iter().map(|(id, column)| (id, Arc::new(column))).collect();
        list.push((ColumnId::Time, numbers(Buffer::from_slice(&columns.times), Width::I64)));
        list.push((ColumnId::Seq, numbers(Buffer::from_slice(&columns.seqs), Width::U32)));
        list.push((ColumnId::RawRow, numbers(Buffer::from_slice(&columns.raw_rows), Width::U32)));
        Self {
            id,
            rows: columns.rows,
            seq_base: seqs.base,
            min_seq: seqs.min,
            max_seq: seqs.max,
            min_time,
            max_time,
            dead: None,
            body: Body::Memory(Box::new(MemoryBody {
                columns: list,
                keys: columns.keys,
                blocks,
                has_more_attributes: columns.has_more_attributes,
            })),
        }
    }

    /// A part on disk. `dropped` are raw rows that were deleted.
    pub fn on_disk(
        id: PartId,
        seqs: SeqRange,
        files: SegmentFiles,
        dropped: Option<&Bits>,
    ) -> Result<Self, EngineError> {
        let fences = &files.manifest.time_fences;
        let mut part = Self {
            id,
            rows: files.manifest.rows,
            seq_base: seqs.base,
            min_seq: seqs.min,
            max_seq: seqs.max,
            min_time: fences.first().copied().unwrap_or(0),
            max_time: fences.last().copied().unwrap_or(0),
            dead: None,
            body: Body::Segment(Box::new(files)),
        };
        if let Some(dropped) = dropped {
            let raw_rows = part.read_column(&ColumnId::RawRow)?;
            let mut dead = Bits::none(part.rows);
            for row in 0..part.rows {
                if dropped.get(raw_row_of(&raw_rows, row)) {
                    dead.set(row);
                }
            }
            part.dead = (dead.count(0, part.rows) > 0).then_some(dead);
        }
        Ok(part)
    }

    /// Whether filters on attributes must read raw rows.
    pub fn has_more_attributes(&self) -> bool {
        match &self.body {
            Body::Memory(body) => body.has_more_attributes,
            Body::Segment(files) => files.manifest.columns.has_more_attributes,
        }
    }

    /// The segment's files, if the part is on disk.
    pub fn files(&self) -> Option<&SegmentFiles> {
        match &self.body {
            Body::Memory(_) => None,
            Body::Segment(files) => Some(files),
        }
    }

    /// The attributes that have columns, each with how many rows have a value, where that is known
    /// without looking at them.
    pub fn attributes(&self) -> Vec<(ColumnId, Option<u64>)> {
        match &self.body {
            Body::Memory(body) => {
                let ids = body.columns.iter().map(|(id, _)| id).filter(|id| matches!(id, ColumnId::Attribute(_)));
                ids.map(|id| (id.clone(), None)).collect()
            }
            Body::Segment(files) => {
                let columns = files.manifest.columns.columns.iter();
                let known = |missing: u64| (self.rows as u64).saturating_sub(missing);
                columns
                    .filter_map(|entry| Some((ColumnId::find(&entry.name)?, entry.missing.map(known))))
                    .filter(|(id, _)| matches!(id, ColumnId::Attribute(_)))
                    .collect()
            }
        }
    }

    /// A column, from the cache if it is there.
    pub fn column(&self, id: &ColumnId, caches: &Caches) -> Result<Arc<Column>, EngineError> {
        let files = match &self.body {
            Body::Memory(body) => return Ok(body.column(id).map_or_else(|| Arc::new(Column::Absent), Arc::clone)),
            Body::Segment(files) => files,
        };
        match files.manifest.columns.column(id).map(|entry| &entry.layout) {
            None => Ok(Arc::new(Column::Absent)),
            Some(Layout::Numbers { .. }) => self.kept(&caches.columns, id, || self.read_column(id)),
            Some(Layout::Text { .. }) => self.kept(&caches.texts, id, || self.read_column(id)),
            Some(layout @ Layout::Names { width, .. }) => {
                let codes = self.kept_codes(files, layout, id, caches)?;
                let names = self.kept(&caches.texts, id, || read_names(files, layout).map(Column::Text))?;
                let Column::Text(names) = names.as_ref() else { return Err(self.damaged("there are no names")) };
                let dictionary = Arc::clone(&names.texts);
                Ok(Arc::new(Column::Names(Names { width: *width, codes, dictionary })))
            }
        }
    }

    /// The codes of a column of names, without the names; `None` where it is no such column.
    pub fn codes(&self, id: &ColumnId, caches: &Caches) -> Result<Option<Codes>, EngineError> {
        match &self.body {
            Body::Memory(body) => Ok(match body.column(id).map(Arc::as_ref) {
                Some(Column::Names(names)) => {
                    Some(Codes { width: names.width, values: Arc::clone(&names.codes), names: names.dictionary.len() })
                }
                _ => None,
            }),
            Body::Segment(files) => match files.manifest.columns.column(id).map(|entry| &entry.layout) {
                Some(layout @ Layout::Names { width, names, .. }) => {
                    let values = self.kept_codes(files, layout, id, caches)?;
                    Ok(Some(Codes { width: *width, values, names: *names }))
                }
                _ => Ok(None),
            },
        }
    }

    /// The names of a column of names, read anew: whoever counts them needs them once.
    pub fn names(&self, id: &ColumnId) -> Result<Arc<Dictionary>, EngineError> {
        let names = match &self.body {
            Body::Memory(body) => match body.column(id).map(Arc::as_ref) {
                Some(Column::Names(names)) => Some(Arc::clone(&names.dictionary)),
                _ => None,
            },
            Body::Segment(files) => match files.manifest.columns.column(id) {
                Some(entry) => Some(read_names(files, &entry.layout)?.texts),
                None => None,
            },
        };
        names.ok_or_else(|| self.damaged("there are no names"))
    }

    fn kept_codes(
        &self,
        files: &SegmentFiles,
        layout: &Layout,
        id: &ColumnId,
        caches: &Caches,
    ) -> Result<Arc<Buffer>, EngineError> {
        let codes = self.kept(&caches.columns, id, || self.read_codes(files, layout).map(Column::Numbers))?;
        match codes.as_ref() {
            Column::Numbers(codes) => Ok(Arc::clone(&codes.values)),
            _ => Err(self.damaged("there are no codes")),
        }
    }

    fn kept(
        &self,
        cache: &Cache<(PartId, ColumnId), Column>,
        id: &ColumnId,
        read: impl FnOnce() -> Result<Column, EngineError>,
    ) -> Result<Arc<Column>, EngineError> {
        let key = (self.id, id.clone());
        if let Some(column) = cache.get(&key) {
            return Ok(column);
        }
        let column = Arc::new(read()?);
        cache.put(key, Arc::clone(&column), column.size());
        Ok(column)
    }

    fn read_column(&self, id: &ColumnId) -> Result<Column, EngineError> {
        let Body::Segment(files) = &self.body else { return Ok(Column::Absent) };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(Column::Absent) };
        let bits = |span: &Option<Span>| -> Result<Option<Bits>, EngineError> {
            span.as_ref().map(|span| Ok(Bits::from_bytes(files.read(span)?.bytes(), self.rows))).transpose()
        };
        Ok(match &entry.layout {
            Layout::Numbers { width, scale, valid, values } => {
                let values = files.read(values)?;
                if values.bytes().len() < self.rows * width.bytes() {
                    return Err(self.damaged(&format!("column {}: too few values", entry.name)));
                }
                Column::Numbers(Numbers::new(*width, *scale, values, bits(valid)?))
            }
            layout @ Layout::Names { width, .. } => {
                let codes = self.read_codes(files, layout)?.values;
                Column::Names(Names { width: *width, codes, dictionary: read_names(files, layout)?.texts })
            }
            Layout::Text { valid, offsets, bytes } => {
                let offsets = files.read(offsets)?;
                if offsets.bytes().len() < (self.rows + 1) * 4 {
                    return Err(self.damaged(&format!("column {}: too few texts", entry.name)));
                }
                let texts = Arc::new(Dictionary::new(offsets, files.read(bytes)?, self.rows));
                Column::Text(Text { texts, valid: bits(valid)? })
            }
        })
    }

    fn read_codes(&self, files: &SegmentFiles, layout: &Layout) -> Result<Numbers, EngineError> {
        let Layout::Names { width, codes, .. } = layout else { return Err(self.damaged("there are no codes")) };
        let codes = files.read(codes)?;
        if codes.bytes().len() < self.rows * width.bytes() {
            return Err(self.damaged("too few codes"));
        }
        Ok(Numbers::new(*width, 1, codes, None))
    }

    /// The rows of a span of time: from, up to. Rows are in the order of time.
    pub fn rows_between(&self, from: i64, until: i64, caches: &Caches) -> Result<(usize, usize), EngineError> {
        let first = if from <= self.min_time { 0 } else { self.first_at_or_after(from, caches)? };
        let end = if until > self.max_time { self.rows } else { self.first_at_or_after(until, caches)? };
        Ok((first, end.max(first)))
    }

    /// The first row whose time is not before a point.
    pub fn first_at_or_after(&self, time: i64, caches: &Caches) -> Result<usize, EngineError> {
        if time <= self.min_time {
            return Ok(0);
        }
        if time > self.max_time {
            return Ok(self.rows);
        }
        let (mut low, mut high) = (0, self.rows);
        if let Body::Segment(files) = &self.body {
            // The fences are at hand; only the rows between two of them are touched.
            let fence = files.manifest.time_fences.partition_point(|fence| *fence < time);
            low = fence.saturating_sub(1) * TIME_FENCE;
            high = (fence * TIME_FENCE + 1).min(self.rows);
            low = low.min(high);
        }
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.time(middle, caches)? < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// A row's time.
    pub fn time(&self, row: usize, caches: &Caches) -> Result<i64, EngineError> {
        self.number(&ColumnId::Time, row, caches)?.ok_or_else(|| self.damaged("there are no times"))
    }

    /// A row's number of a column in which no row is without one, read with its neighbours alone.
    fn number(&self, id: &ColumnId, row: usize, caches: &Caches) -> Result<Option<i64>, EngineError> {
        let files = match &self.body {
            Body::Memory(_) => {
                return Ok(match self.column(id, caches)?.as_ref() {
                    Column::Numbers(numbers) => numbers.get(row),
                    _ => None,
                });
            }
            Body::Segment(files) => files,
        };
        let Some(entry) = files.manifest.columns.column(id) else { return Ok(None) };
        let Layout::Numbers { width, scale, values, .. } = &entry.layout else { return Ok(None) };
        let page = row / PAGE;
        let key = (self.id, id.clone(), page as u32);
        let buffer = if let Some(buffer) = caches.pages.get(&key) {
            buffer
        } else {
            let rows = PAGE.min(self.rows - page * PAGE);
            let buffer = files.read_some(values, page * PAGE * width.bytes(), rows * width.bytes())?;
            let buffer = Arc::new(buffer);
            caches.pages.put(key, Arc::clone(&buffer), buffer.size() + 64);
            buffer
        };
        Ok(Some(width.number(&buffer, row % PAGE) * scale))
    }

    /// The rows that have a key.
    pub fn rows_of_key(&self, key: u128) -> Result<Vec<u32>, EngineError> {
        self.rows_of_keys(key, key)
    }

    /// The rows whose keys lie between two, both included.
    pub fn rows_of_keys(&self, low: u128, high: u128) -> Result<Vec<u32>, EngineError> {
        match &self.body {
            Body::Memory(body) => {
                let start = body.keys.partition_point(|(key, _)| *key < low);
                Ok(body.keys[start..].iter().take_while(|(key, _)| *key <= high).map(|(_, row)| *row).collect())
            }
            Body::Segment(files) => files.rows_of_keys(low, high, self.rows),
        }
    }

    /// All keys in order with their rows, a chunk at a time.
    pub fn keys(&self) -> KeyStream<'_> {
        KeyStream { part: self, at: 0, chunk: Vec::new(), place: 0 }
    }

    /// The place of a row's raw bytes among the raw rows.
    pub fn raw_row(&self, row: usize, caches: &Caches) -> Result<u32, EngineError> {
        Ok(self.number(&ColumnId::RawRow, row, caches)?.map_or(row as u32, |raw_row| raw_row as u32))
    }

    /// A row's sequence number.
    pub fn seq(&self, row: usize, caches: &Caches) -> Result<Seq, EngineError> {
        match self.number(&ColumnId::Seq, row, caches)? {
            Some(seq) => Ok(Seq(self.seq_base + seq as u64)),
            None => Err(self.damaged("there are no sequence numbers")),
        }
    }

    /// The block that holds a raw row, and the row's place in it.
    pub fn block(&self, raw_row: u32, caches: &Caches) -> Result<(Arc<Block>, usize), EngineError> {
        let (number, first_row) = match &self.body {
            Body::Memory(body) => {
                let number = body.blocks.partition_point(|(first, _)| *first <= raw_row).saturating_sub(1);
                (number, body.blocks[number].0)
            }
            Body::Segment(files) => {
                let blocks = &files.manifest.blocks;
                let number = blocks.partition_point(|block| block.first_row <= raw_row).saturating_sub(1);
                (number, blocks.get(number).ok_or_else(|| self.damaged("there are no raw rows"))?.first_row)
            }
        };
        let key = (self.id, number as u32);
        let block = if let Some(block) = caches.blocks.get(&key) {
            block
        } else {
            let block = Arc::new(self.read_block(number)?);
            caches.blocks.put(key, Arc::clone(&block), block.size());
            block
        };
        Ok((block, (raw_row - first_row) as usize))
    }

    /// How many raw rows there are; not all of them are rows of the columns.
    pub fn raw_rows(&self) -> usize {
        match &self.body {
            Body::Memory(body) => {
                body.blocks.iter().map(|(_, block)| read_header(block).map_or(0, |(rows, _)| rows as usize)).sum()
            }
            Body::Segment(files) => files.manifest.raw_rows as usize,
        }
    }

    /// How many raw blocks there are.
    pub fn block_count(&self) -> usize {
        match &self.body {
            Body::Memory(body) => body.blocks.len(),
            Body::Segment(files) => files.manifest.blocks.len(),
        }
    }

    /// Reads a block by its number, without the cache.
    pub fn read_block(&self, number: usize) -> Result<Block, EngineError> {
        match &self.body {
            Body::Memory(body) => Block::read(&body.blocks[number].1).map_err(|what| self.damaged(&what)),
            Body::Segment(files) => files.read_block(number),
        }
    }

    /// An error about this part's files.
    pub fn damaged(&self, what: &str) -> EngineError {
        let path = self.files().map_or_else(|| PathBuf::from("head"), |files| files.columns_path.clone());
        EngineError::Damaged { path, what: what.into() }
    }

    /// The compressed bytes of a part in memory.
    pub fn memory_blocks(&self) -> Option<&[MemoryBlock]> {
        match &self.body {
            Body::Memory(body) => Some(&body.blocks),
            Body::Segment(_) => None,
        }
    }
}

/// The names of a column of names, as texts that are not rows.
fn read_names(files: &SegmentFiles, layout: &Layout) -> Result<Text, EngineError> {
    let damaged = |what: &str| EngineError::Damaged { path: files.columns_path.clone(), what: what.into() };
    let Layout::Names { names, offsets, bytes, .. } = layout else { return Err(damaged("there are no names")) };
    let offsets = files.read(offsets)?;
    if offsets.bytes().len() < (names + 1) * 4 {
        return Err(damaged("too few names"));
    }
    Ok(Text { texts: Arc::new(Dictionary::new(offsets, files.read(bytes)?, *names)), valid: None })
}

fn raw_row_of(column: &Column, row: usize) -> usize {
    match column {
        Column::Numbers(raw_rows) => raw_rows.get(row).unwrap_or(0) as usize,
        _ => row,
    }
}

/// The numbers of a time column.
pub fn time_values(column: &Column) -> Result<&[i64], EngineError> {
    match column {
        Column::Numbers(numbers) if numbers.width == Width::I64 => Ok(numbers.values.as_slice()),
        _ => Err(EngineError::Damaged { path: PathBuf::from("time"), what: "there are no times".into() }),
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
