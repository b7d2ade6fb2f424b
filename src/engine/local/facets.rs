//! The values of fields with their counts.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::FacetsWant;
use crate::model::answer::{Facet, FacetValue};
use crate::model::field::FieldRef;
use crate::model::record::Record;

use super::bits::Bits;
use super::column::{Column, ColumnId, Names, Numbers, Text, Width, with_width};
use super::select::{Context, Selection};

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Counts by value: in the view, and in the whole period.
type Counts = HashMap<Option<Vec<u8>>, (u64, u64)>;

/// What was counted in one part.
enum PartCounts {
    /// By the codes of a dictionary, whose names have numbers that hold in all parts; "no value"
    /// is behind the last.
    Codes { numbers: Arc<Vec<u32>>, view: Arc<Vec<u32>>, total: Option<Arc<Vec<u32>>> },
    /// By value.
    Values(Counts),
}

/// Counts the values of some fields, each field's own steps left out.
pub fn facets(selections: &[Selection], want: &FacetsWant, context: &Context<'_>) -> Result<Vec<Facet>, EngineError> {
    for field in &want.fields {
        if !field.kind().is_countable() {
            return Err(EngineError::Question(format!(
                "{field} has a different value in nearly every record: it is not counted"
            )));
        }
    }
    let tasks: Vec<(usize, &Selection)> =
        (0..want.fields.len()).flat_map(|field| selections.iter().map(move |selection| (field, selection))).collect();
    let counted: Vec<(usize, PartCounts)> = tasks
        .into_par_iter()
        .map(|(field, selection)| Ok((field, count_in(selection, &want.fields[field], want.with_totals, context)?)))
        .collect::<Result<_, EngineError>>()?;
    let mut sums: Vec<Sum> = want.fields.iter().map(|_| Sum::default()).collect();
    for (field, counts) in counted {
        sums[field].add(counts);
    }
    want.fields
        .par_iter()
        .zip(sums)
        .map(|(field, sum)| Ok(top(field, sum.values(field, want, context), want)))
        .collect()
}

/// What was counted in all parts.
#[derive(Default)]
struct Sum {
    view: Vec<u64>,
    total: Vec<u64>,
    missing: (u64, u64),
    values: Counts,
}

impl Sum {
    fn add(&mut self, counts: PartCounts) {
        match counts {
            PartCounts::Codes { numbers, view, total } => {
                let most = numbers.iter().max().map_or(0, |most| *most as usize + 1);
                if self.view.len() < most {
                    self.view.resize(most, 0);
                    self.total.resize(most, 0);
                }
                for (number, count) in numbers.iter().zip(view.iter()) {
                    self.view[*number as usize] += u64::from(*count);
                }
                self.missing.0 += u64::from(view[numbers.len()]);
                if let Some(total) = total {
                    for (number, count) in numbers.iter().zip(total.iter()) {
                        self.total[*number as usize] += u64::from(*count);
                    }
                    self.missing.1 += u64::from(total[numbers.len()]);
                }
            }
            PartCounts::Values(values) => {
                for (value, (count, total)) in values {
                    let entry = self.values.entry(value).or_default();
                    entry.0 += count;
                    entry.1 += total;
                }
            }
        }
    }

