//! The values of one field in one part, row by row: by hash, and read where they are wanted.

use std::borrow::Cow;
use std::sync::Arc;

use crate::base::hash::safe_hash128;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::answer::{counted_id, counted_time};
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::handle::{Handle, Seq, StoreTag};
use crate::model::record::Record;
use crate::model::request_id::hex_of;
use crate::model::value::Value;

use super::select::{Context, Selection};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::builder::{MAX_COLUMN_BYTES, TextBuilder};
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::columns::hash_list::hash_of_id;
use crate::engine::local::columns::id_form::IdForm;
use crate::engine::local::columns::text::Text;
use crate::engine::local::part::Part;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 16 * 1024;

/// What the values of a field are read from.
pub enum Values {
    /// The keys, and the texts of ids that are not keys.
    Ids {
        /// Which of both it is.
        form: Arc<Column>,
        /// The texts.
        texts: Arc<Column>,
    },
    /// A column.
    Column(FieldRef, Arc<Column>),
}

impl Values {
    /// Of a field in a part.
    pub fn of(selection: &Selection<'_>, field: &FieldRef, context: &Context<'_>) -> Result<Self, EngineError> {
        let part = &selection.part;
        let column = column_of(part, field, context)?;
        Ok(if *field == Field::RequestId.into() {
            Self::Ids { form: part.column(&ColumnId::IdForm, context.caches)?, texts: column }
        } else {
            Self::Column(field.clone(), column)
        })
    }

    /// Visits some rows with the hashes of their values, in any order, until soon after a `false`.
    /// Says whether all were visited.
    pub fn for_each_hash(
        &self,
        selection: &Selection<'_>,
        rows: Option<&Bits>,
        context: &Context<'_>,
        mut see: impl FnMut(Option<u128>, usize) -> bool,
    ) -> Result<bool, EngineError> {
        match self {
            Self::Ids { form, texts } => {
                let Column::Names(form) = form.as_ref() else {
                    return for_each_row(selection, rows, context, |row| see(None, row));
                };
                for_each_key(selection, rows, context, |key, row| {
                    let hash = match (form.get(row), texts.as_ref()) {
                        (None, _) => None,
                        (Some(form), _) if IdForm::is_key(form) => Some(key),
                        (Some(_), Column::Text(texts)) => texts.read(row)?.map(|id| hash_of_id(&id)),
                        (Some(_), _) => return Err(selection.part.damaged("there are no ids")),
                    };
                    Ok(see(hash, row))
                })
            }
            Self::Column(_, column) => match column.as_ref() {
                Column::Absent => for_each_row(selection, rows, context, |row| see(None, row)),
                Column::Numbers(numbers) => for_each_row(selection, rows, context, |row| {
                    // Sequence numbers count from their part's first.
                    let number =
                        |number: i64| safe_hash128(&number.wrapping_add(self.base(&selection.part)).to_le_bytes());
                    see(numbers.get(row).map(number), row)
                }),
                Column::Names(names) => {
                    for_each_row(selection, rows, context, |row| see(names.get(row).map(safe_hash128), row))
                }
                Column::Text(text) => {
                    for_each_text(text, selection, rows, context, |text, row| see(text.map(safe_hash128), row))
                }
            },
        }
    }

    fn base(&self, part: &Part) -> i64 {
        match self {
            Self::Column(FieldRef::Known(Field::Key), _) => part.seq_base as i64,
            _ => 0,
        }
    }

    /// The value of a row that has one, given its hash.
    pub fn value<'a>(
        &'a self,
        selection: &Selection<'_>,
        hash: u128,
        row: usize,
        context: &Context<'_>,
    ) -> Result<Cow<'a, [u8]>, EngineError> {
        let part = &selection.part;
        let value = match self {
            Self::Ids { form, texts } => match (form.as_ref(), texts.as_ref()) {
                (Column::Names(form), _) if form.get(row).is_some_and(IdForm::is_key) => {
                    Some(Cow::Owned(hex_of(hash).to_vec()))
                }
                (_, Column::Text(texts)) => texts.read(row)?.map(|id| Cow::Owned(counted_id(&id))),
                _ => None,
            },
            Self::Column(field, column) => match column.as_ref() {
                Column::Absent => None,
                Column::Numbers(numbers) => {
                    let number = numbers.get(row).map(|number| number + self.base(part));
                    number.map(|number| Cow::Owned(written(field, number, context.tag)))
                }
                Column::Names(names) => names.get(row).map(Cow::Borrowed),
                Column::Text(text) => text.read(row)?,
            },
        };
        value.ok_or_else(|| part.damaged("a value is missing"))
    }
}

