//! The values of one field counted in one part.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;

use super::select::{Context, Selection, Steps};
use super::sums::Sum;
use super::values::Values;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::column::{Codes, Column, ColumnId, Dictionary, Names, Numbers, Width, with_width};

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Counts by value; `None` counts rows without one.
pub type Counts = HashMap<Option<Vec<u8>>, u64>;

/// The numbers of a dictionary's names, which hold in all parts.
#[derive(Debug)]
pub struct Numbering {
    /// The number of each name.
    pub numbers: Vec<u32>,
    /// The number behind the highest.
    pub end: usize,
}

/// What was counted in one part.
#[derive(Debug)]
pub enum PartCounts {
    /// By the codes of a dictionary; "no value" is behind the last.
    Codes {
        /// What the codes mean in all parts.
        numbering: Arc<Numbering>,
        /// How many rows have each.
        counts: Vec<u32>,
    },
    /// By the numbers of names, only those that rows have.
    Names {
        /// What the numbers belong to.
        numbering: Arc<Numbering>,
        /// Each with how many rows have it.
        counts: Vec<(u32, u32)>,
        /// Rows without a name.
        missing: u32,
    },
    /// By number, with rows that have none.
    Numbers(Vec<(i64, u32)>, u64),
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
            Self::Names { counts, .. } => counts.len() * 8,
            Self::Numbers(counts, _) => counts.len() * 16,
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
    pub names: Vec<u64>,
    /// By number.
    pub numbers: BTreeMap<i64, u64>,
    /// Rows without a value, where the others are counted by name or number.
    pub missing: u64,
    /// By value, where parts have none of both.
    pub values: Counts,
    /// Whether a part has too many values to keep them: nothing is counted then.
    pub has_too_many: bool,
}

impl CountSum {
    fn make_room(&mut self, numbering: &Numbering) {
        if self.names.len() < numbering.end {
            self.names.resize(numbering.end, 0);
        }
    }
}

