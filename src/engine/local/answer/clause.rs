//! One clause against one part: a set of rows, by numbers, by the names of a dictionary or by one
//! pass over a buffer of text.

use crate::base::cancel::Cancel;
use crate::engine::error::EngineError;
use crate::model::field::{Field, FieldRef};
use crate::model::record::Record;
use crate::model::request_id::hex_of;
use crate::model::value::Value;
use crate::query::filter::{ANYWHERE, Clause, Target, Test};
use crate::query::matcher::Matcher;

use super::hashes::ALL;
use super::name_rows::name_rows;
use super::select::Context;
use super::text_search::{rows_by_shape, text_rows};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId, Numbers};
use crate::engine::local::columns::compare::range_rows;
use crate::engine::local::columns::id_form::IdForm;
use crate::engine::local::part::Part;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 64 * 1024;

/// The rows of a part that pass a clause.
pub fn clause_rows(part: &Part, clause: &Clause, context: &Context<'_>) -> Result<Bits, EngineError> {
    match &clause.target {
        Target::Field(field) => field_rows(part, field, &clause.any_of, context),
        Target::Anywhere => {
            let mut rows = Bits::none(part.rows);
            for field in ANYWHERE {
                // A bare word is found anywhere in a path, not only behind a slash.
                let matcher = Matcher::new(&Field::Client.into(), &clause.any_of);
                rows.or(&column_rows(part, &ColumnId::Field(*field), &matcher, false, context)?);
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
    let is_path = *field == FieldRef::Known(Field::Path);
    column_rows(part, &ColumnId::of(field), &matcher, is_path, context)
}

/// The rows whose text in a column contains another one anywhere, without case.
pub fn rows_with(part: &Part, id: &ColumnId, text: &str, context: &Context<'_>) -> Result<Bits, EngineError> {
    // As among names: a phrase in a path begins at a slash.
    let matcher = Matcher::new(&Field::Client.into(), &[Test::Phrase(text.into())]);
    column_rows(part, id, &matcher, false, context)
}

fn column_rows(
    part: &Part,
    id: &ColumnId,
    matcher: &Matcher,
    is_path: bool,
    context: &Context<'_>,
) -> Result<Bits, EngineError> {
    let pass = |name: Option<&[u8]>| name.map_or_else(|| matcher.matches_missing(), |name| matcher.matches_text(name));
    if let Some(rows) = name_rows(part, id, pass, context)? {
        return Ok(rows);
    }
    if let Some(rows) = rows_by_shape(part, id, matcher, is_path, context)? {
        return Ok(rows);
    }
    let column = part.column(id, context.caches)?;
    Ok(match column.as_ref() {
        Column::Absent if matcher.matches_missing() => Bits::all(part.rows),
        Column::Absent => Bits::none(part.rows),
        Column::Numbers(numbers) => number_rows(numbers, part.rows, matcher, context.cancel)?,
        Column::Names(_) => return Err(part.damaged("names are read by their codes")),
        Column::Text(text) => {
            let rows = text_rows(text, part.rows, matcher, is_path, context.cancel)?;
            with_missing(rows, text.valid.as_ref(), matcher)
        }
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

/// Ids of 128 bits are keys; others are kept as text.
fn id_rows(part: &Part, tests: &[Test], matcher: &Matcher, context: &Context<'_>) -> Result<Bits, EngineError> {
    if tests.iter().any(|test| matches!(test, Test::Regex(_) | Test::Exact(_) | Test::Phrase(_))) {
        return written_id_rows(part, matcher, context);
    }
    let with_form = |pass: fn(Option<&[u8]>) -> bool| rows_of_form(part, pass, context);
    let is_key = |form: Option<&[u8]>| form.is_some_and(IdForm::is_key);
    let mut bits = Bits::none(part.rows);
    for test in tests {
        match test {
            Test::Missing => bits.or(&with_form(|form| form.is_none())?),
            Test::Present => bits.or(&with_form(|form| form.is_some())?),
            Test::Id(id) if id.is_hex128() => mark(&mut bits, part, id.key(), id.key(), &with_form(is_key)?)?,
            Test::IdPrefix(prefix)
                if prefix.as_str().bytes().all(|b| b.is_ascii_hexdigit()) && prefix.as_str().len() <= 32 =>
            {
                let digits = prefix.as_str().len() as u32;
                let low = u128::from_str_radix(prefix.as_str(), 16).unwrap_or(0);
                let shift = 128 - digits * 4;
                let low = low.checked_shl(shift).unwrap_or(0);
                let high = low | if shift == 0 { 0 } else { u128::MAX >> (digits * 4) };
                mark(&mut bits, part, low, high, &with_form(is_key)?)?;
            }
            _ => {}
        }
    }
    if tests.iter().any(|test| matches!(test, Test::Wildcard(_))) {
        let is_like = |key| matcher.matches_normal_id(&hex_of(key));
        mark_like(&mut bits, part, is_like, &with_form(is_key)?, context)?;
    }
    bits.or(&text_id_rows(part, matcher, context)?);
    Ok(bits)
}

/// The rows of an id's form, or those that have no id.
fn rows_of_form(part: &Part, pass: impl Fn(Option<&[u8]>) -> bool, context: &Context<'_>) -> Result<Bits, EngineError> {
    let all_or_none = || if pass(None) { Bits::all(part.rows) } else { Bits::none(part.rows) };
    Ok(name_rows(part, &ColumnId::IdForm, &pass, context)?.unwrap_or_else(all_or_none))
}

/// The rows that pass by an id that is kept as text.
fn text_id_rows(part: &Part, matcher: &Matcher, context: &Context<'_>) -> Result<Bits, EngineError> {
    let mut rows = rows_of_form(part, |form| form == Some(IdForm::Text.name()), context)?;
    if rows.has_any() {
        rows.and(&column_rows(part, &ColumnId::Field(Field::RequestId), matcher, false, context)?);
    }
    Ok(rows)
}

/// The rows that pass by their ids as they were written.
fn written_id_rows(part: &Part, matcher: &Matcher, context: &Context<'_>) -> Result<Bits, EngineError> {
    if rows_of_form(part, |form| form == Some(IdForm::AnyKey.name()), context)?.has_any() {
        return raw_rows(part, context, |record| matcher.matches(record.get(Field::RequestId)));
    }
    let mut bits = text_id_rows(part, matcher, context)?;
    if matcher.matches_missing() {
        bits.or(&rows_of_form(part, |form| form.is_none(), context)?);
    }
    for form in IdForm::WRITTEN {
        let among = rows_of_form(part, |name| name == Some(form.name()), context)?;
        if among.has_any() {
            let is_wanted = |key| {
                let (text, len) = form.write(key);
                matcher.matches_text(&text[..len])
            };
            mark_like(&mut bits, part, is_wanted, &among, context)?;
        }
    }
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

/// Marks those of some rows whose keys are wanted.
fn mark_like(
    bits: &mut Bits,
    part: &Part,
    is_wanted: impl Fn(u128) -> bool,
    among: &Bits,
    context: &Context<'_>,
) -> Result<(), EngineError> {
    let mut number = 0;
    part.sorted_keys().for_each(&ALL, |key, row| {
        if (row as usize) < part.rows && among.get(row as usize) && is_wanted(key) {
            bits.set(row as usize);
        }
        number += 1;
        number % STEP != 0 || !context.cancel.is_cancelled()
    })?;
    context.check()
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
