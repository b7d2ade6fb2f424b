//! Sets of rows, one bit each.

/// A set of row numbers below a fixed length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No row of so many.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every row of so many.
    pub fn all(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.trim();
        bits
    }

    /// From bytes with the lowest bit first, as Arrow writes validity.
    pub fn from_bytes(bytes: &[u8], len: usize) -> Self {
        let mut words = vec![0_u64; len.div_ceil(64)];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks(8)) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            *word = u64::from_le_bytes(eight);
        }
        let mut bits = Self { words, len };
        bits.trim();
        bits
    }

    /// As bytes with the lowest bit first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(self.len.div_ceil(8));
        bytes
    }

    fn trim(&mut self) {
        if let (Some(last), rest @ 1..) = (self.words.last_mut(), self.len % 64) {
            *last &= (1 << rest) - 1;
        }
    }

    /// How many rows there are, in the set or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether any row is in it.
    pub fn has_any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// The 64 rows of each word; bits beyond the length are zero.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether a row is in the set.
    #[inline]
    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// The same of any number, as a damaged file may name one.
    #[inline]
    pub fn has(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// Puts a row in.
    #[inline]
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Takes a row out.
    pub fn unset(&mut self, row: usize) {
        self.words[row / 64] &= !(1 << (row % 64));
    }

    /// Fills the set, 64 rows at a time: `word(first_row)` gives the bits of that row and the
    /// 63 behind it.
    pub fn from_words(len: usize, word: impl FnMut(usize) -> u64) -> Self {
        let mut bits = Self { words: (0..len).step_by(64).map(word).collect(), len };
        bits.trim();
        bits
    }

    /// Keeps only rows that are in the other set too.
    pub fn and(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Keeps only rows that are in a larger set, of which this one's begin at a row that is a multiple of 64.
    pub fn and_at(&mut self, other: &Self, first: usize) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words[first / 64..]) {
            *mine &= theirs;
        }
    }

    /// Adds the rows that are not in a larger set, of which this one's begin at a row that is a multiple of 64.
    pub fn or_not_at(&mut self, other: &Self, first: usize) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words[first / 64..]) {
            *mine |= !theirs;
        }
        self.trim();
    }

    /// Adds the other set's rows.
    pub fn or(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// Takes the other set's rows out.
    pub fn and_not(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// The rows that are not in the set.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
    }

    /// Rows in the set from one row up to another.
    pub fn count(&self, from: usize, until: usize) -> usize {
        count_words(from, until, |word| self.words[word])
    }

    /// Rows that are in both sets, from one row up to another.
    pub fn count_and(&self, other: &Self, from: usize, until: usize) -> usize {
        count_words(from, until, |word| self.words[word] & other.words[word])
    }

    /// The row of the set that has so many of the set's rows before it, counting from a row.
    pub fn select(&self, from: usize, until: usize, nth: usize) -> Option<usize> {
        let mut left = nth;
        for_words(
            from,
            until,
            |word| self.words[word],
            |base, mut bits| {
                let here = bits.count_ones() as usize;
                if left >= here {
                    left -= here;
                    return None;
                }
                for _ in 0..left {
                    bits &= bits - 1;
                }
                Some(base + bits.trailing_zeros() as usize)
            },
        )
    }

    /// Calls for each row of the set in order, from one row up to another.
    #[inline]
    pub fn for_each(&self, from: usize, until: usize, mut call: impl FnMut(usize)) {
        let _: Option<()> = for_words(
            from,
            until,
            |word| self.words[word],
            |base, mut bits| {
                while bits != 0 {
                    call(base + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
                None
            },
        );
    }

    /// The last row of the set from one row up to another.
    pub fn last(&self, from: usize, until: usize) -> Option<usize> {
        let mut end = until;
        while end > from {
            let word = (end - 1) / 64;
            let base = word * 64;
            let mut bits = self.words[word];
            if end - base < 64 {
                bits &= (1 << (end - base)) - 1;
            }
            if base < from {
                bits &= u64::MAX << (from - base);
            }
            if bits != 0 {
                return Some(base + 63 - bits.leading_zeros() as usize);
            }
            end = base;
        }
        None
    }

    /// The first row of the set from one row up to another.
    pub fn first(&self, from: usize, until: usize) -> Option<usize> {
        self.select(from, until, 0)
    }
}

fn count_words(from: usize, until: usize, word: impl Fn(usize) -> u64) -> usize {
    let mut count = 0;
    let _: Option<()> = for_words(from, until, word, |_, bits| {
        count += bits.count_ones() as usize;
        None
    });
    count
}

/// Visits the words that hold rows `from..until`, cut at both ends, until one gives an answer.
#[inline]
fn for_words<T>(
    from: usize,
    until: usize,
    word: impl Fn(usize) -> u64,
    mut visit: impl FnMut(usize, u64) -> Option<T>,
) -> Option<T> {
    if from >= until {
        return None;
    }
    let (first, last) = (from / 64, (until - 1) / 64);
    for at in first..=last {
        let mut bits = word(at);
        if at == first {
            bits &= u64::MAX << (from % 64);
        }
        if at == last && !until.is_multiple_of(64) {
            bits &= (1 << (until % 64)) - 1;
        }
        if let Some(answer) = visit(at * 64, bits) {
            return Some(answer);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_list(
            flags in proptest::collection::vec(any::<bool>(), 1..300),
            ends in (0_usize..300, 0_usize..300),
            nth in 0_usize..40,
        ) {
            let len = flags.len();
            let (from, until) = (ends.0.min(ends.1).min(len), ends.0.max(ends.1).min(len));
            let mut bits = Bits::none(len);
            for (row, flag) in flags.iter().enumerate() {
                if *flag {
                    bits.set(row);
                }
            }
            let rows: Vec<usize> = (from..until).filter(|row| flags[*row]).collect();
            let mut visited = Vec::new();
            bits.for_each(from, until, |row| visited.push(row));
            prop_assert_eq!(&visited, &rows);
            prop_assert_eq!(bits.count(from, until), rows.len());
            prop_assert_eq!(bits.select(from, until, nth), rows.get(nth).copied());
            prop_assert_eq!(bits.last(from, until), rows.last().copied());
            prop_assert_eq!(bits.first(from, until), rows.first().copied());
            prop_assert_eq!(Bits::from_bytes(&bits.to_bytes(), len), bits.clone());
            let mut inverted = bits.clone();
            inverted.invert();
            prop_assert_eq!(inverted.count(0, len) + bits.count(0, len), len);
            prop_assert_eq!(inverted.count_and(&bits, 0, len), 0);
            let first = from / 64 * 64;
            let (mut kept, mut added) = (Bits::all(len - first), Bits::none(len - first));
            kept.and_at(&bits, first);
            added.or_not_at(&bits, first);
            for (row, flag) in flags[first..].iter().enumerate() {
                prop_assert_eq!((kept.get(row), added.get(row)), (*flag, !flag));
            }
        }
    }
}
