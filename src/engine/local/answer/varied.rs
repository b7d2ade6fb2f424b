//! Values of which there are too many to keep each of them: counted by their hashes, some
//! neighbours among these at a time, and only those that are shown are read.
//!
//! Hashes have 128 bits: even among 10 billion values two that are taken for one are less likely
//! than damaged memory. Most are on disk in their order, so that what belongs together is read
//! together; the others are made in rounds that need a bounded room.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;
use crate::model::answer::{Facet, FacetValue, compare_counted};
use crate::model::field::FieldRef;
use crate::query::fold::fold;

use super::facets::{Candidates, steps_of, top};
use super::frontier::{Counted, Frontier};
use super::piece::{Piece, TOGETHER};
use super::select::{Context, Selection, Steps};
use super::value_source::{Hashed, Source};
use crate::engine::local::columns::bits::Bits;

/// Values of one source that are read together at least: reads have a size below which they cost the same.
const OF_SOURCE: usize = if cfg!(test) { 1 } else { 256 };

/// Counts the values of a field and gives the most frequent.
pub fn facet(
    selections: &[Selection<'_>],
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let of = steps_of(want);
    let mut view = Values::of(selections, want, of, context)?;
    // What is ticked is given in any case, whatever is looked for.
    let pinned = view.pinned(want, context)?;
    let finder = want.finder();
    if let Some(finder) = &finder {
        view.sources.par_iter_mut().try_for_each(|source| source.keep_matching(finder, context))?;
    }
    let (mut shown, mut others) = view.most_frequent(want.top, context)?;
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
        (true, true) => (shown.iter().map(|shown| shown.count).collect(), view.missing),
        (true, false) => {
            let whole = Values::of(selections, want, Steps::None, context)?;
            // Where the filter hides all rows of a part, its values were not seen.
            for shown in shown.iter_mut().filter(|shown| shown.hash.is_none()) {
                shown.hash = whole.hash_of(&shown.value, context)?;
            }
            (whole.counts_of(&shown, context)?, whole.missing)
        }
    };
    let value = |(shown, total): (Shown, u64)| FacetValue { value: Some(shown.value), count: shown.count, total };
    let mut values: Vec<FacetValue> = shown.into_iter().zip(totals).map(value).collect();
    if finder.is_none() || want.is_pinned(None) {
        values.push(FacetValue { value: None, count: view.missing, total: missing });
    }
    Ok(top(Candidates { values, other_values: others.0, other_count: others.1 }, want))
}

/// Fewer than one row of so many is few: to hash a text takes as long as to pass over some ten in a list.
const FEW: usize = 8;

/// A value that is shown.
struct Shown {
    value: Vec<u8>,
    hash: Option<u128>,
    count: u64,
}

/// The values of a field in all parts.
struct Values<'s, 'q> {
    field: &'s FieldRef,
    sources: Vec<Source<'s, 'q>>,
    /// Rows without one.
    missing: u64,
}

