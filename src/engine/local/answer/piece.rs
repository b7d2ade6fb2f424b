//! The values of some neighbouring hashes, added up.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use super::frontier::Counted;

/// Values that are counted together: they stay in a processor's own cache.
pub const TOGETHER: usize = if cfg!(test) { 16 } else { 8 * 1024 };

/// Different values with how many rows have them, in the order in which they were met.
#[derive(Default)]
pub struct Piece {
    values: Vec<Counted>,
    /// The places of the values. Who writes logs can choose what is hashed, but not how it is placed here.
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Piece {
    /// Adds rows that have a value.
    #[inline]
    pub fn add(&mut self, seen: Counted) {
        // Rows of one value often stand together.
        if let Some(last) = self.values.last_mut()
            && last.hash == seen.hash
        {
            last.count += seen.count;
            return;
        }
        let values = &mut self.values;
        let is_same = |place: &u32| values[*place as usize].hash == seen.hash;
        let hash_of = |hash: u128| self.hasher.hash_one(hash);
        if let Some(place) = self.table.find(hash_of(seen.hash), is_same) {
            values[*place as usize].count += seen.count;
            return;
        }
        let place = values.len() as u32;
        values.push(seen);
        self.table.insert_unique(hash_of(seen.hash), place, |place| hash_of(values[*place as usize].hash));
    }

    /// The values so far.
    pub fn values(&self) -> &[Counted] {
        &self.values
    }

    /// How many rows have a value.
    pub fn count_of(&self, hash: u128) -> u64 {
        let is_same = |place: &u32| self.values[*place as usize].hash == hash;
        self.table.find(self.hasher.hash_one(hash), is_same).map_or(0, |place| self.values[*place as usize].count)
    }

    /// Forgets the values, but not the room for them, unless there were many more than usual.
    pub fn clear(&mut self) {
        if self.values.len() > 4 * TOGETHER {
            *self = Self::default();
        }
        self.values.clear();
        self.table.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_of_a_value_are_added_up(
            rounds in proptest::collection::vec(proptest::collection::vec((0..40_u128, 0..4_u32, 1..4_u64), 0..200), 1..3),
            shift in 0_u32..120,
        ) {
            let mut piece = Piece::default();
            for rows in rounds {
                piece.clear();
                let mut expected: BTreeMap<u128, (u64, u32)> = BTreeMap::new();
                for (hash, source, count) in rows {
                    let hash = hash << shift;
                    piece.add(Counted { hash, count, source, place: 7 });
                    expected.entry(hash).or_insert((0, source)).0 += count;
                }
                let found: BTreeMap<u128, (u64, u32)> =
                    piece.values().iter().map(|value| (value.hash, (value.count, value.source))).collect();
                prop_assert_eq!(piece.values().len(), found.len());
                prop_assert!(expected.iter().all(|(hash, (count, _))| piece.count_of(*hash) == *count));
                prop_assert_eq!(piece.count_of(u128::MAX), 0);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
