//! What was read or computed and may be wanted again, with a bound in bytes.

use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use crate::model::answer::Facet;

use crate::engine::local::answer::attributes::PartAttributes;
use crate::engine::local::answer::counts::{CountSum, Numbering, PartCounts};
use crate::engine::local::answer::figures::Figures;
use crate::engine::local::answer::floors::Floors;
use crate::engine::local::answer::hashes::{Hashed, HashesKey};
use crate::engine::local::answer::segments_sum::SegmentsSum;
use crate::engine::local::answer::select::{Fingerprint, Scope};
use crate::engine::local::answer::timeline::Counted;
use crate::engine::local::answer::together::Together;
use crate::engine::local::answer::varied_sum::Sum;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::buffer::Buffer;
use crate::engine::local::columns::column::{Column, ColumnId};
use crate::engine::local::files::block::Block;

/// Names an immutable part within this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartId(pub u64);

/// Things by their keys; those used longest ago go when there is no room.
pub struct Cache<K: Hash + Eq, V> {
    inner: Mutex<Inner<K, V>>,
    bound: AtomicUsize,
}

struct Inner<K: Hash + Eq, V> {
    entries: LruCache<K, (Arc<V>, usize)>,
    size: usize,
}

impl<K: Hash + Eq, V> Inner<K, V> {
    fn shrink_to(&mut self, bound: usize) {
        while self.size > bound
            && let Some((_, (_, gone))) = self.entries.pop_lru()
        {
            self.size -= gone;
        }
    }
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// An empty cache that holds so many bytes.
    pub fn new(bound: usize) -> Self {
        let inner = Inner { entries: LruCache::unbounded(), size: 0 };
        Self { inner: Mutex::new(inner), bound: AtomicUsize::new(bound) }
    }

    /// Lets it hold so many bytes from now on.
    fn set_bound(&self, bound: usize) {
        self.bound.store(bound, Ordering::Relaxed);
        self.lock().shrink_to(bound);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<K, V>> {
        // Entries are whole or absent: a panic elsewhere leaves the cache usable.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks something up.
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.lock().entries.get(key).map(|(value, _)| Arc::clone(value))
    }

    /// How many bytes it holds at most.
    pub fn bound(&self) -> usize {
        self.bound.load(Ordering::Relaxed)
    }

    /// Keeps something of so many bytes, unless there is no room for it alone.
    pub fn put(&self, key: K, value: Arc<V>, size: usize) {
        let bound = self.bound();
        if size > bound {
            return;
        }
        let mut inner = self.lock();
        if let Some((_, old)) = inner.entries.put(key, (value, size)) {
            inner.size -= old;
        }
        inner.size += size;
        inner.shrink_to(bound);
    }

    /// Looks something up; what is not there is made, with its size, and kept.
    pub fn get_or_make<E>(&self, key: K, make: impl FnOnce() -> Result<(V, usize), E>) -> Result<Arc<V>, E> {
        if let Some(value) = self.get(&key) {
            return Ok(value);
        }
        let (value, size) = make()?;
        let value = Arc::new(value);
        self.put(key, Arc::clone(&value), size);
        Ok(value)
    }

    /// Forgets all entries whose key is not wanted any more.
    pub fn retain(&self, keep: impl Fn(&K) -> bool)
    where
        K: Clone,
    {
        let mut inner = self.lock();
        let gone: Vec<K> = inner.entries.iter().map(|(key, _)| key).filter(|key| !keep(key)).cloned().collect();
        for key in gone {
            if let Some((_, size)) = inner.entries.pop(&key) {
                inner.size -= size;
            }
        }
    }
}

/// Quarters of a byte that a row takes beside the caches: fences, places of blocks, what is known of names, and
/// what a question holds while it is answered. Measured with 100 million rows.
const BESIDE: usize = 5;

/// Quarters of a byte that the combinations of values take for each row, and bytes beside them, which many small parts
/// need.
const TOGETHER: (usize, usize) = (9, 2 << 20);

/// All caches of a store in this process.
///
/// Parts do not change, so what is kept under a part's number stays right. Sums are kept under the
/// numbers of all the parts that they are of.
pub struct Caches {
    memory: usize,
    /// Columns of numbers, and the codes of names.
    pub columns: Cache<(PartId, ColumnId), Column>,
    /// The combinations of values that rows have in some fields.
    pub together: Cache<(PartId, Fingerprint), Together>,
    /// Texts and names. One that is looked through once must not push out what is counted always.
    pub texts: Cache<(PartId, ColumnId), Column>,
    /// Runs of a column's numbers, where only some rows are looked at.
    pub pages: Cache<(PartId, ColumnId, u32), Buffer>,
    /// Rows that pass a filter.
    pub filters: Cache<(PartId, Fingerprint), Bits>,
    /// Raw blocks, by their place in the part.
    pub blocks: Cache<(PartId, u32), Block>,
    /// The numbers of a dictionary's names that hold in all parts.
    pub numbers: Cache<(PartId, ColumnId), Numbering>,
    /// How many rows there are.
    pub row_counts: Cache<Scope, u64>,
    /// Counts of values.
    pub counts: Cache<(Scope, ColumnId), PartCounts>,
    /// Counts of a part's codes, all its rows together.
    pub code_counts: Cache<(PartId, ColumnId), Vec<u32>>,
    /// Counts of values in several parts.
    pub count_sums: Cache<(Fingerprint, ColumnId), CountSum>,
    /// What is shown of fields that have too many values to keep their counts.
    pub facets: Cache<Fingerprint, Facet>,
    /// The hashes of the values of such a field, in their order.
    pub hashes: Cache<HashesKey, Vec<Hashed>>,
    /// The least texts of runs of its rows.
    pub floors: Cache<(PartId, ColumnId), Floors>,
    /// What all whole segments come to of such a field.
    pub varied_segments: Cache<Fingerprint, SegmentsSum>,
    /// The same with parts of the head.
    pub varied_sums: Cache<Fingerprint, Sum>,
    /// Attributes.
    pub attributes: Cache<Scope, PartAttributes>,
    /// Figures.
    pub figures: Cache<Scope, Figures>,
    /// Figures of several parts.
    pub figure_sums: Cache<Fingerprint, Figures>,
    /// Counts over time.
    pub timelines: Cache<(Scope, Fingerprint), Counted>,
    /// Counts over time in several parts.
    pub timeline_sums: Cache<Fingerprint, Counted>,
}

impl Caches {
    /// Caches that together hold about so many bytes.
    pub fn new(memory: usize) -> Self {
        let caches = Self {
            memory,
            columns: Cache::new(0),
            together: Cache::new(0),
            texts: Cache::new(0),
            pages: Cache::new(0),
            filters: Cache::new(0),
            blocks: Cache::new(0),
            numbers: Cache::new(0),
            row_counts: Cache::new(0),
            counts: Cache::new(0),
            code_counts: Cache::new(0),
            count_sums: Cache::new(0),
            facets: Cache::new(0),
            hashes: Cache::new(0),
            floors: Cache::new(0),
            varied_segments: Cache::new(0),
            varied_sums: Cache::new(0),
            attributes: Cache::new(0),
            figures: Cache::new(0),
            figure_sums: Cache::new(0),
            timelines: Cache::new(0),
            timeline_sums: Cache::new(0),
        };
        caches.fit(0);
        caches
    }

