//! A column of names in the making: each different text gets a number.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::base::bytes::is_same;

use super::column::{Column, Dictionary, Names, TooMuchText};

/// Gives each different text a number.
#[derive(Default)]
pub struct NameBuilder {
    codes: Vec<u32>,
    /// Where each text begins and ends.
    places: Vec<(u32, u32)>,
    bytes: Vec<u8>,
    table: HashTable<Entry>,
    hasher: DefaultHashBuilder,
    has_too_much: bool,
}

/// A text's number, with what finds it: a table that grows need not look at texts again, and a text
/// that is compared is where the entry says.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    code: u32,
    start: u32,
    end: u32,
}

impl Entry {
    /// The table places by the lowest bits and compares the highest.
    fn spread(self) -> u64 {
        u64::from(self.hash) << 32 | u64::from(self.hash)
    }
}

impl NameBuilder {
    fn name(&self, code: u32) -> &[u8] {
        let (start, end) = self.places[code as usize];
        &self.bytes[start as usize..end as usize]
    }

    fn code(&mut self, text: &[u8], max: usize) -> u32 {
        // Where there is one name only, it is this row's. Where there are more, whether the last row's
        // is this row's cannot be foreseen, and a wrong guess of the processor costs more than looking.
        if self.places.len() == 1 && is_same(self.name(0), text) {
            return 0;
        }
        let (start, end) = (self.bytes.len() as u32, (self.bytes.len() + text.len()) as u32);
        let new = Entry { hash: self.hasher.hash_one(text) as u32, code: self.places.len() as u32, start, end };
        let is_text = |entry: &Entry| {
            entry.hash == new.hash && is_same(&self.bytes[entry.start as usize..entry.end as usize], text)
        };
        if let Some(known) = self.table.find(new.spread(), is_text) {
            return known.code;
        }
        if self.bytes.len() + text.len() > max {
            self.has_too_much = true;
            return u32::MAX;
        }
        self.bytes.extend_from_slice(text);
        self.places.push((start, end));
        self.table.insert_unique(new.spread(), new, |entry| entry.spread());
        new.code
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
        // Names of dropped rows go.
        let mut used = vec![order.is_none(); self.places.len()];
        if order.is_some() {
            for code in codes.iter().filter(|code| **code != u32::MAX) {
                used[*code as usize] = true;
            }
        }
        let sorted = self.sorted((0..self.places.len() as u32).filter(|code| used[*code as usize]));
        let mut renumbered = vec![u32::MAX; self.places.len()];
        for (new, (_, old)) in sorted.iter().enumerate() {
            renumbered[*old as usize] = new as u32;
        }
        let dictionary = Dictionary::from_texts(sorted.iter().map(|(_, code)| self.name(*code)))?;
        let codes = codes.iter().map(|code| renumbered.get(*code as usize).copied().unwrap_or(u32::MAX));
        Ok(Column::Names(Names::from_codes(codes, dictionary)))
    }

    /// Codes in the order of their names, so that codes compare as names do; each with the
    /// beginning of its name, which nearly always decides.
    fn sorted(&self, codes: impl Iterator<Item = u32>) -> Vec<([u8; 16], u32)> {
        let begin = |code| {
            let name = self.name(code);
            let mut begin = [0; 16];
            let length = name.len().min(begin.len());
            begin[..length].copy_from_slice(&name[..length]);
            begin
        };
        let mut sorted: Vec<([u8; 16], u32)> = codes.map(|code| (begin(code), code)).collect();
        sorted.sort_unstable_by(|(a, one), (b, other)| {
            let (a, b) = (u128::from_be_bytes(*a), u128::from_be_bytes(*b));
            a.cmp(&b).then_with(|| self.name(*one).cmp(self.name(*other)))
        });
        sorted
    }
}
