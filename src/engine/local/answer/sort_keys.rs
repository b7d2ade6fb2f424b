//! What the rows of one part are sorted by. Names are compared by their codes, and rows with equal
//! values by their numbers: a part's rows are in the order of time and arrival.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use crate::engine::error::EngineError;
use crate::engine::question::Sort;
use crate::model::answer::counted_id;
use crate::model::field::{Field, FieldRef};
use crate::model::handle::Seq;
use crate::model::request_id::{NormalId, hex_of};

use super::page::{first_at_or_after, place_of};
use super::select::{Context, Selection};
use super::values::{column_of, for_each_key, for_each_text};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId, with_width};
use crate::engine::local::columns::compare::{between, range_rows};
use crate::engine::local::columns::id_form::IdForm;
use crate::engine::local::columns::row_set::RowSet;

/// A value that can be compared within one part.
#[derive(Debug, Clone, Copy)]
pub enum Key<'a> {
    /// A number, or where a name stands in the part's dictionary.
    Number(i64),
    /// A text.
    Text(&'a [u8]),
    /// An id of 32 hex digits, as the bits that they are.
    HexId(u128),
    /// Any other id, as it was written.
    Id(&'a [u8]),
}

impl Key<'_> {
    /// The value as it is counted.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => number.to_string().into_bytes(),
            Self::Text(text) => text.to_vec(),
            Self::HexId(id) => hex_of(*id).to_vec(),
            Self::Id(id) => counted_id(id),
        }
    }
}

impl Ord for Key<'_> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::HexId(a), Self::HexId(b)) => a.cmp(b),
            _ => compare_as_counted(self, other),
        }
    }
}

/// Ids that are no 128 bits, and values of different kinds.
#[cold]
fn compare_as_counted(a: &Key<'_>, b: &Key<'_>) -> Ordering {
    match (a, b) {
        (Key::Id(a), Key::Id(b)) => match (plain_id(a), plain_id(b)) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => counted_id(a).cmp(&counted_id(b)),
        },
        _ => a.bytes().cmp(&b.bytes()),
    }
}

impl PartialOrd for Key<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key<'_> {}

/// The normal form of an id, byte by byte, where that needs no more than leaving out and lower case.
fn plain_id(id: &[u8]) -> Option<impl Iterator<Item = u8> + '_> {
    let text = std::str::from_utf8(id).ok().filter(|text| text.is_ascii())?.trim();
    let is_plain = text.bytes().any(|byte| byte != b'-');
    is_plain.then(|| text.bytes().filter(|byte| *byte != b'-').map(|byte| byte.to_ascii_lowercase()))
}

/// A row of a part with its value.
pub type KeyedRow<'a> = (Option<Key<'a>>, usize);

/// A key that is held while others are looked at.
#[derive(Debug, Clone)]
pub enum KeptKey {
    /// As [`Key::Number`].
    Number(i64),
    /// As [`Key::Text`].
    Text(Vec<u8>),
    /// As [`Key::HexId`].
    HexId(u128),
    /// As [`Key::Id`].
    Id(Vec<u8>),
}

impl From<Key<'_>> for KeptKey {
    fn from(key: Key<'_>) -> Self {
        match key {
            Key::Number(number) => Self::Number(number),
            Key::Text(text) => Self::Text(text.into()),
            Key::HexId(id) => Self::HexId(id),
            Key::Id(id) => Self::Id(id.into()),
        }
    }
}

impl KeptKey {
    /// The key.
    #[inline]
    pub fn as_key(&self) -> Key<'_> {
        match self {
            Self::Number(number) => Key::Number(*number),
            Self::Text(text) => Key::Text(text),
            Self::HexId(id) => Key::HexId(*id),
            Self::Id(id) => Key::Id(id),
        }
    }
}

/// Between which numbers the keys lie that are looked for, both included. Others may be passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The lowest.
    pub low: i64,
    /// The highest.
    pub high: i64,
    /// Whether rows without a value are looked for, too.
    pub with_missing: bool,
}

impl Within {
    /// All keys.
    pub const ALL: Self = Self { low: i64::MIN, high: i64::MAX, with_missing: true };
}

/// What looks at rows with their values.
pub trait Visitor {
    /// What is still looked for.
    fn within(&self) -> Within {
        Within::ALL
    }

    /// A text beyond which nothing is looked for any more: greater ones, or less ones if so.
    fn text_bound(&self) -> Option<(Vec<u8>, Ordering)> {
        None
    }

    /// Looks at a row.
    fn see(&mut self, row: KeyedRow<'_>);
}

/// A value that can be compared within one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sortable {
    /// A number.
    Number(i64),
    /// A name, a text, or an id as it is counted.
    Text(Vec<u8>),
}

