//! Values of which there are too many to keep each of them: counted by their hashes, some
//! neighbours among these at a time, and only those that are shown are read.
//!
//! Hashes have 128 bits: even among 10 billion values two that are taken for one are less likely
//! than damaged memory. Most are on disk in their order, so that what belongs together is read
//! together; the others are made in rounds that need a bounded room.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::model::answer::compare_counted;
use crate::model::field::FieldRef;

use super::floors::{Sought, can_keep, offer_least};
use super::frontier::{Counted, Frontier};
use super::hashes::{self, ALL, Hashed};
use super::least::Least;
use super::piece::{Piece, TOGETHER};
use super::select::{Context, Selection, Steps};
use super::value_source::Source;
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::sorted_rows::gallop;

/// Values of one source that are read together at least: reads have a size below which they cost the same.
const OF_SOURCE: usize = if cfg!(test) { 1 } else { 256 };

/// Fewer than one row of so many is few: to read a text and hash it takes as long as to pass over so many rows of a list.
const FEW: usize = if cfg!(test) { 8 } else { 2048 };

/// A piece goes through at most so many times as many rows as it counts where nearly all of these are wanted.
const MOST_AT_ONCE: usize = 32;

/// Whether some of the rows are better hashed. They must fit at once: each further round would read all texts again.
fn are_few(kept: usize, rows: usize, context: &Context<'_>) -> bool {
    kept * FEW < rows && kept <= context.most_values
}

/// A value that can be shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The value.
    pub value: Vec<u8>,
    /// Its hash; `None` where no part was seen that can have it.
    pub hash: Option<u128>,
    /// How many rows have it.
    pub count: u64,
}

/// The values of a field in some parts.
pub struct VariedValues<'s, 'q> {
    field: &'s FieldRef,
    sources: Vec<Source<'s, 'q>>,
    /// Rows without one.
    pub missing: u64,
}

/// How many different values there are, and how many rows have one.
pub type Extent = (u64, u64);

/// What came of counting all values.
pub struct MostFrequent {
    /// The most frequent, in their order.
    pub shown: Vec<Shown>,
    /// Of all, these among them.
    pub all: Extent,
    /// How many rows have values that were asked about, by their hashes.
    pub known: HashMap<u128, u64>,
}

impl<'s, 'q> VariedValues<'s, 'q> {
    /// Of the rows that pass some steps.
    pub fn of(
        selections: &[&'s Selection<'q>],
        field: &'s FieldRef,
        of: Steps<'_>,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        let counts: Vec<u64> =
            selections.par_iter().map(|selection| selection.count(of, context)).collect::<Result<_, EngineError>>()?;
        let (kept, rows) = (counts.iter().sum::<u64>() as usize, selections.iter().map(|s| s.part.rows).sum::<usize>());
        Self::read(selections, field, of, are_few(kept, rows, context), context)
    }

    /// The same, where single values are looked for: as far as there are lists, in these.
    pub fn to_look_up(
        selections: &[&'s Selection<'q>],
        field: &'s FieldRef,
        of: Steps<'_>,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        Self::read(selections, field, of, false, context)
    }

    fn read(
        selections: &[&'s Selection<'q>],
        field: &'s FieldRef,
        of: Steps<'_>,
        are_few: bool,
        context: &Context<'_>,
    ) -> Result<Self, EngineError> {
        let of_part = |selection: &&'s Selection<'q>| Source::all_of(selection, field, of, are_few, context);
        let parts: Vec<_> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
        let mut values = Self { field, sources: Vec::new(), missing: 0 };
        for (sources, missing) in parts {
            values.sources.extend(sources);
            values.missing += missing;
        }
        Ok(values)
    }

    /// Keeps only values that contain a text, without case.
    pub fn keep_matching(&mut self, text: &str, context: &Context<'_>) -> Result<(), EngineError> {
        self.sources.par_iter_mut().try_for_each(|source| source.keep_matching(text, context))?;
        let wanted: Vec<(usize, usize)> = self.sources.iter().map(Source::rows_wanted).collect();
        let (kept, rows) = wanted.iter().fold((0, 0), |sum, wanted| (sum.0 + wanted.0, sum.1 + wanted.1));
        if are_few(kept, rows, context) {
            self.sources.iter_mut().for_each(Source::hash_texts);
        }
        Ok(())
    }

    /// The hash of a value that is given, if any part can have it.
    pub fn hash_of(&self, value: &[u8], context: &Context<'_>) -> Result<Option<u128>, EngineError> {
        let hashes = self.sources.par_iter().map(|source| source.hash_of(value, context));
        Ok(hashes.collect::<Result<Vec<_>, EngineError>>()?.into_iter().flatten().next())
    }