    /// Leaves room for what so many rows take beside the caches.
    pub fn fit(&self, rows: usize) {
        let bound = self.memory.saturating_sub(rows.saturating_mul(BESIDE) / 4).max(self.memory / 4);
        let share = |of_256: usize| bound / 256 * of_256;
        // Combinations pay off where all of them are at hand.
        let wanted = rows.saturating_mul(TOGETHER.0) / 4 + TOGETHER.1;
        let together = if wanted <= share(56) { wanted } else { 0 };
        self.columns.set_bound(share(133) - together);
        self.together.set_bound(together);
        self.texts.set_bound(share(8));
        self.pages.set_bound(share(6));
        self.filters.set_bound(share(16));
        // A page of a selective filter has each of its rows in another block.
        self.blocks.set_bound(share(14));
        self.numbers.set_bound(share(14));
        self.row_counts.set_bound(share(2));
        self.counts.set_bound(share(12));
        self.code_counts.set_bound(share(12));
        self.count_sums.set_bound(share(4));
        self.facets.set_bound(share(2));
        self.hashes.set_bound(share(5));
        self.floors.set_bound(share(8));
        self.varied_segments.set_bound(share(5));
        self.varied_sums.set_bound(share(1));
        self.attributes.set_bound(share(1));
        self.figures.set_bound(share(4));
        self.figure_sums.set_bound(share(2));
        self.timelines.set_bound(share(2));
        self.timeline_sums.set_bound(share(1));
    }

    /// Forgets parts that are gone.
    pub fn keep_parts(&self, is_live: impl Fn(PartId) -> bool) {
        self.columns.retain(|(part, _)| is_live(*part));
        self.together.retain(|(part, _)| is_live(*part));
        self.texts.retain(|(part, _)| is_live(*part));
        self.pages.retain(|(part, ..)| is_live(*part));
        self.filters.retain(|(part, _)| is_live(*part));
        self.blocks.retain(|(part, _)| is_live(*part));
        self.numbers.retain(|(part, _)| is_live(*part));
        self.row_counts.retain(|scope| is_live(scope.part));
        self.counts.retain(|(scope, _)| is_live(scope.part));
        self.code_counts.retain(|(part, _)| is_live(*part));
        self.attributes.retain(|scope| is_live(scope.part));
        self.figures.retain(|scope| is_live(scope.part));
        self.floors.retain(|(part, _)| is_live(*part));
        self.hashes.retain(|(scope, ..)| is_live(scope.part));
        self.timelines.retain(|(scope, _)| is_live(scope.part));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_leave_less_room() {
        let caches = Caches::new(256 << 20);
        let room = |caches: &Caches| caches.columns.bound() >> 20;
        assert_eq!((room(&caches), caches.together.bound()), (131, 2 << 20));
        caches.fit(10_000_000);
        assert_eq!((room(&caches), caches.together.bound()), (103, 24_597_152));
        caches.columns.put((PartId(1), ColumnId::Time), Arc::new(Column::Absent), 100 << 20);
        caches.fit(100_000_000);
        assert_eq!((room(&caches), caches.together.bound()), (71, 0), "there is no room for all combinations");
        assert!(caches.columns.get(&(PartId(1), ColumnId::Time)).is_none(), "it no longer fits");
        caches.fit(usize::MAX >> 1);
        assert_eq!(room(&caches), 33);
    }

    #[test]
    fn the_longest_unused_goes_first() {
        let cache: Cache<u32, u32> = Cache::new(100);
        for key in 0..10 {
            cache.put(key, Arc::new(key), 10);
        }
        assert!(cache.get(&0).is_some());
        cache.put(10, Arc::new(10), 10);
        assert!(cache.get(&0).is_some() && cache.get(&1).is_none());
        cache.put(11, Arc::new(11), 101);
        assert!(cache.get(&11).is_none() && cache.get(&10).is_some(), "it would push out all others");
        cache.retain(|key| *key == 0);
        assert!(cache.get(&10).is_none());
    }
}
