//! A part: some rows that never change, sorted by time and arrival, with their columns, keys and
//! raw rows. Segments are parts on disk, the head is parts in memory; questions see no difference.

mod blocks;
mod columns;
mod contents;
mod keys;
mod rows;

use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::handle::Seq;

use super::cache::PartId;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::builder::PartColumns;
use crate::engine::local::columns::column::{Column, ColumnId, Numbers, Width};
use crate::engine::local::files::segment_files::SegmentFiles;

pub use columns::time_values;
pub use contents::Contents;
pub use keys::KeyStream;

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
    /// The only sources that its rows can be of, where they were noted.
    pub sources: Option<Vec<String>>,
    body: Body,
}

enum Body {
    Memory(Box<MemoryBody>),
    Segment(Arc<SegmentFiles>),
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
            sources: None,
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
            sources: None,
            body: Body::Segment(Arc::new(files)),
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

    /// Whether there may be rows of a source.
    pub fn may_have(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.iter().any(|own| own == source))
    }

    /// Whether all rows are of one source.
    pub fn is_all_of(&self, source: &str) -> bool {
        self.sources.as_ref().is_some_and(|sources| sources == &[source])
    }

    /// Whether the rows may have an attribute that has no column here.
    pub fn leaves_out(&self, id: &ColumnId) -> bool {
        let has_column = || match &self.body {
            Body::Memory(body) => body.column(id).is_some(),
            Body::Segment(files) => files.manifest.columns.column(id).is_some(),
        };
        matches!(id, ColumnId::Attribute(_)) && self.has_more_attributes() && !has_column()
    }

    /// Whether there are attributes without a column, whose values are in the rows alone.
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

    /// An error about this part's files.
    pub fn damaged(&self, what: &str) -> EngineError {
        let path = self.files().map_or_else(|| PathBuf::from("head"), |files| files.columns_path.clone());
        EngineError::Damaged { path, what: what.into() }
    }
}

fn raw_row_of(column: &Column, row: usize) -> usize {
    match column {
        Column::Numbers(raw_rows) => raw_rows.get(row).unwrap_or(0) as usize,
        _ => row,
    }
}
