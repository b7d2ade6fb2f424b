//! One clause against one part: a set of rows, by numbers, by the names of a dictionary or by one
//! pass over a buffer of text.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef};
use crate::model::record::Record;
use crate::model::value::Value;
use crate::query::filter::{ANYWHERE, Clause, Target, Test};
use crate::query::fold::fold;
use crate::query::matcher::{Matcher, contains_from_slash};

use super::select::Context;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::builder::{ID_IS_KEY, ID_IS_TEXT};
use crate::engine::local::columns::column::{Column, ColumnId, Names, Numbers, with_width};
use crate::engine::local::columns::compare::{between, compare_rows, range_rows};
use crate::engine::local::columns::text::{Text, TextRun};
use crate::engine::local::part::Part;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 64 * 1024;

/// Rows lower-cased at once when a text is looked for.
const WINDOW: usize = 1024;

/// The rows of a part that pass a clause.
pub fn clause_rows(part: &Part, clause: &Clause, context: &Context<'_>) -> Result<Bits, EngineError> {
    match &clause.target {
        Target::Field(field) => field_rows(part, field, &clause.any_of, context),
        Target::Anywhere => {
            let mut rows = Bits::none(part.rows);
            for field in ANYWHERE {
                let column = part.column(&ColumnId::Field(*field), context.caches)?;
                // A bare word is found anywhere in a path, not only behind a slash.
                let matcher = Matcher::new(&Field::Client.into(), &clause.any_of);
                rows.or(&column_rows(part, &column, &matcher, false, context.cancel)?);
            }
            Ok(rows)
        }
    }
}

fn field_rows(part: &Part, field: &FieldRef, tests: &[Test], context: &Context<'_>) -> Result<Bits, EngineError> {
    let matcher = Matcher::new(field, tests);
    match field {
        FieldRef::Known(Field::RequestId) => return id_rows(part, tests, &matcher, context),
        FieldRef::Known(Field::Key) => return handle_rows(part, tests, &matcher, context),
        FieldRef::Attribute(_) if part.leaves_out(&ColumnId::of(field)) => {
            return raw_rows(part, context, |record| match record.bytes(field) {
                Some(bytes) => matcher.matches(Some(&Value::text(&bytes))),
                None => matcher.matches_missing(),
            });
        }
        _ => {}
    }
    let column = part.column(&ColumnId::of(field), context.caches)?;
    let is_path = *field == FieldRef::Known(Field::Path);
    column_rows(part, &column, &matcher, is_path, context.cancel)
}

fn column_rows(
    part: &Part,
    column: &Column,
    matcher: &Matcher,
    is_path: bool,
    cancel: &Cancel,
) -> Result<Bits, EngineError> {
    Ok(match column {
        Column::Absent if matcher.matches_missing() => Bits::all(part.rows),
        Column::Absent => Bits::none(part.rows),
        Column::Numbers(numbers) => number_rows(numbers, part.rows, matcher, cancel)?,
        Column::Names(names) => name_rows(names, part.rows, matcher),
        Column::Text(text) => text_rows(text, part.rows, matcher, is_path, cancel)?,
    })
}

fn number_rows(numbers: &Numbers, rows: usize, matcher: &Matcher, cancel: &Cancel) -> Result<Bits, EngineError> {
    let bits = match matcher.number_ranges() {
        Some(ranges) => {
            let mut bits = Bits::none(rows);
            for (low, high) in ranges {
                bits.or(&range_rows(numbers, 0..rows, low, high));
            }
            bits
        }
        None => Bits::from_words(rows, |first| {
            // What is left of a question that was given up is passed over.
            let last = if cancel.is_cancelled() { first } else { (first + 64).min(rows) };
            (first..last).fold(0, |word, row| {
                word | u64::from(matcher.matches_number(numbers.get(row).unwrap_or(0))) << (row - first)
            })
        }),
    };
    if cancel.is_cancelled() {
        return Err(EngineError::Cancelled);
    }
    Ok(with_missing(bits, numbers.valid.as_ref(), matcher))
}

/// Rows that pass by their values, without those that have none, unless these pass, too.
fn with_missing(mut bits: Bits, valid: Option<&Bits>, matcher: &Matcher) -> Bits {
    let Some(valid) = valid else { return bits };
    bits.and(valid);
    if matcher.matches_missing() {
        let mut missing = valid.clone();
        missing.invert();
        bits.or(&missing);
    }
    bits
}

