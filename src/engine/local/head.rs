//! The head in memory: fresh batches as parts. Batches are joined so that there are few parts,
//! each about twice as large as the next.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::envelope::Formats;
use crate::model::handle::Seq;
use crate::model::record::Record;

use super::block::{Block, payload_len};
use super::builder::PartBuilder;
use super::cache::PartId;
use super::part::{Part, SeqRange};
use super::readers::Readers;
use super::segment_write::SEGMENT_TEXT;

/// A batch of the head.
#[derive(Clone)]
pub struct Batch {
    /// Its number in the database.
    pub id: i64,
    /// The sequence number of its first row.
    pub first_seq: u64,
    /// How many rows.
    pub rows: usize,
    /// When they were first seen.
    pub first_seen: i64,
    /// The raw rows, compressed.
    pub block: Arc<[u8]>,
}

/// Some batches as one part.
pub struct Group {
    batches: Vec<Batch>,
    part: Arc<Part>,
}

/// The head's parts.
#[derive(Default)]
pub struct Head {
    groups: Vec<Group>,
}

impl Head {
    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &Arc<Part>> {
        self.groups.iter().map(|group| &group.part)
    }

    /// The newest batch's number; 0 when there is none.
    pub fn newest_batch(&self) -> i64 {
        self.groups.last().and_then(|group| group.batches.last()).map_or(0, |batch| batch.id)
    }

    /// When the newest batch was first seen.
    pub fn newest_seen(&self) -> Option<i64> {
        self.groups.last().and_then(|group| group.batches.last()).map(|batch| batch.first_seen)
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.groups.iter().map(|group| group.part.rows).sum()
    }

    /// Adds newer batches.
    pub fn add(&mut self, batches: Vec<Batch>, maker: &PartMaker<'_>) -> Result<(), EngineError> {
        // A part has no more text than a segment, or its columns could not hold it.
        let (mut run, mut bytes) = (Vec::new(), 0);
        for batch in batches {
            let more = payload_len(&batch.block);
            if bytes + more > SEGMENT_TEXT {
                self.add_run(std::mem::take(&mut run), maker)?;
                bytes = 0;
            }
            bytes += more;
            run.push(batch);
        }
        self.add_run(run, maker)
    }

    fn add_run(&mut self, mut batches: Vec<Batch>, maker: &PartMaker<'_>) -> Result<(), EngineError> {
        if batches.is_empty() {
            return Ok(());
        }
        let mut rows: usize = batches.iter().map(|batch| batch.rows).sum();
        // Groups that are not clearly larger than what comes behind them are joined with it.
        while let Some(last) = self.groups.last()
            && last.part.rows < rows * 2
            && bytes_of(&last.batches) + bytes_of(&batches) <= SEGMENT_TEXT
        {
            let last = self.groups.pop().expect("the loop saw it");
            rows += last.part.rows;
            batches.splice(0..0, last.batches);
        }
        let part = Arc::new(maker.make(&batches)?);
        self.groups.push(Group { batches, part });
        Ok(())
    }

    /// Drops the batches up to a number: they have become a segment.
    pub fn remove_up_to(&mut self, newest_gone: i64, maker: &PartMaker<'_>) -> Result<(), EngineError> {
        let mut kept = Vec::new();
        for group in self.groups.drain(..) {
            if group.batches.iter().all(|batch| batch.id > newest_gone) {
                kept.push(group);
                continue;
            }
            let batches: Vec<Batch> = group.batches.into_iter().filter(|batch| batch.id > newest_gone).collect();
            if !batches.is_empty() {
                let part = Arc::new(maker.make(&batches)?);
                kept.push(Group { batches, part });
            }
        }
        self.groups = kept;
        Ok(())
    }
}

/// Bytes of the rows of some batches, unpacked.
fn bytes_of(batches: &[Batch]) -> usize {
    batches.iter().map(|batch| payload_len(&batch.block)).sum()
}

/// Makes parts of batches.
pub struct PartMaker<'a> {
    /// Gives each part a number of its own.
    pub next_id: &'a dyn Fn() -> PartId,
    /// Readers of raw rows.
    pub readers: &'a Readers,
    /// The formats they come from.
    pub formats: &'a dyn Formats,
}

impl PartMaker<'_> {
    fn make(&self, batches: &[Batch]) -> Result<Part, EngineError> {
        let base = batches[0].first_seq;
        let mut builder = PartBuilder::default();
        let mut blocks = Vec::with_capacity(batches.len());
        let mut raw_row = 0;
        for batch in batches {
            let block = Block::read(&batch.block)
                .map_err(|what| EngineError::Damaged { path: format!("head batch {}", batch.id).into(), what })?;
            blocks.push((raw_row, Arc::clone(&batch.block)));
            let mut record = Record::default();
            for row in block.rows() {
                record.clear();
                self.readers
                    .read(row.envelope, row.raw, &mut record, self.formats)
                    .map_err(|reason| EngineError::Row { seq: base + row.seq, reason })?;
                let key = row.meta.identity.key(row.envelope, row.meta.position, row.raw, &record);
                // Rows of a batch count from the batch's first.
                let seq = (batch.first_seq - base + row.seq) as u32;
                builder.push(&record, row.envelope.source.as_bytes(), key, seq, raw_row);
                raw_row += 1;
            }
        }
        let last = &batches[batches.len() - 1];
        let seqs = SeqRange { base, min: Seq(base), max: Seq(last.first_seq + last.rows as u64 - 1) };
        Ok(Part::in_memory((self.next_id)(), seqs, builder.finish(None)?, blocks))
    }
}
