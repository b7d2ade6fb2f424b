//! The values of a column by their hashes, in order: what counts values of which there are too many
//! to keep them.

use crate::base::hash::safe_hash128;
use crate::model::field::Field;

use super::column::{Column, ColumnId, Dictionary, Names};
use crate::engine::local::answer::values::hash_of_id;

/// Hashes in their order, each with a row that has it.
#[derive(Debug, Clone, Default)]
pub struct HashList {
    /// Hashes with their rows.
    pub entries: Vec<(u128, u32)>,
}

impl HashList {
    /// Of rows with their hashes, in any order.
    pub fn new(mut rows: Vec<(u128, u32)>) -> Self {
        sort_spread(&mut rows, |(hash, _)| *hash);
        Self { entries: rows }
    }

    /// How many different hashes there are.
    pub fn distinct(&self) -> usize {
        self.entries.chunk_by(|a, b| a.0 == b.0).count()
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

/// A column as it is kept. Texts of which there are few different ones are kept as names; of others
/// the hashes are taken down.
pub fn finish(id: &ColumnId, column: Column) -> (Column, Option<HashList>) {
    let Column::Text(text) = &column else { return (column, None) };
    let Some(texts) = text.dictionary() else { return (column, None) };
    let rows = (0..texts.len()).filter(|row| text.has(*row));
    let list = HashList::new(rows.map(|row| (hash_of(id, texts.get(row)), row as u32)).collect());
    let is_id = matches!(id, ColumnId::Field(Field::RequestId));
    // Ids that are equal may be written differently.
    if !is_id && list.distinct() * REPEATED <= list.entries.len() {
        return (names_of(texts, &list), None);
    }
    (column, Some(list))
}

/// Texts of which each is there so often, as a rule, are kept as names.
const REPEATED: usize = 8;

/// Texts as names: the rows of a hash have one name.
fn names_of(texts: &Dictionary, list: &HashList) -> Column {
    let mut names: Vec<&[(u128, u32)]> = list.entries.chunk_by(|a, b| a.0 == b.0).collect();
    let text = |rows: &[(u128, u32)]| texts.get(rows[0].1 as usize);
    names.sort_unstable_by_key(|rows| text(rows));
    let mut codes = vec![u32::MAX; texts.len()];
    for (code, rows) in names.iter().enumerate() {
        rows.iter().for_each(|(_, row)| codes[*row as usize] = code as u32);
    }
    let dictionary = Dictionary::from_texts(names.iter().map(|rows| text(rows)));
    Column::Names(Names::from_codes(codes.into_iter(), dictionary.expect("fewer texts than fitted before")))
}

/// Sorts what begins with a number that is spread evenly between the lowest and the highest, as
/// hashes are: it is dealt out by the number's upper bits, then few are sorted at a time.
pub fn sort_spread<T: Copy + Ord>(rows: &mut Vec<T>, key: impl Fn(&T) -> u128) {
    const FEW: usize = 2;
    let Some(low) = rows.iter().map(&key).min() else { return };
    let high = rows.iter().map(&key).max().unwrap_or(low);
    let bits = (rows.len() / FEW).checked_ilog2().unwrap_or(0);
    if bits == 0 {
        rows.sort_unstable();
        return;
    }
    let shift = (128 - (high - low).leading_zeros()).saturating_sub(bits);
    let bucket = |row: &T| ((key(row) - low) >> shift) as usize;
    let mut next = vec![0_u32; (1 << bits) + 1];
    for row in rows.iter() {
        next[bucket(row) + 1] += 1;
    }
    for at in 1..next.len() {
        next[at] += next[at - 1];
    }
    let mut dealt = rows.clone();
    for row in rows.iter() {
        let place = &mut next[bucket(row)];
        dealt[*place as usize] = *row;
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
    *rows = dealt;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn different_hashes_are_counted_once() {
        let hash = |row: u32| safe_hash128(&(row % 7_000).to_le_bytes());
        assert_eq!(HashList::new((0..20_000).map(|row| (hash(row), row)).collect()).distinct(), 7_000);
        assert_eq!(HashList::new(Vec::new()).distinct(), 0);
    }

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
            sort_spread(&mut numbers, |number| *number);
            prop_assert_eq!(numbers, expected);
        }
    }

    #[test]
    fn ids_are_equal_however_they_are_written() {
        let id = ColumnId::Field(Field::RequestId);
        assert_eq!(hash_of(&id, b"A-b"), hash_of(&id, b"ab"));
        assert_ne!(hash_of(&ColumnId::Field(Field::Path), b"A-b"), hash_of(&ColumnId::Field(Field::Path), b"ab"));
    }
}
