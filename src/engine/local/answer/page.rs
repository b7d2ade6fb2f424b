//! Windows on the sorted list of selected rows.
//!
//! In the order of time a window costs nearly nothing: parts are sorted by time, so a row number
//! is a sum of counts, and the rows themselves come from a merge of the parts from there on.
//! Other orders look at the values of all selected rows.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::engine::question::{Anchor, PageWant};
use crate::model::answer::{Cursor, Page};
use crate::model::field::{Field, FieldRef};
use crate::model::handle::Seq;

use super::figures::count;
use super::rows::{RowPlace, read_rows};
use super::select::{Context, Selection, Steps};
use crate::engine::local::columns::row_set::RowSet;
use crate::engine::local::view::View;

/// The place of a row in the order of time.
pub type Place = (i64, Seq);

/// The rows that a window shows.
pub fn page(
    view: &View,
    selections: &[Selection<'_>],
    want: &PageWant,
    context: &Context<'_>,
) -> Result<Page, EngineError> {
    let total = count(selections, context)?;
    let by_time = want.sort.field == FieldRef::Known(Field::Time);
    let limit = want.limit as u64;
    let rank = |cursor: &Cursor| -> Result<u64, EngineError> {
        if by_time {
            rows_before(selections, (cursor.time.0, cursor.seq), want.sort.descending, context)
        } else {
            super::sorted::rows_before(selections, &want.sort, cursor, context)
        }
    };
    let known = match &want.at {
        Anchor::After(cursor) | Anchor::Before(cursor) | Anchor::Around(cursor, _) => Some((cursor, rank(cursor)?)),
        Anchor::Start | Anchor::End | Anchor::Row(_) => None,
    };
    let before = known.map_or(0, |(_, before)| before);
    let (first_row, wanted) = match &want.at {
        Anchor::Start => (0, limit),
        Anchor::End => (total.saturating_sub(limit), limit),
        Anchor::Row(row) => ((*row).min(total), limit),
        Anchor::After(cursor) => (before + u64::from(is_selected(selections, cursor, context)?), limit),
        Anchor::Before(_) => (before.saturating_sub(limit), before.min(limit)),
        Anchor::Around(_, above) => (before.saturating_sub(*above as u64), limit),
    };
    let places = if by_time {
        places_by_time(selections, first_row, wanted as usize, want.sort.descending, context)?
    } else {
        super::sorted::places(selections, &want.sort, (first_row, wanted as usize), total, known, context)?
    };
    Ok(Page { rows: read_rows(view, &places, context)?, first_row, total })
}

/// Whether a cursor's row itself is in the list.
fn is_selected(selections: &[Selection<'_>], cursor: &Cursor, context: &Context<'_>) -> Result<bool, EngineError> {
    for selection in selections {
        if let Some(row) = row_of(selection, (cursor.time.0, cursor.seq), context)? {
            return Ok(selection.rows(context)?.is_none_or(|rows| rows.get(row)));
        }
    }
    Ok(false)
}

/// The row of a part at exactly this place, if the selection's time has it.
fn row_of(selection: &Selection<'_>, place: Place, context: &Context<'_>) -> Result<Option<usize>, EngineError> {
    let row = first_at_or_after(selection, place, context)?;
    if row >= selection.end {
        return Ok(None);
    }
    Ok((place_of(selection, row, context)? == place).then_some(row))
}

/// A row's place in the order of time.
pub fn place_of(selection: &Selection<'_>, row: usize, context: &Context<'_>) -> Result<Place, EngineError> {
    Ok((selection.part.time(row, context.caches)?, selection.part.seq(row, context.caches)?))
}

/// The first row of the selection's time whose time is not before a point.
fn first_from(selection: &Selection<'_>, time: i64, context: &Context<'_>) -> Result<usize, EngineError> {
    Ok(selection.part.first_at_or_after(time, context.caches)?.clamp(selection.first, selection.end))
}

/// The first row, within the selection's time, that is not before a place.
pub fn first_at_or_after(
    selection: &Selection<'_>,
    (time, seq): Place,
    context: &Context<'_>,
) -> Result<usize, EngineError> {
    let mut low = first_from(selection, time, context)?;
    let mut high = if time == i64::MAX { selection.end } else { first_from(selection, time + 1, context)? };
    // Rows of one time are in the order of arrival.
    while low < high {
        let middle = usize::midpoint(low, high);
        if selection.part.seq(middle, context.caches)? < seq {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// How many selected rows there are between two. The whole of a part is counted once.
fn count_between(
    selection: &Selection<'_>,
    from: usize,
    until: usize,
    context: &Context<'_>,
) -> Result<u64, EngineError> {
    if (from, until) == (selection.first, selection.end) {
        return selection.count(Steps::All, context);
    }
    if from >= until {
        return Ok(0);
    }
    Ok(selection.rows(context)?.map_or(until - from, |rows| rows.count(from, until)) as u64)
}

/// How many selected rows come before a place in the list.
fn rows_before(
    selections: &[Selection<'_>],
    place: Place,
    descending: bool,
    context: &Context<'_>,
) -> Result<u64, EngineError> {
    let mut before = 0;
    for selection in selections {
        context.check()?;
        let at = first_at_or_after(selection, place, context)?;
        before += if descending {
            let is_there = at < selection.end && place_of(selection, at, context)? == place;
            count_between(selection, at + usize::from(is_there), selection.end, context)?
        } else {
            count_between(selection, selection.first, at, context)?
        };
    }
    Ok(before)
}

/// A part's next row in a merge, or a place before which it has none.
struct Head {
    place: Place,
    selection: usize,
    /// `None` where the part was not looked into yet.
    row: Option<usize>,
    /// The part's rows that are left.
    left: (usize, usize),
    descending: bool,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.place.cmp(&other.place);
        let order = if self.descending { order } else { order.reverse() };
        // A part that may have a row at this place is looked into first.
        order.then_with(|| self.row.is_none().cmp(&other.row.is_none()))
    }
}

/// Skips beyond this are found by halving time instead of merging.
const MERGE_SKIP: u64 = 2_000;

fn places_by_time(
    selections: &[Selection<'_>],
    first_row: u64,
    limit: usize,
    descending: bool,
    context: &Context<'_>,
) -> Result<Vec<RowPlace>, EngineError> {
    let mut skip = first_row;
    // The time from which the merge starts: everything on the far side is skipped.
    let mut start = None;
    if skip > MERGE_SKIP {
        let (time, before) = time_of_row(selections, first_row, descending, context)?;
        start = Some(time);
        skip = first_row - before;
    }
    let mut heap = BinaryHeap::with_capacity(selections.len());
    for (number, selection) in selections.iter().enumerate() {
        let (mut first, mut end) = (selection.first, selection.end);
        if let Some(time) = start {
            if descending {
                end = if time == i64::MAX { end } else { first_from(selection, time + 1, context)? };
            } else {
                first = first_from(selection, time, context)?;
            }
        }
        if first < end {
            let part = &selection.part;
            let place = if descending { (part.max_time, part.max_seq) } else { (part.min_time, part.min_seq) };
            heap.push(Head { place, selection: number, row: None, left: (first, end), descending });
        }
    }
    let mut places = Vec::with_capacity(limit.min(10_000));
    while let Some(head) = heap.pop() {
        if places.len() >= limit {
            break;
        }
        let selection = &selections[head.selection];
        let mut left = head.left;
        if let Some(row) = head.row {
            if skip > 0 {
                skip -= 1;
            } else {
                places.push((Arc::clone(&selection.part), row));
            }
            if descending { left.1 = row } else { left.0 = row + 1 }
        }
        if let Some(row) = next_row(selection.rows(context)?, left, descending) {
            let place = place_of(selection, row, context)?;
            heap.push(Head { place, row: Some(row), left, ..head });
        }
    }
    Ok(places)
}

fn next_row(rows: Option<&RowSet>, (first, end): (usize, usize), descending: bool) -> Option<usize> {
    match (rows, descending) {
        (Some(rows), true) => rows.last(first, end),
        (Some(rows), false) => rows.first(first, end),
        (None, true) => (first < end).then(|| end - 1),
        (None, false) => (first < end).then_some(first),
    }
}

/// The time of the row with a number, and how many rows lie before that time in the list.
fn time_of_row(
    selections: &[Selection<'_>],
    number: u64,
    descending: bool,
    context: &Context<'_>,
) -> Result<(i64, u64), EngineError> {
    // Rows strictly before a time in the list.
    let before = |time: i64| -> Result<u64, EngineError> {
        let mut sum = 0;
        for selection in selections {
            sum += if descending {
                let at = if time == i64::MAX { selection.end } else { first_from(selection, time + 1, context)? };
                count_between(selection, at, selection.end, context)?
            } else {
                let at = first_from(selection, time, context)?;
                count_between(selection, selection.first, at, context)?
            };
        }
        Ok(sum)
    };
    let lowest = selections.iter().map(|s| s.part.min_time).min().unwrap_or(0);
    let highest = selections.iter().map(|s| s.part.max_time).max().unwrap_or(0);
    let (mut low, mut high) = (i128::from(lowest), i128::from(highest));
    // The time nearest to the list's end before which at most `number` rows lie.
    while low < high {
        context.check()?;
        let middle = if descending { (low + high).div_euclid(2) } else { (low + high + 1).div_euclid(2) };
        let fits = before(middle as i64)? <= number;
        match (descending, fits) {
            (true, true) => high = middle,
            (true, false) => low = middle + 1,
            (false, true) => low = middle,
            (false, false) => high = middle - 1,
        }
    }
    let time = low as i64;
    Ok((time, before(time)?))
}

/// The cursor of a row in the order of time.
pub fn time_cursor(time: Timestamp, seq: Seq) -> Cursor {
    Cursor { value: None, time, seq }
}
