//! The hashes of some of a part's values, each once.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::engine::error::EngineError;

use super::select::{Context, Scope};
use super::value_source::Source;
use crate::engine::local::columns::column::ColumnId;

/// A hash with how many rows have it, and the place of one.
#[derive(Debug, Clone, Copy)]
pub struct Hashed {
    /// The hash.
    pub hash: u128,
    /// How many rows.
    pub count: u64,
    /// A place that has it.
    pub place: u32,
}

/// Under what hashes are kept: those of ids that are keys, and of others, apart.
pub type HashesKey = (Scope, ColumnId, bool);

/// Any hash.
pub const ALL: RangeInclusive<u128> = 0..=u128::MAX;

/// The hashes of a range in their order.
pub fn made(
    source: &Source<'_, '_>,
    range: &RangeInclusive<u128>,
    context: &Context<'_>,
) -> Result<Vec<Hashed>, EngineError> {
    let mut made = Vec::new();
    let mut room = MADE;
    source.for_each_hash(range, context, |hashed| {
        made.push(hashed);
        if made.len() >= room {
            add_up(&mut made);
            room = MADE.max(made.len() * 2);
        }
    })?;
    add_up(&mut made);
    Ok(made)
}

/// All hashes in their order. They are kept: what is beside whole segments is counted again and again.
pub fn kept(source: &Source<'_, '_>, context: &Context<'_>) -> Result<Arc<Vec<Hashed>>, EngineError> {
    let Some(key) = source.key() else { return made(source, &ALL, context).map(Arc::new) };
    if let Some(hashes) = context.caches.hashes.get(&key) {
        return Ok(hashes);
    }
    let hashes = Arc::new(made(source, &ALL, context)?);
    context.caches.hashes.put(key, Arc::clone(&hashes), hashes.len() * size_of::<Hashed>() + 64);
    Ok(hashes)
}

/// What of a list in order begins with a hash. The steps to it double: who looks for many, in their order, goes through
/// the list once.
pub fn from(list: &[Hashed], hash: u128) -> &[Hashed] {
    let (mut start, mut step) = (0, 1);
    while let Some(there) = list.get(start + step - 1)
        && there.hash < hash
    {
        start += step;
        step *= 2;
    }
    let end = list.len().min(start + step);
    &list[start + list[start..end].partition_point(|hashed| hashed.hash < hash)..]
}

/// Hashes that are made before equal ones are added up.
const MADE: usize = if cfg!(test) { 8 } else { 64 * 1024 };

/// Sorts hashes, and makes one of those that are equal.
fn add_up(made: &mut Vec<Hashed>) {
    made.sort_unstable_by_key(|hashed| hashed.hash);
    made.dedup_by(|next, kept| {
        let is_same = next.hash == kept.hash;
        if is_same {
            kept.count += next.count;
        }
        is_same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_gone_through_from_hash_to_hash() {
        let list: Vec<Hashed> =
            [1, 3, 5, 7, 9, 11, 13, 20].iter().map(|hash| Hashed { hash: *hash, count: 1, place: 0 }).collect();
        for hash in 0..25 {
            let expected: Vec<u128> = list.iter().map(|hashed| hashed.hash).filter(|other| *other >= hash).collect();
            let found: Vec<u128> = from(&list, hash).iter().map(|hashed| hashed.hash).collect();
            assert_eq!(found, expected, "from {hash}");
        }
    }
}