    /// How many rows have each of some values, by their hashes.
    pub fn counts_of(&self, hashes: &[Option<u128>], context: &Context<'_>) -> Result<Vec<u64>, EngineError> {
        let mut sought: Vec<u128> = hashes.iter().copied().flatten().collect();
        sought.sort_unstable();
        sought.dedup();
        let counts: Vec<AtomicU64> = sought.iter().map(|_| AtomicU64::new(0)).collect();
        self.sources.par_iter().try_for_each(|source| {
            if source.is_listed() {
                let mut place = 0;
                return source.for_each_of(&sought, context, |seen| {
                    place += gallop(&sought[place..], |hash| *hash < seen.hash);
                    counts[place].fetch_add(seen.count, Ordering::Relaxed);
                });
            }
            if sought.is_empty() {
                return Ok(());
            }
            source.for_each_hash(&ALL, context, |seen| {
                if let Ok(place) = sought.binary_search(&seen.hash) {
                    counts[place].fetch_add(seen.count, Ordering::Relaxed);
                }
            })
        })?;
        let place_of = |hash: &u128| sought.binary_search(hash).ok();
        let count_of = |hash: &Option<u128>| {
            hash.as_ref().and_then(place_of).map_or(0, |place| counts[place].load(Ordering::Relaxed))
        };
        Ok(hashes.iter().map(count_of).collect())
    }

    /// The most frequent values. Of those of `met`, hashes in their order, it is said how often they are there.
    pub fn most_frequent(&self, top: usize, met: &[u128], context: &Context<'_>) -> Result<MostFrequent, EngineError> {
        let tally = Tally::new(top, &self.sources);
        let known: Mutex<HashMap<u128, u64>> = Mutex::default();
        for range in self.rounds(context) {
            self.count(
                &range,
                |found, piece| {
                    tally.take(found.values());
                    let first = met.partition_point(|hash| hash < piece.start());
                    let here = met[first..].iter().take_while(|hash| *hash <= piece.end());
                    let counts = here.map(|hash| (*hash, found.count_of(*hash)));
                    known.lock().unwrap_or_else(PoisonError::into_inner).extend(counts);
                },
                context,
            )?;
        }
        let (shown, all) = self.shown(tally, context)?;
        Ok(MostFrequent { shown, all, known: known.into_inner().unwrap_or_else(PoisonError::into_inner) })
    }

    /// All values with how many rows have each, in the order of their hashes: there are few.
    pub fn all(&self, context: &Context<'_>) -> Result<Vec<Counted>, EngineError> {
        let lists: Vec<_> =
            self.sources.par_iter().map(|source| hashes::kept(source, context)).collect::<Result<_, _>>()?;
        let mut all: Vec<Counted> = Vec::with_capacity(lists.iter().map(|list| list.len()).sum());
        for (list, source) in lists.iter().zip(0..) {
            all.extend(list.iter().map(|Hashed { hash, count, place }| Counted {
                hash: *hash,
                count: *count,
                source,
                place: *place,
            }));
        }
        // Lists that are in order are merged.
        all.sort_by_key(|counted| counted.hash);
        all.dedup_by(|next, kept| {
            let is_same = next.hash == kept.hash;
            kept.count += if is_same { next.count } else { 0 };
            is_same
        });
        Ok(all)
    }

    /// Adds how many rows have each of some values, which stand in the order of their hashes.
    pub fn add_counts(&self, values: &[Counted], counts: &mut [u64], context: &Context<'_>) -> Result<(), EngineError> {
        for source in &self.sources {
            let list = hashes::kept(source, context)?;
            let mut rest = list.as_slice();
            for (value, count) in values.iter().zip(counts.iter_mut()) {
                rest = &rest[gallop(rest, |hashed| hashed.hash < value.hash)..];
                *count += rest.first().filter(|first| first.hash == value.hash).map_or(0, |first| first.count);
            }
        }
        Ok(())
    }

    /// The most frequent of some of the values, whose counts may be higher than here.
    pub fn most_frequent_of(
        &self,
        counted: &[Counted],
        top: usize,
        context: &Context<'_>,
    ) -> Result<Vec<Shown>, EngineError> {
        let tally = Tally::new(top, &self.sources);
        tally.take(counted);
        Ok(self.shown(tally, context)?.0)
    }

