//! The values of one field counted in one part.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;

use super::codes::{AllCounts, Coded, add_rows, count_sparse};
use super::counts::{CountSum, Counts, Numbering, PartCounts};
use super::select::{Context, Selection, Steps};
use super::values::Values;
use crate::engine::local::columns::column::{Codes, Column, ColumnId, Dictionary, Numbers, with_width};
use crate::engine::local::columns::row_set::RowSet;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Adds the values of a field, among the rows of a part that pass some steps, to a sum.
pub fn count_in(
    sum: &mut CountSum,
    selection: &Selection<'_>,
    field: &FieldRef,
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let of = selection.telling(of, context)?;
    let key = (selection.scope(of), ColumnId::of(field));
    if let Some(counts) = context.caches.counts.get(&key) {
        sum.add(&counts);
        return Ok(());
    }
    let kept = selection.count(of, context)?;
    if kept == 0 {
        return Ok(());
    }
    let rows = selection.rows_of(of, context)?;
    let rows = rows.as_deref();
    // Where rows are fewer than names they go to the sum one by one: the part's own counts would be
    // made of more zeros than counts.
    if let Some(codes) = codes_of(selection, field, context)?
        && (kept as usize) < codes.names
        && !context.is_once
        && let Some(numbering) = numbering_of(selection, &key.1, context)?
    {
        return add_rows(sum, &numbering, &codes, selection, rows, kept, context);
    }
    let counts = Arc::new(count_anew(selection, field, rows, kept, context)?);
    sum.add(&counts);
    context.caches.counts.put(key, Arc::clone(&counts), counts.size());
    Ok(())
}

/// The codes of a field's names. Ids are keys, and only some of them have names.
fn codes_of(selection: &Selection<'_>, field: &FieldRef, context: &Context<'_>) -> Result<Option<Codes>, EngineError> {
    if *field == Field::RequestId.into() {
        return Ok(None);
    }
    selection.part.codes(&ColumnId::of(field), context.caches)
}

fn count_anew(
    selection: &Selection<'_>,
    field: &FieldRef,
    rows: Option<&RowSet>,
    kept: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let id = ColumnId::of(field);
    if let Some(codes) = codes_of(selection, field, context)?
        && let Some(counts) = count_names(selection, id.clone(), &codes, rows, kept, context)?
    {
        return Ok(counts);
    }
    let values = Values::of(selection, field, context)?;
    if let Values::Column(_, column) = &values {
        match column.as_ref() {
            Column::Absent => return Ok(PartCounts::Values(Counts::from([(None, kept)]))),
            Column::Numbers(numbers) if field.kind() == Kind::Duration => {
                return count_ranges(numbers, selection, rows, kept, context);
            }
            // Statuses: an array is faster than a map.
            Column::Numbers(numbers)
                if (0..MOST_IN_ARRAY).contains(&numbers.bounds.0)
                    && numbers.bounds.1 < MOST_IN_ARRAY
                    && !matches!(field, FieldRef::Known(Field::Key)) =>
            {
                return count_small(selection, id, numbers, rows, kept, context);
            }
            _ => {}
        }
    }
    count_few(&values, selection, rows, context)
}

/// Numbers below this are counted in an array.
const MOST_IN_ARRAY: i64 = 1 << 16;

/// Counts values as long as there are few.
fn count_few(
    values: &Values,
    selection: &Selection<'_>,
    rows: Option<&RowSet>,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    // Rows by the hashes of their values: how many, and one of them.
    let mut counts: hashbrown::HashMap<Option<u128>, (u64, usize)> = hashbrown::HashMap::new();
    let has_few = values.for_each_hash(selection, rows.map(RowSet::bits), context, |hash, row| {
        counts.entry(hash).or_insert((0, row)).0 += 1;
        counts.len() <= context.few_values
    })?;
    if !has_few {
        return Ok(PartCounts::TooMany);
    }
    let mut read = Counts::with_capacity(counts.len());
    for (hash, (count, row)) in counts {
        let value = hash.map(|hash| values.value(selection, hash, row, context)).transpose()?;
        *read.entry(value.map(Cow::into_owned)).or_default() += count;
    }
    Ok(PartCounts::Values(read))
}

