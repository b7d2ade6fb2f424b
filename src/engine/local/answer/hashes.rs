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
