//! Keys in order, each with its row.

use super::hash_list::sorted_spread;

/// Keys in order, each with its place; equal ones in the order of their places.
pub fn sorted(keys: &[u128]) -> Vec<(u128, u32)> {
    sorted_spread(keys.iter().enumerate().map(|(place, key)| (*key, place as u32)), |(key, _)| *key)
}

/// Sorted keys when their rows stand in another order: `order` says which row comes where, rows
/// that are not in it go. `rows` is how many there were.
pub fn reordered(sorted: &[(u128, u32)], order: &[u32], rows: usize) -> Vec<(u128, u32)> {
    let mut places = vec![u32::MAX; rows];
    for (place, row) in order.iter().enumerate() {
        places[*row as usize] = place as u32;
    }
    let moved = sorted.iter().map(|(key, row)| (*key, places[*row as usize]));
    let mut keys: Vec<(u128, u32)> = moved.filter(|(_, place)| *place != u32::MAX).collect();
    for equal in keys.chunk_by_mut(|a, b| a.0 == b.0).filter(|equal| equal.len() > 1) {
        equal.sort_unstable();
    }
    keys
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plainly_sorted(keys: impl Iterator<Item = u128>) -> Vec<(u128, u32)> {
        let mut keys: Vec<(u128, u32)> = keys.enumerate().map(|(row, key)| (key, row as u32)).collect();
        keys.sort_unstable();
        keys
    }

    proptest! {
        #[test]
        fn the_same_as_sorting(
            keys in proptest::collection::vec(prop_oneof![any::<u128>(), any::<u8>().prop_map(u128::from)], 0..300),
            shuffled in any::<u64>(),
            keep in 0..300_usize,
        ) {
            let in_order = sorted(&keys);
            prop_assert_eq!(&in_order, &plainly_sorted(keys.iter().copied()));
            let mut order: Vec<u32> = (0..keys.len() as u32).collect();
            order.sort_by_key(|row| (u64::from(*row) + 1).wrapping_mul(shuffled | 1));
            order.truncate(keep);
            let expected = plainly_sorted(order.iter().map(|row| keys[*row as usize]));
            prop_assert_eq!(reordered(&in_order, &order, keys.len()), expected);
        }
    }
}
