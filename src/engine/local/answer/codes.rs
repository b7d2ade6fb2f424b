//! Codes counted: small numbers, each in its own place of an array.

use std::cell::RefCell;
use std::ops::Range;

use crate::engine::error::EngineError;

use super::counts::{CountSum, Numbering};
use super::select::{Context, Selection};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::column::{Codes, ColumnId, Names, Width, with_width};
use crate::engine::local::columns::row_set::RowSet;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// How many rows have each code of a column of names; those without a name are behind the last.
pub fn count_of_codes(
    selection: &Selection<'_>,
    id: ColumnId,
    names: &Names,
    rows: Option<&RowSet>,
    context: &Context<'_>,
) -> Result<Vec<u32>, EngineError> {
    let coded = Coded {
        all: AllCounts::Kept(id),
        width: names.width,
        values: &names.codes,
        valid: None,
        size: names.missing() + 1,
    };
    coded.count(selection, rows, context)
}

/// How many rows of a whole part have each number.
pub enum AllCounts<'a> {
    /// Counted when it is wanted, and kept for this column.
    Kept(ColumnId),
    /// At hand.
    Known(&'a [u32]),
}

/// A column of small numbers, of which each is counted in its own place of an array.
pub struct Coded<'a> {
    /// How many rows of the part have each.
    pub all: AllCounts<'a>,
    /// How they are stored.
    pub width: Width,
    /// A number for each row.
    pub values: &'a Buffer,
    /// Rows that have one; in others a zero is stored.
    pub valid: Option<&'a Bits>,
    /// All of them are below this.
    pub size: usize,
}

impl Coded<'_> {
    /// How many rows have each.
    pub fn count(
        &self,
        selection: &Selection<'_>,
        rows: Option<&RowSet>,
        context: &Context<'_>,
    ) -> Result<Vec<u32>, EngineError> {
        let (first, end) = (selection.first, selection.end);
        let count = |rows: Option<&RowSet>| {
            let mut counts = count_codes(self.width, self.values, rows, first, end, self.size, context)?;
            // Rows without a value have a zero stored.
            if let Some(valid) = self.valid {
                let missing = match rows {
                    Some(rows) => rows.count(first, end) - rows.count_and(valid, first, end),
                    None => end - first - valid.count(first, end),
                };
                counts[0] -= missing as u32;
            }
            Ok(counts)
        };
        let is_whole = (first, end) == (0, selection.part.rows);
        let Some(rows) = rows else {
            return match self.all {
                AllCounts::Known(all) if is_whole => Ok(all.to_vec()),
                _ => count(None),
            };
        };
        if !is_whole || rows.count(first, end) * 2 <= end - first {
            return count(Some(rows));
        }
        // Where most rows are wanted, the others are counted, and taken from the count of all.
        let kept;
        let all: &[u32] = match &self.all {
            AllCounts::Known(all) => all,
            AllCounts::Kept(id) => {
                let key = (selection.part.id, id.clone());
                kept = context.caches.code_counts.get_or_make(key, || count(None).map(sized))?;
                &kept
            }
        };
        let mut counts = count(Some(rows.others()))?;
        for (count, all) in counts.iter_mut().zip(all) {
            *count = all - *count;
        }
        Ok(counts)
    }
}

/// Counts with the memory that they take.
pub fn sized(counts: Vec<u32>) -> (Vec<u32>, usize) {
    let size = counts.len() * 4 + 64;
    (counts, size)
}

/// One tight loop over the codes, where they are few with four counters side by side, so that
/// repeats do not wait for one another.
fn count_codes(
    width: Width,
    codes: &Buffer,
    rows: Option<&RowSet>,
    first: usize,
    end: usize,
    size: usize,
    context: &Context<'_>,
) -> Result<Vec<u32>, EngineError> {
    if size > FEW_CODES {
        let mut counts = vec![0_u32; size];
        each_number(width, codes, rows, first..end, context, |_, code| counts[code] += 1)?;
        return Ok(counts);
    }
    let mut counters = vec![[0_u32; LANES]; size];
    each_number(width, codes, rows, first..end, context, |row, code| counters[code][row % LANES] += 1)?;
    Ok(counters.iter().map(|lanes| lanes.iter().sum()).collect())
}