impl Sum<PartCounts> for CountSum {
    fn add(&mut self, part: &PartCounts) {
        match part {
            PartCounts::Codes { numbering, counts } => {
                self.make_room(numbering);
                for (number, count) in numbering.numbers.iter().zip(counts) {
                    self.names[*number as usize] += u64::from(*count);
                }
                self.missing += u64::from(counts[numbering.numbers.len()]);
            }
            PartCounts::Names { numbering, counts, missing } => {
                self.make_room(numbering);
                for (number, count) in counts {
                    self.names[*number as usize] += u64::from(*count);
                }
                self.missing += u64::from(*missing);
            }
            PartCounts::Numbers(counts, missing) => {
                for (number, count) in counts {
                    *self.numbers.entry(*number).or_default() += u64::from(*count);
                }
                self.missing += missing;
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
        64 + self.names.len() * 8 + self.numbers.len() * 24 + size_of_counts(&self.values)
    }
}

/// Counts the values of a field among the rows that pass some steps.
pub fn count_in(
    selection: &Selection<'_>,
    field: &FieldRef,
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<Arc<PartCounts>, EngineError> {
    let of = selection.telling(of, context)?;
    let key = (selection.scope(of), ColumnId::of(field));
    if let Some(counts) = context.caches.counts.get(&key) {
        return Ok(counts);
    }
    let counts = match selection.count(of, context)? {
        0 => PartCounts::Values(Counts::new()),
        kept => count_anew(selection, field, of, kept, context)?,
    };
    let counts = Arc::new(counts);
    context.caches.counts.put(key, Arc::clone(&counts), counts.size());
    Ok(counts)
}

fn count_anew(
    selection: &Selection<'_>,
    field: &FieldRef,
    of: Steps<'_>,
    kept: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let rows = selection.rows_of(of, context)?;
    let rows = rows.as_deref();
    let id = ColumnId::of(field);
    if *field != Field::RequestId.into()
        && let Some(codes) = selection.part.codes(&id, context.caches)?
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
    rows: Option<&Bits>,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    // Rows by the hashes of their values: how many, and one of them.
    let mut counts: hashbrown::HashMap<Option<u128>, (u64, usize)> = hashbrown::HashMap::new();
    let has_few = values.for_each_hash(selection, rows, context, |hash, row| {
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
    rows: Option<&Bits>,
    kept: u64,
    context: &Context<'_>,
) -> Result<Option<PartCounts>, EngineError> {
    let key = (selection.part.id, id.clone());
    // Where rows are few, most names have none.
    let is_sparse = kept as usize * 4 < codes.names;
    let known = context.caches.numbers.get(&key);
    if is_sparse && context.is_once && known.is_none() {
        let (counts, missing) = count_sparse(selection, codes, rows, context)?;
        if counts.len() <= context.few_values {
            return Ok(Some(PartCounts::Values(named(&counts, missing, selection.part.names(&id)?.as_ref()))));
        }
    }
    let numbering = if let Some(numbering) = known {
        numbering
    } else {
        let Some(numbers) = context.interners.numbers(&id, selection.part.names(&id)?.as_ref()) else {
            return Ok(None);
        };
        let end = numbers.iter().max().map_or(0, |highest| *highest as usize + 1);
        let numbering = Arc::new(Numbering { numbers, end });
        context.caches.numbers.put(key, Arc::clone(&numbering), numbering.numbers.len() * 4 + 64);
        numbering
    };
    if is_sparse {
        let (counts, missing) = count_sparse(selection, codes, rows, context)?;
        let counts = counts.into_iter().map(|(code, count)| (numbering.numbers[code as usize], count)).collect();
        return Ok(Some(PartCounts::Names { numbering, counts, missing }));
    }
    let coded = Coded { id, width: codes.width, values: &codes.values, valid: None, size: codes.names + 1 };
    let counts = coded.count(selection, rows, context)?;
    Ok(Some(PartCounts::Codes { numbering, counts }))
}

/// Counts of codes by their names.
fn named(counts: &[(u32, u32)], missing: u32, names: &Dictionary) -> Counts {
    let name = |(code, count): &(u32, u32)| (Some(names.get(*code as usize).to_vec()), u64::from(*count));
    let without = (missing > 0).then_some((None, u64::from(missing)));
    counts.iter().map(name).chain(without).collect()
}

/// How many rows have each code of a column of names; those without a name are behind the last.
pub fn count_of_codes(
    selection: &Selection<'_>,
    id: ColumnId,
    names: &Names,
    rows: Option<&Bits>,
    context: &Context<'_>,
) -> Result<Vec<u32>, EngineError> {
    let coded = Coded { id, width: names.width, values: &names.codes, valid: None, size: names.missing() + 1 };
    coded.count(selection, rows, context)
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

thread_local! {
    /// A count for each code, all of them zero between two uses: making so many costs more than
    /// counting a few rows.
    static SCRATCH: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Counts the names of few rows, by their codes; gives how many rows have none, too.
fn count_sparse(
    selection: &Selection<'_>,
    codes: &Codes,
    rows: Option<&Bits>,
    context: &Context<'_>,
) -> Result<(Vec<(u32, u32)>, u32), EngineError> {
    context.check()?;
    SCRATCH.with_borrow_mut(|counts| {
        if counts.len() <= codes.names {
            counts.resize(codes.names + 1, 0);
        }
        let mut met = Vec::new();
        let mut see = |code: usize| {
            if counts[code] == 0 {
                met.push(code);
            }
            counts[code] += 1;
        };
        with_width!(codes.width, codes.values, values => match rows {
            Some(rows) => rows.for_each(selection.first, selection.end, |row| see(values[row] as usize)),
            None => values[selection.first..selection.end].iter().for_each(|code| see(*code as usize)),
        });
        let missing = std::mem::take(&mut counts[codes.names]);
        let named = met.into_iter().filter(|code| *code < codes.names);
        let counts = named.map(|code| (code as u32, std::mem::take(&mut counts[code]))).collect();
        Ok((counts, missing))
    })
}

/// Counts numbers that are small.
fn count_small(
    selection: &Selection<'_>,
    id: ColumnId,
    numbers: &Numbers,
    rows: Option<&Bits>,
    kept: u64,
    context: &Context<'_>,
) -> Result<PartCounts, EngineError> {
    let size = numbers.bounds.1 as usize + 1;
    let coded = Coded { id, width: numbers.width, values: &numbers.values, valid: numbers.valid.as_ref(), size };
    let counts = coded.count(selection, rows, context)?;
    let counts: Vec<(i64, u32)> = (0_i64..)
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(number, count)| (number * numbers.scale, count))
        .collect();
    let with_value: u64 = counts.iter().map(|(_, count)| u64::from(*count)).sum();
    Ok(PartCounts::Numbers(counts, kept - with_value))
}

/// A column of small numbers, of which each is counted in its own place of an array.
struct Coded<'a> {
    id: ColumnId,
    width: Width,
    values: &'a Buffer,
    valid: Option<&'a Bits>,
    size: usize,
}

impl Coded<'_> {
    fn count(
        &self,
        selection: &Selection<'_>,
        rows: Option<&Bits>,
        context: &Context<'_>,
    ) -> Result<Vec<u32>, EngineError> {
        let (first, end) = (selection.first, selection.end);
        let count = |rows: Option<&Bits>| {
            let both = rows.zip(self.valid).map(|(rows, valid)| {
                let mut both = rows.clone();
                both.and(valid);
                both
            });
            let rows = both.as_ref().or(rows).or(self.valid);
            count_codes(self.width, self.values, rows, first, end, self.size, context)
        };
        let Some(rows) = rows else { return count(None) };
        let is_whole = (first, end) == (0, selection.part.rows);
        if !is_whole || rows.count(first, end) * 2 <= end - first {
            return count(Some(rows));
        }
        // Where most rows are wanted, the others are counted, and taken from the count of all.
        let key = (selection.part.id, self.id.clone());
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
        Ok(counts)
    }
}

/// One tight loop over the codes, four counters side by side so that repeats do not wait for one
/// another.
fn count_codes(
    width: Width,
    codes: &Buffer,
    rows: Option<&Bits>,
    first: usize,
    end: usize,
    stride: usize,
    context: &Context<'_>,
) -> Result<Vec<u32>, EngineError> {
    let lanes = if rows.is_none() && stride <= 4096 { 4 } else { 1 };
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
