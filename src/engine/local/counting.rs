//! The values of one field counted in one part.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::engine::question::FacetField;
use crate::model::answer::{counted_id, counted_time};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::Handle;
use crate::model::record::Record;
use crate::model::value::Value;

use super::bits::Bits;
use super::builder::ID_IS_KEY;
use super::column::{Column, ColumnId, Names, Numbers, Text, Width, with_width};
use super::select::{Context, Selection};

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Counts by value: in the view, and in the whole period.
pub type Counts = HashMap<Option<Vec<u8>>, (u64, u64)>;

/// What was counted in one part.
pub enum PartCounts {
    /// By the codes of a dictionary, whose names have numbers that hold in all parts; "no value"
    /// is behind the last.
    Codes {
        /// The number of each name.
        numbers: Arc<Vec<u32>>,
        /// Records in the view.
        view: Arc<Vec<u32>>,
        /// Records of the whole period.
        total: Option<Arc<Vec<u32>>>,
    },
    /// By value.
    Values(Counts),
}

/// Counts the values of a field, its own steps left out.
pub fn count_in(
    selection: &Selection,
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let field = &want.field;
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
    if let (Column::Names(names), false) = (column.as_ref(), needs_rows) {
        return count_names(selection, field, names, view, with_totals, context);
    }
    let keeps = want.keeps();
    let mut counts = Counts::new();
    // Where nothing is filtered, the view is the whole period.
    let unfiltered = selection.unfiltered();
    let same = view.is_none() && unfiltered.is_none();
    for (rows, is_total) in [(view, false), (unfiltered, true)] {
        if is_total && (same || !with_totals) {
            continue;
        }
        let mut add = |value: Option<Vec<u8>>, number: u64| {
            if number > 0 && keeps(value.as_deref()) {
                let entry = counts.entry(value).or_default();
                if is_total { entry.1 += number } else { entry.0 += number }
            }
        };
        let (first, end) = (selection.first, selection.end);
        match column.as_ref() {
            _ if needs_rows => count_raw(selection, field, rows, &mut add, context)?,
            _ if *field == Field::RequestId.into() => count_ids(selection, rows, &mut add, context)?,
            _ if *field == Field::Key.into() => count_handles(selection, rows, &mut add, context)?,
            Column::Absent => add(None, rows.map_or(end - first, |rows| rows.count(first, end)) as u64),
            Column::Numbers(numbers) => count_numbers(numbers, field, selection, rows, &mut add, context)?,
            Column::Text(text) => count_texts(text, selection, rows, &mut add),
            // Counted by codes above.
            Column::Names(_) => {}
        }
    }
    if same && with_totals {
        for (count, total) in counts.values_mut() {
            *total = *count;
        }
    }
    Ok(PartCounts::Values(counts))
}

fn count_names(
    selection: &Selection,
    field: &FieldRef,
    names: &Names,
    view: Option<&Bits>,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let part = &selection.part;
    let id = ColumnId::of(field);
    let key = (part.id, id.clone());
    let numbers = if let Some(numbers) = context.caches.numbers.get(&key) {
        numbers
    } else {
        let numbers = Arc::new(context.interners.numbers(&id, &names.dictionary));
        context.caches.numbers.put(key, Arc::clone(&numbers), numbers.len() * 4 + 64);
        numbers
    };
    let count = |rows: Option<&Bits>| -> Result<Arc<Vec<u32>>, EngineError> {
        let mut counts = vec![0_u32; names.dictionary.len() + 1];
        count_codes(names.width, &names.codes, rows, selection.first, selection.end, &mut counts, context)?;
        Ok(Arc::new(counts))
    };
    // Counts of all rows of a span stay the same while filters change.
    let whole = || -> Result<Arc<Vec<u32>>, EngineError> {
        let key = (part.id, id.clone(), selection.first as u32, selection.end as u32);
        if let Some(counts) = context.caches.totals.get(&key) {
            return Ok(counts);
        }
        let counts = count(None)?;
        context.caches.totals.put(key, Arc::clone(&counts), counts.len() * 4 + 64);
        Ok(counts)
    };
    let all_or = |rows: Option<&Bits>| if rows.is_none() { whole() } else { count(rows) };
    let view = all_or(view)?;
    let total = if with_totals { Some(all_or(selection.unfiltered())?) } else { None };
    Ok(PartCounts::Codes { numbers, view, total })
}

