//! Columns in the making: numbers, names and texts, gathered row by row.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::base::units::NANOS_PER_MS;
use crate::model::field::{Field, Kind};
use crate::model::value::Value;

use super::bits::Bits;
use super::buffer::Buffer;
use super::column::{Column, Dictionary, Names, Numbers, Text, TooMuchText, offset};

/// Gathers numbers, row by row.
#[derive(Default)]
pub struct NumberBuilder {
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
    /// Adds a row's number; rows before it without one are filled up.
    pub fn push(&mut self, row: usize, value: &Value<'_>) {
        let number = match value {
            Value::Integer(number) => *number,
            Value::Duration(nanos) => i64::try_from(*nanos).unwrap_or(i64::MAX),
            Value::Time(moment) => moment.at.0,
            Value::Boolean(_) | Value::Outcome(_) | Value::Text(_) => return,
        };
        self.fill(row);
        self.values.push(number);
    }

    /// Rows up to this one have no number.
    fn fill(&mut self, row: usize) {
        self.missing.extend(self.values.len() as u32..row as u32);
        self.values.resize(row, 0);
    }

    /// The column of so many rows, those of an order of them if there is one.
    pub fn finish(mut self, field: Field, rows: usize, order: Option<&[u32]>) -> Column {
        self.fill(rows);
        let rows = order.map_or(rows, <[u32]>::len);
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
    /// Adds a row's text, if it has one; rows before it without one are filled up.
    pub fn push(&mut self, row: u32, text: Option<&[u8]>, max: usize) {
        let Some(text) = text else { return };
        self.fill(row as usize);
        // What has too much already takes no more.
        self.offsets.push(self.end());
        if self.bytes.len() + text.len() <= max {
            self.bytes.extend_from_slice(text);
        } else {
            self.has_too_much = true;
        }
    }

    fn end(&self) -> i32 {
        offset(self.bytes.len()).unwrap_or(i32::MAX)
    }

    /// Rows up to this one have no text.
    fn fill(&mut self, row: usize) {
        self.missing.extend(self.offsets.len() as u32..row as u32);
        self.offsets.resize(row, self.end());
    }

    /// The column of so many rows, those of an order of them if there is one.
    pub fn finish(mut self, order: Option<&[u32]>, rows: usize) -> Result<Column, TooMuchText> {
        self.fill(rows);
        let rows = order.map_or(rows, <[u32]>::len);
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
        Ok(Column::Text(Text { texts: Arc::new(texts), valid }))
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

    /// Adds the text of a row; rows before it without one are filled up. A second text of one row
    /// is ignored: names of attributes are unique in a record. Gives how many bytes were new.
    pub fn push(&mut self, row: usize, text: &[u8], max: usize) -> usize {
        if self.codes.len() > row {
            return 0;
        }
        self.codes.resize(row, u32::MAX);
        let before = self.bytes.len();
        let code = self.code(text, max);
        self.codes.push(code);
        self.bytes.len() - before
    }

    /// The column of so many rows, those of an order of them if there is one.
    pub fn finish(mut self, rows: usize, order: Option<&[u32]>) -> Result<Column, TooMuchText> {
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
