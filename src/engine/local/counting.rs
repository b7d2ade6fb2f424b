//! The values of one field counted in one part.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;

use super::bits::Bits;
use super::column::{Column, ColumnId, Names, Numbers, Width, with_width};
use super::select::{Context, Selection, Steps};
use super::sums::Sum;
use super::values::{Values, written};
use super::varied::Hasher;

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
    /// There are too many values to keep them.
    TooMany,
}

impl PartCounts {
    /// How much memory it takes.
    pub fn size(&self) -> usize {
        64 + match self {
            Self::Codes { counts, .. } => counts.len() * 4,
            Self::Values(values) => size_of_counts(values),
            Self::TooMany => 0,
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
    /// Whether a part has too many values to keep them: nothing is counted then.
    pub has_too_many: bool,
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
            PartCounts::Values(_) if self.has_too_many => {}
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
            PartCounts::TooMany => {
                self.has_too_many = true;
                self.values = Counts::new();
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
    let values = Values::of(selection, field, context)?;
    if let Values::Column(_, column) = &values {
        let all = || rows.map_or(selection.end - selection.first, |rows| rows.count(selection.first, selection.end));
        match column.as_ref() {
            Column::Absent => return Ok(PartCounts::Values(Counts::from([(None, all() as u64)]))),
            Column::Names(names) => return count_names(selection, field, names, rows, context),
            Column::Numbers(numbers) if field.kind() == Kind::Duration => {
                return count_ranges(numbers, selection, rows, all() as u64, context);
            }
            // Statuses: an array is faster than a map.
            Column::Numbers(numbers) if numbers.width <= Width::U16 && *field != Field::Key.into() => {
                return count_small(numbers, field, selection, rows, all() as u64, context);
            }
            Column::Numbers(_) | Column::Text(_) => {}
        }
    }
    count_few(&values, selection, rows, context)
}

/// Counts values as long as there are few.
fn count_few(
    values: &Values,
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    // Rows by the hashes of their values: how many, and one of them.
    let mut counts: hashbrown::HashMap<Option<u128>, (u64, usize)> = hashbrown::HashMap::new();
    let hasher = Hasher::seeded();
    let has_few = values.for_each_hash(selection, rows, hasher, context, |hash, row| {
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

/// Counts spans by their ranges.
#[expect(clippy::cast_lossless, reason = "the macro makes one copy for each width")]
fn count_ranges(
    numbers: &Numbers,
    selection: &Selection<'_>,
    rows: Option<&Bits>,
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

/// Counts numbers of at most 16 bits.
fn count_small(
    numbers: &Numbers,
    field: &FieldRef,
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    all: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let (first, end) = (selection.first, selection.end);
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
    let with_value: u64 = by_value.iter().map(|number| u64::from(*number)).sum();
    let mut counts = Counts::new();
    for (value, number) in by_value.iter().enumerate().filter(|(_, number)| **number > 0) {
        let value = written(field, value as i64 * numbers.scale, context.tag);
        *counts.entry(Some(value)).or_default() += u64::from(*number);
    }
    counts.insert(None, all - with_value);
    counts.retain(|_, count| *count > 0);
    Ok(PartCounts::Values(counts))
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
