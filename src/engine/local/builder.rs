//! Records to columns: what every part is made with, in memory and on disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::base::units::NANOS_PER_MS;
use crate::engine::error::EngineError;
use crate::model::field::{Field, Kind};
use crate::model::record::Record;
use crate::model::request_id;
use crate::model::value::Value;

use super::bits::Bits;
use super::buffer::Buffer;
use super::column::{Column, ColumnId, Dictionary, Names, Numbers, TooMuchText, offset};
use super::hash_list::{self, HashList};
use super::text::Text;

/// Attributes beyond so many different ones in a part are not made into columns; filters on them
/// read the rows themselves.
pub const MAX_ATTRIBUTES: usize = 256;

/// Bytes of text in one column at most: their places are 32 bits wide.
pub const MAX_COLUMN_BYTES: usize = i32::MAX as usize;

/// The id's form of rows whose id is 128 bits and by which they are known, so that it is their key.
pub const ID_IS_KEY: &[u8] = b"key";

/// The id's form of rows whose id is kept as text.
pub const ID_IS_TEXT: &[u8] = b"text";

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

#[derive(Default)]
struct NumberBuilder {
    values: Vec<i64>,
    missing: Vec<u32>,
}

/// Gathers texts, row by row.
#[derive(Default)]
pub struct TextBuilder {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
    missing: Vec<u32>,
    has_too_much: bool,
}

