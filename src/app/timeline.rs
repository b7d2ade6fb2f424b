//! Which bars a timeline has, and what an engine is asked for them.

use chrono_tz::Tz;

use crate::base::time::{SECOND, Timestamp};
use crate::engine::question::TimelineWant;
use crate::model::answer::Timeline;
use crate::model::bar_step::{STEPS, Step};
use crate::model::bars::{Bars, Beginning};
use crate::model::period::TimeRange;
use crate::query::Clause;

/// Buckets that an engine is asked for, at most.
const MOST_BUCKETS: i64 = 50_000;

/// The bars of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarPlan {
    /// How long each is.
    pub step: Step,
    /// By which clock they begin.
    pub beginning: Beginning,
    /// Where each begins, and where the last one ends.
    pub borders: Vec<Timestamp>,
}

impl BarPlan {
    /// At most so many bars over a span, of a length that people count in. `span` has two ends.
    pub fn at_most(span: TimeRange, most: usize, zone: Tz) -> Option<Self> {
        let step = STEPS.iter().find(|step| step.most_bars(span) <= most as i64).or(STEPS.last())?;
        Self::of_step(span, *step, zone)
    }

    /// Bars of a length over a span.
    pub fn of_step(span: TimeRange, step: Step, zone: Tz) -> Option<Self> {
        if span.is_empty() {
            return None;
        }
        // Over many years there are too many hours between summer and winter time to count each: there
        // days begin where they do in UTC, and over centuries all bars are of one length.
        let even = Step::Secs(step.micros() / SECOND);
        let plans = [(zone, Beginning::InZone), (Tz::UTC, Beginning::InUtc)]
            .map(|(zone, beginning)| Self { beginning, ..Self::between(span, step, zone) });
        let can_be_counted = |plan: &Self| plan.is_even() || plan.fine_buckets() <= MOST_BUCKETS;
        let of_one_length = || Self { step, beginning: Beginning::Even, ..Self::between(span, even, Tz::UTC) };
        Some(plans.into_iter().find(can_be_counted).unwrap_or_else(of_one_length))
    }

    fn between(span: TimeRange, step: Step, zone: Tz) -> Self {
        let mut borders = vec![step.border_before(span.from, zone)];
        while let Some(last) = borders.last().copied().filter(|last| *last < span.until) {
            let next = step.border_after(last, zone);
            if next <= last {
                // Behind the calendar's end there are no further borders.
                borders.push(span.until);
                break;
            }
            borders.push(next);
        }
        Self { step, beginning: Beginning::InZone, borders }
    }

    /// The width of buckets of which every bar is so many.
    fn fine_width(&self) -> i64 {
        self.borders.windows(2).map(|pair| pair[1].since(pair[0])).fold(0, gcd).max(1)
    }

    fn fine_buckets(&self) -> i64 {
        self.micros() / self.fine_width()
    }

    fn micros(&self) -> i64 {
        self.borders.last().zip(self.borders.first()).map_or(0, |(last, first)| last.since(*first))
    }

    /// Whether all bars are of one length.
    fn is_even(&self) -> bool {
        self.fine_buckets() == self.borders.len() as i64 - 1
    }

    /// What an engine is asked, so that its buckets add up to the bars. Where the period has no end, the
    /// last bar has none: what a fast clock dated ahead is counted there, so that all bars come to all requests.
    pub fn want(&self, series: Vec<Clause>, range: TimeRange) -> Option<TimelineWant> {
        let first = self.borders.first()?;
        let width = self.fine_width();
        let is_open = range.until == Timestamp::MAX;
        Some(TimelineWant { is_open, series, ..TimelineWant::new(*first, width, (self.micros() / width) as usize) })
    }

    /// The bars, from what an engine counted.
    pub fn bars(&self, timeline: &Timeline) -> Bars {
        Bars { beginning: self.beginning, ..Bars::new(self.step, self.borders.clone(), timeline) }
    }
}

fn gcd(one: i64, other: i64) -> i64 {
    let (mut one, mut other) = (one.abs(), other.abs());
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// The span that a timeline shows for a period: open ends are closed by the data and the clock. `data` is from when to
/// when the bars of all time go.
pub fn span_of(range: TimeRange, data: Option<TimeRange>, now: Timestamp) -> Option<TimeRange> {
    let from = if range.from == Timestamp::MIN { data?.from } else { range.from };
    // What a fast clock dated ahead does not stretch the timeline.
    let until = if range.until == Timestamp::MAX {
        match data {
            Some(data) if range.from == Timestamp::MIN => data.until,
            _ => now.plus(1),
        }
    } else {
        range.until
    };
    let span = TimeRange::new(from, until.max(from.plus(SECOND)));
    (!span.is_empty()).then_some(span)
}

/// Bars are fitted to what there is down to a quarter of an hour, in microseconds.
pub const LEAST_FITTED: i64 = 900_000_000;

/// From when to when the bars of all time go, whatever a filter keeps: from the source's first request to now, also
/// while it is quiet. They end with its last request where nothing comes in, or nothing had come for long when it was
/// opened.
pub fn source_span((first, last): (Timestamp, Timestamp), now: Timestamp, opened: Option<Timestamp>) -> TimeRange {
    let was_old = |opened: Timestamp| opened.since(last) > LEAST_FITTED.max(last.since(first) / 10);
    // What a fast clock dated ahead does not stretch the timeline.
    let ends_with_last = opened.is_none_or(was_old) || first >= now;
    TimeRange::new(first, if ends_with_last { last } else { now }.plus(1))
}

/// Whether the last bar of a period has no end: the clock closes the span, and what is dated ahead is
/// counted there. Of all time that may be nothing: `last` is its last request.
pub fn is_open_ended(range: TimeRange, plan: &BarPlan, last: Option<Timestamp>) -> bool {
    let is_ahead = || plan.borders.last().zip(last).is_some_and(|(end, last)| last >= *end);
    range.until == Timestamp::MAX && (range.from != Timestamp::MIN || is_ahead())
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
