//! Bulk intake: rows go into segments directly. All segments of an import appear at once, with
//! the source's checkpoint, in one transaction.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::Arc;

use rusqlite::TransactionBehavior;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::envelope::{Envelope, RowMeta};
use crate::model::handle::Seq;
use crate::model::intake::{BadRow, Intake, IntakeResult, RowIdentity};
use crate::model::record::Record;

use super::append::{ensure_source, set_next_seq, write_bad_rows, write_state};
use super::locks::FolderLock;
use super::part::Part;
use super::schema::meta;
use super::store::Store;
use super::view::View;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::keys;
use crate::engine::local::files::segment_write::{SegmentBuilder, WrittenSegment, insert_segment};
use crate::engine::local::files::syncer::Syncer;

/// An import under way. Dropped without [`Import::commit`], it leaves nothing behind.
pub struct Import<'a> {
    store: &'a Store,
    source: String,
    now: Timestamp,
    before: Arc<View>,
    /// Finished segments by their place in the input.
    numbered: Vec<(u64, WrittenSegment)>,
    segments: Vec<WrittenSegment>,
    envelopes: Vec<Arc<Envelope>>,
    result: IntakeResult,
    /// Until all files are written.
    syncer: Option<Syncer>,
    _writing: FolderLock,
}

/// One thread's part of an import: a segment in the making.
pub struct ImportSegment {
    builder: SegmentBuilder,
    envelope: Arc<Envelope>,
    first_seen: Timestamp,
    seq: u64,
}

impl Store {
    /// Starts an import into a source.
    pub fn import(&self, source: &str, now: Timestamp) -> Result<Import<'_>, EngineError> {
        drop(self.writer()?);
        self.refresh()?;
        Ok(Import {
            store: self,
            source: source.to_owned(),
            now,
            before: self.view(),
            numbered: Vec::new(),
            segments: Vec::new(),
            envelopes: Vec::new(),
            result: IntakeResult::default(),
            syncer: Some(Syncer::start()),
            _writing: self.lock_shared("writing")?,
        })
    }

    /// Starts a segment of an import; several may be filled at once, each by its own thread.
    pub fn import_segment(&self, envelope: &Arc<Envelope>, now: Timestamp) -> Result<ImportSegment, EngineError> {
        Ok(ImportSegment {
            builder: SegmentBuilder::create(&self.segments_folder(), self.segment_name("i"))?,
            envelope: Arc::clone(envelope),
            first_seen: now,
            seq: 0,
        })
    }
}

impl ImportSegment {
    /// Adds a row that was read already.
    pub fn push(
        &mut self,
        raw: &[u8],
        identity: RowIdentity,
        position: Option<u64>,
        record: &Record<'_>,
    ) -> Result<(), EngineError> {
        let meta = RowMeta { first_seen: self.first_seen, position, identity };
        self.builder.push(&self.envelope, self.seq, meta, raw, record)?;
        self.seq += 1;
        Ok(())
    }

    /// Makes room for so many rows, if they are like those that were added.
    pub fn reserve(&mut self, rows: usize) {
        self.builder.reserve(rows);
    }

    /// How many rows were added.
    pub fn rows(&self) -> usize {
        self.builder.rows()
    }

    /// Whether it is better closed.
    pub fn is_full(&self, max_rows: usize) -> bool {
        self.builder.is_full(max_rows)
    }
}

