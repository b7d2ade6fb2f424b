//! What stands for all values of a column, in whatever order its rows are: the same values add up to the same, also
//! where they are shared out among columns otherwise.

use std::iter::Sum;

use serde::{Deserialize, Serialize};

use crate::base::hash::hex128;

use super::column::{Column, ColumnId, with_width};
use super::hash_list::{HashList, hash_of};

/// So many names are hashed in a few milliseconds.
const MOST_NAMES: usize = 16_384;

/// The sum of a column's values. It is written to disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueSum(#[serde(with = "hex128")] pub u128);

impl ValueSum {
    /// Of a column of so many rows as it is kept on disk. `None` where hashes of its values are not at hand, nor soon made.
    pub fn of_column(id: &ColumnId, column: &Column, rows: usize, hashes: Option<&HashList>) -> Option<Self> {
        match column {
            Column::Absent => Some(Self::default()),
            Column::Numbers(_) => None,
            Column::Text(_) => hashes.map(|list| Self::of_hashes(list.entries.iter().map(|(hash, _)| *hash))),
            Column::Names(names) if names.missing() > MOST_NAMES => None,
            Column::Names(names) => {
                let mut counts = vec![0_u32; names.missing() + 1];
                with_width!(names.width, names.codes, codes => {
                    codes[..rows].iter().for_each(|code| counts[*code as usize] += 1);
                });
                let named = names.dictionary.iter().zip(counts);
                Some(named.map(|(name, count)| Self::of_hash(hash_of(id, name)).times(count)).sum())
            }
        }
    }

    /// Of values by their hashes, or of ids that are their own.
    pub fn of_hashes(hashes: impl Iterator<Item = u128>) -> Self {
        hashes.map(Self::of_hash).sum()
    }

    /// Ids that follow one another would add up to the sums of others: they are spread first.
    fn of_hash(hash: u128) -> Self {
        const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let spread = (hash ^ (hash >> 67)).wrapping_mul(SPREAD);
        Self((spread ^ (spread >> 61)).wrapping_mul(SPREAD))
    }

    fn times(self, count: u32) -> Self {
        Self(self.0.wrapping_mul(u128::from(count)))
    }
}

impl Sum for ValueSum {
    fn sum<I: Iterator<Item = Self>>(sums: I) -> Self {
        Self(sums.fold(0, |all, sum| all.wrapping_add(sum.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::columns::builder::TextBuilder;
    use crate::engine::local::columns::on_disk::OnDisk;
    use crate::model::field::Field;

    const PATH: ColumnId = ColumnId::Field(Field::Path);

    /// Of texts as a column, and whether they are kept as names.
    fn sum_of(texts: &[Option<String>]) -> (ValueSum, bool) {
        let mut builder = TextBuilder::default();
        for (row, text) in texts.iter().enumerate() {
            builder.push(row as u32, text.as_ref().map(String::as_bytes), usize::MAX);
        }
        let on_disk = OnDisk::new(&PATH, builder.finish(None, texts.len()).expect("little text"));
        let sum = ValueSum::of_column(&PATH, &on_disk.column, texts.len(), on_disk.hashes.as_ref());
        (sum.expect("texts have hashes"), matches!(on_disk.column, Column::Names(_)))
    }

    #[test]
    fn neither_order_nor_form_nor_share_matters() {
        let few: Vec<_> = (0..48).map(|row| (row % 3 > 0).then(|| format!("/{}", row % 2))).collect();
        let many: Vec<_> = (0..48).map(|row| Some(format!("/items/{row}"))).collect();
        let mut all: Vec<_> = few.iter().chain(&many).cloned().collect();
        all.reverse();
        let ((few, are_names), (many, are_too), (all, are_all)) = (sum_of(&few), sum_of(&many), sum_of(&all));
        assert_eq!((are_names, are_too, are_all), (true, false, false));
        assert_eq!([few, many].into_iter().sum::<ValueSum>(), all);
        assert_ne!(few, many);
    }

    #[test]
    fn ids_in_a_row_do_not_add_up_to_others() {
        assert_ne!(ValueSum::of_hashes([1, 4].into_iter()), ValueSum::of_hashes([2, 3].into_iter()));
        assert_ne!(ValueSum::of_hashes([5, 5].into_iter()), ValueSum::of_hashes([5].into_iter()));
    }

    #[test]
    fn it_is_written_without_loss() {
        let sum = ValueSum(u128::MAX - 7);
        let json = serde_json::to_string(&sum).expect("writes");
        assert_eq!(json, "\"fffffffffffffffffffffffffffffff8\"");
        assert_eq!(serde_json::from_str::<ValueSum>(&json).expect("reads"), sum);
    }
}