fn count_numbers(
    numbers: &Numbers,
    field: &FieldRef,
    selection: &Selection,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let (first, end) = (selection.first, selection.end);
    let written = |number: i64| match field.kind() {
        Kind::Time => counted_time(Timestamp(number)).into_bytes(),
        Kind::Duration => Value::Duration(number as u64).bytes().into_owned(),
        _ => number.to_string().into_bytes(),
    };
    let is_small = numbers.width <= Width::U16;
    if is_small {
        // Statuses: an array is faster than a map.
        let size = if numbers.width == Width::U8 { 1 << 8 } else { 1 << 16 };
        let mut by_value = vec![0_u32; size];
        let known = match (&numbers.valid, rows) {
            (None, rows) => rows.cloned(),
            (Some(valid), None) => Some(valid.clone()),
            (Some(valid), Some(rows)) => {
                let mut both = rows.clone();
                both.and(valid);
                Some(both)
            }
        };
        count_codes(numbers.width, &numbers.values, known.as_ref(), first, end, &mut by_value, context)?;
        let all = rows.map_or(end - first, |rows| rows.count(first, end)) as u64;
        let with_value: u64 = by_value.iter().map(|number| u64::from(*number)).sum();
        for (value, number) in by_value.iter().enumerate().filter(|(_, number)| **number > 0) {
            add(Some(written(value as i64 * numbers.scale)), u64::from(*number));
        }
        add(None, all - with_value);
        return Ok(());
    }
    let mut counts: HashMap<Option<i64>, u64> = HashMap::new();
    let mut visit = |row: usize| *counts.entry(numbers.get(row)).or_default() += 1;
    match rows {
        Some(rows) => rows.for_each(first, end, visit),
        None => (first..end).for_each(&mut visit),
    }
    for (value, number) in counts {
        add(value.map(written), number);
    }
    Ok(())
}

fn count_texts(text: &Text, selection: &Selection, rows: Option<&Bits>, add: &mut dyn FnMut(Option<Vec<u8>>, u64)) {
    let (first, end) = (selection.first, selection.end);
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

/// Ids that are keys are counted by these, others by their normal form.
fn count_ids(
    selection: &Selection,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let part = &selection.part;
    let form = part.column(&ColumnId::IdForm, context.caches)?;
    let Column::Names(form) = form.as_ref() else {
        add(None, rows.map_or(selection.end - selection.first, |r| r.count(selection.first, selection.end)) as u64);
        return Ok(());
    };
    let texts = part.column(&ColumnId::Field(Field::RequestId), context.caches)?;
    let is_in = |row: usize| (selection.first..selection.end).contains(&row) && rows.is_none_or(|rows| rows.get(row));
    let mut keys = part.keys();
    while let Some((key, row)) = keys.next_key()? {
        let row = row as usize;
        if row.is_multiple_of(STEP) {
            context.check()?;
        }
        if !is_in(row) {
            continue;
        }
        match form.get(row) {
            Some(ID_IS_KEY) => add(Some(format!("{key:032x}").into_bytes()), 1),
            Some(_) => match texts.as_ref() {
                Column::Text(texts) => add(texts.get(row).map(counted_id), 1),
                _ => return Err(part.damaged("there are no ids")),
            },
            None => add(None, 1),
        }
    }
    Ok(())
}

fn count_handles(
    selection: &Selection,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    for row in selection.first..selection.end {
        if rows.is_none_or(|rows| rows.get(row)) {
            let handle = Handle { seq: selection.part.seq(row, context.caches)?, tag: context.tag };
            add(Some(handle.to_string().into_bytes()), 1);
        }
    }
    Ok(())
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
