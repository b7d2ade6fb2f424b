//! The values of one field counted in one part.

use std::collections::HashMap;
use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::answer::{counted_id, counted_time};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::Handle;
use crate::model::record::Record;
use crate::model::value::Value;

use super::bits::Bits;
use super::builder::ID_IS_KEY;
use super::column::{Column, ColumnId, Names, Numbers, Text, Width, with_width};
use super::select::{Context, Selection, Steps};
use super::sums::Sum;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Counts by value; `None` counts rows without one.
pub type Counts = HashMap<Option<Vec<u8>>, u64>;

/// What was counted in one part.
#[derive(Debug)]
pub enum PartCounts {
    /// By the codes of a dictionary, whose names have numbers that hold in all parts; "no value"
    /// is behind the last.
    Codes {
        /// The number of each name.
        numbers: Arc<Vec<u32>>,
        /// How many rows have it.
        counts: Vec<u32>,
    },
    /// By value.
    Values(Counts),
}

impl PartCounts {
    /// How much memory it takes.
    pub fn size(&self) -> usize {
        64 + match self {
            Self::Codes { counts, .. } => counts.len() * 4,
            Self::Values(values) => size_of_counts(values),
        }
    }
}

fn size_of_counts(values: &Counts) -> usize {
    values.keys().map(|value| 64 + value.as_ref().map_or(0, Vec::len)).sum()
}

/// What was counted in several parts.
#[derive(Debug, Clone, Default)]
pub struct CountSum {
    /// By the names' numbers.
    pub numbers: Vec<u64>,
    /// Rows without a value, where the others are counted by number.
    pub missing: u64,
    /// By value, where parts have no numbers.
    pub values: Counts,
}

impl Sum<PartCounts> for CountSum {
    fn add(&mut self, part: &PartCounts) {
        match part {
            PartCounts::Codes { numbers, counts } => {
                let most = numbers.iter().max().map_or(0, |most| *most as usize + 1);
                if self.numbers.len() < most {
                    self.numbers.resize(most, 0);
                }
                for (number, count) in numbers.iter().zip(counts) {
                    self.numbers[*number as usize] += u64::from(*count);
                }
                self.missing += u64::from(counts[numbers.len()]);
            }
            PartCounts::Values(values) => {
                for (value, count) in values {
                    match self.values.get_mut(value) {
                        Some(sum) => *sum += count,
                        None => {
                            self.values.insert(value.clone(), *count);
                        }
                    }
                }
            }
        }
    }

    fn size(&self) -> usize {
        64 + self.numbers.len() * 8 + size_of_counts(&self.values)
    }
}

/// Counts the values of a field among the rows that pass some steps.
pub fn count_in(
    selection: &Selection<'_>,
    field: &FieldRef,
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<Arc<PartCounts>, EngineError> {
    let key = (selection.scope(of), ColumnId::of(field));
    if let Some(counts) = context.caches.counts.get(&key) {
        return Ok(counts);
    }
    let counts = Arc::new(count_anew(selection, field, of, context)?);
    context.caches.counts.put(key, Arc::clone(&counts), counts.size());
    Ok(counts)
}

fn count_anew(
    selection: &Selection<'_>,
    field: &FieldRef,
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let rows = selection.rows_of(of, context)?;
    let rows = rows.as_deref();
    let part = &selection.part;
    let mut counts = Counts::new();
    let mut add = |value: Option<Vec<u8>>, number: u64| {
        if number > 0 {
            *counts.entry(value).or_default() += number;
        }
    };
    if matches!(field, FieldRef::Attribute(_)) && part.has_more_attributes() {
        count_raw(selection, field, rows, &mut add, context)?;
    } else if *field == Field::RequestId.into() {
        count_ids(selection, rows, &mut add, context)?;
    } else if *field == Field::Key.into() {
        count_handles(selection, rows, &mut add, context)?;
    } else {
        let (first, end) = (selection.first, selection.end);
        match part.column(&ColumnId::of(field), context.caches)?.as_ref() {
            Column::Names(names) => return count_names(selection, field, names, rows, context),
            Column::Absent => add(None, rows.map_or(end - first, |rows| rows.count(first, end)) as u64),
            Column::Numbers(numbers) => count_numbers(numbers, field, selection, rows, &mut add, context)?,
            Column::Text(text) => count_texts(text, selection, rows, &mut add, context)?,
        }
    }
    Ok(PartCounts::Values(counts))
}

fn count_names(
    selection: &Selection<'_>,
    field: &FieldRef,
    names: &Names,
    rows: Option<&Bits>,
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
    let size = names.dictionary.len() + 1;
    let (first, end) = (selection.first, selection.end);
    let count = |rows: Option<&Bits>| count_codes(names.width, &names.codes, rows, first, end, size, context);
    let Some(rows) = rows else { return Ok(PartCounts::Codes { numbers, counts: count(None)? }) };
    let is_whole = (first, end) == (0, part.rows);
    if !is_whole || rows.count(first, end) * 2 <= end - first {
        return Ok(PartCounts::Codes { numbers, counts: count(Some(rows))? });
    }
    // Where most rows are wanted, the others are counted, and taken from the count of all.
    let key = (part.id, id);
    let all = if let Some(all) = context.caches.code_counts.get(&key) {
        all
    } else {
        let all = Arc::new(count(None)?);
        context.caches.code_counts.put(key, Arc::clone(&all), all.len() * 4 + 64);
        all
    };
    let mut others = rows.clone();
    others.invert();
    let mut counts = count(Some(&others))?;
    for (count, all) in counts.iter_mut().zip(all.iter()) {
        *count = all - *count;
    }
    Ok(PartCounts::Codes { numbers, counts })
}

fn count_numbers(
    numbers: &Numbers,
    field: &FieldRef,
    selection: &Selection<'_>,
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
        let known = match (&numbers.valid, rows) {
            (None, rows) => rows.cloned(),
            (Some(valid), None) => Some(valid.clone()),
            (Some(valid), Some(rows)) => {
                let mut both = rows.clone();
                both.and(valid);
                Some(both)
            }
        };
        let by_value = count_codes(numbers.width, &numbers.values, known.as_ref(), first, end, size, context)?;
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

fn count_texts(
    text: &Text,
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let mut counts: hashbrown::HashMap<Option<&[u8]>, u64> = hashbrown::HashMap::new();
    let mut from = selection.first;
    while from < selection.end {
        context.check()?;
        let until = selection.end.min(from + STEP);
        let mut visit = |row: usize| *counts.entry(text.get(row)).or_default() += 1;
        match rows {
            Some(rows) => rows.for_each(from, until, visit),
            None => (from..until).for_each(&mut visit),
        }
        from = until;
    }
    for (value, number) in counts {
        add(value.map(<[u8]>::to_vec), number);
    }
    Ok(())
}

/// Ids that are keys are counted by these, others by their normal form.
fn count_ids(
    selection: &Selection<'_>,
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
    selection: &Selection<'_>,
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
    stride: usize,
    context: &Context<'_>,
) -> Result<Vec<u32>, EngineError> {
    let lanes = if stride <= 4096 { 4 } else { 1 };
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
    let mut counts = lane_counts.split_off(stride * (lanes - 1));
    for lane in lane_counts.chunks(stride) {
        for (count, more) in counts.iter_mut().zip(lane) {
            *count += more;
        }
    }
    Ok(counts)
}

/// Reads the rows themselves, for attributes that have no column.
fn count_raw(
    selection: &Selection<'_>,
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
