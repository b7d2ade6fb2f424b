//! The most frequent of values of which there are too many to keep each of them. What all whole segments come to is
//! kept: while rows arrive, only theirs are counted, and how often the segments have the same is looked up.

use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;
use crate::model::answer::{Facet, FacetValue};
use crate::query::fold::fold;

use super::facets::{Candidates, steps_of, top};
use super::frontier::Counted;
use super::select::{Context, Fingerprint, Selection, Steps};
use super::varied_values::{Extent, MostFrequent, Shown, VariedValues};

/// So many rows beside whole segments are counted anew each time; where there are more, all are counted at once.
const MOST_BESIDE: u64 = if cfg!(test) { 64 } else { 96 * 1024 };

/// So many values are looked up one by one; more are met on the way while all are counted.
const MOST_LOOKED_UP: usize = if cfg!(test) { 4 } else { 1024 };

/// The most frequent values of all whole segments.
pub struct VariedSum {
    shown: Vec<Shown>,
    all: Extent,
    missing: u64,
    /// How many rows of the segments have values that were met beside them, by hash.
    known: Mutex<HashMap<u128, u64>>,
}

impl VariedSum {
    /// How much memory it takes, with what may still be met.
    fn size(&self) -> usize {
        let shown: usize = self.shown.iter().map(|shown| shown.value.len() + size_of::<Shown>()).sum();
        shown + MOST_BESIDE as usize * 16 + 256
    }
}

/// The rows of a view: whole segments, and what is beside them.
struct Rows<'s, 'q> {
    want: &'s FacetField,
    whole: Vec<&'s Selection<'q>>,
    beside: Vec<&'s Selection<'q>>,
}

