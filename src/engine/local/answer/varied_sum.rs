//! What values of which there are too many to keep each of them come to, part upon part: whole segments first, and what
//! is beside them one by one, the largest part of the head first. Each sum is kept, so that a question costs only the
//! parts that are new while rows arrive.
//!
//! A part changes how often the values that it has are there, and no others. So the most frequent with it are among its
//! own values and those that were the most frequent without it.

use std::cmp::Reverse;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;

use super::facets::steps_of;
use super::frontier::Counted;
use super::select::{Context, Fingerprint, Selection};
use super::varied_values::{Extent, MostFrequent, Shown, VariedValues, sort};

/// So many rows beside whole segments are added part by part; what is more is counted with the segments.
const MOST_BESIDE: u64 = if cfg!(test) { 64 } else { 96 * 1024 };

/// So many values are looked up one by one; more are met on the way while all are counted.
const MOST_LOOKED_UP: usize = if cfg!(test) { 4 } else { 4096 };

/// What some parts come to.
#[derive(Clone)]
pub struct Sum {
    /// The most frequent values, in their order.
    pub shown: Vec<Shown>,
    /// Of all values, these among them.
    pub all: Extent,
    /// How many rows have none.
    pub missing: u64,
}

impl Sum {
    fn size(&self) -> usize {
        self.shown.iter().map(|shown| shown.value.len() + size_of::<Shown>()).sum::<usize>() + 128
    }
}

/// What all whole segments come to.
pub struct SegmentsSum {
    sum: Sum,
    /// How many rows of the segments have values that were met beside them, by hash.
    known: Mutex<HashMap<u128, u64>>,
}

impl SegmentsSum {
    fn keep(self: &Arc<Self>, key: Fingerprint, context: &Context<'_>) {
        if context.keeps_sums {
            context.caches.varied_segments.put(key, Arc::clone(self), self.size());
        }
    }

    fn size(&self) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.sum.size() + known.capacity() * size_of::<(u128, u64)>()
    }
}

/// How many rows have each of the values of some parts, in the order of their hashes.
type Counts = Vec<Vec<u64>>;

/// The rows of a view: whole segments, and what is beside them.
pub struct Rows<'s, 'q> {
    want: &'s FacetField,
    /// Parts that are counted at once.
    whole: Vec<&'s Selection<'q>>,
    /// Parts that are added one by one.
    beside: Vec<&'s Selection<'q>>,
}

