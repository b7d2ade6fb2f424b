//! Counts over time: rows are in the order of time, so each bucket is a run of rows.

use std::sync::Arc;

use crate::base::histogram::Histogram;
use crate::base::time::Timestamp;
use crate::engine::error::EngineError;
use crate::engine::question::TimelineWant;
use crate::model::answer::{Bucket, Timeline};
use crate::model::field::Field;
use crate::model::value::Outcome;
use crate::query::Filter;

use super::figures::histogram_of;
use super::select::{Context, Fingerprint, Selection, Steps, filter_rows};
use super::sums::{Sum, sum_up};
use crate::engine::local::columns::bits::Bits;
use crate::engine::local::columns::column::ColumnId;

/// What was counted in some buckets of a timeline.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// The first of them.
    low: usize,
    success: Vec<u64>,
    failure: Vec<u64>,
    series: Vec<Vec<u64>>,
    durations: Vec<Histogram>,
}

impl Counted {
    fn zeroed(low: usize, buckets: usize, want: &TimelineWant) -> Self {
        Self {
            low,
            success: vec![0; buckets],
            failure: vec![0; buckets],
            series: vec![vec![0; buckets]; want.series.len()],
            durations: if want.with_p95 { vec![Histogram::default(); buckets] } else { Vec::new() },
        }
    }
}

impl Sum for Counted {
    fn merge(&mut self, part: &Counted) {
        // A sum begins with the first bucket.
        let end = part.low + part.success.len();
        let add = |mine: &mut Vec<u64>, theirs: &[u64]| {
            mine.resize(mine.len().max(end), 0);
            mine[part.low..end].iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        };
        add(&mut self.success, &part.success);
        add(&mut self.failure, &part.failure);
        self.series.resize(self.series.len().max(part.series.len()), Vec::new());
        for (mine, theirs) in self.series.iter_mut().zip(&part.series) {
            add(mine, theirs);
        }
        if !part.durations.is_empty() {
            self.durations.resize(self.durations.len().max(end), Histogram::default());
            for (mine, theirs) in self.durations[part.low..end].iter_mut().zip(&part.durations) {
                mine.merge(theirs);
            }
        }
    }

    fn size(&self) -> usize {
        let histograms: usize = self.durations.iter().map(Histogram::size).sum();
        128 + self.success.len() * 8 * (2 + self.series.len()) + histograms
    }
}

/// Counts the rows of each bucket.
pub fn timeline(
    selections: &[Selection<'_>],
    want: &TimelineWant,
    context: &Context<'_>,
) -> Result<Timeline, EngineError> {
    let print = Fingerprint::of(want);
    let key = |segments| Fingerprint::of(&(segments, print));
    let failures = Filter::of_outcome(Outcome::Failure);
    let series: Vec<Filter> = want.series.iter().cloned().map(Filter::Clause).collect();
    let of_part = |selection: &Selection<'_>| {
        let of = selection.telling(Steps::All, context)?;
        let key = (selection.scope(of), print);
        if let Some(counted) = context.caches.timelines.get(&key) {
            return Ok(counted);
        }
        let counted = Arc::new(count_in(selection, of, want, &failures, &series, context)?);
        context.caches.timelines.put(key, Arc::clone(&counted), counted.size());
        Ok(counted)
    };
    let add = |sum: &mut Counted, selection: &Selection<'_>| {
        sum.merge(of_part(selection)?.as_ref());
        Ok(())
    };
    let mut sum: Arc<Counted> = sum_up(selections, Steps::All, &context.caches.timeline_sums, key, add, context)?;
    let sum = Arc::make_mut(&mut sum);
    sum.merge(&Counted::zeroed(0, want.buckets, want));
    let mut buckets: Vec<Bucket> = sum
        .success
        .iter()
        .zip(&sum.failure)
        .map(|(success, failure)| Bucket { success: *success, failure: *failure, p95: None })
        .collect();
    for (bucket, durations) in buckets.iter_mut().zip(&sum.durations) {
        bucket.p95 = durations.quantile(0.95);
    }
    Ok(Timeline { start: want.start, width: want.width, buckets, series: std::mem::take(&mut sum.series) })
}

fn count_in(
    selection: &Selection<'_>,
    of: Steps<'_>,
    want: &TimelineWant,
    failures: &Filter,
    series: &[Filter],
    context: &Context<'_>,
) -> Result<Counted, EngineError> {
    context.check()?;
    let part = &selection.part;
    // Buckets that the part does not touch are passed over.
    let last = want.buckets as i64 - 1;
    let place = |time: i64| {
        let place = Timestamp(time).since(want.start).div_euclid(want.width);
        if want.is_open { place.min(last) } else { place }
    };
    let low = place(part.time(selection.first, context.caches)?).max(0);
    let high = place(part.time(selection.end - 1, context.caches)?).min(last);
    if low > high || selection.count(of, context)? == 0 {
        return Ok(Counted::zeroed(0, 0, want));
    }
    let failed = filter_rows(part, failures, context)?;
    let passing = series.iter().map(|filter| filter_rows(part, filter, context)).collect::<Result<Vec<_>, _>>()?;
    let durations =
        if want.with_p95 { Some(part.column(&ColumnId::Field(Field::Duration), context.caches)?) } else { None };
    let edge = |bucket: i64| -> Result<usize, EngineError> {
        if want.is_open && bucket > last {
            return Ok(selection.end);
        }
        let time = want.start.0.saturating_add(want.width.saturating_mul(bucket));
        Ok(part.first_at_or_after(time, context.caches)?.clamp(selection.first, selection.end))
    };
    let rows = selection.rows_of(of, context)?;
    let rows = rows.as_deref();
    let mut counted = Counted::zeroed(low as usize, (high - low + 1) as usize, want);
    let mut from = edge(low)?;
    for bucket in low..=high {
        let until = edge(bucket + 1)?;
        let slot = (bucket - low) as usize;
        let both = |passing: &Bits| match rows {
            Some(rows) => rows.count_and(passing, from, until),
            None => passing.count(from, until),
        };
        let all = rows.map_or(until - from, |rows| rows.count(from, until));
        let bad = both(&failed);
        counted.failure[slot] = bad as u64;
        counted.success[slot] = (all - bad) as u64;
        for (counts, passing) in counted.series.iter_mut().zip(&passing) {
            counts[slot] = both(passing) as u64;
        }
        if let Some(durations) = &durations {
            counted.durations[slot] = histogram_of(durations, rows, from, until, context)?;
        }
        from = until;
    }
    Ok(counted)
}