/// The test is put to each different name once; then rows follow their codes.
fn name_rows(names: &Names, rows: usize, matcher: &Matcher) -> Bits {
    let mut passes: Vec<bool> = names.dictionary.iter().map(|name| matcher.matches_text(name)).collect();
    passes.push(matcher.matches_missing());
    let hits = passes.iter().filter(|pass| **pass).count();
    if hits == 0 {
        return Bits::none(rows);
    }
    if hits == passes.len() {
        return Bits::all(rows);
    }
    // Neighbours among the names are compared, others looked up.
    let first = passes.iter().position(|pass| *pass).unwrap_or(0);
    let are_neighbours = passes[first..first + hits].iter().all(|pass| *pass);
    with_width!(names.width, names.codes, codes => {
        if are_neighbours {
            between(&codes[..rows], first as i64, (first + hits - 1) as i64)
        } else {
            compare_rows(&codes[..rows], |code| u8::from(passes.get(code as usize).copied().unwrap_or(false)))
        }
    })
}

fn text_rows(text: &Text, rows: usize, matcher: &Matcher, is_path: bool, cancel: &Cancel) -> Result<Bits, EngineError> {
    let phrases = matcher.plain_phrases();
    if phrases.iter().flatten().any(|phrase| phrase.is_empty()) {
        return Ok(with_missing(Bits::all(rows), text.valid.as_ref(), matcher));
    }
    let search = |phrases: Vec<_>| phrases.into_iter().map(|phrase| PhraseSearch::new(phrase, is_path)).collect();
    let mut searches: Option<Vec<PhraseSearch<'_>>> = phrases.map(search);
    let mut bits = Bits::none(rows);
    text.for_each_run(0..rows, |run| {
        if cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        match &mut searches {
            Some(searches) => searches.iter_mut().for_each(|search| search.mark(&run, &mut bits)),
            None => run.rows().filter(|row| matcher.matches_text(run.get(*row))).for_each(|row| bits.set(row)),
        }
        Ok(true)
    })?;
    Ok(with_missing(bits, text.valid.as_ref(), matcher))
}

/// Looks for a folded phrase in windows of the texts; what is not ASCII is folded row by row.
struct PhraseSearch<'a> {
    finder: Finder<'a>,
    is_path: bool,
    lower: Vec<u8>,
}

impl<'a> PhraseSearch<'a> {
    fn new(phrase: &'a [u8], is_path: bool) -> Self {
        Self { finder: Finder::new(phrase), is_path, lower: Vec::new() }
    }

