//! Values of which there are too many to keep each of them: counted by hashes in tables of a
//! bounded size, and only those that can be shown are read.
//!
//! Hashes have 128 bits and a seed of their own each time: even among 10 billion values two that
//! are taken for one are less likely than damaged memory. A table that gets full goes on with the
//! lower half of its hashes; the others are counted in another round over the rows.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use hashbrown::HashTable;
use rayon::prelude::*;
use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128_with_seed};

use crate::engine::error::EngineError;
use crate::engine::question::FacetField;
use crate::model::answer::{Facet, FacetValue, counted_id};
use crate::model::request_id::NormalId;

use super::facets::{Candidates, least_of_top, top};
use super::select::{Context, Selection, Steps};
use super::values::Values;

/// Counts the values of a field and keeps the most frequent.
pub fn facet(
    selections: &[Selection<'_>],
    want: &FacetField,
    with_totals: bool,
    context: &Context<'_>,
) -> Result<Facet, EngineError> {
    let hasher = Hasher::seeded();
    let counting = Counting { selections, want, hasher, context };
    let of = Steps::Without(&want.field);
    // Each thread counts the hashes of its own share.
    let shares = rayon::current_num_threads().next_power_of_two() as u64;
    let width = u64::MAX / shares;
    let found: Vec<Found> = (0..shares)
        .into_par_iter()
        .map(|share| {
            let last = if share + 1 == shares { u64::MAX } else { (share + 1) * width - 1 };
            counting.count(of, share * width, last, (context.most_values / shares as usize).max(1))
        })
        .collect::<Result<_, EngineError>>()?;
    let mut candidates = Candidates::default();
    let mut hashes = HashMap::new();
    let keeps = want.keeps();
    for found in found {
        candidates.other_values += found.others.0;
        candidates.other_count += found.others.1;
        if found.missing > 0 && keeps(None) {
            candidates.values.push(FacetValue { value: None, count: found.missing, total: 0 });
        }
        for Counted { count: Reverse(count), value, hash } in found.shown {
            hashes.insert(value.clone(), hash);
            candidates.values.push(FacetValue { value: Some(value), count, total: 0 });
        }
    }
    let mut facet = top(candidates, want);
    if with_totals {
        let is_same = selections.first().is_none_or(|first| first.query.print(of) == first.query.print(Steps::None));
        if is_same {
            facet.values.iter_mut().for_each(|value| value.total = value.count);
        } else {
            counting.add_totals(&mut facet, &hashes)?;
        }
    }
    Ok(facet)
}

/// How hashes are made. An id that is 128 bits is its own, so that its text need not be read.
#[derive(Clone, Copy)]
pub struct Hasher {
    seed: u64,
}

impl Hasher {
    /// With a seed that nobody can foresee.
    pub fn seeded() -> Self {
        Self { seed: fastrand::u64(..) }
    }

    /// Of a value's bytes.
    pub fn bytes(self, bytes: &[u8]) -> u128 {
        xxh3_128_with_seed(bytes, self.seed)
    }

    /// Of an id in any form.
    pub fn id(self, id: &[u8]) -> u128 {
        match NormalId::new(id) {
            Some(id) if id.is_hex128() => id.key(),
            _ => self.bytes(&counted_id(id)),
        }
    }

    /// Where a hash lies among all; ids may have much in common at their beginning.
    fn spread(self, hash: u128) -> u64 {
        xxh3_64_with_seed(&hash.to_le_bytes(), self.seed)
    }
}

/// A value in a table.
#[derive(Clone, Copy)]
struct Entry {
    hash: u128,
    count: u64,
    /// A row that has it.
    selection: u32,
    row: u32,
}

/// A value that can be shown; the best are the least.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Counted {
    count: Reverse<u64>,
    value: Vec<u8>,
    hash: u128,
}

/// What was found in a share of the hashes.
#[derive(Default)]
struct Found {
    shown: Vec<Counted>,
    /// How many other values there are, and how many rows have them.
    others: (u64, u64),
    /// Rows without a value.
    missing: u64,
}

/// Values by hash, of a range of hashes that shrinks when there is no room.
struct Table {
    entries: HashTable<Entry>,
    from: u64,
    until: u64,
    room: usize,
    hasher: Hasher,
}

impl Table {
    #[inline]
    fn add(&mut self, entry: Entry) {
        let spread = self.hasher.spread(entry.hash);
        if spread < self.from || spread > self.until {
            return;
        }
        if let Some(known) = self.entries.find_mut(in_table(spread), |known| known.hash == entry.hash) {
            known.count += 1;
            return;
        }
        if self.entries.len() >= self.room && self.from < self.until {
            self.until = self.from + (self.until - self.from) / 2;
            self.entries.retain(|known| self.hasher.spread(known.hash) <= self.until);
            if spread > self.until {
                return;
            }
        }
        self.entries.insert_unique(in_table(spread), entry, |known| in_table(self.hasher.spread(known.hash)));
    }
}

/// The upper bits say in which range a hash is: the table is better off with the others.
fn in_table(spread: u64) -> u64 {
    spread.rotate_left(32)
}

struct Counting<'a> {
    selections: &'a [Selection<'a>],
    want: &'a FacetField,
    hasher: Hasher,
    context: &'a Context<'a>,
}

