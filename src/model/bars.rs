//! Bars of a timeline: between borders of the calendar, so that they are not all of one length.

use crate::base::time::{SECOND, Timestamp};
use crate::base::units;

use super::answer::{Bucket, Timeline};
use super::bar_step::Step;
use super::period::TimeRange;

const DAY: i64 = 86_400 * SECOND;

/// Where bars begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Beginning {
    /// At borders of the calendar in the zone that was asked for.
    #[default]
    InZone,
    /// At those of UTC: over so many years the zone's would be too many to count.
    InUtc,
    /// After so many days each, whatever the calendar says: also those of UTC would be too many.
    Even,
}

impl Beginning {
    /// A bar's length, and what is unusual about where bars begin.
    pub fn words(self, step: Step) -> String {
        match self {
            Self::InZone => step.words(),
            Self::InUtc => format!("{}, UTC", step.words()),
            Self::Even => format!("{} d each", units::count((step.micros() / DAY) as u64)),
        }
    }
}

/// Counts between borders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    /// How long each is.
    pub step: Step,
    /// By which clock they begin.
    pub beginning: Beginning,
    /// Where each bar begins, and where the last one ends.
    pub borders: Vec<Timestamp>,
    /// What is in each.
    pub buckets: Vec<Bucket>,
    /// For each series, how many records of each bar are in it.
    pub series: Vec<Vec<u64>>,
}

impl Bars {
    /// Adds up the buckets of a timeline whose own borders are finer: every border of the bars is one
    /// of them. A percentile stays only where a bar is one bucket.
    pub fn new(step: Step, borders: Vec<Timestamp>, timeline: &Timeline) -> Self {
        let count = borders.len().saturating_sub(1);
        let mut bars = Self {
            step,
            beginning: Beginning::default(),
            borders,
            buckets: vec![Bucket::default(); count],
            series: vec![vec![0; count]; timeline.series.len()],
        };
        let mut bar = 0;
        for (place, bucket) in timeline.buckets.iter().enumerate() {
            let at = timeline.range(place).from;
            while bar < count && bars.borders[bar + 1] <= at {
                bar += 1;
            }
            if bar == count || at < bars.borders[bar] {
                continue;
            }
            let sum = &mut bars.buckets[bar];
            sum.p95 = if at == bars.borders[bar] { bucket.p95 } else { None };
            sum.success += bucket.success;
            sum.failure += bucket.failure;
            for (sums, counts) in bars.series.iter_mut().zip(&timeline.series) {
                sums[bar] += counts.get(place).copied().unwrap_or_default();
            }
        }
        bars
    }

    /// No bars.
    pub fn none(step: Step) -> Self {
        let beginning = Beginning::default();
        Self { step, beginning, borders: Vec::new(), buckets: Vec::new(), series: Vec::new() }
    }

    /// How long each bar is, and by which clock they begin where it is not the zone's.
    pub fn step_words(&self) -> String {
        self.beginning.words(self.step)
    }

    /// How many bars there are.
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The span of a bar.
    pub fn range(&self, bar: usize) -> TimeRange {
        TimeRange::new(self.borders[bar], self.borders[bar + 1])
    }

    /// The span of all bars; `None` where there are none.
    pub fn span(&self) -> Option<TimeRange> {
        let (first, last) = self.borders.first().zip(self.borders.last())?;
        (first < last).then(|| TimeRange::new(*first, *last))
    }

    /// The bar that a time is in; the first or the last one for what is outside.
    pub fn place_of(&self, at: Timestamp) -> usize {
        let behind = self.borders.partition_point(|border| *border <= at);
        behind.saturating_sub(1).min(self.len().saturating_sub(1))
    }

    /// Records of a bar.
    pub fn total(&self, bar: usize) -> u64 {
        self.buckets[bar].success + self.buckets[bar].failure
    }

    /// Records of a bar that are in no series; the series have no record in common.
    pub fn other(&self, bar: usize) -> u64 {
        self.total(bar).saturating_sub(self.series.iter().map(|counts| counts[bar]).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    #[test]
    fn fine_buckets_are_added_up() {
        let bucket = |n: u64| Bucket { success: n, failure: 1, p95: Some(n) };
        let timeline = Timeline {
            start: at(0),
            width: 1_000_000,
            buckets: (0..6).map(bucket).collect(),
            series: vec![vec![0, 1, 1, 1, 0, 2]],
        };
        let bars = Bars::new(Step::Secs(1), vec![at(0), at(1), at(4), at(6)], &timeline);
        let counts: Vec<(u64, u64)> = bars.buckets.iter().map(|bucket| (bucket.success, bucket.failure)).collect();
        assert_eq!(counts, [(0, 1), (6, 3), (9, 2)]);
        assert_eq!(bars.series, [[0, 3, 2]]);
        assert_eq!((bars.other(1), bars.total(2)), (6, 11));
        assert_eq!(bars.buckets.iter().map(|bucket| bucket.p95).collect::<Vec<_>>(), [Some(0), None, None]);
        assert_eq!([-5, 0, 3, 4, 99].map(|second| bars.place_of(at(second))), [0, 0, 1, 2, 2]);
        assert_eq!(bars.span(), Some(TimeRange::new(at(0), at(6))));
        // What lies outside of the borders is in no bar.
        let inner = Bars::new(Step::Secs(1), vec![at(1), at(2)], &timeline);
        assert_eq!(inner.buckets, [bucket(1)]);
        assert_eq!(Bars::new(Step::Secs(1), Vec::new(), &timeline).span(), None);
    }
}
