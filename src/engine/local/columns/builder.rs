//! Records to columns: what every part is made with, in memory and on disk.

use std::collections::BTreeMap;

use crate::engine::error::EngineError;
use crate::model::field::{Field, Kind};
use crate::model::record::Record;
use crate::model::value::Value;

use super::bits::Bits;
use super::column::{Column, ColumnId, TooMuchText};
use super::column_builders::NumberBuilder;
pub use super::column_builders::TextBuilder;
use super::hash_list::HashList;
use super::id_form::IdForm;
use super::keys;
use super::name_builder::NameBuilder;
use super::on_disk::OnDisk;

/// Attributes beyond so many different ones in a part are not made into columns; filters on them
/// read the rows themselves.
pub const MAX_ATTRIBUTES: usize = 256;

/// Bytes of text in one column at most: their places are 32 bits wide.
pub const MAX_COLUMN_BYTES: usize = i32::MAX as usize;

/// How a field's values are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// Not as a column: the handle is the sequence number.
    None,
    /// Plain numbers.
    Numbers,
    /// Codes into a dictionary.
    Names,
    /// One buffer of text.
    Text,
}

/// How a field is stored.
pub fn storage(field: Field) -> Storage {
    match field.kind() {
        Kind::Handle => Storage::None,
        Kind::Time | Kind::Status | Kind::Integer | Kind::Duration => Storage::Numbers,
        // Ids are found by their keys; ids that are no 128 bits keep their text for prefixes.
        Kind::Text | Kind::Id => Storage::Text,
        Kind::Name | Kind::Outcome | Kind::Boolean | Kind::Address => Storage::Names,
    }
}

/// The finished columns of a part. Rows are in the order of time and arrival.
#[derive(Debug, Default)]
pub struct PartColumns {
    /// How many rows.
    pub rows: usize,
    /// Each row's time in microseconds.
    pub times: Vec<i64>,
    /// Each row's sequence number above the part's first.
    pub seqs: Vec<u32>,
    /// Each row's place among the raw rows.
    pub raw_rows: Vec<u32>,
    /// Keys in order, each with its row.
    pub keys: Vec<(u128, u32)>,
    /// The columns that are not empty.
    pub columns: Vec<(ColumnId, Column)>,
    /// Whether attributes were left out, because there were too many different ones.
    pub has_more_attributes: bool,
    /// The hashes of the texts of columns that have many different ones.
    pub hashes: Vec<(ColumnId, HashList)>,
}

impl PartColumns {
    /// As they are kept on disk.
    #[must_use]
    pub fn for_disk(mut self) -> Self {
        let mut shapes = Vec::new();
        for (id, column) in &mut self.columns {
            let on_disk = OnDisk::new(id, std::mem::replace(column, Column::Absent));
            *column = on_disk.column;
            self.hashes.extend(on_disk.hashes.map(|list| (id.clone(), list)));
            if let (ColumnId::Field(field), Some(of_texts)) = (id, on_disk.shapes) {
                shapes.push((ColumnId::Shape(*field), Column::Names(of_texts.names)));
                shapes.extend(of_texts.numbers.map(|text| (ColumnId::ShapeNumbers(*field), Column::Text(text))));
            }
        }
        self.columns.extend(shapes);
        self
    }
}

/// Gathers rows in any order.
pub struct PartBuilder {
    rows: usize,
    times: Vec<i64>,
    seqs: Vec<u32>,
    raw_rows: Vec<u32>,
    keys: Vec<u128>,
    fields: Vec<(Field, FieldBuilder)>,
    attributes: BTreeMap<String, NameBuilder>,
    has_more_attributes: bool,
    is_sorted: bool,
    text_bytes: usize,
    max_column_bytes: usize,
    source: NameBuilder,
    id_form: NameBuilder,
}

enum FieldBuilder {
    Numbers(NumberBuilder),
    Names(NameBuilder),
    Text(TextBuilder),
}

impl Default for PartBuilder {
    fn default() -> Self {
        Self::with_column_bytes(MAX_COLUMN_BYTES)
    }
}

impl PartBuilder {
    /// With so many bytes of text in one column at most.
    pub fn with_column_bytes(max_column_bytes: usize) -> Self {
        let fields = Field::all()
            .filter(|field| !matches!(field, Field::Time | Field::Source))
            .filter_map(|field| {
                let builder = match storage(field) {
                    Storage::None => return None,
                    Storage::Numbers => FieldBuilder::Numbers(NumberBuilder::default()),
                    Storage::Names => FieldBuilder::Names(NameBuilder::new(max_column_bytes)),
                    Storage::Text => FieldBuilder::Text(TextBuilder::default()),
                };
                Some((field, builder))
            })
            .collect();
        Self {
            rows: 0,
            times: Vec::new(),
            seqs: Vec::new(),
            raw_rows: Vec::new(),
            keys: Vec::new(),
            fields,
            attributes: BTreeMap::new(),
            has_more_attributes: false,
            is_sorted: true,
            text_bytes: 0,
            max_column_bytes,
            source: NameBuilder::new(max_column_bytes),
            id_form: NameBuilder::new(max_column_bytes),
        }
    }

