//! What values of which there are too many to keep each of them come to, part upon part: whole segments first, and what
//! is beside them one by one, the largest part of the head first. Each sum is kept, so that a question costs only the
//! parts that are new while rows arrive.
//!
//! A part changes how often the values that it has are there, and no others. So the most frequent with it are among its
//! own values and those that were the most frequent without it.

use std::cmp::Reverse;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;

use super::facets::steps_of;
use super::frontier::Counted;
use super::segments_sum::WholeSegments;
use super::select::{Context, Fingerprint, Selection};
use super::varied_values::{Extent, Shown, VariedValues, sort};

/// So many rows beside whole segments are added part by part; what is more is counted with the segments.
pub(super) const MOST_BESIDE: u64 = if cfg!(test) { 64 } else { 96 * 1024 };

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
    pub(super) fn size(&self) -> usize {
        self.shown.iter().map(|shown| shown.value.len() + size_of::<Shown>()).sum::<usize>() + 128
    }
}

/// How many rows have each of the values of some parts, in the order of their hashes.
pub(super) type Counts = Vec<Vec<u64>>;

/// The rows of a view: whole segments, and what is beside them.
pub struct Rows<'s, 'q> {
    pub(super) want: &'s FacetField,
    /// Parts that are counted at once.
    pub(super) whole: WholeSegments<'s, 'q>,
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
        Ok(Self { want, whole: WholeSegments::new(whole, want, context)?, beside })
    }

    /// What they come to.
    pub fn sum(&self, context: &Context<'_>) -> Result<Arc<Sum>, EngineError> {
        let sums = &context.caches.varied_sums;
        let key = |beside| self.key(&self.beside[..beside]);
        let keys: Vec<Fingerprint> = (0..=self.beside.len()).map(key).collect();
        let kept = keys.iter().enumerate().rev().find_map(|(beside, key)| Some((beside, sums.get(key)?)));
        let (first, kept) = kept.map_or((0, None), |(first, sum)| (first, Some(sum)));
        if let Some(sum) = &kept
            && first == self.beside.len()
        {
            return Ok(Arc::clone(sum));
        }
        let new = &self.beside[first..];
        let new: Vec<Met<'_, '_>> = new.par_iter().map(|part| self.met(&[part], context)).collect::<Result<_, _>>()?;
        let (segments, in_segments) = self.segments_sum(&new, context)?;
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

    /// Stands for the segments and some parts beside them.
    fn key(&self, beside: &[&Selection<'_>]) -> Fingerprint {
        let scopes: Vec<_> = beside.iter().map(|selection| selection.scope(steps_of(self.want))).collect();
        Fingerprint::of(&(self.whole.print, scopes))
    }

    /// The values of some parts, as far as they are looked for.
    pub(super) fn values(
        &self,
        parts: &[&'s Selection<'q>],
        context: &Context<'_>,
    ) -> Result<VariedValues<'s, 'q>, EngineError> {
        let mut values = VariedValues::of(parts, &self.want.field, steps_of(self.want), context)?;
        if let Some(text) = self.want.wanted_text() {
            values.keep_matching(&text, context)?;
        }
        Ok(values)
    }

    pub(super) fn met(&self, parts: &[&'s Selection<'q>], context: &Context<'_>) -> Result<Met<'s, 'q>, EngineError> {
        let values = self.values(parts, context)?;
        let counted = values.all(context)?;
        Ok(Met { values, counted })
    }

    /// What was summed up, with one part more, whose values were there so often before.
    pub(super) fn with(
        &self,
        before: &Sum,
        met: Met<'_, '_>,
        had: Vec<u64>,
        context: &Context<'_>,
    ) -> Result<Sum, EngineError> {
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
        shown.extend(values.most_frequent_of(&counted, self.whole.top, context)?);
        sort(&self.want.field, &mut shown);
        shown.truncate(self.whole.top);
        Ok(Sum { shown, all: (different, rows), missing: before.missing + values.missing })
    }
}

/// The values of some parts.
pub(super) struct Met<'s, 'q> {
    values: VariedValues<'s, 'q>,
    /// By their hashes, in the order of these.
    counted: Vec<Counted>,
}

impl Met<'_, '_> {
    pub(super) fn hashes(&self) -> impl Iterator<Item = u128> {
        self.counted.iter().map(|counted| counted.hash)
    }

    pub(super) fn count_of(&self, hash: u128) -> u64 {
        let found = self.counted.binary_search_by_key(&hash, |counted| counted.hash);
        found.map_or(0, |place| self.counted[place].count)
    }
}
