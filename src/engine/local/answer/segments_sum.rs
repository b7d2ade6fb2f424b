//! What the values of whole segments come to: counted once, kept in memory and in the store's folder, and carried on
//! when the head becomes a segment.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{HashMap, HashSet};

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;

use super::facets::steps_of;
use super::select::{Context, Fingerprint, Selection};
use super::varied_sum::{Counts, MOST_BESIDE, Met, Rows, Sum};
use super::varied_values::{MostFrequent, Shown, VariedValues};
use crate::engine::local::ahead::Ahead;
use crate::engine::local::files::sum_file::{KeptSum, KeptValue};
use crate::engine::local::part::Contents;

/// So many values are looked up among all that there are; more are met on the way while all are counted.
const MOST_LOOKED_UP: usize = if cfg!(test) { 100 } else { 640 * 1024 };

/// The same among the rows of a filter, which are fewer, and sooner counted.
const MOST_LOOKED_UP_AMONG: usize = if cfg!(test) { 4 } else { 4096 };

/// So many segments, and so many of their rows, are added to a sum that was made before: what is more is counted anew.
const MOST_ADDED: (usize, u64) = if cfg!(test) { (3, 128) } else { (9, 640 * 1024) };

/// Sums of fewer rows are soon made again.
const WORTH_KEEPING: u64 = if cfg!(test) { 2 } else { 500_000 };

/// Of all values so many are kept at least, whoever asks.
const LEAST_KEPT: usize = if cfg!(test) { 4 } else { 128 };

/// More are wanted by nobody who looks at a screen.
const MOST_KEPT: usize = 4096;

/// What all whole segments come to.
pub struct SegmentsSum {
    /// The sum itself.
    pub sum: Sum,
    /// How many rows of the segments have values that were met beside them, by hash.
    known: Mutex<HashMap<u128, u64>>,
}

/// Some whole segments, and what is counted of them.
pub struct WholeSegments<'s, 'q> {
    /// Their rows.
    pub selections: Vec<&'s Selection<'q>>,
    /// Stands for the rows and for what is counted of them.
    pub print: Fingerprint,
    /// So many of the most frequent values are wanted.
    pub top: usize,
    /// Stands for all values where none is left out.
    all: Option<Contents>,
}

impl<'s, 'q> WholeSegments<'s, 'q> {
    /// Of some rows.
    pub fn new(
        selections: Vec<&'s Selection<'q>>,
        want: &FacetField,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        let of = steps_of(want);
        let mut all = (!selections.is_empty()).then(Contents::default);
        for selection in &selections {
            let is_all =
                selection.is_whole_segment() && selection.count(of, context)? == selection.part.live_rows() as u64;
            let contents = if is_all { selection.part.contents(&want.field) } else { None };
            all = all.zip(contents).map(|(all, contents)| all.and(contents));
            if all.is_none() {
                break;
            }
        }
        // Whoever asks for some more or fewer of all values is answered with the same sum; of those that are looked for,
        // the sum is seldom wanted again.
        let is_few = all.is_some() && want.matching.is_none() && want.top <= MOST_KEPT;
        let top = if is_few { want.top.max(LEAST_KEPT).next_power_of_two() } else { want.top };
        let print = if let Some(all) = all {
            Fingerprint::of(&(all, &want.field, top, &want.matching))
        } else {
            let scopes: Vec<_> = selections.iter().map(|selection| selection.scope(of)).collect();
            Fingerprint::of(&(scopes, &want.field, top, &want.matching))
        };
        Ok(Self { selections, print, top, all })
    }

    fn most_looked_up(&self) -> usize {
        if self.all.is_some() { MOST_LOOKED_UP } else { MOST_LOOKED_UP_AMONG }
    }

    /// Whether the sum is worth being kept in the store's folder.
    fn are_worth_keeping(&self, want: &FacetField) -> bool {
        let are_many = self.all.is_some_and(|all| all.rows() >= WORTH_KEEPING);
        are_many && want.matching.is_none() && self.top <= MOST_KEPT
    }
}

