//! The values of a column by their hashes, in order: what counts values of which there are too many
//! to keep them.

use crate::base::hash::safe_hash128;
use crate::model::answer::counted_id;
use crate::model::field::Field;
use crate::model::request_id::NormalId;

use super::column::ColumnId;

/// Hashes in their order, each with a row that has it.
#[derive(Debug, Clone, Default)]
pub struct HashList {
    /// Hashes with their rows.
    pub entries: Vec<(u128, u32)>,
}

impl HashList {
    /// Of rows with their hashes, in any order.
    pub fn new(rows: impl ExactSizeIterator<Item = (u128, u32)> + Clone) -> Self {
        Self { entries: sorted_spread(rows, |(hash, _)| *hash) }
    }
}

/// The hash of a column's text: equal values have equal ones, however ids are written. Stable: it is
/// written to disk.
pub fn hash_of(id: &ColumnId, text: &[u8]) -> u128 {
    match id {
        ColumnId::Field(Field::RequestId) => hash_of_id(text),
        _ => safe_hash128(text),
    }
}

/// The hash of an id in any form; one that is 128 bits is its own, so that its text need not be read.
pub fn hash_of_id(id: &[u8]) -> u128 {
    match NormalId::new(id) {
        Some(id) if id.is_hex128() => id.key(),
        _ => safe_hash128(&counted_id(id)),
    }
}

/// Sorts what begins with a number that is spread evenly between the lowest and the highest, as
/// hashes are: it is dealt out by the number's upper bits, then few are sorted at a time. The
/// iterator is gone through several times.
pub fn sorted_spread<T: Copy + Ord>(
    rows: impl ExactSizeIterator<Item = T> + Clone,
    key: impl Fn(&T) -> u128,
) -> Vec<T> {
    const FEW: usize = 2;
    let keys = || rows.clone().map(|row| key(&row));
    let (Some(first), Some(low)) = (rows.clone().next(), keys().min()) else { return Vec::new() };
    let high = keys().max().unwrap_or(low);
    let bits = (rows.len() / FEW).checked_ilog2().unwrap_or(0);
    if bits == 0 {
        let mut few: Vec<T> = rows.collect();
        few.sort_unstable();
        return few;
    }
    let shift = (128 - (high - low).leading_zeros()).saturating_sub(bits);
    let bucket = |key: u128| ((key - low) >> shift) as usize;
    let mut next = vec![0_u32; (1 << bits) + 1];
    for key in keys() {
        next[bucket(key) + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut dealt = vec![first; rows.len()];
    for row in rows.clone() {
        let place = &mut next[bucket(key(&row))];
        dealt[*place as usize] = row;
        *place += 1;
    }
    // Each place has moved on to the end of its bucket.
    let mut first = 0;
    for end in next.iter().take(1 << bits) {
        if *end as usize > first + 1 {
            dealt[first..*end as usize].sort_unstable();
        }
        first = *end as usize;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn dealing_out_sorts(
            numbers in proptest::collection::vec(any::<u128>(), 0..300),
            shift in 0_u32..128,
            more in 0_usize..200,
        ) {
            // Close together, far apart, and many alike.
            let mut numbers: Vec<u128> = numbers.into_iter().map(|number| number >> shift).collect();
            numbers.extend(std::iter::repeat_n(numbers.first().copied().unwrap_or(u128::MAX), more));
            let mut expected = numbers.clone();
            expected.sort_unstable();
            prop_assert_eq!(sorted_spread(numbers.iter().copied(), |number| *number), expected);
        }
    }

    #[test]
    fn ids_are_equal_however_they_are_written() {
        let id = ColumnId::Field(Field::RequestId);
        assert_eq!(hash_of(&id, b"A-b"), hash_of(&id, b"ab"));
        assert_ne!(hash_of(&ColumnId::Field(Field::Path), b"A-b"), hash_of(&ColumnId::Field(Field::Path), b"ab"));
    }
}