impl Counting<'_> {
    fn values(&self, selection: &Selection<'_>) -> Result<Values, EngineError> {
        Values::of(selection, &self.want.field, self.context)
    }

    /// Counts the hashes from one place among all to another.
    fn count(&self, of: Steps<'_>, first: u64, last: u64, room: usize) -> Result<Found, EngineError> {
        let mut found = Found::default();
        // Rows without a value belong to the first share, and are counted in its first round.
        let mut counts_missing = first == 0;
        let mut from = first;
        loop {
            let mut table = Table { entries: HashTable::new(), from, until: last, room, hasher: self.hasher };
            let mut missing = 0;
            for (number, selection) in self.selections.iter().enumerate() {
                let rows = selection.rows_of(of, self.context)?;
                let values = self.values(selection)?;
                values.for_each_hash(selection, rows.as_deref(), self.hasher, self.context, |hash, row| {
                    match hash {
                        None => missing += 1,
                        Some(hash) => {
                            let entry = Entry { hash, count: 1, selection: number as u32, row: row as u32 };
                            table.add(entry);
                        }
                    }
                    true
                })?;
            }
            if counts_missing {
                found.missing = missing;
                counts_missing = false;
            }
            let until = table.until;
            self.harvest(table, &mut found)?;
            if until == last {
                return Ok(found);
            }
            from = until + 1;
        }
    }

    /// Takes what can be shown out of a table.
    fn harvest(&self, table: Table, found: &mut Found) -> Result<(), EngineError> {
        let want = self.want;
        // Texts are looked at where they decide.
        let least = if want.matching.is_some() || !want.pinned.is_empty() {
            0
        } else {
            least_of_top(&table.entries.iter().map(|entry| entry.count).collect::<Vec<_>>(), want.top)
        };
        let (mut best, mut pinned) = (BinaryHeap::<Counted>::new(), Vec::new());
        let mut others = (0, 0);
        let mut entries = Vec::new();
        for entry in table.entries {
            if entry.count >= least {
                entries.push(entry);
            } else {
                others = (others.0 + 1, others.1 + entry.count);
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.selection, entry.row));
        let keeps = want.keeps();
        for of_part in entries.chunk_by(|a, b| a.selection == b.selection) {
            let selection = &self.selections[of_part[0].selection as usize];
            let values = self.values(selection)?;
            for (number, entry) in of_part.iter().enumerate() {
                if number % 4096 == 0 {
                    self.context.check()?;
                }
                let value = values.value(selection, entry.hash, entry.row as usize, self.context)?;
                if !keeps(Some(&value)) {
                    continue;
                }
                let counted = |value: Cow<'_, [u8]>| Counted {
                    count: Reverse(entry.count),
                    value: value.into(),
                    hash: entry.hash,
                };
                if want.is_pinned(Some(&value)) {
                    pinned.push(counted(value));
                    continue;
                }
                others = (others.0 + 1, others.1 + entry.count);
                let is_better = best.len() < want.top
                    || best.peek().is_some_and(|worst| (Reverse(entry.count), &*value) < (worst.count, &*worst.value));
                if is_better {
                    best.push(counted(value));
                    if best.len() > want.top {
                        best.pop();
                    }
                }
            }
        }
        for shown in &best {
            others = (others.0 - 1, others.1 - shown.count.0);
        }
        found.others = (found.others.0 + others.0, found.others.1 + others.1);
        found.shown.extend(best);
        found.shown.extend(pinned);
        Ok(())
    }

    /// Counts what is shown in the whole period.
    fn add_totals(&self, facet: &mut Facet, hashes: &HashMap<Vec<u8>, u128>) -> Result<(), EngineError> {
        let (mut by_hash, mut unseen, mut missing) = (HashMap::new(), Vec::new(), None);
        for (place, value) in facet.values.iter().enumerate() {
            match &value.value {
                None => missing = Some(place),
                Some(value) => match hashes.get(value) {
                    Some(hash) => _ = by_hash.insert(*hash, place),
                    // It is ticked, and the rows that have it are hidden by the filter.
                    None => unseen.push((value.as_slice(), place)),
                },
            }
        }
        let of_part = |selection: &Selection<'_>| -> Result<Vec<u64>, EngineError> {
            let mut totals = vec![0; facet.values.len()];
            let rows = selection.rows_of(Steps::None, self.context)?;
            let values = self.values(selection)?;
            let mut by_hash = by_hash.clone();
            let mut by_value = unseen.clone();
            by_value.retain(|(value, place)| match values.hash(value, self.hasher) {
                Some(hash) => by_hash.insert(hash, *place).is_some(),
                None => true,
            });
            let mut failed = None;
            values.for_each_hash(selection, rows.as_deref(), self.hasher, self.context, |hash, row| {
                let place = match hash {
                    None => missing,
                    Some(hash) => by_hash.get(&hash).copied().or_else(|| {
                        let value = match by_value.as_slice() {
                            [] => return None,
                            _ => values.value(selection, hash, row, self.context),
                        };
                        let value = value.map_err(|error| failed = Some(error)).ok()?;
                        by_value.iter().find(|(wanted, _)| *wanted == &*value).map(|(_, place)| *place)
                    }),
                };
                if let Some(place) = place {
                    totals[place] += 1;
                }
                failed.is_none()
            })?;
            failed.map_or(Ok(totals), Err)
        };
        let parts: Vec<Vec<u64>> = self.selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
        for totals in parts {
            facet.values.iter_mut().zip(totals).for_each(|(value, total)| value.total += total);
        }
        Ok(())
    }
}