impl<'s, 'q> Rows<'s, 'q> {
    /// Of the parts of a view.
    pub fn of(
        selections: &'s [Selection<'q>],
        want: &'s FacetField,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        let (mut whole, mut beside): (Vec<_>, Vec<_>) =
            selections.iter().partition(|selection| selection.is_whole_segment());
        // The large ones stay as they are while small ones come and are joined; of a segment that a period cuts, this
        // is not said.
        let in_order = |selection: &&Selection<'_>| {
            (selection.part.files().is_some(), selection.part.rows, Reverse(selection.part.id))
        };
        beside.sort_by_key(in_order);
        let mut rows = 0;
        for (place, selection) in beside.iter().enumerate() {
            rows += selection.count(steps_of(want), context)?;
            if rows > MOST_BESIDE {
                whole.extend(beside.drain(place..));
                break;
            }
        }
        beside.reverse();
        Ok(Self { want, whole, beside })
    }

    /// What they come to.
    pub fn sum(&self, context: &Context<'_>) -> Result<Arc<Sum>, EngineError> {
        let sums = &context.caches.varied_sums;
        let key = |beside| self.key(&self.whole, &self.beside[..beside]);
        let keys: Vec<Fingerprint> = (0..=self.beside.len()).map(key).collect();
        let kept = keys.iter().enumerate().rev().find_map(|(beside, key)| Some((beside, sums.get(key)?)));
        let (first, kept) = kept.map_or((0, None), |(first, sum)| (first, Some(sum)));
        if let Some(sum) = &kept
            && first == self.beside.len()
        {
            return Ok(Arc::clone(sum));
        }
        let new = &self.beside[first..];
        let new: Vec<Met<'_, '_>> = new.par_iter().map(|part| self.met(part, context)).collect::<Result<_, _>>()?;
        let (segments, in_segments) = self.segments(&new, context)?;
        let mut sum = kept.unwrap_or_else(|| Arc::new(segments.sum.clone()));
        for ((place, met), mut had) in (first..).zip(new).zip(in_segments) {
            for part in &self.beside[..place] {
                // Whatever is looked for: a hash means the same in all parts.
                let earlier = VariedValues::to_look_up(&[part], &self.want.field, steps_of(self.want), context)?;
                earlier.add_counts(&met.counted, &mut had, context)?;
            }
            sum = Arc::new(self.with(&sum, met, had, context)?);
            if context.keeps_sums {
                sums.put(keys[place + 1], Arc::clone(&sum), sum.size());
            }
        }
        Ok(sum)
    }

    /// Stands for some segments and parts beside them.
    fn key(&self, whole: &[&Selection<'_>], beside: &[&Selection<'_>]) -> Fingerprint {
        let of = steps_of(self.want);
        let scopes: Vec<_> = whole.iter().chain(beside).map(|selection| selection.scope(of)).collect();
        Fingerprint::of(&(scopes, &self.want.field, self.want.top, &self.want.matching))
    }

    /// The values of some parts, as far as they are looked for.
    fn values(&self, parts: &[&'s Selection<'q>], context: &Context<'_>) -> Result<VariedValues<'s, 'q>, EngineError> {
        let mut values = VariedValues::of(parts, &self.want.field, steps_of(self.want), context)?;
        if let Some(text) = self.want.wanted_text() {
            values.keep_matching(&text, context)?;
        }
        Ok(values)
    }

    fn met(&self, part: &'s Selection<'q>, context: &Context<'_>) -> Result<Met<'s, 'q>, EngineError> {
        let values = self.values(&[part], context)?;
        let counted = values.all(context)?;
        Ok(Met { values, counted })
    }

    /// What the segments come to, and how often they have each of the values that were met in parts beside them.
    fn segments(&self, met: &[Met<'_, '_>], context: &Context<'_>) -> Result<(Arc<SegmentsSum>, Counts), EngineError> {
        let key = self.key(&self.whole, &[]);
        let kept = match context.caches.varied_segments.get(&key) {
            Some(kept) => Some(kept),
            None => self.grown(met, context)?.map(Arc::new),
        };
        if let Some(sum) = kept
            && let Some(counts) = self.look_up(&sum, &self.whole, met, context)?
        {
            // It may have grown.
            sum.keep(key, context);
            return Ok((sum, counts));
        }
        let mut hashes: Vec<u128> = met.iter().flat_map(Met::hashes).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let values = self.values(&self.whole, context)?;
        let MostFrequent { shown, all, known } = values.most_frequent(self.want.top, &hashes, context)?;
        let count_of = |hash| known.get(&hash).copied().unwrap_or(0);
        let counts = met.iter().map(|met| met.hashes().map(count_of).collect()).collect();
        let sum = Sum { shown, all, missing: values.missing };
        let sum = Arc::new(SegmentsSum { sum, known: Mutex::new(known) });
        sum.keep(key, context);
        Ok((sum, counts))
    }

    /// What the segments come to, where that is known without the newest of them: the head has become a segment, and
    /// how often the others have its values was known while it was beside them.
    fn grown(&self, met: &[Met<'_, '_>], context: &Context<'_>) -> Result<Option<SegmentsSum>, EngineError> {
        let Some((base, before, added)) = self.before_growing(context) else { return Ok(None) };
        let met_here = self.met(added, context)?;
        let Some(had) = self.look_up(&base, &before, std::slice::from_ref(&met_here), context)? else {
            return Ok(None);
        };
        // Of the values beside segments some are known from before.
        let known = {
            let known = base.known.lock().unwrap_or_else(PoisonError::into_inner);
            let hashes = met.iter().flat_map(Met::hashes);
            hashes.filter_map(|hash| Some((hash, known.get(&hash)? + met_here.count_of(hash)))).collect()
        };
        let had = had.into_iter().flatten().collect();
        let sum = self.with(&base.sum, met_here, had, context)?;
        Ok(Some(SegmentsSum { sum, known: Mutex::new(known) }))
    }

    /// A sum of all segments but the newest one, these, and that one.
    fn before_growing(
        &self,
        context: &Context<'_>,
    ) -> Option<(Arc<SegmentsSum>, Vec<&'s Selection<'q>>, &'s Selection<'q>)> {
        let added = *self.whole.iter().max_by_key(|selection| selection.part.id)?;
        if added.part.rows as u64 > MOST_BESIDE {
            return None;
        }
        let others = self.whole.iter().filter(|selection| selection.part.id != added.part.id);
        let before: Vec<_> = others.copied().collect();
        let base = context.caches.varied_segments.get(&self.key(&before, &[]))?;
        Some((base, before, added))
    }

    /// How often the segments have each of the values that were met; those that are met for the first time are
    /// looked for. `None` where these are many.
    fn look_up(
        &self,
        sum: &SegmentsSum,
        segments: &[&'s Selection<'q>],
        met: &[Met<'_, '_>],
        context: &Context<'_>,
    ) -> Result<Option<Counts>, EngineError> {
        let mut new: Vec<Option<u128>> = {
            let known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
            met.iter().flat_map(Met::hashes).filter(|hash| !known.contains_key(hash)).map(Some).collect()
        };
        new.sort_unstable();
        new.dedup();
        if new.len() > MOST_LOOKED_UP {
            return Ok(None);
        }
        let mut found = Vec::new();
        if !new.is_empty() {
            let values = VariedValues::to_look_up(segments, &self.want.field, steps_of(self.want), context)?;
            found = values.counts_of(&new, context)?;
        }
        let mut known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(new.into_iter().flatten().zip(found));
        // Who asks at the same time may have let some go.
        let counts = met.iter().map(|met| met.hashes().map(|hash| known.get(&hash).copied()).collect()).collect();
        // What is beside goes on, and what it had before need not be known for ever.
        if known.len() as u64 > MOST_BESIDE {
            let met: HashSet<u128> = met.iter().flat_map(Met::hashes).collect();
            known.retain(|hash, _| met.contains(hash));
        }
        Ok(counts)
    }

    /// What was summed up, with one part more, whose values were there so often before.
    fn with(&self, before: &Sum, met: Met<'_, '_>, had: Vec<u64>, context: &Context<'_>) -> Result<Sum, EngineError> {
        let Met { values, mut counted } = met;
        let (mut different, mut rows) = before.all;
        for (counted, had) in counted.iter_mut().zip(had) {
            different += u64::from(had == 0);
            rows += counted.count;
            counted.count += had;
        }
        let is_met = |hash: u128| counted.binary_search_by_key(&hash, |counted| counted.hash).is_ok();
        let others = before.shown.iter().filter(|shown| !shown.hash.is_some_and(is_met));
        let mut shown: Vec<Shown> = others.cloned().collect();
        shown.extend(values.most_frequent_of(&counted, self.want.top, context)?);
        sort(&self.want.field, &mut shown);
        shown.truncate(self.want.top);
        Ok(Sum { shown, all: (different, rows), missing: before.missing + values.missing })
    }
}

/// The values of one part.
struct Met<'s, 'q> {
    values: VariedValues<'s, 'q>,
    /// By their hashes, in the order of these.
    counted: Vec<Counted>,
}

impl Met<'_, '_> {
    fn hashes(&self) -> impl Iterator<Item = u128> {
        self.counted.iter().map(|counted| counted.hash)
    }

    fn count_of(&self, hash: u128) -> u64 {
        let found = self.counted.binary_search_by_key(&hash, |counted| counted.hash);
        found.map_or(0, |place| self.counted[place].count)
    }
}