impl SegmentsSum {
    fn new(sum: Sum, known: HashMap<u128, u64>) -> Self {
        Self { sum, known: Mutex::new(known) }
    }

    /// From the store's folder.
    fn read(segments: &WholeSegments<'_, '_>, want: &FacetField, context: &Context<'_>) -> Option<Self> {
        let of = segments.are_worth_keeping(want).then_some(segments.print)?;
        let kept = context.sum_files.read(of.0)?;
        let shown = |kept: KeptValue| Shown { value: kept.value, hash: Some(kept.hash), count: kept.count };
        let shown = kept.shown.into_iter().map(shown).collect();
        Some(Self::new(Sum { shown, all: (kept.different, kept.rows), missing: kept.missing }, HashMap::new()))
    }

    /// Into the store's folder.
    fn write(&self, segments: &WholeSegments<'_, '_>, want: &FacetField, context: &Context<'_>) {
        if !context.keeps_sums || !segments.are_worth_keeping(want) {
            return;
        }
        let shown =
            |shown: &Shown| Some(KeptValue { count: shown.count, hash: shown.hash?, value: shown.value.clone() });
        let Some(shown) = self.sum.shown.iter().map(shown).collect() else { return };
        let (different, rows) = self.sum.all;
        let kept = KeptSum { of: segments.print.0, different, rows, missing: self.sum.missing, shown };
        context.sum_files.write(&kept);
    }

    /// Keeps it at hand.
    fn keep(self: &Arc<Self>, segments: &WholeSegments<'_, '_>, context: &Context<'_>) {
        if context.keeps_sums {
            context.caches.varied_segments.put(segments.print, Arc::clone(self), self.size());
        }
    }

    fn size(&self) -> usize {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.sum.size() + known.capacity() * size_of::<(u128, u64)>()
    }
}

impl<'s, 'q> Rows<'s, 'q> {
    /// What the segments come to, and how often they have each of the values that were met in parts beside them.
    pub(super) fn segments_sum(
        &self,
        met: &[Met<'_, '_>],
        context: &Context<'_>,
    ) -> Result<(Arc<SegmentsSum>, Counts), EngineError> {
        let kept = match self.at_hand(&self.whole, context) {
            Some(kept) => Some(kept),
            None => self.grown(met, context)?.map(Arc::new),
        };
        if let Some(sum) = kept
            && let Some(counts) = self.look_up(&sum, &self.whole, met, context)?
        {
            // It may have grown.
            sum.keep(&self.whole, context);
            return Ok((sum, counts));
        }
        let mut hashes: Vec<u128> = met.iter().flat_map(Met::hashes).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let values = self.values(&self.whole.selections, context)?;
        let MostFrequent { shown, all, known } = values.most_frequent(self.whole.top, &hashes, context)?;
        let count_of = |hash| known.get(&hash).copied().unwrap_or(0);
        let counts = met.iter().map(|met| met.hashes().map(count_of).collect()).collect();
        let sum = Arc::new(SegmentsSum::new(Sum { shown, all, missing: values.missing }, known));
        sum.keep(&self.whole, context);
        sum.write(&self.whole, self.want, context);
        Ok((sum, counts))
    }

    /// Counts the values of the segments before anybody asks.
    pub fn count_ahead(&self, after: Ahead, context: &Context<'_>) -> Result<(), EngineError> {
        if !self.whole.are_worth_keeping(self.want) || self.at_hand(&self.whole, context).is_some() {
            return Ok(());
        }
        match after {
            Ahead::Imported(_) => drop(self.segments_sum(&[], context)?),
            // All are not counted anew between two batches of an intake.
            Ahead::Flushed => {
                if let Some(sum) = self.grown(&[], context)? {
                    Arc::new(sum).keep(&self.whole, context);
                }
            }
        }
        Ok(())
    }

