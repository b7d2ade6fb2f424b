//! The rows of a part that a question is about: as bits, and where they are few as a list, too.

use std::ops::Deref;
use std::sync::OnceLock;

use super::bits::Bits;

/// At most one of so many rows is wanted where a list is made: beyond it goes through the bits as fast.
const FEW: usize = 8;

/// Rows that pass. Several columns are counted along the same rows: where these are few, the bits
/// are gone through once, and all columns along the list.
#[derive(Debug, Clone)]
pub struct RowSet {
    bits: Bits,
    /// `None` where rows are many.
    list: OnceLock<Option<Vec<u32>>>,
    others: OnceLock<Box<RowSet>>,
}

impl RowSet {
    /// From bits.
    pub fn new(bits: Bits) -> Self {
        Self { bits, list: OnceLock::new(), others: OnceLock::new() }
    }

    /// As bits.
    pub fn bits(&self) -> &Bits {
        &self.bits
    }

    /// The rows that do not pass.
    pub fn others(&self) -> &RowSet {
        self.others.get_or_init(|| {
            let mut bits = self.bits.clone();
            bits.invert();
            Box::new(Self::new(bits))
        })
    }

    /// Makes what the first who goes through the rows, or through the others where these are fewer, would make.
    pub fn make_ready(&self) {
        let rows = if self.bits.count(0, self.bits.len()) * 2 > self.bits.len() { self.others() } else { self };
        rows.list();
    }

    /// Calls for each row of the set in order, from one row up to another.
    #[inline]
    pub fn for_each(&self, from: usize, until: usize, mut call: impl FnMut(usize)) {
        let Some(list) = self.list() else { return self.bits.for_each(from, until, call) };
        let place = |row: usize| list.partition_point(|listed| (*listed as usize) < row);
        // Nearly always all of them are wanted.
        let first = if from == 0 { 0 } else { place(from) };
        let end = if until >= self.bits.len() { list.len() } else { place(until) };
        for row in list.get(first..end).unwrap_or_default() {
            call(*row as usize);
        }
    }

    fn list(&self) -> Option<&[u32]> {
        let list = self.list.get_or_init(|| {
            let count = self.bits.count(0, self.bits.len());
            (count * FEW <= self.bits.len()).then(|| list_of(&self.bits, count))
        });
        list.as_deref()
    }
}

impl Deref for RowSet {
    type Target = Bits;

    fn deref(&self) -> &Bits {
        &self.bits
    }
}

/// The rows in order. How many a word has is not foreseen by the machine: four places are written
/// at once, whatever there is, and those behind the last are written over.
fn list_of(bits: &Bits, count: usize) -> Vec<u32> {
    const AT_ONCE: usize = 4;
    let mut list = vec![0_u32; count + AT_ONCE];
    let mut len = 0;
    for (place, word) in bits.words().iter().enumerate() {
        let (base, mut left, mut written) = (place as u32 * 64, *word, 0);
        if let Some(four) = list[len..].first_chunk_mut::<AT_ONCE>() {
            for slot in four {
                *slot = base + left.trailing_zeros();
                written += usize::from(left != 0);
                left &= left.wrapping_sub(1);
            }
        }
        len += written;
        while left != 0 {
            list[len] = base + left.trailing_zeros();
            left &= left - 1;
            len += 1;
        }
    }
    list.truncate(count);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_rows_and_many_are_visited_alike(
            len in 1_usize..700,
            seeds in proptest::collection::vec(0_usize..700, 0..120),
            ends in (0_usize..700, 0_usize..700),
        ) {
            let mut bits = Bits::none(len);
            seeds.iter().filter(|row| **row < len).for_each(|row| bits.set(*row));
            let (from, until) = (ends.0.min(ends.1).min(len), ends.0.max(ends.1).min(len));
            let set = RowSet::new(bits.clone());
            let (mut by_bits, mut by_set, mut others) = (Vec::new(), Vec::new(), Vec::new());
            bits.for_each(from, until, |row| by_bits.push(row));
            set.for_each(from, until, |row| by_set.push(row));
            prop_assert_eq!(&by_set, &by_bits);
            set.others().for_each(from, until, |row| others.push(row));
            let expected: Vec<usize> = (from..until).filter(|row| !bits.get(*row)).collect();
            prop_assert_eq!(others, expected);
        }
    }
}