    /// Puts the rows in that have the phrase.
    fn mark(&mut self, run: &TextRun<'_>, bits: &mut Bits) {
        for first in run.rows().step_by(WINDOW) {
            let rows = first..run.rows().end.min(first + WINDOW);
            let window = run.bytes(rows.clone());
            if window.is_ascii() {
                self.mark_ascii(run, rows, window, bits);
            } else {
                rows.filter(|row| self.is_in(run.get(*row))).for_each(|row| bits.set(row));
            }
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        let folded = fold(text);
        if self.is_path { contains_from_slash(&folded, &self.finder) } else { self.finder.find(&folded).is_some() }
    }

    fn mark_ascii(&mut self, run: &TextRun<'_>, rows: Range<usize>, window: &[u8], bits: &mut Bits) {
        self.lower.clear();
        self.lower.extend(window.iter().map(u8::to_ascii_lowercase));
        let (phrase, lower, start) = (self.finder.needle(), &self.lower, run.start(rows.start));
        let mut from = 0;
        while let Some(at) = self.finder.find(&lower[from..]).map(|at| from + at) {
            let row = run.row_at(start + at, rows.clone());
            let (row_start, row_end) = (run.start(row) - start, run.start(row + 1) - start);
            let is_inside = at + phrase.len() <= row_end;
            let is_at_border = !self.is_path || phrase[0] == b'/' || at == row_start || lower[at - 1] == b'/';
            if is_inside && is_at_border {
                bits.set(row);
                from = row_end;
            } else {
                from = at + 1;
            }
        }
    }
}

/// Ids of 128 bits are keys; others are kept as text; a regular expression needs the words.
fn id_rows(part: &Part, tests: &[Test], matcher: &Matcher, context: &Context<'_>) -> Result<Bits, EngineError> {
    let form = part.column(&ColumnId::IdForm, context.caches)?;
    if tests.iter().any(|test| matches!(test, Test::Regex(_) | Test::Exact(_) | Test::Wildcard(_) | Test::Phrase(_))) {
        return raw_rows(part, context, |record| matcher.matches(record.get(Field::RequestId)));
    }
    let with_form = |wanted: Option<&[u8]>| match form.as_ref() {
        Column::Names(names) => compare_codes(names, part.rows, |name| name == wanted),
        _ if wanted.is_none() => Bits::all(part.rows),
        _ => Bits::none(part.rows),
    };
    let text = part.column(&ColumnId::Field(Field::RequestId), context.caches)?;
    let mut bits = Bits::none(part.rows);
    for test in tests {
        match test {
            Test::Missing => bits.or(&with_form(None)),
            Test::Present => {
                let mut present = with_form(None);
                present.invert();
                bits.or(&present);
            }
            Test::Id(id) if id.is_hex128() => mark(&mut bits, part, id.key(), id.key(), &with_form(Some(ID_IS_KEY)))?,
            Test::IdPrefix(prefix)
                if prefix.as_str().bytes().all(|b| b.is_ascii_hexdigit()) && prefix.as_str().len() <= 32 =>
            {
                let digits = prefix.as_str().len() as u32;
                let low = u128::from_str_radix(prefix.as_str(), 16).unwrap_or(0);
                let shift = 128 - digits * 4;
                let low = low.checked_shl(shift).unwrap_or(0);
                let high = low | if shift == 0 { 0 } else { u128::MAX >> (digits * 4) };
                mark(&mut bits, part, low, high, &with_form(Some(ID_IS_KEY)))?;
            }
            _ => {}
        }
    }
    let texts = column_rows(part, &text, matcher, false, context.cancel)?;
    let mut has_text = with_form(Some(ID_IS_TEXT));
    has_text.and(&texts);
    bits.or(&has_text);
    Ok(bits)
}

fn mark(bits: &mut Bits, part: &Part, low: u128, high: u128, among: &Bits) -> Result<(), EngineError> {
    for row in part.rows_of_keys(low, high)? {
        if among.get(row as usize) {
            bits.set(row as usize);
        }
    }
    Ok(())
}

fn compare_codes(names: &Names, rows: usize, passes: impl Fn(Option<&[u8]>) -> bool) -> Bits {
    let mut wanted: Vec<bool> = names.dictionary.iter().map(|name| passes(Some(name))).collect();
    wanted.push(passes(None));
    Bits::from_words(rows, |first| {
        let last = (first + 64).min(rows);
        (first..last).fold(0, |word, row| word | u64::from(wanted[names.code(row)]) << (row - first))
    })
}

fn handle_rows(part: &Part, tests: &[Test], matcher: &Matcher, context: &Context<'_>) -> Result<Bits, EngineError> {
    let mut bits = Bits::none(part.rows);
    let inside = tests.iter().any(|test| match test {
        Test::Handle(handle) => (part.min_seq..=part.max_seq).contains(&handle.seq),
        _ => true,
    });
    if inside {
        for row in 0..part.rows {
            if row % STEP == 0 && context.cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            if matcher.matches_number(part.seq(row, context.caches)?.0 as i64) {
                bits.set(row);
            }
        }
    }
    Ok(bits)
}

/// Reads every raw row: for what columns do not hold.
fn raw_rows(part: &Part, context: &Context<'_>, passes: impl Fn(&Record<'_>) -> bool) -> Result<Bits, EngineError> {
    let raw_row_column = part.column(&ColumnId::RawRow, context.caches)?;
    let mut row_of_raw = vec![usize::MAX; 0];
    for row in 0..part.rows {
        let raw = match raw_row_column.as_ref() {
            Column::Numbers(numbers) => numbers.get(row).unwrap_or(0) as usize,
            _ => row,
        };
        if row_of_raw.len() <= raw {
            row_of_raw.resize(raw + 1, usize::MAX);
        }
        row_of_raw[raw] = row;
    }
    let mut bits = Bits::none(part.rows);
    let mut raw_row = 0;
    for number in 0..part.block_count() {
        if context.cancel.is_cancelled() {
            return Err(EngineError::Cancelled);
        }
        let block = part.read_block(number)?;
        for raw in block.rows() {
            let row = row_of_raw.get(raw_row).copied().unwrap_or(usize::MAX);
            raw_row += 1;
            if row == usize::MAX {
                continue;
            }
            let mut record = Record::default();
            context
                .readers
                .read(raw.envelope, raw.raw, &mut record, context.formats)
                .map_err(|reason| EngineError::Row { seq: part.seq_base + raw.seq, reason })?;
            if passes(&record) {
                bits.set(row);
            }
        }
    }
    Ok(bits)
}
