//! Records by their ids, and records as they arrived.

use std::cmp::Reverse;

use crate::engine::error::EngineError;
use crate::model::field::Field;
use crate::model::handle::Seq;
use crate::model::intake::keys_of_id;
use crate::model::record::StoredRecord;
use crate::model::request_id::{IdQuery, NormalId};
use crate::query::Filter;
use crate::query::filter::{Clause, Target, Test};

use super::clause::clause_rows;
use super::rows::read_row;
use super::select::{Context, filter_rows};
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::part::Part;
use crate::engine::local::view::View;

/// The records that an id names, newest first.
pub fn get(
    view: &View,
    query: &IdQuery,
    limit: usize,
    context: &Context<'_>,
) -> Result<Vec<StoredRecord>, EngineError> {
    let mut records: Vec<StoredRecord> = Vec::new();
    for part in &view.parts {
        context.check()?;
        if part.min_seq > context.as_of {
            continue;
        }
        let mut rows = rows_of(part, query, context)?;
        // Rows are in the order of time: what is read first is the newest. A prefix may name very
        // many, and so may an id that a client chose.
        rows.sort_unstable_by_key(|row| Reverse(*row));
        let mut found = 0;
        for row in rows {
            let is_dead = part.dead.as_ref().is_some_and(|dead| dead.get(row));
            if is_dead || part.seq(row, context.caches)? > context.as_of {
                continue;
            }
            let record = read_row(view.tag, part, row, context)?;
            if is_named(&record, query) {
                records.push(record);
                found += 1;
            }
            if found >= limit {
                break;
            }
            context.check()?;
        }
        keep_newest(&mut records, limit);
    }
    Ok(records)
}

fn keep_newest(records: &mut Vec<StoredRecord>, limit: usize) {
    records.sort_by_key(|record| Reverse((record.time(), record.seq())));
    records.truncate(limit);
}

fn rows_of(part: &Part, query: &IdQuery, context: &Context<'_>) -> Result<Vec<usize>, EngineError> {
    match query {
        // The usual case, without any column: some kilobytes are read.
        IdQuery::Whole(id) => {
            let mut rows = Vec::new();
            for (low, high) in keys_of_id(id.key()) {
                rows.extend(part.rows_of_keys(low, high)?.into_iter().map(|row| row as usize));
            }
            Ok(rows)
        }
        IdQuery::Handle(handle) => {
            if !(part.min_seq..=part.max_seq).contains(&handle.seq) {
                return Ok(Vec::new());
            }
            rows_of_seqs(part, handle.seq, handle.seq, context)
        }
        IdQuery::Prefix(prefix) => rows_like(part, Test::IdPrefix(prefix.clone()), context),
        IdQuery::Suffix(suffix) => rows_like(part, Test::Wildcard(format!("*{}", suffix.as_str())), context),
    }
}

fn rows_like(part: &Part, test: Test, context: &Context<'_>) -> Result<Vec<usize>, EngineError> {
    let clause = Clause { target: Target::Field(Field::RequestId.into()), any_of: vec![test] };
    let rows = clause_rows(part, &clause, context)?;
    let mut found = Vec::new();
    rows.for_each(0, part.rows, |row| found.push(row));
    Ok(found)
}

/// A key is 128 bits of hash for ids of other shapes: the record itself decides.
fn is_named(record: &StoredRecord, query: &IdQuery) -> bool {
    let id = || record.record.text(Field::RequestId).and_then(|id| NormalId::new(id));
    match query {
        IdQuery::Whole(wanted) => id().as_ref() == Some(wanted),
        IdQuery::Prefix(prefix) => id().is_some_and(|id| id.as_str().starts_with(prefix.as_str())),
        IdQuery::Suffix(suffix) => id().is_some_and(|id| id.as_str().ends_with(suffix.as_str())),
        IdQuery::Handle(handle) => record.handle == *handle,
    }
}

/// The rows of a part whose sequence numbers lie between two, both included.
fn rows_of_seqs(part: &Part, low: Seq, high: Seq, context: &Context<'_>) -> Result<Vec<usize>, EngineError> {
    let column = part.column(&ColumnId::Seq, context.caches)?;
    let Column::Numbers(seqs) = column.as_ref() else {
        return Err(part.damaged("there are no sequence numbers"));
    };
    let seqs: &[u32] = seqs.values.as_slice();
    let (low, high) = (low.0.saturating_sub(part.seq_base), high.0.saturating_sub(part.seq_base));
    Ok((0..part.rows).filter(|row| (low..=high).contains(&u64::from(seqs[*row]))).collect())
}

/// Records that arrived after a place, in the order of arrival, that a filter keeps.
pub fn follow(
    view: &View,
    after: Seq,
    filter: &Filter,
    limit: usize,
    context: &Context<'_>,
) -> Result<Vec<StoredRecord>, EngineError> {
    let mut found: Vec<(Seq, &Part, usize)> = Vec::new();
    for part in &view.parts {
        context.check()?;
        if part.max_seq <= after || part.min_seq > context.as_of {
            continue;
        }
        let kept = filter_rows(part, filter, context)?;
        for row in rows_of_seqs(part, Seq(after.0 + 1), context.as_of, context)? {
            let is_dead = part.dead.as_ref().is_some_and(|dead| dead.get(row));
            let seq = part.seq(row, context.caches)?;
            if seq > after && kept.get(row) && !is_dead {
                found.push((seq, part, row));
            }
        }
    }
    found.sort_by_key(|(seq, ..)| *seq);
    found.truncate(limit);
    found.into_iter().map(|(_, part, row)| read_row(view.tag, part, row, context)).collect()
}

/// The newest record up to a place in the order of arrival.
pub fn newest_up_to(view: &View, as_of: Seq, context: &Context<'_>) -> Result<Option<StoredRecord>, EngineError> {
    let mut best: Option<(Seq, &Part, usize)> = None;
    for part in &view.parts {
        if part.min_seq > as_of || best.as_ref().is_some_and(|(seq, ..)| *seq > part.max_seq) {
            continue;
        }
        for row in rows_of_seqs(part, part.min_seq, as_of, context)? {
            let seq = part.seq(row, context.caches)?;
            if best.as_ref().is_none_or(|(known, ..)| seq > *known) {
                best = Some((seq, part, row));
            }
        }
    }
    best.map(|(_, part, row)| read_row(view.tag, part, row, context)).transpose()
}
