//! The values of one field in one part, ready to be counted by their hashes, and read where they
//! are shown. A value is found again by its place: a row, or where its name stands in the
//! dictionary.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::base::hash::safe_hash128;
use crate::engine::error::EngineError;
use crate::model::answer::counted_id;
use crate::model::field::{self, Field, FieldRef};
use crate::model::request_id::hex_of;

use super::codes::count_of_codes;
use super::hashes::{ALL, Hashed, HashesKey};
use super::least::Least;
use super::name_rows::rows_of_codes;
use super::select::{Context, Scope, Selection, Steps};
use super::values::{column_of, for_each_text, written};
use crate::engine::local::cache::PartId;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::{Column, ColumnId, Names, Numbers};
use crate::engine::local::columns::hash_list::hash_of;
use crate::engine::local::columns::id_form::IdForm;
use crate::engine::local::columns::row_set::RowSet;
use crate::engine::local::columns::sorted_rows::SortedRows;
use crate::engine::local::columns::text::Text;

/// Rows looked at between two looks at the cancel flag.
pub(super) const STEP: usize = 16 * 1024;

/// Some of a part's values.
pub struct Source<'s, 'q> {
    pub(super) selection: &'s Selection<'q>,
    pub(super) field: &'s FieldRef,
    /// What stands for the rows that are looked at, as long as these are not chosen by their values.
    pub(super) scope: Option<Scope>,
    /// The rows that are looked at; `None` is every row of the selection.
    pub(super) rows: Option<Bits>,
    pub(super) kind: Kind<'s>,
}

/// How they can be counted.
pub(super) enum Kind<'s> {
    /// Rows in the order of their hashes.
    Listed(SortedRows<'s>, Listed),
    /// Ids that are their own hashes, in their order: few that were looked for.
    Found(Vec<(u128, u32)>),
    /// Texts whose hashes are made when they are wanted.
    Texts(Arc<Column>),
    /// Numbers, with what they count from.
    Numbers(Arc<Column>, i64),
    /// Names, each with how many rows have it.
    Names(Arc<Column>, Vec<u32>),
}

/// What a list is of.
pub(super) enum Listed {
    /// Ids that are their own hashes.
    Keys,
    /// The texts of the rows.
    Texts(Arc<Column>),
}

impl<'s, 'q> Source<'s, 'q> {
    /// The values of a field among the rows that pass some steps, and how many of these rows have
    /// none. Texts of a few rows are read and hashed rather than looked for in the list of all.
    pub fn all_of(
        selection: &'s Selection<'q>,
        field: &'s FieldRef,
        of: Steps<'_>,
        are_few: bool,
        context: &Context<'_>,
    ) -> Result<(Vec<Self>, u64), EngineError> {
        let part = &selection.part;
        let chosen = selection.rows_of(of, context)?;
        let rows = chosen.as_deref().map(RowSet::bits);
        let kept = selection.count(of, context)?;
        let id = ColumnId::of(field);
        let column = column_of(part, field, context)?;
        let hashes = || if are_few { None } else { part.sorted_hashes(&id) };
        let scope = Some(selection.scope(of));
        let source = |rows: Option<Bits>, kind| Self { selection, field, scope, rows, kind };
        if *field == FieldRef::Known(Field::RequestId) {
            let forms = part.column(&ColumnId::IdForm, context.caches)?;
            let Column::Names(forms) = forms.as_ref() else { return Ok((Vec::new(), kept)) };
            let (keys, texts) = (among(forms, true, rows), among(forms, false, rows));
            let (first, end) = (selection.first, selection.end);
            let counts = [keys.count(first, end), texts.count(first, end)];
            let mut sources = Vec::new();
            if counts[0] > 0 {
                let are_all = counts[0] == part.rows;
                let keys = Some(keys).filter(|_| !are_all);
                sources.push(source(keys, Kind::Listed(part.sorted_keys(), Listed::Keys)));
            }
            if counts[1] > 0 {
                sources.push(source(Some(texts), text_kind(hashes(), column)));
            }
            return Ok((sources, kept - (counts[0] + counts[1]) as u64));
        }
        let missing_of = |valid: Option<&Bits>| {
            let (first, end) = (selection.first, selection.end);
            let with_value = match (valid, rows) {
                (None, _) => return 0,
                (Some(valid), None) => valid.count(first, end),
                (Some(valid), Some(rows)) => valid.count_and(rows, first, end),
            };
            kept - with_value as u64
        };
        Ok(match column.as_ref() {
            Column::Absent => (Vec::new(), kept),
            Column::Text(text) => {
                let missing = missing_of(text.valid.as_ref());
                (vec![source(rows.cloned(), text_kind(hashes(), Arc::clone(&column)))], missing)
            }
            Column::Numbers(numbers) => {
                let missing = missing_of(numbers.valid.as_ref());
                let base = if *field == Field::Key.into() { part.seq_base as i64 } else { 0 };
                (vec![source(rows.cloned(), Kind::Numbers(Arc::clone(&column), base))], missing)
            }
            Column::Names(names) => {
                let counts = count_of_codes(selection, id, names, chosen.as_deref(), context)?;
                let missing = u64::from(counts.last().copied().unwrap_or(0));
                (vec![source(None, Kind::Names(Arc::clone(&column), counts))], missing)
            }
        })
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        match &self.kind {
            Kind::Names(_, counts) => counts.len(),
            _ => self.selection.part.rows,
        }
    }

