//! The rows of one part that are nearest to a place of a sorted list.

use std::cmp::Ordering;

use crate::engine::error::EngineError;

use super::select::Context;
use super::sort_keys::{KeptKey, Key, KeyedRow, Mark, PartKeys, Visitor, Within};

/// Which way rows are gathered from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From it to the end of the list.
    Onward,
    /// From it to the beginning.
    Back,
}

impl Direction {
    /// Orders rows so that the nearest comes first.
    pub fn turn(self, order: Ordering) -> Ordering {
        match self {
            Self::Onward => order,
            Self::Back => order.reverse(),
        }
    }
}

/// Which rows of a part are looked for.
pub struct Bounds<'a> {
    /// The place from which they are gathered.
    pub from: Option<Mark<'a>>,
    /// Rows beyond this are known to be too many.
    pub worst: Option<Mark<'a>>,
    /// Which way.
    pub direction: Direction,
    /// Whether the list is.
    pub descending: bool,
}

impl Bounds<'_> {
    /// Whether a row is among them.
    pub fn has(&self, keys: &PartKeys<'_, '_>, row: KeyedRow<'_>) -> bool {
        let is_before = |mark: &Option<Mark<'_>>| mark.as_ref().map(|mark| keys.is_before(row, mark));
        let (lies_before, beats_worst) = (is_before(&self.from), is_before(&self.worst));
        match self.direction {
            Direction::Onward => lies_before != Some(true) && beats_worst != Some(false),
            Direction::Back => lies_before != Some(false) && beats_worst != Some(true),
        }
    }

    /// Between which numbers they can lie, given a row of this part beyond which there are enough.
    pub fn within(&self, worst: Option<Option<Key<'_>>>) -> Within {
        // The first and the last place in the order of the list, where they are known.
        let own = |mark: &Option<Mark<'_>>| mark.as_ref().map(|mark| number_of(mark.key));
        let worst = [worst.map(number_of), own(&self.worst)];
        let (first, last) = match self.direction {
            Direction::Onward => ([own(&self.from), None], worst),
            Direction::Back => (worst, [own(&self.from), None]),
        };
        let mut within = Within::ALL;
        for place in first.into_iter().flatten() {
            match place {
                Place::Number(number) if self.descending => within.high = within.high.min(number),
                Place::Number(number) => within.low = within.low.max(number),
                // Only rows without a value come after those that have none.
                Place::Missing => (within.low, within.high) = (1, 0),
                Place::Other => {}
            }
        }
        for place in last.into_iter().flatten() {
            match place {
                Place::Number(number) if self.descending => within.low = within.low.max(number),
                Place::Number(number) => within.high = within.high.min(number),
                Place::Missing | Place::Other => {}
            }
            within.with_missing &= !matches!(place, Place::Number(_));
        }
        within
    }
}

/// What a key bounds.
enum Place {
    Number(i64),
    Missing,
    Other,
}

fn number_of(key: Option<Key<'_>>) -> Place {
    match key {
        Some(Key::Number(number)) => Place::Number(number),
        Some(_) => Place::Other,
        None => Place::Missing,
    }
}

/// A row that is held.
pub type KeptRow = (Option<KeptKey>, usize);

/// The rows that are nearest, the nearest first.
pub fn nearest_in(
    keys: &PartKeys<'_, '_>,
    bounds: Bounds<'_>,
    count: usize,
    context: &Context<'_>,
) -> Result<Vec<KeptRow>, EngineError> {
    // Twice as many as are wanted are kept before the worse half is thrown away.
    let keep = (count * 2).max(256);
    let mut nearest = Nearest { keys, bounds, count, keep, best: Vec::new(), worst: None };
    keys.visit(&mut nearest, context)?;
    let Nearest { bounds, mut best, .. } = nearest;
    best.sort_unstable_by(|a, b| bounds.direction.turn(keys.compare(as_row(a), as_row(b))));
    best.truncate(count);
    Ok(best)
}

struct Nearest<'k, 's, 'q> {
    keys: &'k PartKeys<'s, 'q>,
    bounds: Bounds<'k>,
    count: usize,
    keep: usize,
    best: Vec<KeptRow>,
    worst: Option<KeptRow>,
}

/// A row that is held, to be compared.
pub fn as_row((key, row): &KeptRow) -> KeyedRow<'_> {
    (key.as_ref().map(KeptKey::as_key), *row)
}

impl Visitor for Nearest<'_, '_, '_> {
    fn within(&self) -> Within {
        self.bounds.within(self.worst.as_ref().map(|worst| as_row(worst).0))
    }

    fn text_bound(&self) -> Option<(Vec<u8>, Ordering)> {
        let worst = match &self.worst {
            Some(worst) => as_row(worst).0,
            None => self.bounds.worst.as_ref()?.key,
        };
        let Some(Key::Text(worst)) = worst else { return None };
        let beyond = if self.bounds.descending { Ordering::Less } else { Ordering::Greater };
        Some((worst.into(), self.bounds.direction.turn(beyond)))
    }

    fn see(&mut self, row: KeyedRow<'_>) {
        let (keys, direction) = (self.keys, self.bounds.direction);
        let is_worse = |worst: &KeptRow| direction.turn(keys.compare(row, as_row(worst))).is_gt();
        if self.worst.as_ref().is_some_and(is_worse) || !self.bounds.has(keys, row) {
            return;
        }
        self.best.push((row.0.map(KeptKey::from), row.1));
        if self.best.len() >= self.keep {
            let compare = |a: &KeptRow, b: &KeptRow| direction.turn(keys.compare(as_row(a), as_row(b)));
            let (_, nth, _) = self.best.select_nth_unstable_by(self.count - 1, compare);
            self.worst = Some(nth.clone());
            self.best.truncate(self.count);
        }
    }
}