impl Import<'_> {
    /// The store that the import goes into.
    pub fn store(&self) -> &Store {
        self.store
    }

    /// Finishes a thread's segment: rows that the store has, or that stand in it twice, are left
    /// out; the files are written. May be called from several threads; see [`Import::add`].
    pub fn finish_segment(
        &self,
        segment: ImportSegment,
    ) -> Result<(Option<WrittenSegment>, IntakeResult), EngineError> {
        let rows = segment.rows();
        let keys = keys::sorted(segment.builder.columns.keys());
        let drop = self.known_rows(&keys)?;
        let dropped = drop.as_ref().map_or(0, |drop| drop.count(0, rows));
        let result = IntakeResult { stored: (rows - dropped) as u64, already: dropped as u64, bad: 0 };
        if dropped == rows {
            return Ok((None, result));
        }
        Ok((Some(segment.builder.finish_sorted(drop, keys, self.syncer.as_ref())?), result))
    }

    /// Takes a finished segment into the import. `number` is its place in the input.
    pub fn add(
        &mut self,
        number: u64,
        segment: Option<WrittenSegment>,
        envelope: &Arc<Envelope>,
        result: IntakeResult,
    ) {
        self.numbered.extend(segment.map(|segment| (number, segment)));
        if !self.envelopes.contains(envelope) {
            self.envelopes.push(Arc::clone(envelope));
        }
        self.result.add(result);
    }

    /// Counts rows that could not be read.
    pub fn add_bad(&mut self, count: u64) {
        self.result.bad += count;
    }

    /// Rows that the store had when the import began, and rows that stand in the segment before.
    fn known_rows(&self, sorted: &[(u128, u32)]) -> Result<Option<Bits>, EngineError> {
        let mut drop = Bits::none(sorted.len());
        let mut any = false;
        for pair in sorted.windows(2) {
            if pair[0].0 == pair[1].0 {
                drop.set(pair[1].1 as usize);
                any = true;
            }
        }
        for part in &self.before.parts {
            any |= self.store.mark_known(part, sorted, &self.source, &mut drop)?;
        }
        Ok(any.then_some(drop))
    }

    /// Makes everything visible at once. `state` brings checkpoint, coverage and gaps; its rows
    /// must be empty. Of the rows that could not be read, which were counted, `bad_rows` are kept.
    pub fn commit(mut self, state: &Intake, bad_rows: &[BadRow]) -> Result<IntakeResult, EngineError> {
        self.numbered.sort_by_key(|(number, _)| *number);
        self.segments = std::mem::take(&mut self.numbered).into_iter().map(|(_, segment)| segment).collect();
        self.drop_repeats_between_segments()?;
        // What the database names is on the disk; nobody is kept from writing meanwhile.
        self.syncer.take().map_or(Ok(()), Syncer::finish)?;
        let store = self.store;
        let mut writer = store.writer()?;
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| store.error(&e))?;
        // Nobody else can commit now: what others stored since the import began is looked at.
        store.refresh()?;
        let known = self.before.as_of;
        let newer: Vec<Arc<Part>> = store.view().parts.iter().filter(|part| part.max_seq > known).cloned().collect();
        for segment in &mut self.segments {
            self.result.already += drop_known(store, segment, &newer, known, &self.source)?;
        }
        let stored: u64 = self.segments.iter().map(WrittenSegment::live_rows).sum();
        let write = || -> rusqlite::Result<()> {
            ensure_source(&transaction, &self.source)?;
            store.write_definitions(&transaction, self.envelopes.iter())?;
            let mut next_seq = meta(&transaction, "next_seq")? as u64;
            for segment in &self.segments {
                insert_segment(&transaction, segment, next_seq)?;
                next_seq += u64::from(segment.manifest.raw_rows);
            }
            set_next_seq(&transaction, next_seq as i64)?;
            write_state(&transaction, &self.source, state, self.now)?;
            write_bad_rows(&transaction, &self.source, bad_rows.iter(), self.result.bad, self.now)
        };
        write().map_err(|e| store.error(&e))?;
        self.segments.iter_mut().for_each(WrittenSegment::leave_files);
        transaction.commit().map_err(|e| store.error(&e))?;
        drop(writer);
        store.refresh_later();
        self.result.stored = stored;
        Ok(self.result)
    }

    /// Rows that stand in more than one segment of this import count once: all their keys are
    /// merged, and of equal ones the first segment keeps its own.
    fn drop_repeats_between_segments(&mut self) -> Result<(), EngineError> {
        if self.segments.len() < 2 {
            return Ok(());
        }
        let mut parts = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            parts.push(segment.open(self.store.new_part_id())?);
        }
        let mut streams: Vec<_> = parts.iter().map(Part::keys).collect();
        let mut heap = BinaryHeap::new();
        for (number, stream) in streams.iter_mut().enumerate() {
            if let Some((key, row)) = stream.next_key()? {
                heap.push(Reverse((key, number, row)));
            }
        }
        let mut last = None;
        while let Some(mut first) = heap.peek_mut() {
            let Reverse((key, number, row)) = *first;
            if last == Some(key) {
                let raw_row = parts[number].raw_row(row as usize, &self.store.caches)?;
                self.result.already += u64::from(self.segments[number].drop_raw_row(raw_row));
            }
            last = Some(key);
            // Replaced where it stands, the heap is put in order once.
            match streams[number].next_key()? {
                Some((key, row)) => *first = Reverse((key, number, row)),
                None => drop(PeekMut::pop(first)),
            }
        }
        Ok(())
    }
}