    /// How many values have to be hashed before they can be counted.
    pub fn unhashed(&self) -> usize {
        match &self.kind {
            Kind::Listed(list, _) if list.fences().is_some() => 0,
            Kind::Found(found) => found.len(),
            Kind::Names(_, counts) => counts.len(),
            _ => self.rows.as_ref().map_or(self.selection.end - self.selection.first, |rows| {
                rows.count(self.selection.first, self.selection.end)
            }),
        }
    }

    /// Whether single hashes are found without looking at all.
    pub fn is_listed(&self) -> bool {
        matches!(self.kind, Kind::Listed(..))
    }

    /// Hashes at even distances, and how many values there are from one to the next.
    pub fn fences(&self) -> Option<(&[u128], usize)> {
        match &self.kind {
            Kind::Listed(list, _) => list.fences(),
            _ => None,
        }
    }

    /// Visits the hashes of a range with how many rows have them, those on disk in their order.
    pub fn for_each_hash(
        &self,
        range: &RangeInclusive<u128>,
        context: &Context<'_>,
        mut visit: impl FnMut(Hashed),
    ) -> Result<(), EngineError> {
        if let Kind::Listed(list, _) = &self.kind {
            if let Some(rows) = &self.rows {
                let own = self.selection.first..self.selection.end;
                return list.for_each_among(rows, range, |hash, row| {
                    if own.contains(&(row as usize)) {
                        visit(Hashed { hash, count: 1, place: row });
                    }
                });
            }
            return list.for_each(range, |hash, row| {
                if self.has(row as usize) {
                    visit(Hashed { hash, count: 1, place: row });
                }
                true
            });
        }
        let mut see = |hash: u128, count: u64, place: usize| {
            if range.contains(&hash) {
                visit(Hashed { hash, count, place: place as u32 });
            }
        };
        match &self.kind {
            Kind::Listed(..) => Ok(()),
            Kind::Found(found) => {
                let first = found.partition_point(|(key, _)| key < range.start());
                let in_range = found[first..].iter().take_while(|(key, _)| key <= range.end());
                in_range.for_each(|(key, row)| visit(Hashed { hash: *key, count: 1, place: *row }));
                Ok(())
            }
            Kind::Names(column, counts) => {
                let Column::Names(names) = column.as_ref() else { return Ok(()) };
                for (code, name) in names.dictionary.iter().enumerate().filter(|(code, _)| counts[*code] > 0) {
                    see(safe_hash128(name), u64::from(counts[code]), code);
                }
                Ok(())
            }
            Kind::Numbers(column, base) => self.for_each_number(column, *base, context, |number, row| {
                see(hash_of_number(number), 1, row);
            }),
            Kind::Texts(column) => {
                let id = ColumnId::of(self.field);
                let Column::Text(text) = column.as_ref() else { return Ok(()) };
                for_each_text(text, self.selection, self.rows.as_ref(), context, |text, row| {
                    if let Some(text) = text {
                        see(hash_of(&id, text), 1, row);
                    }
                    true
                })?;
                Ok(())
            }
        }
    }

