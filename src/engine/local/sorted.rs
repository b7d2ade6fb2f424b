//! Lists in the order of any field.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::question::Sort;
use crate::model::answer::{Cursor, counted_id};
use crate::model::field::{Field, FieldRef};
use crate::model::handle::Seq;
use crate::model::value::Value;

use super::builder::ID_IS_KEY;
use super::column::{Column, ColumnId};
use super::part::{Part, time_values};
use super::rows::RowPlace;
use super::select::{Context, Selection};
use super::values::for_each_key;

/// A value that can be compared within one field.
#[derive(Debug, Clone, Copy)]
enum Key<'a> {
    Number(i64),
    Text(&'a [u8]),
    /// An id of 32 hex digits, as the bits that they are.
    HexId(u128),
    /// Any other id, as it was written.
    Id(&'a [u8]),
}

impl Key<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::HexId(a), Self::HexId(b)) => a.cmp(b),
            (Self::Id(a), Self::Id(b)) => match (plain_id(a), plain_id(b)) {
                (Some(a), Some(b)) => a.cmp(b),
                _ => counted_id(a).cmp(&counted_id(b)),
            },
            _ => self.bytes().cmp(&other.bytes()),
        }
    }

    /// The value as it is counted, where two are of different kinds.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => number.to_string().into_bytes(),
            Self::Text(text) => text.to_vec(),
            Self::HexId(id) => format!("{id:032x}").into_bytes(),
            Self::Id(id) => counted_id(id),
        }
    }
}

/// The normal form of an id, byte by byte, where that needs no more than leaving out and lower case.
fn plain_id(id: &[u8]) -> Option<impl Iterator<Item = u8> + '_> {
    let text = std::str::from_utf8(id).ok().filter(|text| text.is_ascii())?.trim();
    let is_plain = text.bytes().any(|byte| byte != b'-');
    is_plain.then(|| text.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase()))
}

/// A row with what it is sorted by.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    key: Option<Key<'a>>,
    time: i64,
    seq: Seq,
    selection: u32,
    row: u32,
}