/// Calls with each row that is wanted and its number.
#[inline]
fn each_number(
    width: Width,
    numbers: &Buffer,
    rows: Option<&RowSet>,
    range: Range<usize>,
    context: &Context<'_>,
    mut see: impl FnMut(usize, usize),
) -> Result<(), EngineError> {
    for from in range.clone().step_by(STEP) {
        context.check()?;
        let until = range.end.min(from + STEP);
        with_width!(width, numbers, numbers => match rows {
            Some(rows) => rows.for_each(from, until, |row| see(row, numbers[row] as usize)),
            None => (from..until).zip(&numbers[from..until]).for_each(|(row, number)| see(row, *number as usize)),
        });
    }
    Ok(())
}

/// Counters side by side.
const LANES: usize = 4;

/// Of so many codes the counters of all lanes are in the processor's nearest memory.
const FEW_CODES: usize = 1024;

/// Adds the names of some rows of a part to a sum.
pub fn add_rows(
    sum: &mut CountSum,
    numbering: &Numbering,
    codes: &Codes,
    selection: &Selection<'_>,
    rows: Option<&RowSet>,
    kept: u64,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    sum.make_room(numbering);
    let (names, missing) = (&mut sum.names, &mut sum.missing);
    if kept as usize * FAR_APART < codes.names {
        return each_code(selection, codes, rows, context, |code| match numbering.numbers.get(code) {
            Some(number) => names[*number as usize] += 1,
            None => *missing += 1,
        });
    }
    // Numbers and the sum are gone through in their order, which memory answers far sooner than jumps to them from
    // each row.
    SCRATCH.with_borrow_mut(|counts| {
        let counts = zeroed(counts, codes.names + 1);
        if let Err(cancelled) = each_code(selection, codes, rows, context, |code| counts[code] += 1) {
            counts.fill(0);
            return Err(cancelled);
        }
        *missing += u64::from(std::mem::take(&mut counts[codes.names]));
        let (eights, rest) = counts[..codes.names].as_chunks_mut::<8>();
        let (numbers, numbers_of_rest) = numbering.numbers.as_chunks::<8>();
        let mut take = |count: &mut u32, number: &u32| names[*number as usize] += u64::from(std::mem::take(count));
        // Neighbours among the names are often in none of the rows together.
        for (counts, numbers) in eights.iter_mut().zip(numbers).filter(|(counts, _)| **counts != [0; 8]) {
            counts.iter_mut().zip(numbers).for_each(|(count, number)| take(count, number));
        }
        rest.iter_mut().zip(numbers_of_rest).for_each(|(count, number)| take(count, number));
        Ok(())
    })
}

/// Where there are so many names for each row, most of them are in none.
const FAR_APART: usize = 16;

/// The codes of some rows of a part; the one behind the last name stands for "no value".
fn each_code(
    selection: &Selection<'_>,
    codes: &Codes,
    rows: Option<&RowSet>,
    context: &Context<'_>,
    mut see: impl FnMut(usize),
) -> Result<(), EngineError> {
    let range = selection.first..selection.end;
    each_number(codes.width, &codes.values, rows, range, context, |_, code| see(code))
}

thread_local! {
    /// A count for each code, all of them zero between two uses: making so many costs more than
    /// counting a few rows.
    static SCRATCH: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// So many counts, all of them zero.
fn zeroed(scratch: &mut Vec<u32>, size: usize) -> &mut [u32] {
    scratch.resize(scratch.len().max(size), 0);
    &mut scratch[..size]
}

/// Counts the names of few rows, by their codes; gives how many rows have none, too.
pub fn count_sparse(
    selection: &Selection<'_>,
    codes: &Codes,
    rows: Option<&RowSet>,
    context: &Context<'_>,
) -> Result<(Vec<(u32, u32)>, u32), EngineError> {
    SCRATCH.with_borrow_mut(|counts| {
        let counts = zeroed(counts, codes.names + 1);
        let mut met = Vec::new();
        let counted = each_code(selection, codes, rows, context, |code| {
            if counts[code] == 0 {
                met.push(code);
            }
            counts[code] += 1;
        });
        let missing = std::mem::take(&mut counts[codes.names]);
        let named = met.into_iter().filter(|code| *code < codes.names);
        let named = named.map(|code| (code as u32, std::mem::take(&mut counts[code]))).collect();
        counted.map(|()| (named, missing))
    })
}
