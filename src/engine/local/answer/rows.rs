//! Rows of parts as records.

use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::model::envelope::Origin;
use crate::model::handle::{Handle, StoreTag};
use crate::model::record::{Record, StoredRecord};

use super::select::Context;
use crate::engine::local::part::Part;
use crate::engine::local::view::View;

/// A row with its part.
pub type RowPlace = (Arc<Part>, usize);

/// Reads rows in the order in which they are given.
pub fn read_rows(view: &View, places: &[RowPlace], context: &Context<'_>) -> Result<Vec<StoredRecord>, EngineError> {
    // Neighbours lie in one block: each thread takes a run of them.
    let run = places.len().div_ceil(rayon::current_num_threads() * 2).max(1);
    let read = |places: &[RowPlace]| -> Result<Vec<StoredRecord>, EngineError> {
        let mut records = Vec::with_capacity(places.len());
        for (part, row) in places {
            context.check()?;
            records.push(read_row(view.tag, part, *row, context)?);
        }
        Ok(records)
    };
    let runs: Vec<Vec<StoredRecord>> = places.par_chunks(run).map(read).collect::<Result<_, _>>()?;
    Ok(runs.into_iter().flatten().collect())
}

/// Reads one row.
pub fn read_row(tag: StoreTag, part: &Part, row: usize, context: &Context<'_>) -> Result<StoredRecord, EngineError> {
    let (block, place) = part.block(part.raw_row(row, context.caches)?, context.caches)?;
    let raw = block.row(place).ok_or_else(|| part.damaged("a raw row is missing"))?;
    let seq = part.seq(row, context.caches)?;
    let mut record = Record::default();
    context
        .readers
        .read(raw.envelope, raw.raw, &mut record, context.formats)
        .map_err(|reason| EngineError::Row { seq: seq.0, reason })?;
    Ok(StoredRecord {
        record: record.into_owned(),
        handle: Handle { seq, tag },
        first_seen: raw.meta.first_seen,
        origin: Origin {
            source: raw.envelope.source.clone(),
            format: raw.envelope.format.clone(),
            place: raw.envelope.place.clone(),
            position: raw.meta.position,
            arrival: raw.envelope.arrival,
        },
        raw: raw.raw.to_vec(),
    })
}
