//! Columns in the making: numbers and texts, gathered row by row.

use crate::base::units::NANOS_PER_MS;
use crate::model::field::{Field, Kind};
use crate::model::value::Value;

use super::bits::Bits;
use super::buffer::Buffer;
use super::column::{Column, Dictionary, Numbers, TooMuchText, offset};
use super::text::Text;

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

/// Makes room for so many values, where there are any.
pub fn reserve<T>(values: &mut Vec<T>, count: usize) {
    if !values.is_empty() {
        values.reserve(count.saturating_sub(values.len()));
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

    /// Makes room for so many rows, if there are any.
    pub fn reserve(&mut self, rows: usize) {
        reserve(&mut self.values, rows);
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

    /// Makes room for so many rows, if there are any, with texts as long as theirs.
    pub fn reserve(&mut self, rows: usize) {
        let bytes = self.bytes.len() * rows / self.offsets.len().max(1);
        reserve(&mut self.bytes, bytes + bytes / 16);
        reserve(&mut self.offsets, rows + 1);
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
        self.bytes.shrink_to_fit();
        let texts = match order {
            None => Dictionary::new(Buffer::from_slice(&self.offsets), self.bytes, rows),
            Some(order) => Dictionary::from_texts(order.iter().map(|row| {
                let row = *row as usize;
                &self.bytes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
            }))?,
        };
        Ok(Column::Text(Text::in_memory(texts, valid)))
    }
}
