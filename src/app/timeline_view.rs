//! The bar under the cursor, the span that is marked, and what is said of it.

use chrono_tz::Tz;

use crate::base::time::{SECOND, Timestamp, zone_name};
use crate::base::units;
use crate::engine::{Answer, Question, Want};
use crate::model::answer::Summary;
use crate::model::bars::Bars;
use crate::model::period::{Period, TimeRange};
use crate::model::period_words::range_words;
use crate::query::Filter;

use super::event::{Effect, Purpose};
use super::layout::{COMPACT, WIDE};
use super::split::Split;
use super::state::{Focus, State};
use super::timeline::{LEAST_FITTED, source_span};

/// The cursor on the bars. It is a time, so that it stays where it is when bars move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BarCursor {
    /// In the bar under the cursor.
    pub at: Timestamp,
    /// In the bar at the other end of the marked span.
    pub anchor: Option<Timestamp>,
    /// Whether the span grows with every move.
    pub is_marking: bool,
}

impl BarCursor {
    /// A cursor on the bar of a time.
    pub fn on(at: Timestamp) -> Self {
        Self { at, anchor: None, is_marking: false }
    }
}

/// How brief the words of a marked span are at most.
pub const BRIEFEST: u8 = 4;

/// Cells behind the bars, for their figures.
pub const FIGURE_CELLS: u16 = 15;

/// Lines of bars at least: less is hardly a picture.
const LEAST_ROWS: u16 = 2;

impl State {
    /// Cells before the bars, for their names.
    pub fn bar_label_cells(&self) -> u16 {
        match (self.size.0 < WIDE, &self.split) {
            (true, Split::Field(_)) => 14,
            (true, _) => 6,
            (false, Split::Field(_)) => 24,
            (false, _) => 11,
        }
    }

    /// Lines for bars. What they are split by says how many, and how many values it has here at all, not what there is
    /// under a filter: the table below stays where it is while filters come and go.
    pub fn bar_rows(&self) -> u16 {
        let most = self.split.most_rows();
        let Some(rows) = self.split_rows() else {
            // What a field has is not known yet: the table moves once, when it is.
            let stay = self.rows_before.filter(|_| matches!(self.split, Split::Field(_)));
            return stay.unwrap_or(most);
        };
        let (parts, has_others) = self.filled_parts();
        // A value that came since has a row, too.
        rows.max(parts.len() as u16 + u16::from(has_others)).clamp(LEAST_ROWS.min(most), most)
    }

    /// The parts that some bar has, by their places, and whether some bar has others.
    fn filled_parts(&self) -> (Vec<usize>, bool) {
        let bars = self.bars.as_ref().filter(|bars| bars.series.len() == self.bar_parts.len());
        let is_any = |place: &usize| bars.is_some_and(|bars| bars.series[*place].iter().any(|count| *count > 0));
        let parts = (0..self.bar_parts.len()).filter(is_any).collect();
        let has_others = bars.is_some_and(|bars| (0..bars.len()).any(|bar| bars.other(bar) > 0));
        (parts, has_others)
    }

    /// The parts that have bars, by their places, and whether the others have some. What is empty in every bar takes
    /// no line, unless everything is; the others are higher for it.
    pub fn drawn_parts(&self) -> (Vec<usize>, bool) {
        let (parts, has_others) = self.filled_parts();
        if parts.is_empty() && !has_others {
            return ((0..self.bar_parts.len()).collect(), true);
        }
        (parts, has_others)
    }

    /// A period's span without what is much before the source's first request or behind its last: bars
    /// are of what there is.
    pub(super) fn fitted(&self, span: TimeRange) -> TimeRange {
        let Some(((first, last), source)) = self.extent.zip(self.source()) else { return span };
        // What is still being fetched will be there.
        let wanted = source.coverage.as_ref().and_then(|coverage| coverage.wanted_from);
        let first = wanted.map_or(first, |wanted| wanted.min(first));
        // A period before all of it is shown as it is: nothing is there to fit to.
        if first >= span.until {
            return span;
        }
        let from = first.max(span.from);
        let until = if self.is_still() { last.plus(1).min(span.until) } else { span.until };
        let is_much = |cut: i64| cut > span.micros() / 10;
        // A few requests are not looked at more closely than that.
        let from = from.min(until.plus(-LEAST_FITTED)).max(span.from);
        let fitted = TimeRange::new(
            if is_much(from.since(span.from)) { from } else { span.from },
            if is_much(span.until.since(until)) { until } else { span.until },
        );
        if fitted.is_empty() { span } else { fitted }
    }

