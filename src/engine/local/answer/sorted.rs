//! Lists in the order of any field. Nobody holds the whole list: a window is gathered from the
//! nearer end of it, from a row whose number is known, or, far from all of them, from a row that is
//! found by counting how many rows lie between some that were picked at equal distances.

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::error::EngineError;
use crate::engine::question::Sort;
use crate::model::answer::{Cursor, counted_id};
use crate::model::field::{Field, FieldRef};
use crate::model::value::Value;

use super::nearest::{self, Bounds, Direction, KeptRow, as_row};
use super::rows::RowPlace;
use super::select::{Context, Selection};
use super::sort_keys::{KeptKey, Key, KeyedRow, ListPlace, Mark, PartKeys, Sortable, Visitor, Within, compare};

/// So many rows are gathered at most, of each part and in all.
const MOST_GATHERED: u64 = if cfg!(test) { 8 } else { 32_768 };
/// So many rows are picked to find a place between.
const PICKED: u64 = if cfg!(test) { 3 } else { 256 };

/// A row with its place in the list.
struct Found {
    place: ListPlace,
    selection: usize,
    row: usize,
}

/// Where a window is gathered from.
#[derive(Debug, Clone)]
pub enum From {
    /// From the beginning of the list.
    Start,
    /// From a place with so many rows before it.
    Place(ListPlace, u64),
    /// From the list's end, with the number of its rows.
    End(u64),
}

impl From {
    /// How many rows come before.
    fn rank(&self) -> u64 {
        match self {
            Self::Start => 0,
            Self::Place(_, rank) | Self::End(rank) => *rank,
        }
    }

    fn place(&self) -> Option<&ListPlace> {
        match self {
            Self::Place(place, _) => Some(place),
            Self::Start | Self::End(_) => None,
        }
    }

    /// How many rows must be gathered for some of the list.
    fn cost(&self, first_row: u64, end: u64) -> u64 {
        self.rank().saturating_sub(first_row).max(end.saturating_sub(self.rank()))
    }
}

