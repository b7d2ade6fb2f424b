//! Short texts with a number each. Most names are short, and of some fields there are so many
//! different ones that finding each again waits for memory: several are looked for side by side.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

/// Texts up to so many bytes are short.
const LONGEST: usize = 15;

/// So many texts wait to be looked for.
const WAITING: usize = 32;

/// Stands in the table where no text is.
const NONE: u32 = u32::MAX;

/// A short text, filled up with zeros, its length in the last byte: a number that is compared at once,
/// and in the order of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortText([u8; LONGEST + 1]);

impl ShortText {
    /// `None` of longer ones.
    #[inline]
    pub fn new(text: &[u8]) -> Option<Self> {
        let len = text.len();
        let shift = |bytes: usize| 8 * bytes as u32;
        // Its beginning and its end, which overlap.
        let bytes = match (text.first_chunk::<8>(), text.first_chunk::<4>()) {
            _ if len > LONGEST => return None,
            (Some(first), _) => {
                let last = *text.last_chunk::<8>()?;
                u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(last)) << shift(len - 8)
            }
            (None, Some(first)) => {
                let last = *text.last_chunk::<4>()?;
                u128::from(
                    u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(last)) << shift(len - 4),
                )
            }
            (None, None) => text.iter().rev().fold(0, |bytes, byte| bytes << 8 | u128::from(*byte)),
        };
        Some(Self((bytes | (len as u128) << shift(LONGEST)).to_le_bytes()))
    }

    /// The text.
    pub fn bytes(&self) -> &[u8] {
        let (len, bytes) = self.0.split_last().expect("it has sixteen bytes");
        &bytes[..usize::from(*len)]
    }

    /// A number in the order of the texts.
    pub fn rank(self) -> u128 {
        u128::from_be_bytes(self.0)
    }
}

/// A number that orders a text that is not short among short ones; those with the same first bytes
/// have the same.
pub fn rank_of_long(text: &[u8]) -> u128 {
    let mut bytes = [u8::MAX; LONGEST + 1];
    let len = text.len().min(LONGEST);
    bytes[..len].copy_from_slice(&text[..len]);
    u128::from_be_bytes(bytes)
}

/// Gives each different short text a number.
#[derive(Default)]
pub struct ShortNames {
    names: Vec<ShortText>,
    /// The number of the text that belongs here by its hash, or in the next free place.
    table: Vec<u32>,
    hasher: DefaultHashBuilder,
    /// Rows with texts that have no number yet.
    waiting: Vec<(u32, ShortText)>,
}

/// What came of looking for those that waited.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settled {
    /// Bytes of texts that were not there before.
    pub new_bytes: usize,
    /// Whether there was no room for one.
    pub has_too_much: bool,
}

impl ShortNames {
    /// The different texts by their numbers.
    pub fn names(&self) -> &[ShortText] {
        &self.names
    }

    /// Whether there is no other than this one, so that it need not be looked for: its number is 0.
    #[inline]
    pub fn is_only(&self, text: ShortText) -> bool {
        self.names.len() == 1 && self.names[0] == text
    }

    /// Takes the text of a row, which gets its number later. Says whether enough wait.
    #[inline]
    pub fn wait(&mut self, row: u32, text: ShortText) -> bool {
        self.waiting.push((row, text));
        self.waiting.len() == WAITING
    }

    /// Gives the rows that wait the numbers of their texts. There is room for so many bytes of new ones.
    pub fn settle(&mut self, codes: &mut [u32], room: usize) -> Settled {
        let mut settled = Settled::default();
        if self.table.is_empty() {
            self.table = vec![NONE; 2 * WAITING];
        }
        let waiting = std::mem::take(&mut self.waiting);
        // No step depends on the one before, so that the processor fetches many places at once.
        let mut guesses = [NONE; WAITING];
        for (guess, (_, text)) in guesses.iter_mut().zip(&waiting) {
            *guess = self.table[self.place(*text)];
        }
        let mut is_known = [false; WAITING];
        for ((is_known, guess), (_, text)) in is_known.iter_mut().zip(&guesses).zip(&waiting) {
            *is_known = self.names.get(*guess as usize) == Some(text);
        }
        for ((is_known, guess), (row, text)) in is_known.iter().zip(&guesses).zip(&waiting) {
            codes[*row as usize] = if *is_known { *guess } else { self.number(*text, room, &mut settled) };
        }
        self.waiting = waiting;
        self.waiting.clear();
        settled
    }

    /// Where a text belongs.
    #[inline]
    fn place(&self, text: ShortText) -> usize {
        self.hasher.hash_one(u128::from_le_bytes(text.0)) as usize & (self.table.len() - 1)
    }

    fn number(&mut self, text: ShortText, room: usize, settled: &mut Settled) -> u32 {
        let mut place = self.place(text);
        while self.table[place] != NONE {
            let number = self.table[place];
            if self.names[number as usize] == text {
                return number;
            }
            place = (place + 1) & (self.table.len() - 1);
        }
        let new_bytes = settled.new_bytes + text.bytes().len();
        if new_bytes > room {
            settled.has_too_much = true;
            return NONE;
        }
        settled.new_bytes = new_bytes;
        let number = self.names.len() as u32;
        self.table[place] = number;
        self.names.push(text);
        if self.names.len() * 2 > self.table.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        self.table = vec![NONE; 4 * self.table.len()];
        for (number, text) in self.names.iter().enumerate() {
            let mut place = self.place(*text);
            while self.table[place] != NONE {
                place = (place + 1) & (self.table.len() - 1);
            }
            self.table[place] = number as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ranks_are_in_the_order_of_texts(
            one in proptest::collection::vec(prop_oneof![0_u8..2, Just(0xff)], 0..20),
            other in proptest::collection::vec(prop_oneof![0_u8..2, Just(0xff)], 0..20),
        ) {
            let rank = |text: &[u8]| ShortText::new(text).map_or_else(|| rank_of_long(text), ShortText::rank);
            let both_are_long = one.len().min(other.len()) > LONGEST;
            if !(both_are_long && one[..LONGEST] == other[..LONGEST]) {
                prop_assert_eq!(rank(&one).cmp(&rank(&other)), one.cmp(&other));
            }
            prop_assert_eq!(ShortText::new(&one).is_some(), one.len() <= LONGEST);
            if let Some(short) = ShortText::new(&one) {
                prop_assert_eq!(short.bytes(), one);
            }
        }
    }
}