    /// What was counted before, in this process or in another.
    fn at_hand(&self, segments: &WholeSegments<'_, '_>, context: &Context<'_>) -> Option<Arc<SegmentsSum>> {
        let kept = context.caches.varied_segments.get(&segments.print);
        kept.or_else(|| SegmentsSum::read(segments, self.want, context).map(Arc::new))
    }

    /// What the segments come to, where that is known without the newest of them: the head has become a segment since,
    /// perhaps several times. How often the others have its values was known while it was beside them, or is looked up.
    fn grown(&self, met: &[Met<'_, '_>], context: &Context<'_>) -> Result<Option<SegmentsSum>, EngineError> {
        let Some((base, before, added)) = self.before_growing(context)? else { return Ok(None) };
        let met_here = self.met(&added, context)?;
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
        let grown = SegmentsSum::new(self.with(&base.sum, met_here, had, context)?, known);
        grown.write(&self.whole, self.want, context);
        Ok(Some(grown))
    }

    /// A sum of all segments but some of the newest, these, and those.
    fn before_growing(&self, context: &Context<'_>) -> Result<Option<BeforeGrowing<'s, 'q>>, EngineError> {
        let mut in_order = self.whole.selections.clone();
        in_order.sort_by_key(|selection| selection.part.id);
        let (most_parts, most_rows) = if self.whole.all.is_some() { MOST_ADDED } else { (1, MOST_BESIDE) };
        let mut rows = 0;
        for place in (0..in_order.len()).rev().take(most_parts) {
            rows += in_order[place].part.rows as u64;
            if rows > most_rows {
                break;
            }
            let (others, added) = in_order.split_at(place);
            // In their own order, which stands for them where some of their rows are left out.
            let is_other = |selection: &&&Selection<'_>| others.iter().any(|other| other.part.id == selection.part.id);
            let others = self.whole.selections.iter().filter(is_other).copied().collect();
            let before = WholeSegments::new(others, self.want, context)?;
            if let Some(base) = self.at_hand(&before, context) {
                return Ok(Some((base, before, added.to_vec())));
            }
        }
        Ok(None)
    }

    /// How often the segments have each of the values that were met; those that are met for the first time are
    /// looked for. `None` where these are many.
    fn look_up(
        &self,
        sum: &SegmentsSum,
        segments: &WholeSegments<'s, 'q>,
        met: &[Met<'_, '_>],
        context: &Context<'_>,
    ) -> Result<Option<Counts>, EngineError> {
        let mut new: Vec<Option<u128>> = {
            let known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
            met.iter().flat_map(Met::hashes).filter(|hash| !known.contains_key(hash)).map(Some).collect()
        };
        new.sort_unstable();
        new.dedup();
        if new.len() > segments.most_looked_up() {
            return Ok(None);
        }
        let mut found = Vec::new();
        if !new.is_empty() {
            let (field, of) = (&self.want.field, steps_of(self.want));
            let values = VariedValues::to_look_up(&segments.selections, field, of, context)?;
            found = values.counts_of(&new, context)?;
        }
        let mut known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
        let looked_up = |hash: u128| new.binary_search(&Some(hash)).ok().map(|place| found[place]);
        let count_of = |hash: u128| known.get(&hash).copied().or_else(|| looked_up(hash));
        // Who asks at the same time may have let some go.
        let counts = met.iter().map(|met| met.hashes().map(count_of).collect()).collect();
        if new.len() as u64 <= MOST_BESIDE {
            known.extend(new.iter().flatten().copied().zip(found));
        }
        // What is beside goes on, and what it had before need not be known for ever.
        if known.len() as u64 > MOST_BESIDE {
            let met: HashSet<u128> = met.iter().flat_map(Met::hashes).collect();
            known.retain(|hash, _| met.contains(hash));
        }
        Ok(counts)
    }
}

/// A sum, the segments that it is of, and those that it is without.
type BeforeGrowing<'s, 'q> = (Arc<SegmentsSum>, WholeSegments<'s, 'q>, Vec<&'s Selection<'q>>);