impl<'s, 'q> Values<'s, 'q> {
    fn of(
        selections: &'s [Selection<'q>],
        want: &'s FacetField,
        of: Steps<'_>,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        let counts: Vec<u64> =
            selections.par_iter().map(|selection| selection.count(of, context)).collect::<Result<_, EngineError>>()?;
        let (kept, rows) = (counts.iter().sum::<u64>() as usize, selections.iter().map(|s| s.part.rows).sum::<usize>());
        // What has to be hashed must fit at once: each further round would read all texts again.
        let are_few = kept * FEW < rows && kept <= context.most_values;
        let of_part = |selection: &'s Selection<'q>| Source::all_of(selection, &want.field, of, are_few, context);
        let parts: Vec<_> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
        let mut values = Self { field: &want.field, sources: Vec::new(), missing: 0 };
        for (sources, missing) in parts {
            values.sources.extend(sources);
            values.missing += missing;
        }
        Ok(values)
    }

    /// The values that are given in any case, with their counts.
    fn pinned(&self, want: &FacetField, context: &Context<'_>) -> Result<Vec<Shown>, EngineError> {
        let mut pinned: Vec<Shown> = Vec::new();
        for value in want.pinned.iter().flatten() {
            if pinned.iter().any(|other| other.value == *value) {
                continue;
            }
            pinned.push(Shown { value: value.clone(), hash: self.hash_of(value, context)?, count: 0 });
        }
        let counts = self.counts_of(&pinned, context)?;
        pinned.iter_mut().zip(counts).for_each(|(pinned, count)| pinned.count = count);
        Ok(pinned)
    }

    /// The hash of a value that is given, if any part can have it.
    fn hash_of(&self, value: &[u8], context: &Context<'_>) -> Result<Option<u128>, EngineError> {
        let hashes = self.sources.par_iter().map(|source| source.hash_of(value, context));
        Ok(hashes.collect::<Result<Vec<_>, EngineError>>()?.into_iter().flatten().next())
    }

    /// How many rows have each of some values.
    fn counts_of(&self, shown: &[Shown], context: &Context<'_>) -> Result<Vec<u64>, EngineError> {
        let mut places: HashMap<u128, usize> = HashMap::new();
        for (place, shown) in shown.iter().enumerate() {
            if let Some(hash) = shown.hash {
                places.insert(hash, place);
            }
        }
        let of_source = |source: &Source<'_, '_>| -> Result<Vec<u64>, EngineError> {
            let mut counts = vec![0; shown.len()];
            let mut see = |seen: Hashed| {
                if let Some(place) = places.get(&seen.hash) {
                    counts[*place] += seen.count;
                }
            };
            if source.is_listed() {
                for hash in places.keys() {
                    context.check()?;
                    source.for_each_hash(&(*hash..=*hash), context, &mut see)?;
                }
            } else if !places.is_empty() {
                source.for_each_hash(&ALL, context, &mut see)?;
            }
            Ok(counts)
        };
        let counts: Vec<Vec<u64>> = self.sources.par_iter().map(of_source).collect::<Result<_, EngineError>>()?;
        Ok((0..shown.len()).map(|place| counts.iter().map(|counts| counts[place]).sum()).collect())
    }

    /// The most frequent values; how many others there are, and how many rows have these.
    fn most_frequent(&self, top: usize, context: &Context<'_>) -> Result<(Vec<Shown>, (u64, u64)), EngineError> {
        let tally = Tally::new(top, &self.sources);
        for range in self.rounds(context) {
            self.count(&range, &tally, context)?;
        }
        let (above, left, ties, all) = tally.finish();
        let read = |counted: Counted| -> Result<Shown, EngineError> {
            let value = self.sources[counted.source as usize].value(counted.hash, counted.place, context)?;
            Ok(Shown { value, hash: Some(counted.hash), count: counted.count })
        };
        let mut shown: Vec<Shown> = above.into_iter().map(read).collect::<Result<_, EngineError>>()?;
        if left > 0 {
            shown.extend(self.least_of(&ties, left, context)?);
        }
        shown.sort_unstable_by(|a, b| {
            let by_value = || compare_counted(self.field, Some(&a.value), Some(&b.value));
            b.count.cmp(&a.count).then_with(by_value)
        });
        shown.truncate(top);
        let others = shown.iter().fold(all, |left, shown| (left.0 - 1, left.1 - shown.count));
        Ok((shown, others))
    }

    /// The least values among those that have the same count.
    fn least_of(&self, ties: &Ties, most: usize, context: &Context<'_>) -> Result<Vec<Shown>, EngineError> {
        let of_source = |(source, places): (&Source<'_, '_>, &Option<Bits>)| match places {
            Some(places) => source.least(places, most, context),
            None => Ok(Vec::new()),
        };
        let sources = self.sources.par_iter().zip(&ties.places).enumerate();
        let found = sources.map(|(number, pair)| {
            let least = of_source(pair)?;
            Ok(least.into_iter().map(|(value, place)| (value, number, place)).collect())
        });
        let found: Vec<Vec<(Vec<u8>, usize, u32)>> = found.collect::<Result<_, EngineError>>()?;
        let mut least: Vec<_> = found.into_iter().flatten().collect();
        least.sort_unstable_by(|a, b| compare_counted(self.field, Some(&a.0), Some(&b.0)).then_with(|| a.cmp(b)));
        least.truncate(most);
        let shown = |(value, source, _): (Vec<u8>, usize, u32)| -> Result<Shown, EngineError> {
            let hash = self.sources[source].hash_of(&value, context)?;
            Ok(Shown { value, hash, count: ties.count })
        };
        least.into_iter().map(shown).collect()
    }

    /// Ranges of hashes that need no more room than there is for those that have to be made.
    fn rounds(&self, context: &Context<'_>) -> Vec<RangeInclusive<u128>> {
        let unhashed: usize = self.sources.iter().map(Source::unhashed).sum();
        let rounds = unhashed.div_ceil(context.most_values.max(1)).max(1) as u128;
        let width = u128::MAX / rounds;
        let end = |round: u128| if round + 1 == rounds { u128::MAX } else { (round + 1) * width - 1 };
        (0..rounds).map(|round| round * width..=end(round)).collect()
    }

    /// Counts the values of a range of hashes.
    fn count(&self, range: &RangeInclusive<u128>, tally: &Tally, context: &Context<'_>) -> Result<(), EngineError> {
        let make = |source: &Source<'_, '_>| -> Result<Option<Vec<Hashed>>, EngineError> {
            if source.fences().is_some() {
                return Ok(None);
            }
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
            Ok(Some(made))
        };
        let made: Vec<Option<Vec<Hashed>>> = self.sources.par_iter().map(make).collect::<Result<_, EngineError>>()?;
        let pieces = self.pieces(range, &made);
        pieces.par_iter().try_for_each(|piece| {
            context.check()?;
            // What a thread holds while it waits for nobody else.
            let mut found = PIECE.take();
            for (number, (source, made)) in self.sources.iter().zip(&made).enumerate() {
                let mut add = |seen: Hashed| {
                    let Hashed { hash, count, place } = seen;
                    found.add(Counted { hash, count, source: number as u32, place });
                };
                match made {
                    None => source.for_each_hash(piece, context, add)?,
                    Some(made) => {
                        let first = made.partition_point(|hashed| hashed.hash < *piece.start());
                        made[first..].iter().take_while(|seen| seen.hash <= *piece.end()).for_each(|seen| add(*seen));
                    }
                }
            }
            tally.take(found.values());
            found.clear();
            PIECE.set(found);
            Ok(())
        })
    }

    /// Ranges with about as many values as are counted together.
    fn pieces(&self, range: &RangeInclusive<u128>, made: &[Option<Vec<Hashed>>]) -> Vec<RangeInclusive<u128>> {
        const STEP: usize = if cfg!(test) { 4 } else { 256 };
        // Hashes, each of which stands for so many.
        let mut marks: Vec<(u128, usize)> = Vec::new();
        for (source, made) in self.sources.iter().zip(made) {
            if let Some((fences, step)) = source.fences() {
                let inside = fences.iter().filter(|fence| range.contains(fence));
                marks.extend(inside.map(|fence| (*fence, step)));
            }
            marks.extend(made.iter().flatten().step_by(STEP).map(|hashed| (hashed.hash, STEP)));
        }
        marks.sort_unstable();
        let together = TOGETHER.max(self.sources.len() * OF_SOURCE);
        let (mut pieces, mut start, mut sum) = (Vec::new(), *range.start(), 0);
        for (hash, count) in marks {
            if sum >= together && hash > start {
                pieces.push(start..=hash - 1);
                (start, sum) = (hash, 0);
            }
            sum += count;
        }
        pieces.push(start..=*range.end());
        pieces
    }
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