/// Counts the values of a field and gives the most frequent.
pub fn facet(
    selections: &[Selection<'_>],
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let of = steps_of(want);
    let rows = Rows::of(selections, want, context)?;
    let mut beside = VariedValues::of(&rows.beside, &want.field, of, context)?;
    // What is ticked is given in any case, whatever is looked for.
    let pinned = rows.pinned(&beside, context)?;
    let finder = want.finder();
    if let Some(finder) = &finder {
        beside.keep_matching(finder, context)?;
    }
    let mut met = beside.all(context)?;
    let (sum, in_segments) = rows.sum(&met, context)?;
    let (mut values, mut counted_rows) = sum.all;
    for (met, in_segments) in met.iter_mut().zip(in_segments) {
        values += u64::from(in_segments == 0);
        counted_rows += met.count;
        met.count += in_segments;
    }
    // A value that was not met beside has as many rows as before, and others only more.
    let is_met = |shown: &Shown| shown.hash.is_some_and(|hash| met.binary_search_by_key(&hash, |met| met.hash).is_ok());
    let mut shown: Vec<Shown> = sum.shown.iter().filter(|shown| !is_met(shown)).cloned().collect();
    shown.extend(beside.most_frequent_of(&met, want.top, context)?);
    beside.sort(&mut shown);
    shown.truncate(want.top);
    let missing_in_view = sum.missing + beside.missing;
    let mut others = shown.iter().fold((values, counted_rows), |left, shown| (left.0 - 1, left.1 - shown.count));
    for pinned in pinned {
        // An id may be ticked in another spelling.
        let is_same = |shown: &Shown| shown.value == pinned.value || shown.hash.is_some() && shown.hash == pinned.hash;
        if shown.iter().any(is_same) {
            continue;
        }
        let is_counted = finder.as_ref().is_none_or(|finder| finder.find(&fold(&pinned.value)).is_some());
        if is_counted && pinned.count > 0 {
            others = (others.0 - 1, others.1 - pinned.count);
        }
        shown.push(pinned);
    }
    let is_same = selections.first().is_none_or(|first| first.query.print(of) == first.query.print(Steps::None));
    let (totals, missing) = match (with_totals, is_same) {
        (false, _) => (vec![0; shown.len()], 0),
        (true, true) => (shown.iter().map(|shown| shown.count).collect(), missing_in_view),
        (true, false) => {
            let all: Vec<&Selection<'_>> = selections.iter().collect();
            let period = VariedValues::to_look_up(&all, &want.field, Steps::None, context)?;
            // Where the filter hides all rows of a part, its values were not seen.
            for shown in shown.iter_mut().filter(|shown| shown.hash.is_none()) {
                shown.hash = period.hash_of(&shown.value, context)?;
            }
            let hashes: Vec<_> = shown.iter().map(|shown| shown.hash).collect();
            (period.counts_of(&hashes, context)?, period.missing)
        }
    };
    let value = |(shown, total): (Shown, u64)| FacetValue { value: Some(shown.value), count: shown.count, total };
    let mut values: Vec<FacetValue> = shown.into_iter().zip(totals).map(value).collect();
    if finder.is_none() || want.is_pinned(None) {
        values.push(FacetValue { value: None, count: missing_in_view, total: missing });
    }
    Ok(top(Candidates { values, other_values: others.0, other_count: others.1 }, want))
}

impl<'s, 'q> Rows<'s, 'q> {
    fn of(selections: &'s [Selection<'q>], want: &'s FacetField, context: &Context<'_>) -> Result<Self, EngineError> {
        let (whole, beside): (Vec<_>, Vec<_>) = selections.iter().partition(|selection| selection.is_whole_segment());
        let mut rows = 0;
        for selection in &beside {
            rows += selection.count(steps_of(want), context)?;
        }
        if rows > MOST_BESIDE {
            return Ok(Self { want, whole: selections.iter().collect(), beside: Vec::new() });
        }
        Ok(Self { want, whole, beside })
    }

    /// The values that are given in any case, with their counts.
    fn pinned(&self, beside: &VariedValues<'_, '_>, context: &Context<'_>) -> Result<Vec<Shown>, EngineError> {
        let mut pinned: Vec<Shown> = Vec::new();
        if self.want.pinned.iter().all(Option::is_none) {
            return Ok(pinned);
        }
        let whole = VariedValues::to_look_up(&self.whole, &self.want.field, steps_of(self.want), context)?;
        for value in self.want.pinned.iter().flatten() {
            if pinned.iter().any(|other| other.value == *value) {
                continue;
            }
            let hash = match whole.hash_of(value, context)? {
                Some(hash) => Some(hash),
                None => beside.hash_of(value, context)?,
            };
            pinned.push(Shown { value: value.clone(), hash, count: 0 });
        }
        let hashes: Vec<_> = pinned.iter().map(|pinned| pinned.hash).collect();
        let counts = whole.counts_of(&hashes, context)?.into_iter().zip(beside.counts_of(&hashes, context)?);
        pinned.iter_mut().zip(counts).for_each(|(pinned, (whole, beside))| pinned.count = whole + beside);
        Ok(pinned)
    }

    /// What the whole segments come to, and how often they have each of the values that were met beside them.
    fn sum(&self, met: &[Counted], context: &Context<'_>) -> Result<(Arc<VariedSum>, Vec<u64>), EngineError> {
        let (want, of) = (self.want, steps_of(self.want));
        let scopes: Vec<_> = self.whole.iter().map(|selection| selection.scope(of)).collect();
        let key = Fingerprint::of(&(scopes, &want.field, want.top, &want.matching));
        if let Some(sum) = context.caches.varied_sums.get(&key)
            && let Some(counts) = self.look_up(&sum, met, context)?
        {
            return Ok((sum, counts));
        }
        let mut values = VariedValues::of(&self.whole, &want.field, of, context)?;
        if let Some(finder) = &want.finder() {
            values.keep_matching(finder, context)?;
        }
        let hashes: Vec<u128> = met.iter().map(|met| met.hash).collect();
        let MostFrequent { shown, all, known } = values.most_frequent(want.top, &hashes, context)?;
        let counts = hashes.iter().map(|hash| known.get(hash).copied().unwrap_or(0)).collect();
        let sum = Arc::new(VariedSum { shown, all, missing: values.missing, known: Mutex::new(known) });
        if context.keeps_sums {
            context.caches.varied_sums.put(key, Arc::clone(&sum), sum.size());
        }
        Ok((sum, counts))
    }

    /// How often the segments have each of the values that were met; those that are met for the first time are
    /// looked for. `None` where these are many.
    fn look_up(
        &self,
        sum: &VariedSum,
        met: &[Counted],
        context: &Context<'_>,
    ) -> Result<Option<Vec<u64>>, EngineError> {
        let new: Vec<Option<u128>> = {
            let known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
            met.iter().filter(|met| !known.contains_key(&met.hash)).map(|met| Some(met.hash)).collect()
        };
        if new.len() > MOST_LOOKED_UP {
            return Ok(None);
        }
        let mut found = Vec::new();
        if !new.is_empty() {
            let values = VariedValues::to_look_up(&self.whole, &self.want.field, steps_of(self.want), context)?;
            found = values.counts_of(&new, context)?;
        }
        let mut known = sum.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(new.into_iter().flatten().zip(found));
        // Who asks at the same time may have let some go.
        let counts = met.iter().map(|met| known.get(&met.hash).copied()).collect();
        // What is beside goes on, and what it had before need not be known for ever.
        if known.len() as u64 > MOST_BESIDE {
            known.retain(|hash, _| met.binary_search_by_key(hash, |met| met.hash).is_ok());
        }
        Ok(counts)
    }
}
