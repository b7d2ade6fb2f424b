//! The values of a column by their hashes, in order: what counts values of which there are too many
//! to keep them.

use crate::base::hash::hash128;
use crate::model::field::Field;

use super::column::{Column, ColumnId, Dictionary, Names};
use super::values::hash_of_id;

/// Hashes in their order, each with a row that has it.
#[derive(Debug, Clone, Default)]
pub struct HashList {
    /// Equal hashes are in the order of their rows.
    pub entries: Vec<(u128, u32)>,
}

impl HashList {
    /// Of rows with their hashes, in any order.
    pub fn new(rows: Vec<(u128, u32)>) -> Self {
        Self { entries: sorted(rows) }
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
        _ => hash128(text),
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
    Column::Names(Names::pack(&codes, dictionary.expect("fewer texts than fitted before")))
}

/// Hashes are spread evenly: they are dealt out by their upper bits, then few are sorted at a time.
fn sorted(rows: Vec<(u128, u32)>) -> Vec<(u128, u32)> {
    const BITS: u32 = 12;
    if rows.len() < 1 << BITS {
        let mut rows = rows;
        rows.sort_unstable();
        return rows;
    }
    let bucket = |hash: u128| (hash >> (128 - BITS)) as usize;
    let mut ends = vec![0_usize; (1 << BITS) + 1];
    for (hash, _) in &rows {
        ends[bucket(*hash) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut dealt = vec![(0, 0); rows.len()];
    let mut next = ends.clone();
    for row in rows {
        let place = &mut next[bucket(row.0)];
        dealt[*place] = row;
        *place += 1;
    }
    for ends in ends.windows(2) {
        dealt[ends[0]..ends[1]].sort_unstable();
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_in_order_as_few_are() {
        let rows: Vec<(u128, u32)> =
            (0..20_000_u32).map(|row| (hash128(&(row % 7_000).to_le_bytes()), 20_000 - row)).collect();
        let mut expected = rows.clone();
        expected.sort_unstable();
        let list = HashList::new(rows);
        assert_eq!(list.entries, expected);
        assert_eq!(list.distinct(), 7_000);
    }

    #[test]
    fn ids_are_equal_however_they_are_written() {
        let id = ColumnId::Field(Field::RequestId);
        assert_eq!(hash_of(&id, b"A-b"), hash_of(&id, b"ab"));
        assert_ne!(hash_of(&ColumnId::Field(Field::Path), b"A-b"), hash_of(&ColumnId::Field(Field::Path), b"ab"));
    }
}
