//! The values of fields with their counts.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::FacetsWant;
use crate::model::answer::{Facet, FacetValue};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::record::Record;

use super::bits::Bits;
use super::column::{Column, ColumnId, Width, with_width};
use super::select::{Context, Selection};

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Counts by value: in the view, and in the whole period.
type Counts = HashMap<Option<Vec<u8>>, (u64, u64)>;

/// Counts the values of some fields, each field's own steps left out.
pub fn facets(selections: &[Selection], want: &FacetsWant, context: &Context<'_>) -> Result<Vec<Facet>, EngineError> {
    for field in &want.fields {
        if !field.kind().is_countable() {
            return Err(EngineError::Question(format!("{field} has a different value in nearly every record: it is not counted")));
        }
    }
    let tasks: Vec<(usize, &Selection)> =
        (0..want.fields.len()).flat_map(|field| selections.iter().map(move |selection| (field, selection))).collect();
    let counted: Vec<(usize, Counts)> = tasks
        .into_par_iter()
        .map(|(field, selection)| Ok((field, count_in(selection, &want.fields[field], want.with_totals, context)?)))
        .collect::<Result<_, EngineError>>()?;
    let mut merged: Vec<Counts> = vec![Counts::new(); want.fields.len()];
    for (field, counts) in counted {
        let all = &mut merged[field];
        if all.is_empty() {
            *all = counts;
            continue;
        }
        for (value, (count, total)) in counts {
            let entry = all.entry(value).or_default();
            entry.0 += count;
            entry.1 += total;
        }
    }
    Ok(want.fields.iter().zip(merged).map(|(field, counts)| top(field, counts, want)).collect())
}

/// The most frequent values, those that are pinned, and what is left.
fn top(field: &FieldRef, counts: Counts, want: &FacetsWant) -> Facet {
    let is_pinned = |value: &Option<Vec<u8>>| want.pinned.iter().any(|(f, v)| f == field && v == value);
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, (count, total))| FacetValue { value, count, total })
        .filter(|value| value.count > 0 || is_pinned(&value.value))
        .collect();
    for (_, pinned) in want.pinned.iter().filter(|(f, _)| f == field) {
        if !values.iter().any(|value| value.value == *pinned) {
            values.push(FacetValue { value: pinned.clone(), count: 0, total: 0 });
        }
    }
    let order = |a: &FacetValue, b: &FacetValue| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value));
    if values.len() > want.top && want.top > 0 {
        values.select_nth_unstable_by(want.top - 1, order);
    }
    let rest = values.split_off(want.top.min(values.len()));
    let mut facet = Facet { field: field.clone(), values, other_values: 0, other_count: 0 };
    for value in rest {
        if is_pinned(&value.value) {
            facet.values.push(value);
        } else {
            facet.other_values += 1;
            facet.other_count += value.count;
        }
    }
    facet.values.sort_by(order);
    facet
}

fn count_in(selection: &Selection, field: &FieldRef, with_totals: bool, context: &Context<'_>) -> Result<Counts, EngineError> {
    let own;
    let view = if selection.has_own_step(field) {
        own = selection.rows_without(field);
        own.as_ref()
    } else {
        selection.rows()
    };
    let part = &selection.part;
    let needs_rows = matches!(field, FieldRef::Attribute(_)) && part.has_more_attributes();
    let column = part.column(&ColumnId::of(field), context.caches)?;
    let mut counts = Counts::new();
    // Where nothing is filtered, the view is the whole period.
    let unfiltered = selection.unfiltered();
    let same = view.is_none() && unfiltered.is_none() || view == unfiltered;
    for (rows, is_total) in [(view, false), (unfiltered, true)] {
        if is_total && (same || !with_totals) {
            continue;
        }
        let mut add = |value: Option<Vec<u8>>, number: u64| {
            let entry = counts.entry(value).or_default();
            if is_total { entry.1 += number } else { entry.0 += number }
        };
        if needs_rows {
            count_raw(selection, field, rows, &mut add, context)?;
        } else {
            count_column(&column, selection, field, rows, &mut add, context)?;
        }
    }
    if same && with_totals {
        for (count, total) in counts.values_mut() {
            *total = *count;
        }
    }
    Ok(counts)
}