const ALL: RangeInclusive<u128> = 0..=u128::MAX;

thread_local! {
    /// The values of a piece: room for them is made once.
    static PIECE: RefCell<Piece> = RefCell::default();
}

/// What was counted so far, by all threads.
struct Tally {
    values: AtomicU64,
    rows: AtomicU64,
    /// Of the frontier, so that most values need not be offered.
    least: AtomicU64,
    frontier: Mutex<Frontier>,
}

impl Tally {
    fn new(top: usize, sources: &[Source<'_, '_>]) -> Self {
        let frontier = Frontier::new(top, sources.iter().map(Source::places).collect());
        Self {
            values: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            least: AtomicU64::new(0),
            frontier: Mutex::new(frontier),
        }
    }

    /// Takes in the values of a piece: all rows that have them were counted.
    fn take(&self, found: &[Counted]) {
        let least = self.least.load(Ordering::Relaxed);
        self.values.fetch_add(found.len() as u64, Ordering::Relaxed);
        self.rows.fetch_add(found.iter().map(|value| value.count).sum(), Ordering::Relaxed);
        let offered: Vec<Counted> = found.iter().copied().filter(|value| value.count >= least).collect();
        let mut frontier = self.frontier.lock().unwrap_or_else(PoisonError::into_inner);
        frontier.offer(&offered);
        self.least.store(frontier.least(), Ordering::Relaxed);
    }

    /// The values above, how many ties are shown, those, and how many values and rows there are in all.
    fn finish(self) -> (Vec<Counted>, usize, Ties, (u64, u64)) {
        let frontier = self.frontier.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (above, left, count, places) = frontier.finish();
        (above, left, Ties { count, places }, (self.values.into_inner(), self.rows.into_inner()))
    }
}

/// The places of values that have the same count.
struct Ties {
    count: u64,
    places: Vec<Option<Bits>>,
}