    /// From when to when the bars of all time go.
    pub(super) fn source_span(&self) -> Option<TimeRange> {
        self.extent.map(|extent| source_span(extent, self.clock(), (!self.is_still()).then_some(self.opened)))
    }

    /// From when to when there can be requests: since the source's first one, as far as that is known, up to now.
    pub fn covered_span(&self) -> TimeRange {
        let range = self.range();
        let from = self.extent.map_or(range.from, |(first, _)| first.max(range.from));
        TimeRange::new(from, range.until.min(self.clock().plus(1)))
    }

    /// Takes down from when to when the source has requests, where a view of all of them says it.
    pub(super) fn note_extent(&mut self, summary: &Summary) {
        if self.range() == TimeRange::ALL && self.effective_filter().is_all() {
            self.extent = summary.first.zip(summary.last);
        }
    }

    /// Asks from when to when the source has requests, while that may be less than the period, or is not told by the
    /// view itself.
    pub(super) fn ask_extent(&mut self) -> Vec<Effect> {
        let from = self.range().from;
        let is_open = self.asked.get(&Purpose::Extent).is_some_and(|asked| asked.is_open);
        let is_told = match from {
            Timestamp::MIN => self.effective_filter().is_all() && self.range() == TimeRange::ALL,
            _ => self.extent.is_some_and(|(first, _)| first <= from),
        };
        if is_open || is_told {
            return Vec::new();
        }
        let question = Question { filter: Filter::default(), range: TimeRange::ALL, ..self.question(vec![Want::Span]) };
        vec![Effect::Ask(self.ask_id(Purpose::Extent), self.at(), Box::new(question))]
    }

    /// Takes in from when to when the source has requests.
    pub(super) fn take_extent(&mut self, answer: &Answer) -> Vec<Effect> {
        let before = self.bar_plan.as_ref().map(|plan| plan.borders.first().copied());
        let first = self.extent.map(|(first, _)| first);
        self.extent = answer.span();
        self.newest = self.newest.max(self.extent.map(|(_, last)| last));
        let is_other = first != self.extent.map(|(first, _)| first);
        let next = self.next_bar_plan();
        // Bars of all time end where the source does.
        let is_longer = self.range().from == Timestamp::MIN && next != self.bar_plan;
        if is_longer || is_other && before != next.map(|plan| plan.borders.first().copied()) {
            return self.refresh_view();
        }
        Vec::new()
    }

    /// The first and the last bar that are marked: the one under the cursor, or a span.
    pub fn marked_bars(&self) -> Option<(usize, usize)> {
        let bars = self.bars.as_ref().filter(|bars| !bars.is_empty())?;
        let cursor = self.bar_cursor?;
        let (one, other) = (bars.place_of(cursor.at), bars.place_of(cursor.anchor.unwrap_or(cursor.at)));
        Some((one.min(other), one.max(other)))
    }

    /// The bar under the cursor.
    pub fn current_bar(&self) -> Option<usize> {
        let bars = self.bars.as_ref().filter(|bars| !bars.is_empty())?;
        Some(bars.place_of(self.bar_cursor?.at))
    }

    /// The span that is marked, as far as the period goes. Behind the last bar there is what a fast
    /// clock dated ahead: where the period has no end, that bar has none, unless it ended long ago.
    pub fn marked(&self) -> Option<TimeRange> {
        let bars = self.bars.as_ref()?;
        let (first, last) = self.marked_bars()?;
        let (range, is_last) = (self.range(), last + 1 == bars.len());
        let is_open = is_last && range.until == Timestamp::MAX && self.goes_on(bars);
        let until = if is_open { range.until } else { bars.range(last).until };
        Some(TimeRange::new(bars.range(first).from, until).intersect(range))
    }

    /// Whether the bars reach so near to now that what arrives next will be in the last one.
    fn goes_on(&self, bars: &Bars) -> bool {
        let near = |span: TimeRange| self.clock().since(span.until) <= LEAST_FITTED.max(span.micros() / 10);
        bars.span().is_some_and(near)
    }

    /// The span that the bars show, with two ends.
    pub fn shown_span(&self) -> Option<TimeRange> {
        let span = self.bars.as_ref().and_then(Bars::span)?.intersect(self.range());
        Some(TimeRange::new(span.from, span.until.min(self.clock().max(span.from.plus_secs(1)))))
    }

    /// Asks for the figures of the marked span, while the timeline has the keys.
    pub fn ask_marked(&mut self) -> Vec<Effect> {
        let Some(range) = self.marked().filter(|_| self.focus == Focus::Timeline) else { return Vec::new() };
        let question = Question { range, ..self.question(vec![Want::Summary]) };
        vec![Effect::Ask(self.ask_id(Purpose::Bar), self.at(), Box::new(question))]
    }

