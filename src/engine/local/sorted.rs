//! Lists in the order of any field.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::question::Sort;
use crate::model::answer::Cursor;
use crate::model::field::{Field, FieldRef};
use crate::model::handle::Seq;
use crate::model::value::Value;

use super::column::{Column, ColumnId};
use super::part::{Part, time_values};
use super::rows::RowPlace;
use super::select::{Context, Selection};

/// A value that can be compared within one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'a> {
    Number(i64),
    Text(&'a [u8]),
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
        (Some(x), Some(y)) => turn(x.cmp(&y)),
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
    times: Vec<Arc<Column>>,
    /// The order of arrival; sequence numbers count from each part's own first.
    by_seq: bool,
}

impl Columns {
    fn load(selections: &[Selection<'_>], field: &FieldRef, context: &Context<'_>) -> Result<Self, EngineError> {
        let by_seq = *field == FieldRef::Known(Field::Key);
        let mut columns = Self { values: Vec::new(), times: Vec::new(), by_seq };
        for selection in selections {
            if matches!(field, FieldRef::Known(Field::RequestId)) {
                return Err(EngineError::Question("records cannot be sorted by their ids".into()));
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
            selection.for_each(context, |row| {
                let seq = Seq(part.seq_base + seqs.get(row).unwrap_or(0) as u64);
                let key = match values {
                    _ if self.by_seq => Some(Key::Number(seq.0 as i64)),
                    Column::Absent => None,
                    Column::Numbers(numbers) => numbers.get(row).map(Key::Number),
                    Column::Names(names) => names.get(row).map(Key::Text),
                    Column::Text(text) => text.get(row).map(Key::Text),
                };
                visit(Entry { key, time: times[row], seq, selection: number as u32, row: row as u32 });
            })?;
        }
        Ok(())
    }
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