fn count_column(
    column: &Column,
    selection: &Selection,
    field: &FieldRef,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let (first, end) = (selection.first, selection.end);
    match column {
        Column::Absent => {
            let number = rows.map_or(end - first, |rows| rows.count(first, end));
            add_some(add, None, number as u64);
        }
        Column::Names(names) => {
            let mut counts = vec![0_u32; names.dictionary.len() + 1];
            count_codes(names.width, &names.codes, rows, first, end, &mut counts, context)?;
            for (code, number) in counts.iter().enumerate() {
                if *number > 0 {
                    let value = (code < names.dictionary.len()).then(|| names.dictionary.get(code).to_vec());
                    add(value, u64::from(*number));
                }
            }
        }
        Column::Numbers(numbers) => {
            let mut counts: HashMap<i64, u64> = HashMap::new();
            let mut missing = 0;
            let mut visit = |row: usize| match numbers.get(row) {
                Some(number) => *counts.entry(number).or_default() += 1,
                None => missing += 1,
            };
            let is_small = numbers.width <= Width::U16 && numbers.scale == 1;
            if is_small {
                // Statuses: an array is faster than a map.
                let mut by_value = vec![0_u32; 1 << 16];
                let valid = match (&numbers.valid, rows) {
                    (None, rows) => rows.cloned(),
                    (Some(valid), None) => Some(valid.clone()),
                    (Some(valid), Some(rows)) => {
                        let mut both = rows.clone();
                        both.and(valid);
                        Some(both)
                    }
                };
                count_codes(numbers.width, &numbers.values, valid.as_ref(), first, end, &mut by_value, context)?;
                let all = rows.map_or(end - first, |rows| rows.count(first, end)) as u64;
                let known: u64 = by_value.iter().map(|number| u64::from(*number)).sum();
                missing = all - known;
                counts.extend(by_value.iter().enumerate().filter(|(_, n)| **n > 0).map(|(v, n)| (v as i64, u64::from(*n))));
            } else {
                match rows {
                    Some(rows) => rows.for_each(first, end, visit),
                    None => (first..end).for_each(&mut visit),
                }
            }
            for (value, number) in counts {
                add(Some(number_bytes(field, value)), number);
            }
            add_some(add, None, missing);
        }
        Column::Text(text) => {
            let mut counts: HashMap<Option<&[u8]>, u64> = HashMap::new();
            let mut visit = |row: usize| *counts.entry(text.get(row)).or_default() += 1;
            match rows {
                Some(rows) => rows.for_each(first, end, visit),
                None => (first..end).for_each(&mut visit),
            }
            for (value, number) in counts {
                add(value.map(<[u8]>::to_vec), number);
            }
        }
    }
    Ok(())
}

fn add_some(add: &mut dyn FnMut(Option<Vec<u8>>, u64), value: Option<Vec<u8>>, number: u64) {
    if number > 0 {
        add(value, number);
    }
}

fn number_bytes(field: &FieldRef, value: i64) -> Vec<u8> {
    debug_assert!(!matches!(field.kind(), Kind::Duration | Kind::Time), "spans and times are not counted");
    value.to_string().into_bytes()
}

/// One tight loop over the codes, four counters side by side so that repeats do not wait for one
/// another.
fn count_codes(
    width: Width,
    codes: &super::buffer::Buffer,
    rows: Option<&Bits>,
    first: usize,
    end: usize,
    counts: &mut [u32],
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let lanes = if counts.len() <= 4096 { 4 } else { 1 };
    let stride = counts.len();
    let mut lane_counts = vec![0_u32; stride * lanes];
    let mut from = first;
    while from < end {
        context.check()?;
        let until = end.min(from + STEP);
        with_width!(width, codes, codes => {
            #[expect(clippy::unnecessary_cast, reason = "the macro makes one copy for each width")]
            match rows {
                None if lanes == 4 => {
                    let (quads, rest) = codes[from..until].as_chunks::<4>();
                    for quad in quads {
                        for lane in 0..4 {
                            lane_counts[lane * stride + quad[lane] as usize] += 1;
                        }
                    }
                    for code in rest {
                        lane_counts[*code as usize] += 1;
                    }
                }
                None => codes[from..until].iter().for_each(|code| lane_counts[*code as usize] += 1),
                Some(rows) => rows.for_each(from, until, |row| lane_counts[codes[row] as usize] += 1),
            }
        });
        from = until;
    }
    for lane in lane_counts.chunks(stride) {
        for (count, more) in counts.iter_mut().zip(lane) {
            *count += more;
        }
    }
    Ok(())
}

/// Reads the rows themselves, for attributes that have no column.
fn count_raw(
    selection: &Selection,
    field: &FieldRef,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let part = &selection.part;
    for row in selection.first..selection.end {
        if rows.is_some_and(|rows| !rows.get(row)) {
            continue;
        }
        if row % 4096 == 0 {
            context.check()?;
        }
        let (block, place) = part.block(part.raw_row(row, context.caches)?, context.caches)?;
        let raw = block.row(place).ok_or_else(|| part.damaged("a raw row is missing"))?;
        let mut record = Record::default();
        context
            .readers
            .read(raw.envelope, raw.raw, &mut record, context.formats)
            .map_err(|reason| EngineError::Row { seq: part.seq_base + raw.seq, reason })?;
        add(record.bytes(field).map(std::borrow::Cow::into_owned), 1);
    }
    Ok(())
}

/// Whether a field can be counted.
pub fn is_countable(field: &FieldRef) -> bool {
    field.kind().is_countable() && field.known() != Some(Field::Key)
}