    /// Takes in the figures of the marked span.
    pub(super) fn take_marked(&mut self, answer: &Answer) {
        self.bar_figures = self.marked().zip(answer.summary().cloned());
    }

    /// The figures of the marked span, as far as they are known.
    pub fn marked_figures(&self) -> Option<&Summary> {
        let marked = self.marked()?;
        self.bar_figures.as_ref().filter(|(range, _)| *range == marked).map(|(_, summary)| summary)
    }

    /// Requests and failures of the marked span.
    pub fn marked_counts(&self) -> Option<(u64, u64)> {
        let bars = self.bars.as_ref()?;
        let (first, last) = self.marked_bars()?;
        let failed = bars.buckets[first..=last].iter().map(|bucket| bucket.failure).sum();
        Some(((first..=last).map(|bar| bars.total(bar)).sum(), failed))
    }

    /// What is said of the marked span: when, how many, how long they took, how fast they came. The more
    /// `brief` it is, up to [`BRIEFEST`], the less of the least important.
    pub fn marked_words(&self, brief: u8) -> Vec<String> {
        let (Some(range), Some((count, failed))) = (self.marked(), self.marked_counts()) else { return Vec::new() };
        let mut when = range_words(range, self.clock(), self.zone);
        if self.size.0 < COMPACT || brief > 1 {
            // The header names the zone, if anything does.
            when.truncate(when.rfind(',').unwrap_or(when.len()));
        }
        let mut words = vec![when];
        if self.zone != Tz::UTC && self.size.0 >= WIDE && brief < 3 {
            words.push(range_words(range, self.clock(), Tz::UTC));
        }
        words.push(units::counted(count, "request", "requests"));
        if failed > 0 {
            words.push(format!("{} failed, {}", units::count(failed), units::percent(failed, count)));
        } else if count > 0 {
            words.push("none failed".into());
        }
        if let Some(figures) = self.marked_figures() {
            let took = [("p50", figures.duration.p50), ("p95", figures.duration.p95), ("p99", figures.duration.p99)];
            let took = took.into_iter().take(if brief < 4 { 3 } else { 2 });
            let took = took.filter_map(|(name, nanos)| Some(format!("{name} {}", units::duration(nanos?))));
            let took = took.collect::<Vec<_>>().join("  ");
            if !took.is_empty() {
                words.push(took);
            }
        }
        // Where some are dated ahead, nobody can say in how long they came.
        let is_ahead = range.until > self.clock() && self.newest.is_some_and(|newest| newest > self.clock());
        if count > 0 && brief == 0 && !is_ahead {
            // A last bar without an end counts as long as it is drawn.
            let drawn = self.bars.as_ref().zip(self.marked_bars()).map(|(bars, (_, last))| bars.range(last).until);
            let until = range.until.min(self.clock()).min(drawn.unwrap_or(range.until));
            // Of a bar that has just begun nobody can say how fast they come.
            let micros = until.since(range.from);
            if micros >= SECOND {
                words.push(units::per_second(count, micros as f64 / SECOND as f64));
            }
        }
        words
    }

    /// The marked span to paste elsewhere: in UTC and in the zone, with how many requests, and as a
    /// command takes it.
    pub fn marked_text(&self) -> Option<String> {
        let (range, (count, failed)) = (self.marked()?, self.marked_counts()?);
        let now = self.clock().plus_secs(1).floor_secs();
        let closed = TimeRange::new(range.from, range.until.min(now));
        let mut text = span_in(closed, Tz::UTC);
        if self.zone != Tz::UTC {
            text.push_str(&format!(" · {}", span_in(closed, self.zone)));
        }
        let counted = units::counted(count, "request", "requests");
        Some(format!("{text} · {counted}, {} failed · --period {}", units::count(failed), Period::of_range(closed)))
    }
}

/// A span in a zone, with its whole date and time: `2026-11-23 11:50:00 – 12:00:00 UTC`.
fn span_in(range: TimeRange, zone: Tz) -> String {
    let digits = |at: Timestamp| if at.0 % 1_000_000 == 0 { 0 } else { 3 };
    let TimeRange { from, until } = range;
    let (first, last) = (from.date(zone), until.date(zone));
    let date = if first == last { String::new() } else { format!("{last} ") };
    let clock = |at: Timestamp| at.clock_digits(zone, digits(at)) + &at.told_apart(zone);
    format!("{first} {} – {date}{} {}", clock(from), clock(until), zone_name(zone))
}