fn compare(a: &Entry<'_>, b: &Entry<'_>, descending: bool) -> Ordering {
    let turn = |order: Ordering| if descending { order.reverse() } else { order };
    match (a.key, b.key) {
        (Some(x), Some(y)) => turn(x.compare(&y)),
        // Records without a value come last either way.
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
    .then_with(|| turn((a.time, a.seq).cmp(&(b.time, b.seq))))
}

/// The columns that sorting needs, held for all parts.
struct Columns {
    values: Vec<Arc<Column>>,
    /// Which ids are keys, where ids are what is sorted by.
    id_forms: Vec<Arc<Column>>,
    times: Vec<Arc<Column>>,
    /// The order of arrival; sequence numbers count from each part's own first.
    by_seq: bool,
}

impl Columns {
    fn load(selections: &[Selection<'_>], field: &FieldRef, context: &Context<'_>) -> Result<Self, EngineError> {
        let by_seq = *field == FieldRef::Known(Field::Key);
        let mut columns = Self { values: Vec::new(), id_forms: Vec::new(), times: Vec::new(), by_seq };
        for selection in selections {
            if matches!(field, FieldRef::Known(Field::RequestId)) {
                columns.id_forms.push(selection.part.column(&ColumnId::IdForm, context.caches)?);
            }
            columns.values.push(selection.part.column(&ColumnId::of(field), context.caches)?);
            columns.times.push(selection.part.column(&ColumnId::Time, context.caches)?);
        }
        Ok(columns)
    }

    fn visit<'a>(
        &'a self,
        selections: &[Selection<'_>],
        context: &Context<'_>,
        mut visit: impl FnMut(Entry<'a>),
    ) -> Result<(), EngineError> {
        for (number, selection) in selections.iter().enumerate() {
            context.check()?;
            let part: &Part = &selection.part;
            let times = time_values(&self.times[number])?;
            let seqs = part.column(&ColumnId::Seq, context.caches)?;
            let Column::Numbers(seqs) = seqs.as_ref() else {
                return Err(part.damaged("there are no sequence numbers"));
            };
            let values = self.values[number].as_ref();
            let mut see = |row: usize, key| {
                let seq = Seq(part.seq_base + seqs.get(row).unwrap_or(0) as u64);
                visit(Entry { key, time: times[row], seq, selection: number as u32, row: row as u32 });
            };
            if let Some(forms) = self.id_forms.get(number) {
                for_each_id(selection, forms, values, context, see)?;
                continue;
            }
            selection.for_each(context, |row| {
                let key = match values {
                    // Sequence numbers count from the part's first.
                    _ if self.by_seq => seqs.get(row).map(|seq| Key::Number(part.seq_base as i64 + seq)),
                    Column::Absent => None,
                    Column::Numbers(numbers) => numbers.get(row).map(Key::Number),
                    Column::Names(names) => names.get(row).map(Key::Text),
                    Column::Text(text) => text.get(row).map(Key::Text),
                };
                see(row, key);
            })?;
        }
        Ok(())
    }
}

/// Visits the selected rows of a part with their ids.
fn for_each_id<'a>(
    selection: &Selection<'_>,
    forms: &'a Column,
    texts: &'a Column,
    context: &Context<'_>,
    mut see: impl FnMut(usize, Option<Key<'a>>),
) -> Result<(), EngineError> {
    let part = &selection.part;
    let Column::Names(forms) = forms else {
        return selection.for_each(context, |row| see(row, None));
    };
    let rows = selection.rows(context)?;
    for_each_key(selection, rows, context, |key, row| {
        let id = match (forms.get(row), texts) {
            (None, _) => None,
            (Some(ID_IS_KEY), _) => Some(Key::HexId(key)),
            (Some(_), Column::Text(texts)) => texts.get(row).map(Key::Id),
            (Some(_), _) => return Err(part.damaged("there are no ids")),
        };
        see(row, id);
        Ok(true)
    })?;
    Ok(())
}

/// The rows of a window on the list.
pub fn places(
    selections: &[Selection<'_>],
    sort: &Sort,
    first_row: u64,
    limit: usize,
    context: &Context<'_>,
) -> Result<Vec<RowPlace>, EngineError> {
    let columns = Columns::load(selections, &sort.field, context)?;
    let end = (first_row as usize).saturating_add(limit);
    // Twice as many as the window needs are kept before the worse half is thrown away.
    let keep = end.saturating_mul(2).max(4_096);
    let order = |a: &Entry<'_>, b: &Entry<'_>| compare(a, b, sort.descending);
    let mut best: Vec<Entry<'_>> = Vec::new();
    columns.visit(selections, context, |entry| {
        best.push(entry);
        if best.len() >= keep {
            best.select_nth_unstable_by(end.saturating_sub(1), order);
            best.truncate(end);
        }
    })?;
    best.sort_unstable_by(order);
    let window = best.iter().skip(first_row as usize).take(limit);
    Ok(window.map(|entry| (Arc::clone(&selections[entry.selection as usize].part), entry.row as usize)).collect())
}

/// How many rows come before a place in the list.
pub fn rows_before(
    selections: &[Selection<'_>],
    sort: &Sort,
    cursor: &Cursor,
    context: &Context<'_>,
) -> Result<u64, EngineError> {
    let columns = Columns::load(selections, &sort.field, context)?;
    let bytes = cursor.value.as_ref().map(Value::bytes);
    let is_number = columns.values.iter().any(|column| matches!(column.as_ref(), Column::Numbers(_)));
    let key = match (&cursor.value, &bytes) {
        _ if columns.by_seq => Some(Key::Number(cursor.seq.0 as i64)),
        (Some(Value::Integer(number)), _) => Some(Key::Number(*number)),
        (Some(Value::Duration(nanos)), _) => Some(Key::Number(i64::try_from(*nanos).unwrap_or(i64::MAX))),
        (Some(_), Some(bytes)) if sort.field == Field::RequestId.into() => Some(Key::Id(bytes)),
        (Some(_), Some(bytes)) if !is_number => Some(Key::Text(bytes)),
        _ => None,
    };
    let place = Entry { key, time: cursor.time.0, seq: cursor.seq, selection: 0, row: 0 };
    let mut before = 0;
    columns.visit(selections, context, |entry| {
        before += u64::from(compare(&entry, &place, sort.descending) == Ordering::Less);
    })?;
    Ok(before)
}