/// The rows of a window on a list of `total` rows. `known` is a place whose row number is known.
pub fn places(
    selections: &[Selection<'_>],
    sort: &Sort,
    (first_row, limit): (u64, usize),
    total: u64,
    known: Option<(&Cursor, u64)>,
    context: &Context<'_>,
) -> Result<Vec<RowPlace>, EngineError> {
    let end = first_row.saturating_add(limit as u64).min(total);
    if first_row >= end {
        return Ok(Vec::new());
    }
    let known = known.map(|(cursor, rank)| From::Place(place_of_cursor(cursor, sort), rank));
    let nearest = [From::Start, From::End(total)].into_iter().chain(known);
    let nearest = nearest.min_by_key(|from| from.cost(first_row, end)).unwrap_or(From::Start);
    let from = if nearest.cost(first_row, end) <= MOST_GATHERED {
        nearest
    } else {
        near(selections, sort, first_row, total, context)?
    };
    // What comes before the place that is gathered from, and then the rest.
    let rank = from.rank();
    let above = rank.saturating_sub(first_row);
    let mut found = gather(selections, sort, &from, Direction::Back, above, context)?;
    found.reverse();
    found.truncate((end - first_row) as usize);
    let rest = end.saturating_sub(rank);
    if rest > 0 {
        let skipped = first_row.saturating_sub(rank) as usize;
        let onward = gather(selections, sort, &from, Direction::Onward, rest, context)?;
        found.extend(onward.into_iter().skip(skipped));
    }
    Ok(found.into_iter().map(|found| (Arc::clone(&selections[found.selection].part), found.row)).collect())
}

/// How many rows come before a place in the list.
pub fn rows_before(
    selections: &[Selection<'_>],
    sort: &Sort,
    cursor: &Cursor,
    context: &Context<'_>,
) -> Result<u64, EngineError> {
    let place = place_of_cursor(cursor, sort);
    let before = |selection: &Selection<'_>| -> Result<u64, EngineError> {
        context.check()?;
        let keys = PartKeys::of(selection, sort, context)?;
        let mark = keys.mark(&place, context)?;
        let mut before = CountBefore { keys: &keys, mark, descending: sort.descending, count: 0 };
        keys.visit(&mut before, context)?;
        Ok(before.count)
    };
    let before: Vec<u64> = selections.par_iter().map(before).collect::<Result<_, EngineError>>()?;
    Ok(before.iter().sum())
}

fn place_of_cursor(cursor: &Cursor, sort: &Sort) -> ListPlace {
    let value = match &cursor.value {
        _ if sort.field == FieldRef::Known(Field::Key) => Some(Sortable::Number(cursor.seq.0 as i64)),
        None => None,
        Some(Value::Integer(number)) => Some(Sortable::Number(*number)),
        Some(Value::Duration(nanos)) => Some(Sortable::Number(i64::try_from(*nanos).unwrap_or(i64::MAX))),
        Some(id) if sort.field == FieldRef::Known(Field::RequestId) => Some(Sortable::Text(counted_id(&id.bytes()))),
        Some(value) => Some(Sortable::Text(value.bytes().into_owned())),
    };
    ListPlace { value, time: cursor.time.0, seq: cursor.seq }
}

fn in_list(a: &ListPlace, b: &ListPlace, descending: bool) -> Ordering {
    compare((a.value.as_ref(), (a.time, a.seq)), (b.value.as_ref(), (b.time, b.seq)), descending)
}

/// The rows next to a place in one direction, the nearest first.
fn gather(
    selections: &[Selection<'_>],
    sort: &Sort,
    from: &From,
    direction: Direction,
    count: u64,
    context: &Context<'_>,
) -> Result<Vec<Found>, EngineError> {
    let is_end = match direction {
        Direction::Onward => matches!(from, From::End(_)),
        Direction::Back => matches!(from, From::Start),
    };
    let mut nearest: Vec<Found> = Vec::new();
    if is_end || count == 0 {
        return Ok(nearest);
    }
    let turn = |order: Ordering| if direction == Direction::Back { order.reverse() } else { order };
    let numbered: Vec<(usize, &Selection<'_>)> = selections.iter().enumerate().collect();
    // As many parts as there are threads at a time: each may come to as many rows as are wanted.
    for some in numbered.chunks(rayon::current_num_threads().max(1)) {
        let worst = (nearest.len() as u64 >= count).then(|| nearest.last()).flatten();
        let of_part = |(number, selection): &(usize, &Selection<'_>)| -> Result<Vec<Found>, EngineError> {
            let keys = PartKeys::of(selection, sort, context)?;
            let bounds = Bounds {
                from: from.place().map(|place| keys.mark(place, context)).transpose()?,
                worst: worst.map(|worst| keys.mark(&worst.place, context)).transpose()?,
                direction,
                descending: sort.descending,
            };
            let rows = nearest::nearest_in(&keys, bounds, count as usize, context)?;
            let found =
                |row: &KeptRow| Ok(Found { place: keys.place(as_row(row), context)?, selection: *number, row: row.1 });
            rows.iter().map(found).collect()
        };
        let found: Vec<Vec<Found>> = some.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
        nearest.extend(found.into_iter().flatten());
        nearest.sort_unstable_by(|a, b| turn(in_list(&a.place, &b.place, sort.descending)));
        nearest.truncate(count as usize);
    }
    Ok(nearest)
}

/// Counts the rows before a place.
struct CountBefore<'k, 's, 'q> {
    keys: &'k PartKeys<'s, 'q>,
    mark: Mark<'k>,
    descending: bool,
    count: u64,
}

impl Visitor for CountBefore<'_, '_, '_> {
    fn within(&self) -> Within {
        match (self.mark.key, self.descending) {
            (Some(Key::Number(number)), true) => Within { low: number, high: i64::MAX, with_missing: false },
            (Some(Key::Number(number)), false) => Within { low: i64::MIN, high: number, with_missing: false },
            _ => Within::ALL,
        }
    }

    fn see(&mut self, row: KeyedRow<'_>) {
        self.count += u64::from(self.keys.is_before(row, &self.mark));
    }
}

/// A place not far before a row of the list.
fn near(
    selections: &[Selection<'_>],
    sort: &Sort,
    row: u64,
    total: u64,
    context: &Context<'_>,
) -> Result<From, EngineError> {
    let mut low = From::Start;
    let mut high = From::End(total);
    while row - low.rank() > MOST_GATHERED / 2 {
        let step = (high.rank() - low.rank()).div_ceil(PICKED).max(1);
        let picked = pick(selections, sort, (&low, &high), step, context)?;
        let ranks = count_before(selections, sort, &picked, context)?;
        let mut has_moved = false;
        for (place, rank) in picked.into_iter().zip(ranks) {
            if rank <= row && rank > low.rank() {
                low = From::Place(place, rank);
                has_moved = true;
            } else if rank > row && rank < high.rank() {
                high = From::Place(place, rank);
                has_moved = true;
            }
        }
        if !has_moved {
            break;
        }
    }
    Ok(low)
}

/// Some rows between two places, as many apart as is said, in the order of the list.
fn pick(
    selections: &[Selection<'_>],
    sort: &Sort,
    (low, high): (&From, &From),
    step: u64,
    context: &Context<'_>,
) -> Result<Vec<ListPlace>, EngineError> {
    let of_part = |(number, selection): (usize, &Selection<'_>)| -> Result<Vec<ListPlace>, EngineError> {
        let keys = PartKeys::of(selection, sort, context)?;
        let bounds = Bounds {
            from: low.place().map(|place| keys.mark(place, context)).transpose()?,
            worst: high.place().map(|place| keys.mark(place, context)).transpose()?,
            direction: Direction::Onward,
            descending: sort.descending,
        };
        let mut picked = Picked { keys: &keys, bounds, step, seen: first_seen(number, step), rows: Vec::new() };
        keys.visit(&mut picked, context)?;
        picked.rows.iter().map(|row| keys.place(as_row(row), context)).collect()
    };
    let picked: Vec<Vec<ListPlace>> =
        selections.par_iter().enumerate().map(of_part).collect::<Result<_, EngineError>>()?;
    let mut picked: Vec<ListPlace> = picked.into_iter().flatten().collect();
    picked.sort_unstable_by(|a, b| in_list(a, b, sort.descending));
    Ok(picked)
}

/// Where a part begins to count, another place for each: of many small parts, that none has as many
/// rows as lie between two that are picked, some have one all the same.
fn first_seen(number: usize, step: u64) -> u64 {
    // The golden ratio of 64 bits spreads numbers that follow one another.
    (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) % step
}

/// Picks rows at equal distances.
struct Picked<'k, 's, 'q> {
    keys: &'k PartKeys<'s, 'q>,
    bounds: Bounds<'k>,
    step: u64,
    seen: u64,
    rows: Vec<KeptRow>,
}

impl Visitor for Picked<'_, '_, '_> {
    fn within(&self) -> Within {
        self.bounds.within(None)
    }

    fn see(&mut self, row: KeyedRow<'_>) {
        if self.bounds.has(self.keys, row) {
            if self.seen % self.step == self.step / 2 {
                self.rows.push((row.0.map(KeptKey::from), row.1));
            }
            self.seen += 1;
        }
    }
}

/// Counts the rows between places.
struct Between<'k, 's, 'q> {
    keys: &'k PartKeys<'s, 'q>,
    marks: Vec<Mark<'k>>,
    counts: Vec<u64>,
}