    /// Visits those of some hashes, in their order, that a list has; what is not listed is not looked through.
    pub fn for_each_of(
        &self,
        sought: &[u128],
        context: &Context<'_>,
        mut visit: impl FnMut(Hashed),
    ) -> Result<(), EngineError> {
        let Kind::Listed(list, _) = &self.kind else { return Ok(()) };
        // So many at a time are sought in no time.
        for sought in sought.chunks(STEP) {
            context.check()?;
            list.for_each_of(sought, |hash, row| {
                if self.has(row as usize) {
                    visit(Hashed { hash, count: 1, place: row });
                }
            })?;
        }
        Ok(())
    }

    /// Under what its hashes can be kept: they stay the same as long as its rows are not chosen by their values.
    pub fn key(&self) -> Option<HashesKey> {
        let are_keys = matches!(self.kind, Kind::Listed(_, Listed::Keys) | Kind::Found(_));
        self.scope.map(|scope| (scope, ColumnId::of(self.field), are_keys))
    }

    pub(super) fn has(&self, row: usize) -> bool {
        (self.selection.first..self.selection.end).contains(&row) && self.rows.as_ref().is_none_or(|rows| rows.get(row))
    }

    fn for_each_number(
        &self,
        column: &Column,
        base: i64,
        context: &Context<'_>,
        mut visit: impl FnMut(i64, usize),
    ) -> Result<(), EngineError> {
        let Column::Numbers(numbers) = column else { return Ok(()) };
        let see = |row: usize| visit_number(numbers, base, row, &mut visit);
        self.for_each_row(self.rows.as_ref(), context, see)
    }

    fn for_each_row(
        &self,
        rows: Option<&Bits>,
        context: &Context<'_>,
        mut visit: impl FnMut(usize),
    ) -> Result<(), EngineError> {
        for from in (self.selection.first..self.selection.end).step_by(STEP) {
            context.check()?;
            let until = self.selection.end.min(from + STEP);
            match rows {
                Some(rows) => rows.for_each(from, until, &mut visit),
                None => (from..until).for_each(&mut visit),
            }
        }
        Ok(())
    }