/// Counts by the codes of names; `None` when there is no room for more names.
fn count_names(
    selection: &Selection<'_>,
    id: ColumnId,
    codes: &Codes,
    rows: Option<&RowSet>,
    kept: u64,
    context: &Context<'_>,
) -> Result<Option<PartCounts>, EngineError> {
    // Who asks once numbers no names for a few rows.
    if context.is_once && (kept as usize) * 4 < codes.names {
        let (counts, missing) = count_sparse(selection, codes, rows, context)?;
        if counts.len() <= context.few_values {
            return Ok(Some(PartCounts::Values(named(&counts, missing, selection.part.names(&id)?.as_ref()))));
        }
    }
    let Some(numbering) = numbering_of(selection, &id, context)? else { return Ok(None) };
    let coded = Coded {
        all: AllCounts::Kept(id),
        width: codes.width,
        values: &codes.values,
        valid: None,
        size: codes.names + 1,
    };
    let counts = coded.count(selection, rows, context)?;
    Ok(Some(PartCounts::Codes { numbering, counts }))
}

/// The numbers of a part's names; `None` when there is no room for more names.
pub fn numbering_of(
    selection: &Selection<'_>,
    id: &ColumnId,
    context: &Context<'_>,
) -> Result<Option<Arc<Numbering>>, EngineError> {
    let key = (selection.part.id, id.clone());
    if let Some(numbering) = context.caches.numbers.get(&key) {
        return Ok(Some(numbering));
    }
    let Some(numbers) = context.interners.numbers(id, selection.part.names(id)?.as_ref()) else {
        return Ok(None);
    };
    let end = numbers.iter().max().map_or(0, |highest| *highest as usize + 1);
    let numbering = Arc::new(Numbering { numbers, end });
    context.caches.numbers.put(key, Arc::clone(&numbering), numbering.numbers.len() * 4 + 64);
    Ok(Some(numbering))
}

/// Counts of codes by their names.
fn named(counts: &[(u32, u32)], missing: u32, names: &Dictionary) -> Counts {
    let name = |(code, count): &(u32, u32)| (Some(names.get(*code as usize).to_vec()), u64::from(*count));
    let without = (missing > 0).then_some((None, u64::from(missing)));
    counts.iter().map(name).chain(without).collect()
}

/// Counts spans by their ranges.
#[expect(clippy::cast_lossless, reason = "the macro makes one copy for each width")]
fn count_ranges(
    numbers: &Numbers,
    selection: &Selection<'_>,
    rows: Option<&RowSet>,
    all: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let (mut counts, scale) = ([0_u64; SpanRange::COUNT], numbers.scale as u64);
    for from in (selection.first..selection.end).step_by(STEP) {
        context.check()?;
        let until = selection.end.min(from + STEP);
        with_width!(numbers.width, numbers.values, values => {
            let mut see = |row: usize| {
                if numbers.valid.as_ref().is_none_or(|valid| valid.get(row)) {
                    counts[SpanRange::of(values[row] as u64 * scale).place()] += 1;
                }
            };
            match rows {
                Some(rows) => rows.for_each(from, until, see),
                None => (from..until).for_each(&mut see),
            }
        });
    }
    let missing = all - counts.iter().sum::<u64>();
    let ranges = SpanRange::all().zip(counts).map(|(range, count)| (Some(range.text().into_bytes()), count));
    Ok(PartCounts::Values(ranges.chain([(None, missing)]).filter(|(_, count)| *count > 0).collect()))
}

/// Counts numbers that are small.
fn count_small(
    selection: &Selection<'_>,
    id: ColumnId,
    numbers: &Numbers,
    rows: Option<&RowSet>,
    kept: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let size = numbers.bounds.1 as usize + 1;
    let (width, values, valid) = (numbers.width, &*numbers.values, numbers.valid.as_ref());
    let coded = Coded { all: AllCounts::Kept(id), width, values, valid, size };
    let counts = coded.count(selection, rows, context)?;
    let with_value: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    Ok(numbers_counted(&counts, kept - with_value, numbers.scale))
}

/// Counts of stored numbers, each at its own place, as counts of values.
pub fn numbers_counted(counts: &[u32], missing: u64, scale: i64) -> PartCounts {
    let counts = (0_i64..).zip(counts).filter(|(_, count)| **count > 0);
    PartCounts::Numbers(counts.map(|(number, count)| (number * scale, *count)).collect(), missing)
}
