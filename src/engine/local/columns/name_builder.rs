//! A column of names in the making: each different text gets a number.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::base::bytes::is_same;

use super::column::{Column, Dictionary, Names, TooMuchText};
use super::column_builders::reserve;
use super::short_names::{ShortNames, ShortText, rank_of_long};

/// Stands for "no value".
const NONE: u32 = u32::MAX;

/// In the numbers of texts that are not short, until those of all are known.
const LONG: u32 = 1 << 31;

/// Gives each different text a number.
pub struct NameBuilder {
    codes: Vec<u32>,
    short: ShortNames,
    /// Where each text begins and ends that is not short.
    places: Vec<(u32, u32)>,
    bytes: Vec<u8>,
    table: HashTable<Entry>,
    hasher: DefaultHashBuilder,
    /// How long all different texts are together, and may be.
    text_bytes: usize,
    max: usize,
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
    /// Without rows. Takes so many bytes of different texts.
    pub fn new(max: usize) -> Self {
        Self {
            codes: Vec::new(),
            short: ShortNames::default(),
            places: Vec::new(),
            bytes: Vec::new(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            text_bytes: 0,
            max,
            has_too_much: false,
        }
    }

    fn long_name(&self, number: u32) -> &[u8] {
        let (start, end) = self.places[number as usize];
        &self.bytes[start as usize..end as usize]
    }

    fn long_code(&mut self, text: &[u8]) -> u32 {
        let (start, end) = (self.bytes.len() as u32, (self.bytes.len() + text.len()) as u32);
        let code = self.places.len() as u32 | LONG;
        let new = Entry { hash: self.hasher.hash_one(text) as u32, code, start, end };
        let is_text = |entry: &Entry| {
            entry.hash == new.hash && is_same(&self.bytes[entry.start as usize..entry.end as usize], text)
        };
        if let Some(known) = self.table.find(new.spread(), is_text) {
            return known.code;
        }
        if self.text_bytes + text.len() > self.max {
            self.has_too_much = true;
            return NONE;
        }
        self.text_bytes += text.len();
        self.bytes.extend_from_slice(text);
        self.places.push((start, end));
        self.table.insert_unique(new.spread(), new, |entry| entry.spread());
        new.code
    }

    /// Adds the text of a row; rows before it without one are filled up. A second text of one row
    /// is ignored: names of attributes are unique in a record. Gives how many bytes were found to be
    /// new.
    pub fn push(&mut self, row: usize, text: &[u8]) -> usize {
        if self.codes.len() > row {
            return 0;
        }
        self.codes.resize(row, NONE);
        let before = self.text_bytes;
        let code = match ShortText::new(text) {
            // Where there is one name only, it is this row's. Where there are more, whether the last row's
            // is this row's cannot be foreseen, and a wrong guess of the processor costs more than looking.
            Some(text) if self.short.is_only(text) => 0,
            Some(text) => {
                self.codes.push(NONE);
                if self.short.wait(row as u32, text) {
                    self.settle();
                }
                return self.text_bytes - before;
            }
            None => self.long_code(text),
        };
        self.codes.push(code);
        self.text_bytes - before
    }

    /// Makes room for so many rows, if there are any.
    pub fn reserve(&mut self, rows: usize) {
        reserve(&mut self.codes, rows);
    }

    fn settle(&mut self) {
        let settled = self.short.settle(&mut self.codes, self.max.saturating_sub(self.text_bytes));
        self.text_bytes += settled.new_bytes;
        self.has_too_much |= settled.has_too_much;
    }

    /// The column of so many rows, those of an order of them if there is one.
    pub fn finish(mut self, rows: usize, order: Option<&[u32]>) -> Result<Column, TooMuchText> {
        self.settle();
        if self.has_too_much {
            return Err(TooMuchText);
        }
        self.codes.resize(rows, NONE);
        if !self.places.is_empty() {
            let first_long = self.short.names().len() as u32;
            for code in self.codes.iter_mut().filter(|code| **code & LONG != 0 && **code != NONE) {
                *code = (*code & !LONG) + first_long;
            }
        }
        let codes: Cow<'_, [u32]> = match order {
            None => Cow::Borrowed(&self.codes),
            Some(order) => Cow::Owned(order.iter().map(|row| self.codes[*row as usize]).collect()),
        };
        if codes.iter().all(|code| *code == NONE) {
            return Ok(Column::Absent);
        }
        // Names of dropped rows go.
        let names = self.short.names().len() + self.places.len();
        let mut used = vec![order.is_none(); names];
        if order.is_some() {
            for code in codes.iter().filter(|code| **code != NONE) {
                used[*code as usize] = true;
            }
        }
        let sorted = self.sorted((0..names as u32).filter(|code| used[*code as usize]));
        let mut renumbered = vec![NONE; names];
        for (new, (_, old)) in sorted.iter().enumerate() {
            renumbered[*old as usize] = new as u32;
        }
        let dictionary = Dictionary::from_texts(sorted.iter().map(|(_, code)| self.name(*code)))?;
        let codes = codes.iter().map(|code| renumbered.get(*code as usize).copied().unwrap_or(NONE));
        Ok(Column::Names(Names::from_codes(codes, dictionary)))
    }