    /// The values that can be among those that are wanted, with how many there are besides and how
    /// many records have those.
    fn values(mut self, field: &FieldRef, want: &FacetsWant, context: &Context<'_>) -> Candidates {
        let interner = context.interners.field(&ColumnId::of(field));
        let interner = interner.lock().unwrap_or_else(PoisonError::into_inner);
        // Values that were counted by name in one part and by number in another are one.
        for (value, (count, total)) in std::mem::take(&mut self.values) {
            match value.as_deref().and_then(|name| interner.find(name)).filter(|n| *n < self.view.len()) {
                Some(number) => {
                    self.view[number] += count;
                    self.total[number] += total;
                }
                None => {
                    self.values.insert(value, (count, total));
                }
            }
        }
        if self.missing.0 > 0 || self.missing.1 > 0 {
            let entry = self.values.entry(None).or_default();
            entry.0 += self.missing.0;
            entry.1 += self.missing.1;
        }
        let pinned: Vec<&Option<Vec<u8>>> = want.pinned.iter().filter(|(f, _)| f == field).map(|(_, v)| v).collect();
        // Only values with at least this count can be among the most frequent.
        let least = least_of_top(&self.view, want.top);
        let mut candidates = Candidates::default();
        for (number, count) in self.view.iter().enumerate() {
            let is_pinned = !pinned.is_empty() && pinned.iter().any(|p| p.as_deref() == Some(interner.name(number)));
            if *count >= least.max(1) || is_pinned {
                let value = Some(interner.name(number).to_vec());
                candidates.values.push(FacetValue { value, count: *count, total: self.total[number] });
            } else if *count > 0 {
                candidates.other_values += 1;
                candidates.other_count += count;
            }
        }
        candidates.values.extend(self.values.into_iter().map(|(value, (count, total))| FacetValue {
            value,
            count,
            total,
        }));
        candidates
    }
}

#[derive(Default)]
struct Candidates {
    values: Vec<FacetValue>,
    other_values: u64,
    other_count: u64,
}

/// The count of the value that is `top`th from the largest.
fn least_of_top(counts: &[u64], top: usize) -> u64 {
    let mut positive: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    if top == 0 || positive.len() <= top {
        return 0;
    }
    let place = positive.len() - top;
    *positive.select_nth_unstable(place).1
}

/// The most frequent values, those that are pinned, and what is left.
fn top(field: &FieldRef, candidates: Candidates, want: &FacetsWant) -> Facet {
    let is_pinned = |value: &Option<Vec<u8>>| want.pinned.iter().any(|(f, v)| f == field && v == value);
    let mut values = candidates.values;
    values.retain(|value| value.count > 0 || is_pinned(&value.value));
    for (_, pinned) in want.pinned.iter().filter(|(f, _)| f == field) {
        if !values.iter().any(|value| value.value == *pinned) {
            values.push(FacetValue { value: pinned.clone(), count: 0, total: 0 });
        }
    }
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    let rest = values.split_off(want.top.min(values.len()));
    let mut facet = Facet {
        field: field.clone(),
        values,
        other_values: candidates.other_values,
        other_count: candidates.other_count,
    };
    for value in rest {
        if is_pinned(&value.value) {
            facet.values.push(value);
        } else {
            facet.other_values += 1;
            facet.other_count += value.count;
        }
    }
    facet
}

fn count_in(
    selection: &Selection,
    field: &FieldRef,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
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
    let mut counts = Counts::new();
    // Where nothing is filtered, the view is the whole period.
    let unfiltered = selection.unfiltered();
    let same = view.is_none() && unfiltered.is_none();
    for (rows, is_total) in [(view, false), (unfiltered, true)] {
        if is_total && (same || !with_totals) {
            continue;
        }
        let mut add = |value: Option<Vec<u8>>, number: u64| {
            if number > 0 {
                let entry = counts.entry(value).or_default();
                if is_total { entry.1 += number } else { entry.0 += number }
            }
        };
        let (first, end) = (selection.first, selection.end);
        match column.as_ref() {
            _ if needs_rows => count_raw(selection, field, rows, &mut add, context)?,
            Column::Absent => add(None, rows.map_or(end - first, |rows| rows.count(first, end)) as u64),
            Column::Numbers(numbers) => count_numbers(numbers, selection, rows, &mut add, context)?,
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
    selection: &Selection,
    rows: Option<&Bits>,
    add: &mut dyn FnMut(Option<Vec<u8>>, u64),
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let (first, end) = (selection.first, selection.end);
    let is_small = numbers.width <= Width::U16 && numbers.scale == 1;
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
            add(Some(value.to_string().into_bytes()), u64::from(*number));
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
        add(value.map(|value| value.to_string().into_bytes()), number);
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