impl Default for PartBuilder {
    fn default() -> Self {
        let fields = Field::all()
            .filter(|field| !matches!(field, Field::Time | Field::Source))
            .filter_map(|field| {
                let builder = match storage(field) {
                    Storage::None => return None,
                    Storage::Numbers => FieldBuilder::Numbers(NumberBuilder::default()),
                    Storage::Names => FieldBuilder::Names(NameBuilder::default()),
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
            max_column_bytes: MAX_COLUMN_BYTES,
            source: NameBuilder::default(),
            id_form: NameBuilder::default(),
        }
    }
}

impl PartBuilder {
    /// How many rows were pushed.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Columns that take less text than ours.
    #[cfg(test)]
    pub fn with_column_bytes(max_column_bytes: usize) -> Self {
        Self { max_column_bytes, ..Self::default() }
    }

    /// Bytes of text in all columns so far; what is left out counts too.
    pub fn text_bytes(&self) -> usize {
        self.text_bytes
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
        self.text_bytes += self.source.push(Some(source), max);
        let id = record.text(Field::RequestId);
        let has_key_id = id.and_then(|id| request_id::hex_key_of(id)) == Some(key);
        self.text_bytes += self.id_form.push(id.map(|_| if has_key_id { ID_IS_KEY } else { ID_IS_TEXT }), max);
        let row = self.rows as u32;
        for (field, builder) in &mut self.fields {
            let value = record.get(*field);
            match builder {
                FieldBuilder::Numbers(numbers) => numbers.push(row, value),
                FieldBuilder::Names(names) => {
                    self.text_bytes += match value {
                        None => names.push(None, max),
                        Some(Value::Text(text)) => names.push(Some(text), max),
                        Some(value) => names.push(Some(&value.bytes()), max),
                    };
                }
                FieldBuilder::Text(texts) => {
                    let text = match value {
                        Some(Value::Text(text)) if *field != Field::RequestId || !has_key_id => Some(text.as_ref()),
                        _ => None,
                    };
                    self.text_bytes += text.map_or(0, |t| t.len());
                    texts.push(row, text.map(|t| &**t), max);
                }
            }
        }
        for (path, text) in &record.attributes {
            if let Some(names) = self.attributes.get_mut(path.as_ref()) {
                self.text_bytes += names.push_at(self.rows, text, max);
            } else if self.attributes.len() < MAX_ATTRIBUTES {
                let mut names = NameBuilder::default();
                self.text_bytes += path.len() + names.push_at(self.rows, text, max);
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
    pub fn finish(mut self, drop: Option<&Bits>) -> Result<PartColumns, EngineError> {
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
        let mut keys: Vec<(u128, u32)> =
            order.iter().enumerate().map(|(row, from)| (self.keys[*from as usize], row as u32)).collect();
        keys.sort_unstable();
        let order = (!as_pushed).then_some(order.as_slice());
        let (mut columns, mut hashes) = (Vec::new(), Vec::new());
        for (field, builder) in self.fields {
            let id = ColumnId::Field(field);
            let column = match builder {
                FieldBuilder::Numbers(numbers) => Ok(numbers.finish(field, order, rows)),
                FieldBuilder::Names(names) => names.finish(self.rows, order),
                FieldBuilder::Text(texts) => texts.finish(order, rows),
            };
            let column = column.map_err(|error| EngineError::Question(format!("{}: {error}", field.name())))?;
            let (column, list) = hash_list::finish(&id, column);
            hashes.extend(list.map(|list| (id.clone(), list)));
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
            hashes,
        })
    }
}

/// Rows that have a value, from the rows that have none.
fn valid_bits(missing: &[u32], rows: usize, order: Option<&[u32]>) -> Option<Bits> {
    if missing.is_empty() {
        return None;
    }
    let total = order.map_or(rows, |order| order.iter().max().map_or(0, |max| *max as usize + 1));
    let mut pushed = Bits::all(total.max(rows));
    for row in missing {
        if (*row as usize) < pushed.len() {
            pushed.unset(*row as usize);
        }
    }
    match order {
        None => Some(pushed),
        Some(order) => {
            let mut bits = Bits::none(rows);
            for (row, from) in order.iter().enumerate() {
                if pushed.get(*from as usize) {
                    bits.set(row);
                }
            }
            Some(bits)
        }
    }
}

impl NumberBuilder {
    fn push(&mut self, row: u32, value: Option<&Value<'_>>) {
        let number = match value {
            Some(Value::Integer(number)) => *number,
            Some(Value::Duration(nanos)) => i64::try_from(*nanos).unwrap_or(i64::MAX),
            Some(Value::Time(moment)) => moment.at.0,
            _ => {
                self.missing.push(row);
                0
            }
        };
        self.values.push(number);
    }

    fn finish(self, field: Field, order: Option<&[u32]>, rows: usize) -> Column {
        if self.missing.len() == self.values.len() {
            return Column::Absent;
        }
        let scales: &[i64] = match field.kind() {
            Kind::Duration => &[NANOS_PER_MS as i64, 1_000, 1],
            _ => &[1],
        };
        let valid = valid_bits(&self.missing, rows, order);
        let values = match order {
            None => self.values,
            Some(order) => order.iter().map(|row| self.values[*row as usize]).collect(),
        };
        Column::Numbers(Numbers::pack(&values, valid, scales))
    }
}

impl TextBuilder {
    /// Adds a row's text; `row` is its number.
    pub fn push(&mut self, row: u32, text: Option<&[u8]>, max: usize) {
        // What has too much already takes no more.
        self.offsets.push(offset(self.bytes.len()).unwrap_or(i32::MAX));
        match text {
            Some(text) if self.bytes.len() + text.len() <= max => self.bytes.extend_from_slice(text),
            Some(_) => self.has_too_much = true,
            None => self.missing.push(row),
        }
    }

    /// The column, its rows in an order.
    pub fn finish(mut self, order: Option<&[u32]>, rows: usize) -> Result<Column, TooMuchText> {
        if self.has_too_much {
            return Err(TooMuchText);
        }
        if self.missing.len() == self.offsets.len() {
            return Ok(Column::Absent);
        }
        let valid = valid_bits(&self.missing, rows, order);
        self.offsets.push(offset(self.bytes.len())?);
        let texts = match order {
            None => Dictionary::new(Buffer::from_slice(&self.offsets), Buffer::from_slice(&self.bytes), rows),
            Some(order) => Dictionary::from_texts(order.iter().map(|row| {
                let row = *row as usize;
                &self.bytes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
            }))?,
        };
        Ok(Column::Text(Text::in_memory(texts, valid)))
    }
}

/// Gives each different text a number.
#[derive(Default)]
pub struct NameBuilder {
    codes: Vec<u32>,
    offsets: Vec<u32>,
    bytes: Vec<u8>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    has_too_much: bool,
}

impl NameBuilder {
    fn name(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let end = self.offsets.get(code + 1).map_or(self.bytes.len(), |end| *end as usize);
        &self.bytes[self.offsets[code] as usize..end]
    }

    fn code(&mut self, text: &[u8], max: usize) -> u32 {
        // Traffic repeats itself: the last row's name is often this row's.
        if let Some(last) = self.codes.last()
            && *last != u32::MAX
            && self.name(*last) == text
        {
            return *last;
        }
        let hash = self.hasher.hash_one(text);
        if let Some(code) = self.table.find(hash, |code| self.name(*code) == text) {
            return *code;
        }
        if self.bytes.len() + text.len() > max {
            self.has_too_much = true;
            return u32::MAX;
        }
        let code = self.offsets.len() as u32;
        self.offsets.push(self.bytes.len() as u32);
        self.bytes.extend_from_slice(text);
        let (offsets, bytes, hasher) = (&self.offsets, &self.bytes, &self.hasher);
        self.table.insert_unique(hash, code, |code| {
            let code = *code as usize;
            let end = offsets.get(code + 1).map_or(bytes.len(), |end| *end as usize);
            hasher.hash_one(&bytes[offsets[code] as usize..end])
        });
        code
    }

    /// Adds the text of the next row. Gives how many bytes were new.
    fn push(&mut self, text: Option<&[u8]>, max: usize) -> usize {
        let before = self.bytes.len();
        let code = text.map_or(u32::MAX, |text| self.code(text, max));
        self.codes.push(code);
        self.bytes.len() - before
    }

    /// Adds the text of a row; rows before it without one are filled up. A second text of one row
    /// is ignored: names of attributes are unique in a record.
    fn push_at(&mut self, row: usize, text: &[u8], max: usize) -> usize {
        if self.codes.len() > row {
            return 0;
        }
        self.codes.resize(row, u32::MAX);
        self.push(Some(text), max)
    }

    fn finish(mut self, rows: usize, order: Option<&[u32]>) -> Result<Column, TooMuchText> {
        if self.has_too_much {
            return Err(TooMuchText);
        }
        self.codes.resize(rows, u32::MAX);
        let codes: Cow<'_, [u32]> = match order {
            None => Cow::Borrowed(&self.codes),
            Some(order) => Cow::Owned(order.iter().map(|row| self.codes[*row as usize]).collect()),
        };
        if codes.iter().all(|code| *code == u32::MAX) {
            return Ok(Column::Absent);
        }
        // Sorted names: codes compare as their names do. Names of dropped rows go.
        let mut used = vec![false; self.offsets.len()];
        for code in codes.iter().filter(|code| **code != u32::MAX) {
            used[*code as usize] = true;
        }
        let mut sorted: Vec<u32> = (0..self.offsets.len() as u32).filter(|code| used[*code as usize]).collect();
        sorted.sort_unstable_by(|a, b| self.name(*a).cmp(self.name(*b)));
        let mut renumbered = vec![u32::MAX; self.offsets.len()];
        for (new, old) in sorted.iter().enumerate() {
            renumbered[*old as usize] = new as u32;
        }
        let dictionary = Dictionary::from_texts(sorted.iter().map(|code| self.name(*code)))?;
        let codes: Vec<u32> =
            codes.iter().map(|code| if *code == u32::MAX { u32::MAX } else { renumbered[*code as usize] }).collect();
        Ok(Column::Names(Names::pack(&codes, dictionary)))
    }
}