/// A number of a field as it is counted.
pub fn written(field: &FieldRef, number: i64, tag: StoreTag) -> Vec<u8> {
    match field.kind() {
        _ if *field == Field::Key.into() => Handle { seq: Seq(number as u64), tag }.to_string().into_bytes(),
        Kind::Time => counted_time(Timestamp(number)).into_bytes(),
        Kind::Duration => Value::Duration(number as u64).bytes().into_owned(),
        _ => number.to_string().into_bytes(),
    }
}

/// Where fewer than one row of so many is wanted, single texts are read.
const SPARSE: usize = 256;

/// Visits some rows of a part with their texts, until soon after a `false`. Says whether all were visited.
pub fn for_each_text(
    text: &Text,
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    context: &Context<'_>,
    mut visit: impl FnMut(Option<&[u8]>, usize) -> bool,
) -> Result<bool, EngineError> {
    let (first, end) = (selection.first, selection.end);
    let is_sparse = rows.is_some_and(|rows| rows.count(first, end) * SPARSE < end - first);
    if is_sparse {
        let mut failed = None;
        let all = for_each_row(selection, rows, context, |row| match text.read(row) {
            Ok(text) => visit(text.as_deref(), row),
            Err(error) => {
                failed = Some(error);
                false
            }
        })?;
        return failed.map_or(Ok(all), Err);
    }
    let mut goes_on = true;
    text.for_each_run(first..end, |run| {
        context.check()?;
        let visit = |row: usize| goes_on = goes_on && visit(text.has(row).then(|| run.get(row)), row);
        match rows {
            Some(rows) => rows.for_each(run.rows().start, run.rows().end, visit),
            None => run.rows().for_each(visit),
        }
        Ok(goes_on)
    })?;
    Ok(goes_on)
}

/// Visits some rows of a part, until soon after a `false`. Says whether all were visited.
fn for_each_row(
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    context: &Context<'_>,
    mut visit: impl FnMut(usize) -> bool,
) -> Result<bool, EngineError> {
    let mut goes_on = true;
    for from in (selection.first..selection.end).step_by(STEP) {
        context.check()?;
        let until = selection.end.min(from + STEP);
        let visit = |row: usize| goes_on = goes_on && visit(row);
        match rows {
            Some(rows) => rows.for_each(from, until, visit),
            None => (from..until).for_each(visit),
        }
        if !goes_on {
            break;
        }
    }
    Ok(goes_on)
}

/// Visits some rows of a part with their keys, in the order of the keys, until `false`. Says whether all were visited.
pub fn for_each_key(
    selection: &Selection<'_>,
    rows: Option<&Bits>,
    context: &Context<'_>,
    mut visit: impl FnMut(u128, usize) -> Result<bool, EngineError>,
) -> Result<bool, EngineError> {
    let mut keys = selection.part.keys();
    let mut seen = 0_usize;
    while let Some((key, row)) = keys.next_key()? {
        if seen.is_multiple_of(STEP) {
            context.check()?;
        }
        seen += 1;
        let row = row as usize;
        let is_in = (selection.first..selection.end).contains(&row) && rows.is_none_or(|rows| rows.get(row));
        if is_in && !visit(key, row)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The column of a field. Of an attribute that the part left out, it is read from the rows.
pub fn column_of(part: &Part, field: &FieldRef, context: &Context<'_>) -> Result<Arc<Column>, EngineError> {
    let id = ColumnId::of(field);
    if !part.leaves_out(&id) {
        return part.column(&id, context.caches);
    }
    let key = (part.id, id);
    if let Some(column) = context.caches.texts.get(&key) {
        return Ok(column);
    }
    let mut texts = TextBuilder::default();
    for row in 0..part.rows {
        if row % 4096 == 0 {
            context.check()?;
        }
        texts.push(row as u32, raw_value(part, field, row, context)?.as_deref(), MAX_COLUMN_BYTES);
    }
    let column = texts.finish(None, part.rows);
    let column = Arc::new(column.map_err(|error| EngineError::Question(format!("{field}: {error}")))?);
    context.caches.texts.put(key, Arc::clone(&column), column.size());
    Ok(column)
}

fn raw_value(part: &Part, field: &FieldRef, row: usize, context: &Context<'_>) -> Result<Option<Vec<u8>>, EngineError> {
    let (block, place) = part.block(part.raw_row(row, context.caches)?, context.caches)?;
    let raw = block.row(place).ok_or_else(|| part.damaged("a raw row is missing"))?;
    let mut record = Record::default();
    context
        .readers
        .read(raw.envelope, raw.raw, &mut record, context.formats)
        .map_err(|reason| EngineError::Row { seq: part.seq_base + raw.seq, reason })?;
    Ok(record.bytes(field).map(Cow::into_owned))
}
