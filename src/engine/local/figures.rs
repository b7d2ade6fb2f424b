//! Counts, figures and timelines from selections.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::histogram::Histogram;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::engine::question::TimelineWant;
use crate::model::answer::{Bucket, Summary, Timeline};
use crate::model::field::Field;

use super::bits::Bits;
use super::column::{Column, ColumnId, with_width};
use super::part::time_values;
use super::select::{Context, Selection, cached_clause, failed_rows};

/// Rows looked at between two looks at the cancel flag.
const STEP: usize = 128 * 1024;

/// How many rows.
pub fn count(selections: &[Selection]) -> u64 {
    selections.iter().map(|selection| selection.count() as u64).sum()
}

/// The figures of the selected rows.
pub fn summary(selections: &[Selection], context: &Context<'_>) -> Result<Summary, EngineError> {
    struct PartFigures {
        count: u64,
        failed: u64,
        of: u64,
        duration: Histogram,
        delay: Histogram,
        span: Option<(i64, i64)>,
    }
    let parts: Vec<PartFigures> = selections
        .par_iter()
        .map(|selection| {
            let failed = failed_rows(&selection.part, context)?;
            let (first, end) = (selection.first, selection.end);
            let failed = match selection.rows() {
                Some(rows) => rows.count_and(&failed, first, end),
                None => failed.count(first, end),
            };
            let edges = match selection.rows() {
                Some(rows) => rows.first(first, end).zip(rows.last(first, end)),
                None => (first < end).then(|| (first, end - 1)),
            };
            let span = match edges {
                Some((first, last)) => {
                    let times = selection.part.times(context.caches)?;
                    let times = time_values(&times)?;
                    Some((times[first], times[last]))
                }
                None => None,
            };
            Ok(PartFigures {
                count: selection.count() as u64,
                failed: failed as u64,
                of: selection.unfiltered_count() as u64,
                duration: histogram(selection, Field::Duration, context)?,
                delay: histogram(selection, Field::Delay, context)?,
                span,
            })
        })
        .collect::<Result<_, EngineError>>()?;
    let (mut duration, mut delay) = (Histogram::default(), Histogram::default());
    let mut summary = Summary::default();
    for part in &parts {
        summary.count += part.count;
        summary.failed += part.failed;
        summary.of += part.of;
        duration.merge(&part.duration);
        delay.merge(&part.delay);
        if let Some((first, last)) = part.span {
            summary.first = Some(summary.first.map_or(Timestamp(first), |known| known.min(Timestamp(first))));
            summary.last = Some(summary.last.map_or(Timestamp(last), |known| known.max(Timestamp(last))));
        }
    }
    summary.duration = (&duration).into();
    summary.delay = (&delay).into();
    Ok(summary)
}

/// The buckets of a span's values among the selected rows.
fn histogram(selection: &Selection, field: Field, context: &Context<'_>) -> Result<Histogram, EngineError> {
    let column = selection.part.column(&ColumnId::Field(field), context.caches)?;
    histogram_of(&column, selection, selection.first, selection.end, context)
}

#[expect(clippy::cast_lossless, reason = "the macro makes one copy for each width")]
fn histogram_of(
    column: &Arc<Column>,
    selection: &Selection,
    first: usize,
    end: usize,
    context: &Context<'_>,
) -> Result<Histogram, EngineError> {
    let mut histogram = Histogram::default();
    let Column::Numbers(numbers) = column.as_ref() else { return Ok(histogram) };
    let scale = numbers.scale as u64;
    let mut from = first;
    while from < end {
        context.check()?;
        let until = end.min(from + STEP);
        with_width!(numbers.width, numbers.values, values => {
            let mut add = |row: usize| histogram.add(values[row] as u64 * scale);
            match (selection.rows(), &numbers.valid) {
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

/// Counts over time: rows are in the order of time, so each bucket is a run of rows.
pub fn timeline(selections: &[Selection], want: &TimelineWant, context: &Context<'_>) -> Result<Timeline, EngineError> {
    let mut buckets = vec![Bucket::default(); want.buckets];
    let mut histograms = if want.with_p95 { vec![Histogram::default(); want.buckets] } else { Vec::new() };
    let mut series = vec![vec![0; want.buckets]; want.series.len()];
    for selection in selections {
        context.check()?;
        let part = &selection.part;
        let failed = failed_rows(part, context)?;
        let passing =
            want.series.iter().map(|clause| cached_clause(part, clause, context)).collect::<Result<Vec<_>, _>>()?;
        let times = part.times(context.caches)?;
        let times = time_values(&times)?;
        let durations = part.column(&ColumnId::Field(Field::Duration), context.caches)?;
        // Buckets that the part does not touch are passed over.
        let place = |time: i64| (time - want.start.0).div_euclid(want.width);
        let low = place(times[selection.first]).max(0);
        let high = place(times[selection.end - 1]).min(want.buckets as i64 - 1);
        let edge = |bucket: i64| {
            let time = want.start.0.saturating_add(want.width.saturating_mul(bucket));
            selection.first + times[selection.first..selection.end].partition_point(|at| *at < time)
        };
        let mut from = edge(low);
        for bucket in low..=high {
            let until = edge(bucket + 1);
            let both = |passing: &Bits| match selection.rows() {
                Some(rows) => rows.count_and(passing, from, until),
                None => passing.count(from, until),
            };
            let all = selection.rows().map_or(until - from, |rows| rows.count(from, until));
            let bad = both(&failed);
            for (counts, passing) in series.iter_mut().zip(&passing) {
                counts[bucket as usize] += both(passing) as u64;
            }
            let slot = &mut buckets[bucket as usize];
            slot.failure += bad as u64;
            slot.success += (all - bad) as u64;
            if let Some(histogram) = histograms.get_mut(bucket as usize) {
                histogram.merge(&histogram_of(&durations, selection, from, until, context)?);
            }
            from = until;
        }
    }
    for (bucket, histogram) in buckets.iter_mut().zip(&histograms) {
        bucket.p95 = histogram.quantile(0.95);
    }
    Ok(Timeline { start: want.start, width: want.width, buckets, series })
}