    /// A text by its final number: those that are not short come behind.
    fn name(&self, code: u32) -> &[u8] {
        let short = self.short.names();
        match short.get(code as usize) {
            Some(short) => short.bytes(),
            None => self.long_name(code - short.len() as u32),
        }
    }

    /// Codes in the order of their names, so that codes compare as names do; each with a number for
    /// the beginning of its name, which nearly always decides.
    fn sorted(&self, codes: impl Iterator<Item = u32>) -> Vec<(u128, u32)> {
        let short = self.short.names();
        let rank = |code: u32| match short.get(code as usize) {
            Some(short) => short.rank(),
            None => rank_of_long(self.name(code)),
        };
        let mut sorted: Vec<(u128, u32)> = codes.map(|code| (rank(code), code)).collect();
        sorted.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| self.name(*one).cmp(self.name(*other))));
        sorted
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn texts() -> impl Strategy<Value = Vec<Option<Vec<u8>>>> {
        let text = proptest::collection::vec(prop_oneof![0_u8..2, b'a'..b'c'], 0..20);
        let many = (0..200_u32).prop_map(|number| number.to_string().into_bytes());
        proptest::collection::vec(proptest::option::weighted(0.9, prop_oneof![text, many]), 0..400)
    }

    proptest! {
        #[test]
        fn each_row_has_its_text(
            texts in texts(),
            keep in proptest::option::of(1..4_u32),
        ) {
            let mut builder = NameBuilder::new(usize::MAX);
            let mut new_bytes = 0;
            for (row, text) in texts.iter().enumerate() {
                new_bytes += text.as_ref().map_or(0, |text| builder.push(row, text));
            }
            let all: BTreeSet<&[u8]> = texts.iter().flatten().map(Vec::as_slice).collect();
            prop_assert!(new_bytes <= all.iter().map(|text| text.len()).sum());
            let order: Option<Vec<u32>> =
                keep.map(|keep| (0..texts.len() as u32).rev().filter(|row| row % keep == 0).collect());
            let kept: Vec<Option<&[u8]>> = match &order {
                None => texts.iter().map(Option::as_deref).collect(),
                Some(order) => order.iter().map(|row| texts[*row as usize].as_deref()).collect(),
            };
            let expected: BTreeSet<&[u8]> = kept.iter().flatten().copied().collect();
            match builder.finish(texts.len(), order.as_deref()).expect("little text") {
                Column::Names(names) => {
                    prop_assert!(names.dictionary.iter().eq(expected.iter().copied()));
                    let found: Vec<_> = (0..kept.len()).map(|row| names.get(row)).collect();
                    prop_assert_eq!(found, kept);
                }
                _ => prop_assert!(expected.is_empty()),
            }
        }
    }

    #[test]
    fn too_much_is_too_much() {
        let finish = |max: usize, texts: &[&str]| {
            let mut builder = NameBuilder::new(max);
            for (row, text) in texts.iter().enumerate() {
                builder.push(row, text.as_bytes());
            }
            builder.finish(texts.len(), None).is_ok()
        };
        let long = "a".repeat(20);
        assert!(finish(26, &["abc", "abc", &long, "def", &long]));
        assert!(!finish(25, &["abc", "abc", &long, "def", &long]));
        assert!(!finish(25, &["abc", "def", &long]));
        assert!(!finish(5, &["abc", "def"]));
    }
}