    /// Reads the values that are shown.
    fn shown(&self, tally: Tally, context: &Context<'_>) -> Result<(Vec<Shown>, Extent), EngineError> {
        let top = tally.top;
        let (above, left, ties, all) = tally.finish();
        let read = |counted: Counted| -> Result<Shown, EngineError> {
            let value = self.sources[counted.source as usize].value(counted.hash, counted.place, context)?;
            Ok(Shown { value, hash: Some(counted.hash), count: counted.count })
        };
        let mut shown: Vec<Shown> = above.into_iter().map(read).collect::<Result<_, EngineError>>()?;
        if left > 0 {
            shown.extend(self.least_of(&ties, left, context)?);
        }
        sort(self.field, &mut shown);
        shown.truncate(top);
        Ok((shown, all))
    }

    /// The least values among those that have the same count.
    fn least_of(&self, ties: &Ties, most: usize, context: &Context<'_>) -> Result<Vec<Shown>, EngineError> {
        let least = Least::new(self.field, most);
        let tied = || self.sources.iter().zip(&ties.places).enumerate();
        let texts = tied().filter_map(|(number, (source, places))| {
            let sought = Sought { number, source, text: source.text()?, places: places.as_ref()? };
            (!sought.are_few()).then_some(sought)
        });
        let mut texts: Vec<Sought<'_, '_, '_>> = texts.collect();
        if !can_keep(&texts, context) {
            texts.clear();
        }
        let others: Vec<_> = tied().filter(|(number, _)| texts.iter().all(|sought| sought.number != *number)).collect();
        others.par_iter().try_for_each(|(number, (source, places))| match places {
            Some(places) => source.offer_least(*number, places, most, &least, context),
            None => Ok(()),
        })?;
        offer_least(&texts, &least, context)?;
        let shown = |(value, source, _): (Vec<u8>, usize, u32)| -> Result<Shown, EngineError> {
            let hash = self.sources[source].hash_of(&value, context)?;
            Ok(Shown { value, hash, count: ties.count })
        };
        least.finish().into_iter().map(shown).collect()
    }

    /// Ranges of hashes that need no more room than there is for those that have to be made.
    fn rounds(&self, context: &Context<'_>) -> Vec<RangeInclusive<u128>> {
        let unhashed: usize = self.sources.iter().map(Source::unhashed).sum();
        let rounds = unhashed.div_ceil(context.most_values.max(1)).max(1) as u128;
        let width = u128::MAX / rounds;
        let end = |round: u128| if round + 1 == rounds { u128::MAX } else { (round + 1) * width - 1 };
        (0..rounds).map(|round| round * width..=end(round)).collect()
    }

    /// Counts the values of a range of hashes; `take` is given those of each piece of it.
    fn count(
        &self,
        range: &RangeInclusive<u128>,
        take: impl Fn(&Piece, &RangeInclusive<u128>) + Sync,
        context: &Context<'_>,
    ) -> Result<(), EngineError> {
        let make = |source: &Source<'_, '_>| -> Result<Option<Vec<Hashed>>, EngineError> {
            if source.fences().is_some() {
                return Ok(None);
            }
            hashes::made(source, range, context).map(Some)
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
            take(&found, piece);
            found.clear();
            PIECE.set(found);
            Ok(())
        })
    }

    /// Ranges with about as many values as are counted together.
    fn pieces(&self, range: &RangeInclusive<u128>, made: &[Option<Vec<Hashed>>]) -> Vec<RangeInclusive<u128>> {
        const STEP: usize = if cfg!(test) { 4 } else { 256 };
        // Hashes, each of which stands for so many that are counted.
        let mut marks: Vec<(u128, usize)> = Vec::new();
        for (source, made) in self.sources.iter().zip(made) {
            if let Some((fences, step)) = source.fences() {
                // Which of the listed rows are wanted has nothing to do with their hashes, but with keys that tell the
                // time: a piece has bounds, however few these are.
                let (kept, rows) = source.rows_wanted();
                let counted = (step * kept / rows.max(1)).max(step / MOST_AT_ONCE).max(1);
                let inside = fences.iter().filter(|fence| range.contains(fence));
                marks.extend(inside.map(|fence| (*fence, counted)));
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

/// Brings values of a field into the order in which they are shown.
pub fn sort(field: &FieldRef, shown: &mut [Shown]) {
    shown.sort_unstable_by(|a, b| {
        let by_value = || compare_counted(field, Some(&a.value), Some(&b.value));
        b.count.cmp(&a.count).then_with(by_value)
    });
}

thread_local! {
    /// The values of a piece: room for them is made once.
    static PIECE: RefCell<Piece> = RefCell::default();
}

/// What was counted so far, by all threads.
struct Tally {
    top: usize,
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
            top,
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
    fn finish(self) -> (Vec<Counted>, usize, Ties, Extent) {
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
