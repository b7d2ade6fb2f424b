//! The values of a column by their hashes, in order: what counts values of which there are too many
//! to keep them.

use hashbrown::HashMap;

use crate::base::hash::safe_hash128;
use crate::model::answer::counted_id;
use crate::model::field::Field;
use crate::model::request_id::NormalId;

use super::column::{Column, ColumnId, Dictionary, Names};
use super::text::Text;

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

/// A column as it is kept. Texts of which there are few different ones are kept as names; of others
/// the hashes are taken down.
pub fn finish(id: &ColumnId, column: Column) -> (Column, Option<HashList>) {
    let Column::Text(text) = &column else { return (column, None) };
    let Some(texts) = text.dictionary() else { return (column, None) };
    // Ids that are equal may be written differently.
    let is_id = matches!(id, ColumnId::Field(Field::RequestId));
    if let Some(names) = if is_id { None } else { as_names(text, texts) } {
        return (names, None);
    }
    let rows: Vec<u32> = (0..texts.len() as u32).filter(|row| text.has(*row as usize)).collect();
    let hashes: Vec<u128> = rows.iter().map(|row| hash_of(id, texts.get(*row as usize))).collect();
    let list = HashList::new(hashes.iter().copied().zip(rows.iter().copied()));
    (column, Some(list))
}

/// Texts of which each is there so often, as a rule, are kept as names.
const REPEATED: usize = 8;

/// So many rows are looked at before texts can turn out to be too many for names.
const LOOKED_AT: usize = if cfg!(test) { 16 } else { 4096 };

/// Texts as names, where each is there often enough.
fn as_names(text: &Text, texts: &Dictionary) -> Option<Column> {
    let (mut known, mut codes, mut seen) = (HashMap::new(), vec![u32::MAX; texts.len()], 0);
    for row in (0..texts.len()).filter(|row| text.has(*row)) {
        seen += 1;
        let next = known.len() as u32;
        codes[row] = *known.entry(texts.get(row)).or_insert(next);
        if known.len() * REPEATED > seen.max(LOOKED_AT) {
            return None;
        }
    }
    if known.len() * REPEATED > seen {
        return None;
    }
    let mut names: Vec<(&[u8], u32)> = known.into_iter().collect();
    names.sort_unstable();
    let mut renumbered = vec![0; names.len()];
    for (new, (_, old)) in names.iter().enumerate() {
        renumbered[*old as usize] = new as u32;
    }
    let dictionary = Dictionary::from_texts(names.iter().map(|(name, _)| *name)).ok()?;
    let codes = codes.iter().map(|code| renumbered.get(*code as usize).copied().unwrap_or(u32::MAX));
    Some(Column::Names(Names::from_codes(codes, dictionary)))
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
    use crate::engine::local::columns::builder::TextBuilder;
    use proptest::prelude::*;

    fn finished(texts: &[Option<&str>]) -> Column {
        let mut builder = TextBuilder::default();
        for (row, text) in texts.iter().enumerate() {
            builder.push(row as u32, text.map(str::as_bytes), usize::MAX);
        }
        finish(&ColumnId::Field(Field::Path), builder.finish(None, texts.len()).expect("little text")).0
    }

    #[test]
    fn texts_that_are_there_often_are_names() {
        let texts: Vec<_> = (0..48).map(|row| [Some("b"), None, Some("a")][row % 3]).collect();
        let Column::Names(names) = finished(&texts) else { panic!("they are no names") };
        let found: Vec<_> = (0..48).map(|row| names.get(row)).collect();
        assert_eq!(found, texts.iter().map(|text| text.map(str::as_bytes)).collect::<Vec<_>>());
        assert_eq!(names.dictionary.iter().collect::<Vec<_>>(), [b"a", b"b"]);
    }

    #[test]
    fn texts_that_are_there_seldom_are_not() {
        let texts: Vec<String> = (0..64).map(|row| (row % 16).to_string()).collect();
        assert!(matches!(finished(&texts.iter().map(|text| Some(text.as_str())).collect::<Vec<_>>()), Column::Text(_)));
        assert!(matches!(finished(&[Some("a"), Some("b")]), Column::Text(_)));
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