impl Visitor for Between<'_, '_, '_> {
    fn see(&mut self, row: KeyedRow<'_>) {
        self.counts[self.marks.partition_point(|mark| !self.keys.is_before(row, mark))] += 1;
    }
}

/// How many rows come before each of some places, which are in the order of the list.
fn count_before(
    selections: &[Selection<'_>],
    sort: &Sort,
    places: &[ListPlace],
    context: &Context<'_>,
) -> Result<Vec<u64>, EngineError> {
    let of_part = |selection: &Selection<'_>| -> Result<Vec<u64>, EngineError> {
        let keys = PartKeys::of(selection, sort, context)?;
        let marks = places.iter().map(|place| keys.mark(place, context)).collect::<Result<Vec<_>, _>>()?;
        let mut between = Between { keys: &keys, counts: vec![0; marks.len() + 1], marks };
        keys.visit(&mut between, context)?;
        Ok(between.counts)
    };
    let parts: Vec<Vec<u64>> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
    let mut before = 0;
    let sum = |place: usize| parts.iter().map(|part| part[place]).sum::<u64>();
    let ranks = (0..places.len()).map(|place| {
        before += sum(place);
        before
    });
    Ok(ranks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_picked_from_many_small_parts_too() {
        let step = 40;
        for (parts, rows) in [(2_000, 10), (2_000, 1), (600, 19), (3, 4_000)] {
            let picked_of = |part| (0..rows).filter(|row| (first_seen(part, step) + row) % step == step / 2).count();
            let picked: usize = (0..parts).map(picked_of).sum();
            let fair = parts * rows as usize / step as usize;
            assert!((fair / 2..=fair * 2).contains(&picked), "{picked} of {parts} parts with {rows} rows each");
        }
    }
}
