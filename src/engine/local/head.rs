//! The head in memory: fresh batches as parts. Batches are joined so that there are few parts,
//! each about twice as large as the next.

use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::envelope::Formats;
use crate::model::handle::Seq;
use crate::model::record::Record;

use super::cache::PartId;
use super::missing::{Missing, Repair};
use super::part::{Part, SeqRange};
use super::readers::Readers;
use crate::engine::local::columns::builder::PartBuilder;
use crate::engine::local::files::block::{Block, payload_len};
use crate::engine::local::files::segment_write::SEGMENT_TEXT;

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
    missing: Vec<Missing>,
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

    /// What cannot be read.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.groups.iter().flat_map(|group| &group.missing)
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
    pub fn add(&mut self, batches: Vec<Batch>, maker: &PartMaker<'_>) {
        // A part has no more text than a segment, or its columns could not hold it.
        let (mut run, mut bytes) = (Vec::new(), 0);
        for batch in batches {
            let more = payload_len(&batch.block);
            if bytes + more > SEGMENT_TEXT {
                self.add_run(std::mem::take(&mut run), maker);
                bytes = 0;
            }
            bytes += more;
            run.push(batch);
        }
        self.add_run(run, maker);
    }

    fn add_run(&mut self, mut batches: Vec<Batch>, maker: &PartMaker<'_>) {
        if batches.is_empty() {
            return;
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
        self.groups.push(maker.make(batches));
    }

    /// Drops the batches up to a number: they have become a segment.
    pub fn remove_up_to(&mut self, newest_gone: i64, maker: &PartMaker<'_>) {
        let mut kept = Vec::new();
        for group in self.groups.drain(..) {
            if group.batches.iter().all(|batch| batch.id > newest_gone) {
                kept.push(group);
                continue;
            }
            let batches: Vec<Batch> = group.batches.into_iter().filter(|batch| batch.id > newest_gone).collect();
            if !batches.is_empty() {
                kept.push(maker.make(batches));
            }
        }
        self.groups = kept;
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
    /// Batches that are damaged, and rows that their reader refuses, are missing.
    fn make(&self, batches: Vec<Batch>) -> Group {
        let base = batches[0].first_seq;
        let mut builder = PartBuilder::default();
        let mut blocks = Vec::with_capacity(batches.len());
        let mut missing = Vec::new();
        let mut raw_row = 0;
        for batch in &batches {
            let block = match Block::read(&batch.block) {
                Ok(block) => block,
                Err(what) => {
                    let reason = format!("batch {} of the head is damaged: {what}", batch.id);
                    missing.push(Missing { records: batch.rows as u64, reason, repair: Repair::Restore });
                    continue;
                }
            };
            blocks.push((raw_row, Arc::clone(&batch.block)));
            let mut refused = 0;
            let mut first_refused = None;
            let mut record = Record::default();
            for row in block.rows() {
                record.clear();
                // Rows of a batch count from the batch's first.
                let seq = batch.first_seq + row.seq;
                match self.readers.read(row.envelope, row.raw, &mut record, self.formats) {
                    Ok(()) => {
                        let key = row.meta.identity.key(row.envelope, row.meta.position, row.raw, &record);
                        builder.push(&record, row.envelope.source.as_bytes(), key, (seq - base) as u32, raw_row);
                    }
                    Err(reason) => {
                        refused += 1;
                        first_refused.get_or_insert(EngineError::Row { seq, reason });
                    }
                }
                raw_row += 1;
            }
            if let Some(error) = first_refused {
                missing.push(Missing { records: refused, reason: error.to_string(), repair: Repair::Format });
            }
        }
        let last = &batches[batches.len() - 1];
        let seqs = SeqRange { base, min: Seq(base), max: Seq(last.first_seq + last.rows as u64 - 1) };
        let columns = builder.finish(None).unwrap_or_else(|error| {
            let records = batches.iter().map(|batch| batch.rows as u64).sum();
            missing = vec![Missing { records, reason: error.to_string(), repair: Repair::Restore }];
            PartBuilder::default().finish(None).expect("columns without rows fit")
        });
        let part = Arc::new(Part::in_memory((self.next_id)(), seqs, columns, blocks));
        Group { batches, part, missing }
    }
}