/// Where a record stands in a sorted list.
#[derive(Debug, Clone)]
pub struct ListPlace {
    /// Its value; `None` comes last either way.
    pub value: Option<Sortable>,
    /// Its time in microseconds.
    pub time: i64,
    /// Its place in the order of arrival.
    pub seq: Seq,
}

/// Compares as lists do: records without a value come last either way.
#[inline]
pub fn compare<K: Ord + Copy, T: Ord + Copy>(a: (Option<K>, T), b: (Option<K>, T), descending: bool) -> Ordering {
    let turn = |order: Ordering| if descending { order.reverse() } else { order };
    match (&a.0, &b.0) {
        (Some(x), Some(y)) => turn(x.cmp(y)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
    .then_with(|| turn(a.1.cmp(&b.1)))
}

/// Rows whose numbers are compared at once: a multiple of 64.
const BLOCK: usize = if cfg!(test) { 128 } else { 16 * 1024 };

/// The sorted-by values of one part's rows.
pub struct PartKeys<'s, 'q> {
    selection: &'s Selection<'q>,
    column: Arc<Column>,
    /// Which ids are keys, where ids are what is sorted by.
    id_forms: Option<Arc<Column>>,
    /// What the column's numbers count from.
    base: i64,
    descending: bool,
}

/// A place of the list as it is compared with a part's rows.
#[derive(Clone, Copy)]
pub struct Mark<'a> {
    /// Its value.
    pub key: Option<Key<'a>>,
    /// Rows with the same value that come before it in the list: up to here, or from here on when the
    /// list is descending.
    row: usize,
}

impl<'s, 'q> PartKeys<'s, 'q> {
    /// Of a part.
    pub fn of(selection: &'s Selection<'q>, sort: &Sort, context: &Context<'_>) -> Result<Self, EngineError> {
        let is_id = sort.field == FieldRef::Known(Field::RequestId);
        let id_forms = is_id.then(|| selection.part.column(&ColumnId::IdForm, context.caches)).transpose()?;
        let column = column_of(&selection.part, &sort.field, context)?;
        // The order of arrival; sequence numbers count from each part's own first.
        let base = if sort.field == FieldRef::Known(Field::Key) { selection.part.seq_base as i64 } else { 0 };
        Ok(Self { selection, column, id_forms, base, descending: sort.descending })
    }

    /// Visits the selected rows with their values.
    pub fn visit(&self, visitor: &mut impl Visitor, context: &Context<'_>) -> Result<(), EngineError> {
        if let Some(forms) = &self.id_forms {
            return self.visit_ids(forms, visitor, context);
        }
        match self.column.as_ref() {
            Column::Absent => self.selection.for_each(context, |row| visitor.see((None, row))),
            Column::Numbers(numbers) => {
                let key = |row| numbers.get(row).map(|number| Key::Number(number + self.base));
                let possible = |rows: Range<usize>, within: Within| {
                    let (low, high) = (within.low.saturating_sub(self.base), within.high.saturating_sub(self.base));
                    let mut possible = range_rows(numbers, rows.clone(), low, high);
                    if let Some(valid) = &numbers.valid {
                        possible.and_at(valid, rows.start);
                        if within.with_missing {
                            possible.or_not_at(valid, rows.start);
                        }
                    }
                    possible
                };
                self.visit_blocks(visitor, key, possible, context)
            }
            Column::Names(names) => {
                let missing = names.missing();
                let key = |row| Some(names.code(row)).filter(|code| *code < missing).map(|code| name_key(Ok(code)));
                let possible = |rows: Range<usize>, within: Within| {
                    // Codes have odd keys.
                    let low = within.low.max(0) / 2;
                    let high = (within.high / 2).min(missing as i64 - 1);
                    with_width!(names.width, names.codes, codes => {
                        let codes = &codes[rows];
                        let mut possible = between(codes, low, high);
                        if within.with_missing {
                            possible.or(&between(codes, missing as i64, missing as i64));
                        }
                        possible
                    })
                };
                self.visit_blocks(visitor, key, possible, context)
            }
            Column::Text(text) => {
                let rows = self.selection.rows(context)?.map(RowSet::bits);
                let (mut bound, mut with_missing, mut seen) = (None, true, 0_usize);
                for_each_text(text, self.selection, rows, context, |text, row| {
                    if seen.is_multiple_of(BLOCK) {
                        (bound, with_missing) = (visitor.text_bound(), visitor.within().with_missing);
                    }
                    seen += 1;
                    let is_beyond = match (text, &bound) {
                        (Some(text), Some((bound, beyond))) => text.cmp(bound.as_slice()) == *beyond,
                        (Some(_), None) => false,
                        (None, _) => !with_missing,
                    };
                    if !is_beyond {
                        visitor.see((text.map(Key::Text), row));
                    }
                    true
                })?;
                Ok(())
            }
        }
    }

    /// Some rows at a time, and of these only what can be looked for.
    fn visit_blocks<'k>(
        &self,
        visitor: &mut impl Visitor,
        key: impl Fn(usize) -> Option<Key<'k>>,
        possible: impl Fn(Range<usize>, Within) -> Bits,
        context: &Context<'_>,
    ) -> Result<(), EngineError> {
        let (selected, first, end) = (self.selection.rows(context)?, self.selection.first, self.selection.end);
        for from in (first / 64 * 64..end).step_by(BLOCK) {
            context.check()?;
            let until = end.min(from + BLOCK);
            let within = visitor.within();
            let mut rows = if within == Within::ALL { Bits::all(until - from) } else { possible(from..until, within) };
            if let Some(selected) = selected {
                rows.and_at(selected, from);
            }
            rows.for_each(first.saturating_sub(from), until - from, |row| visitor.see((key(from + row), from + row)));
        }
        Ok(())
    }

    fn visit_ids(&self, forms: &Column, visitor: &mut impl Visitor, context: &Context<'_>) -> Result<(), EngineError> {
        let Column::Names(forms) = forms else {
            return self.selection.for_each(context, |row| visitor.see((None, row)));
        };
        let rows = self.selection.rows(context)?.map(RowSet::bits);
        for_each_key(self.selection, rows, context, |key, row| {
            let text;
            let id = match (forms.get(row), self.column.as_ref()) {
                (None, _) => None,
                (Some(form), _) if IdForm::is_key(form) => Some(Key::HexId(key)),
                (Some(_), Column::Text(texts)) => {
                    text = texts.read(row)?;
                    text.as_deref().map(Key::Id)
                }
                (Some(_), _) => return Err(self.selection.part.damaged("there are no ids")),
            };
            visitor.see((id, row));
            Ok(true)
        })?;
        Ok(())
    }

    /// How two rows stand to each other in the list.
    #[inline]
    pub fn compare(&self, a: KeyedRow<'_>, b: KeyedRow<'_>) -> Ordering {
        compare(a, b, self.descending)
    }

    /// A place as it is compared with this part's rows.
    pub fn mark<'m>(&self, place: &'m ListPlace, context: &Context<'_>) -> Result<Mark<'m>, EngineError> {
        let key = match (self.column.as_ref(), &place.value) {
            (_, None) => None,
            (_, Some(Sortable::Text(id))) if self.id_forms.is_some() => {
                let hex = NormalId::new(id).filter(NormalId::is_hex128);
                Some(hex.map_or(Key::Id(id), |id| Key::HexId(id.key())))
            }
            (Column::Names(names), Some(Sortable::Text(name))) => Some(name_key(names.dictionary.find(name))),
            (_, Some(Sortable::Number(number))) => Some(Key::Number(*number)),
            (_, Some(Sortable::Text(text))) => Some(Key::Text(text)),
        };
        let at = (place.time, place.seq);
        let mut row = first_at_or_after(self.selection, at, context)?;
        if self.descending && row < self.selection.end && place_of(self.selection, row, context)? == at {
            row += 1;
        }
        Ok(Mark { key, row })
    }

    /// Whether a row comes before a place in the list.
    #[inline]
    pub fn is_before(&self, (key, row): KeyedRow<'_>, mark: &Mark<'_>) -> bool {
        let is_earlier = if self.descending { row >= mark.row } else { row < mark.row };
        match compare((key, ()), (mark.key, ()), self.descending) {
            Ordering::Less => true,
            Ordering::Equal => is_earlier,
            Ordering::Greater => false,
        }
    }

    /// Where a row stands among those of all parts.
    pub fn place(&self, (key, row): KeyedRow<'_>, context: &Context<'_>) -> Result<ListPlace, EngineError> {
        let value = match self.column.as_ref() {
            Column::Names(names) => names.get(row).map(|name| Sortable::Text(name.to_vec())),
            _ => key.map(|key| match key {
                Key::Number(number) => Sortable::Number(number),
                key => Sortable::Text(key.bytes()),
            }),
        };
        let (time, seq) = place_of(self.selection, row, context)?;
        Ok(ListPlace { value, time, seq })
    }
}

/// Names have odd numbers in the order of the dictionary; one that is not in it stands between two.
fn name_key(code: Result<usize, usize>) -> Key<'static> {
    Key::Number(match code {
        Ok(code) => code as i64 * 2 + 1,
        Err(place) => place as i64 * 2,
    })
}