    /// Visits the values at some places as they are counted, in any order, until a `false`.
    pub(super) fn for_each_value(
        &self,
        places: Option<&Bits>,
        context: &Context<'_>,
        mut visit: impl FnMut(&[u8], usize) -> bool,
    ) -> Result<(), EngineError> {
        let is_id = *self.field == FieldRef::Known(Field::RequestId);
        match &self.kind {
            Kind::Found(found) => {
                let wanted = |row: u32| places.is_none_or(|places| places.get(row as usize));
                let _ =
                    found.iter().filter(|(_, row)| wanted(*row)).all(|(key, row)| visit(&hex_of(*key), *row as usize));
                Ok(())
            }
            Kind::Listed(list, Listed::Keys) => list.for_each(&ALL, |key, row| {
                let is_wanted = self.has(row as usize) && places.is_none_or(|places| places.get(row as usize));
                !is_wanted || visit(&hex_of(key), row as usize)
            }),
            Kind::Listed(_, Listed::Texts(column)) | Kind::Texts(column) => {
                let Column::Text(text) = column.as_ref() else { return Ok(()) };
                for_each_text(text, self.selection, places, context, |text, row| match text {
                    Some(id) if is_id => visit(&counted_id(id), row),
                    Some(text) => visit(text, row),
                    None => true,
                })?;
                Ok(())
            }
            Kind::Numbers(column, base) => {
                let Column::Numbers(numbers) = column.as_ref() else { return Ok(()) };
                self.for_each_row(places, context, |row| {
                    visit_number(numbers, *base, row, |number, row| {
                        visit(&written(self.field, number, context.tag), row);
                    });
                })
            }
            Kind::Names(column, _) => {
                let Column::Names(names) = column.as_ref() else { return Ok(()) };
                for (code, name) in names.dictionary.iter().enumerate() {
                    let is_wanted = places.is_none_or(|places| places.get(code));
                    if is_wanted && !visit(name, code) {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// The hash of a value that is given, if any place can have it.
    pub fn hash_of(&self, value: &[u8], context: &Context<'_>) -> Result<Option<u128>, EngineError> {
        let Kind::Numbers(column, base) = &self.kind else {
            return Ok(Some(hash_of(&ColumnId::of(self.field), value)));
        };
        let mut found = None;
        self.for_each_number(column, *base, context, |number, _| {
            if found.is_none() && written(self.field, number, context.tag) == value {
                found = Some(hash_of_number(number));
            }
        })?;
        Ok(found)
    }

    /// A value by its hash and place.
    pub fn value(&self, hash: u128, place: u32, context: &Context<'_>) -> Result<Vec<u8>, EngineError> {
        let place = place as usize;
        let value = match &self.kind {
            Kind::Listed(_, Listed::Keys) | Kind::Found(_) => Some(hex_of(hash).to_vec()),
            Kind::Listed(_, Listed::Texts(column)) | Kind::Texts(column) => match column.as_ref() {
                Column::Text(text) => text.read(place)?.map(|text| self.counted(&text)),
                _ => None,
            },
            Kind::Numbers(column, base) => match column.as_ref() {
                Column::Numbers(numbers) => {
                    numbers.get(place).map(|number| written(self.field, number + base, context.tag))
                }
                _ => None,
            },
            Kind::Names(column, _) => match column.as_ref() {
                Column::Names(names) if place < names.missing() => Some(names.dictionary.get(place).to_vec()),
                _ => None,
            },
        };
        value.ok_or_else(|| self.selection.part.damaged("a value is missing"))
    }

    fn counted(&self, text: &[u8]) -> Vec<u8> {
        if *self.field == FieldRef::Known(Field::RequestId) { counted_id(text) } else { text.to_vec() }
    }

    /// Its texts, if they are ordered by their bytes.
    pub fn text(&self) -> Option<&Text> {
        let (Kind::Listed(_, Listed::Texts(column)) | Kind::Texts(column)) = &self.kind else { return None };
        let Column::Text(text) = column.as_ref() else { return None };
        // An id is counted without its dashes, and numbers by what they are.
        let is_other = *self.field == FieldRef::Known(Field::RequestId)
            || matches!(self.field.kind(), field::Kind::Integer | field::Kind::Status);
        (!is_other).then_some(text)
    }

    /// Under what is kept what was made of all its column.
    pub fn column_key(&self) -> (PartId, ColumnId) {
        (self.selection.part.id, ColumnId::of(self.field))
    }

    /// Offers the values at some places, as far as they can be among the least.
    pub fn offer_least(
        &self,
        number: usize,
        places: &Bits,
        most: usize,
        least: &Least<'_>,
        context: &Context<'_>,
    ) -> Result<(), EngineError> {
        let in_order = matches!(self.kind, Kind::Listed(_, Listed::Keys) | Kind::Found(_) | Kind::Names(..));
        let mut offered = 0;
        self.for_each_value(Some(places), context, |value, place| {
            least.offer(value, number, place as u32);
            offered += 1;
            !in_order || offered < most
        })
    }
}

fn visit_number(numbers: &Numbers, base: i64, row: usize, mut visit: impl FnMut(i64, usize)) {
    if let Some(number) = numbers.get(row) {
        visit(number.wrapping_add(base), row);
    }
}

fn hash_of_number(number: i64) -> u128 {
    safe_hash128(&number.to_le_bytes())
}

fn text_kind(list: Option<SortedRows<'_>>, column: Arc<Column>) -> Kind<'_> {
    match list {
        Some(list) => Kind::Listed(list, Listed::Texts(column)),
        None => Kind::Texts(column),
    }
}

/// The rows whose id is a key or none, among some.
fn among(forms: &Names, are_keys: bool, rows: Option<&Bits>) -> Bits {
    let len = rows.map_or(forms.rows(), Bits::len);
    let passes: Vec<bool> = forms.dictionary.iter().map(|name| IdForm::is_key(name) == are_keys).collect();
    let hits = passes.iter().filter(|pass| **pass).count();
    let mut bits = if hits == 0 { Bits::none(len) } else { rows_of_codes(&forms.codes(), len, &passes, hits) };
    if let Some(rows) = rows {
        bits.and(rows);
    }
    bits
}
