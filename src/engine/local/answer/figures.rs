//! Counts and figures from selections.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::histogram::Histogram;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::model::answer::{MOST_EXACT, Percentiles, Summary};
use crate::model::field::Field;
use crate::model::value::Outcome;
use crate::query::Filter;

use super::select::{Context, Selection, Steps, filter_rows};
use super::sums::{Sum, sum_up};
use crate::engine::local::columns::column::{Column, ColumnId, with_width};
use crate::engine::local::columns::row_set::RowSet;

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// Finds out what passes, before several look for it at the same time and wait for one another.
pub fn find_rows(selections: &[Selection<'_>], context: &Context<'_>) -> Result<(), EngineError> {
    selections.par_iter().try_for_each(|selection| selection.find_rows(context))
}

/// How many rows.
pub fn count(selections: &[Selection<'_>], context: &Context<'_>) -> Result<u64, EngineError> {
    sum_of(selections, Steps::All, context)
}

fn sum_of(selections: &[Selection<'_>], of: Steps<'_>, context: &Context<'_>) -> Result<u64, EngineError> {
    let counts: Vec<u64> =
        selections.par_iter().map(|selection| selection.count(of, context)).collect::<Result<_, EngineError>>()?;
    Ok(counts.iter().sum())
}

/// The figures of some rows.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    count: u64,
    failed: u64,
    duration: Histogram,
    delay: Histogram,
    span: Option<(i64, i64)>,
}

impl Sum for Figures {
    fn merge(&mut self, part: &Figures) {
        self.count += part.count;
        self.failed += part.failed;
        self.duration.merge(&part.duration);
        self.delay.merge(&part.delay);
        self.span = match (self.span, part.span) {
            (Some((first, last)), Some((from, until))) => Some((first.min(from), last.max(until))),
            (mine, theirs) => mine.or(theirs),
        };
    }

    fn size(&self) -> usize {
        128 + self.duration.size() + self.delay.size()
    }
}

/// The figures of the selected rows.
pub fn summary(selections: &[Selection<'_>], context: &Context<'_>) -> Result<Summary, EngineError> {
    let add = |sum: &mut Figures, selection: &Selection<'_>| {
        sum.merge(figures_at_hand(selection, Steps::All, context)?.as_ref());
        Ok(())
    };
    let sums = &context.caches.figure_sums;
    let sum: Arc<Figures> = sum_up(selections, Steps::All, sums, |segments| segments, add, context)?;
    let percentiles = |field: Field, histogram: &Histogram| match sum.count {
        0..=MOST_EXACT => Ok(Percentiles::of_values(values_of(selections, field, context)?)),
        _ => Ok::<_, EngineError>(histogram.into()),
    };
    Ok(Summary {
        count: sum.count,
        failed: sum.failed,
        duration: percentiles(Field::Duration, &sum.duration)?,
        delay: percentiles(Field::Delay, &sum.delay)?,
        first: sum.span.map(|(first, _)| Timestamp(first)),
        last: sum.span.map(|(_, last)| Timestamp(last)),
        of: sum_of(selections, Steps::None, context)?,
    })
}

/// The values of a span in the selected rows, of which there are few.
fn values_of(selections: &[Selection<'_>], field: Field, context: &Context<'_>) -> Result<Vec<u64>, EngineError> {
    let mut found = Vec::new();
    for selection in selections {
        if selection.count(Steps::All, context)? == 0 {
            continue;
        }
        let column = selection.part.column(&ColumnId::Field(field), context.caches)?;
        let Column::Numbers(numbers) = column.as_ref() else { continue };
        let mut see = |row: usize| found.extend(numbers.get(row).map(i64::cast_unsigned));
        match selection.rows(context)? {
            Some(rows) => rows.for_each(selection.first, selection.end, see),
            None => (selection.first..selection.end).for_each(&mut see),
        }
    }
    Ok(found)
}

fn figures_at_hand(
    selection: &Selection<'_>,
    of: Steps<'_>,
    context: &Context<'_>,
) -> Result<Arc<Figures>, EngineError> {
    let of = selection.telling(of, context)?;
    let key = selection.scope(of);
    if let Some(figures) = context.caches.figures.get(&key) {
        return Ok(figures);
    }
    let figures = Arc::new(figures_of(selection, of, context)?);
    context.caches.figures.put(key, Arc::clone(&figures), figures.size());
    Ok(figures)
}

fn figures_of(selection: &Selection<'_>, of: Steps<'_>, context: &Context<'_>) -> Result<Figures, EngineError> {
    let part = &selection.part;
    let count = selection.count(of, context)?;
    if count == 0 {
        return Ok(Figures::default());
    }
    let failed = filter_rows(part, &Filter::of_outcome(Outcome::Failure), context)?;
    let (first, end) = (selection.first, selection.end);
    let rows = selection.rows_of(of, context)?;
    let rows = rows.as_deref();
    let failed = rows.map_or_else(|| failed.count(first, end), |rows| rows.count_and(&failed, first, end));
    let span = span_in(selection, rows, context)?;
    // Where most rows are wanted, the others are looked at, and taken from what all come to.
    let is_most = of != Steps::None && count * 2 > selection.count(Steps::None, context)?;
    let all = if is_most { Some(figures_at_hand(selection, Steps::None, context)?) } else { None };
    let base = selection.rows_of(Steps::None, context)?;
    let others = match (&all, rows, base.as_deref()) {
        (Some(_), Some(rows), None) => Some(Cow::Borrowed(rows.others())),
        (Some(_), Some(rows), Some(base)) => {
            let mut others = base.bits().clone();
            others.and_not(rows);
            Some(Cow::Owned(RowSet::new(others)))
        }
        _ => None,
    };
    let histogram = |field: Field, of_all: fn(&Figures) -> &Histogram| {
        let column = part.column(&ColumnId::Field(field), context.caches)?;
        match (&all, &others) {
            (Some(all), Some(others)) => {
                let mut histogram = of_all(all).clone();
                histogram.remove(&histogram_of(&column, Some(&**others), first, end, context)?);
                Ok(histogram)
            }
            _ => histogram_of(&column, rows, first, end, context),
        }
    };
    Ok(Figures {
        count,
        failed: failed as u64,
        duration: histogram(Field::Duration, |figures| &figures.duration)?,
        delay: histogram(Field::Delay, |figures| &figures.delay)?,
        span,
    })
}

/// The first and the last time of the selected rows.
pub fn span(
    selections: &[Selection<'_>],
    context: &Context<'_>,
) -> Result<Option<(Timestamp, Timestamp)>, EngineError> {
    let of_part = |selection: &Selection<'_>| span_in(selection, selection.rows(context)?, context);
    let spans: Vec<_> = selections.par_iter().map(of_part).collect::<Result<_, EngineError>>()?;
    let span = spans.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    Ok(span.map(|(first, last)| (Timestamp(first), Timestamp(last))))
}

fn span_in(
    selection: &Selection<'_>,
    rows: Option<&RowSet>,
    context: &Context<'_>,
) -> Result<Option<(i64, i64)>, EngineError> {
    let (part, first, end) = (&selection.part, selection.first, selection.end);
    let edges = match rows {
        Some(rows) => rows.first(first, end).zip(rows.last(first, end)),
        None => (first < end).then(|| (first, end - 1)),
    };
    let time = |row: usize| match row {
        0 => Ok(part.min_time),
        row if row + 1 == part.rows => Ok(part.max_time),
        row => part.time(row, context.caches),
    };
    edges.map(|(first, last)| Ok((time(first)?, time(last)?))).transpose()
}

/// The buckets of a span's values among some rows.
#[expect(clippy::cast_lossless, reason = "the macro makes one copy for each width")]
pub fn histogram_of(
    column: &Column,
    rows: Option<&RowSet>,
    first: usize,
    end: usize,
    context: &Context<'_>,
) -> Result<Histogram, EngineError> {
    let mut histogram = Histogram::default();
    let Column::Numbers(numbers) = column else { return Ok(histogram) };
    let scale = numbers.scale as u64;
    let mut from = first;
    while from < end {
        context.check()?;
        let until = end.min(from + STEP);
        with_width!(numbers.width, numbers.values, values => {
            let mut add = |row: usize| histogram.add(values[row] as u64 * scale);
            match (rows, &numbers.valid) {
                (None, None) => (from..until).for_each(&mut add),
                (Some(rows), None) => rows.for_each(from, until, add),
                (None, Some(valid)) => valid.for_each(from, until, add),
                (Some(rows), Some(valid)) => rows.for_each(from, until, |row| {
                    if valid.get(row) {
                        add(row);
                    }
                }),
            }
        });
        from = until;
    }
    Ok(histogram)
}