/// Lists shorter than this are looked up one by one instead of merged. Tests that generate their
/// rows have few, and are to come both ways.
const MERGE_FROM: usize = if cfg!(test) { 10 } else { 10_000 };

impl Store {
    /// Marks those of some sorted keys that a part has for a source. Says whether there were any.
    pub(super) fn mark_known(
        &self,
        part: &Part,
        sorted: &[(u128, u32)],
        source: &str,
        drop: &mut Bits,
    ) -> Result<bool, EngineError> {
        let mut any = false;
        let mut mark = |mine: u32, theirs: u32| -> Result<(), EngineError> {
            if self.row_is_from(part, theirs as usize, source)? {
                drop.set(mine as usize);
                any = true;
            }
            Ok(())
        };
        if sorted.len() < MERGE_FROM {
            for (key, row) in sorted {
                for known in part.rows_of_key(*key)? {
                    mark(*row, known)?;
                }
            }
        } else {
            let mut mine = sorted.iter().copied();
            merge_equal(|| Ok(mine.next()), part, mark)?;
        }
        Ok(any)
    }
}

/// Calls with the rows of keys that stand in a sorted list and in a part: each of the one with each
/// of the other, because keys are unique within a source only, and parts hold rows of several.
fn merge_equal(
    mut next: impl FnMut() -> Result<Option<(u128, u32)>, EngineError>,
    part: &Part,
    mut call: impl FnMut(u32, u32) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let mut theirs = part.keys();
    let (mut a, mut b) = (next()?, theirs.next_key()?);
    let mut rows = Vec::new();
    while let (Some((key, _)), Some((other, _))) = (a, b) {
        match key.cmp(&other) {
            Ordering::Less => a = next()?,
            Ordering::Greater => b = theirs.next_key()?,
            Ordering::Equal => {
                rows.clear();
                while let Some((_, row)) = b.filter(|(same, _)| *same == key) {
                    rows.push(row);
                    b = theirs.next_key()?;
                }
                while let Some((_, mine)) = a.filter(|(same, _)| *same == key) {
                    for row in &rows {
                        call(mine, *row)?;
                    }
                    a = next()?;
                }
            }
        }
    }
    Ok(())
}

/// Leaves out what others stored since the import began.
fn drop_known(
    store: &Store,
    segment: &mut WrittenSegment,
    parts: &[Arc<Part>],
    known: Seq,
    source: &str,
) -> Result<u64, EngineError> {
    if parts.is_empty() {
        return Ok(0);
    }
    let own = segment.open(store.new_part_id())?;
    let mut dropped = 0;
    for part in parts {
        let mut mine = own.keys();
        let mut repeats = Vec::new();
        merge_equal(
            || mine.next_key(),
            part,
            |row, theirs| {
                repeats.push((row, theirs));
                Ok(())
            },
        )?;
        for (row, theirs) in repeats {
            let is_newer = part.seq(theirs as usize, &store.caches)? > known;
            if is_newer && store.row_is_from(part, theirs as usize, source)? {
                let raw_row = own.raw_row(row as usize, &store.caches)?;
                dropped += u64::from(segment.drop_raw_row(raw_row));
            }
        }
    }
    Ok(dropped)
}