    /// How many rows were pushed.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Bytes of text in all columns so far; what is left out counts too.
    pub fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    /// Makes room for so many rows, if they are like those that were pushed. Columns that grow little by
    /// little are moved again and again.
    pub fn reserve(&mut self, rows: usize) {
        let Some(more) = rows.checked_sub(self.rows).filter(|_| self.rows > 0) else { return };
        self.times.reserve(more);
        self.seqs.reserve(more);
        self.raw_rows.reserve(more);
        self.keys.reserve(more);
        for (_, builder) in &mut self.fields {
            match builder {
                FieldBuilder::Numbers(numbers) => numbers.reserve(rows),
                FieldBuilder::Names(names) => names.reserve(rows),
                FieldBuilder::Text(texts) => texts.reserve(rows),
            }
        }
        for names in self.attributes.values_mut().chain([&mut self.source, &mut self.id_form]) {
            names.reserve(rows);
        }
    }

    /// Adds a record. `seq` counts from the part's first; `raw_row` is its place among the raw
    /// rows, which grows. The record has a time.
    pub fn push(&mut self, record: &Record<'_>, source: &[u8], key: u128, seq: u32, raw_row: u32) {
        let time = record.time().map_or(0, |time| time.0);
        let last = self.times.last().zip(self.seqs.last());
        self.is_sorted &= last.is_none_or(|(last_time, last_seq)| (*last_time, *last_seq) < (time, seq));
        self.times.push(time);
        self.seqs.push(seq);
        self.raw_rows.push(raw_row);
        self.keys.push(key);
        let max = self.max_column_bytes;
        let row = self.rows;
        self.text_bytes += self.source.push(row, source);
        let id = record.text(Field::RequestId);
        let form = id.map(|id| IdForm::of(id, key));
        if let Some(form) = form {
            self.text_bytes += self.id_form.push(row, form.name());
        }
        let has_key_id = form.is_some_and(|form| form != IdForm::Text);
        for (field, builder) in &mut self.fields {
            let Some(value) = record.get(*field) else { continue };
            match (builder, value) {
                (FieldBuilder::Numbers(numbers), value) => numbers.push(row, value),
                (FieldBuilder::Names(names), Value::Text(text)) => self.text_bytes += names.push(row, text),
                (FieldBuilder::Names(names), value) => self.text_bytes += names.push(row, &value.bytes()),
                (FieldBuilder::Text(_), _) if *field == Field::RequestId && has_key_id => {}
                (FieldBuilder::Text(texts), Value::Text(text)) => {
                    self.text_bytes += text.len();
                    texts.push(row as u32, Some(text), max);
                }
                (FieldBuilder::Text(_), _) => {}
            }
        }
        for (path, text) in &record.attributes {
            if let Some(names) = self.attributes.get_mut(path.as_ref()) {
                self.text_bytes += names.push(row, text);
            } else if self.attributes.len() < MAX_ATTRIBUTES {
                let mut names = NameBuilder::new(max);
                self.text_bytes += path.len() + names.push(row, text);
                self.attributes.insert(path.clone().into_owned(), names);
            } else {
                self.has_more_attributes = true;
                self.text_bytes += text.len();
            }
        }
        self.rows += 1;
    }

    /// The keys of the rows, in the order in which they were pushed.
    pub fn keys(&self) -> &[u128] {
        &self.keys
    }

    /// Sorts rows and makes the columns. Rows in `drop` are left out. An attribute with too much text
    /// for a column is left out like those beyond the limit; a field with too much is an error.
    pub fn finish(self, drop: Option<&Bits>) -> Result<PartColumns, EngineError> {
        let keys = keys::sorted(&self.keys);
        self.finish_sorted(drop, keys)
    }

    /// The same where the keys are sorted already, as [`keys::sorted`] gives them.
    pub fn finish_sorted(mut self, drop: Option<&Bits>, keys: Vec<(u128, u32)>) -> Result<PartColumns, EngineError> {
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        if let Some(drop) = drop {
            order.retain(|row| !drop.get(*row as usize));
        }
        if !self.is_sorted {
            order.sort_unstable_by_key(|row| (self.times[*row as usize], self.seqs[*row as usize]));
        }
        let as_pushed = self.is_sorted && drop.is_none();
        let rows = order.len();
        let pick =
            |values: Vec<u32>| if as_pushed { values } else { order.iter().map(|row| values[*row as usize]).collect() };
        let times = if as_pushed { self.times } else { order.iter().map(|row| self.times[*row as usize]).collect() };
        let keys = if as_pushed { keys } else { keys::reordered(&keys, &order, self.rows) };
        let order = (!as_pushed).then_some(order.as_slice());
        let mut columns = Vec::new();
        for (field, builder) in self.fields {
            let id = ColumnId::Field(field);
            let column = match builder {
                FieldBuilder::Numbers(numbers) => Ok(numbers.finish(field, self.rows, order)),
                FieldBuilder::Names(names) => names.finish(self.rows, order),
                FieldBuilder::Text(texts) => texts.finish(order, self.rows),
            };
            let column = column.map_err(|error| EngineError::Question(format!("{}: {error}", field.name())))?;
            columns.push((id, column));
        }
        for (id, names) in [(ColumnId::Field(Field::Source), self.source), (ColumnId::IdForm, self.id_form)] {
            let column = names.finish(self.rows, order);
            let column = column.map_err(|error| EngineError::Question(format!("{}: {error}", id.name())))?;
            columns.push((id, column));
        }
        for (path, names) in self.attributes {
            match names.finish(self.rows, order) {
                Ok(column) => columns.push((ColumnId::Attribute(path), column)),
                Err(TooMuchText) => self.has_more_attributes = true,
            }
        }
        columns.retain(|(_, column)| !matches!(column, Column::Absent));
        Ok(PartColumns {
            rows,
            times,
            seqs: pick(self.seqs),
            raw_rows: pick(self.raw_rows),
            keys,
            columns,
            has_more_attributes: self.has_more_attributes,
            hashes: Vec::new(),
        })
    }
}
