//! The timeline: bars moved through, spans marked, the period narrowed, widened and moved.

use crate::app::event::Effect;
use crate::app::state::{Focus, State};
use crate::app::timeline_view::BarCursor;
use crate::base::time::{SECOND, Timestamp};
use crate::model::bars::Bars;
use crate::model::period::{Period, TimeRange};
use crate::model::record::StoredRecord;

use super::cursor::moved;

/// Periods back from now, in seconds; what is longer is everything.
const LONGER: &[i64] = &[900, 3_600, 21_600, 86_400, 7 * 86_400, 30 * 86_400];

impl State {
    /// Gives the keys to a part of the screen.
    pub fn focus_on(&mut self, focus: Focus) -> Vec<Effect> {
        if focus == self.focus {
            return Vec::new();
        }
        if focus == Focus::Timeline {
            let Some(span) = self.bars.as_ref().and_then(Bars::span) else {
                self.say("there is no timeline yet");
                return Vec::new();
            };
            // Where the table is, there begins the look at the bars.
            let row = self.table.current().map(StoredRecord::time).filter(|at| span.contains(*at));
            let last = span.until.plus(-1).min(self.clock());
            self.bar_cursor = Some(BarCursor::on(row.unwrap_or(last)));
        } else {
            self.bar_cursor = None;
        }
        self.focus = focus;
        self.keep_panes();
        // The table has another width and another height now.
        let mut effects = self.ask_page();
        effects.extend(self.ask_marked());
        effects
    }

    /// The next part of the screen, or the one before.
    pub(super) fn next_focus(&mut self, forward: bool) -> Vec<Effect> {
        let next = match (self.focus, forward) {
            (Focus::Table, true) | (Focus::Timeline, false) => Focus::Panes,
            (Focus::Panes, true) | (Focus::Table, false) if self.bars.is_some() => Focus::Timeline,
            _ => Focus::Table,
        };
        self.focus_on(next)
    }

    /// Goes to the timeline; there, begins to mark a span or ends that.
    pub(super) fn mark(&mut self) -> Vec<Effect> {
        if self.focus != Focus::Timeline {
            return self.focus_on(Focus::Timeline);
        }
        if let Some(cursor) = &mut self.bar_cursor {
            cursor.is_marking = !cursor.is_marking;
            cursor.anchor = cursor.is_marking.then_some(cursor.at);
        }
        self.ask_marked()
    }

    /// Moves from bar to bar. The span grows while it is being marked, or with `extends`.
    pub(super) fn move_bar(&mut self, delta: i64, extends: bool) -> Vec<Effect> {
        let (Some(bars), Some(cursor)) = (&self.bars, &mut self.bar_cursor) else { return Vec::new() };
        if bars.is_empty() {
            return Vec::new();
        }
        let bar = moved(bars.place_of(cursor.at), delta, bars.len() - 1);
        if !extends && !cursor.is_marking {
            cursor.anchor = None;
        } else if cursor.anchor.is_none() {
            cursor.anchor = Some(cursor.at);
        }
        // In the bar's middle it stays in a bar of the same place when there is another zone.
        let range = bars.range(bar);
        cursor.at = range.from.plus(range.micros() / 2);
        self.ask_marked()
    }

    /// Narrows the period to the marked span.
    pub(super) fn zoom_in(&mut self) -> Vec<Effect> {
        let Some(range) = self.marked() else { return Vec::new() };
        if range == self.range() {
            self.say("this is all of the period already");
            return Vec::new();
        }
        let last = range.until.min(self.clock().max(range.from.plus(1))).plus(-1);
        self.bar_cursor = Some(BarCursor::on(last));
        self.show_period(Period::of_range(range))
    }

    /// More time than now: the next longer period back from now, or twice as much around this one.
    pub(super) fn more_time(&mut self) -> Vec<Effect> {
        let period = match self.effective_period() {
            Period::All => {
                self.say("all time is shown already");
                return Vec::new();
            }
            Period::Last(micros) => {
                let longer = LONGER.iter().map(|seconds| seconds * SECOND).find(|longer| *longer > micros);
                longer.map_or(Period::All, Period::Last)
            }
            _ => {
                let Some(span) = self.shown_span() else { return Vec::new() };
                let range = self.range();
                let span =
                    TimeRange::new(span.from, if range.until == Timestamp::MAX { span.until } else { range.until });
                let wider = span.wider(self.zone, self.clock().max(span.until));
                let is_open = range.until == Timestamp::MAX;
                Period::of_range(TimeRange::new(wider.from, if is_open { range.until } else { wider.until }))
            }
        };
        self.show_period(period)
    }

    /// The span of the same length before this one, or behind it.
    pub(super) fn other_time(&mut self, later: bool) -> Vec<Effect> {
        let range = self.range();
        let Some(shown) = self.shown_span() else { return Vec::new() };
        // What ends later than now is of whole days: it stays so.
        let until = if range.until == Timestamp::MAX { shown.until } else { range.until };
        let from = if range.from == Timestamp::MIN { shown.from } else { range.from };
        let span = TimeRange::new(from, until);
        if !later {
            return self.show_period(Period::of_range(span.earlier(self.zone)));
        }
        if span.until >= self.clock() {
            self.say("later than now there is nothing yet");
            return Vec::new();
        }
        let next = span.later(self.zone);
        // What would reach behind now goes on with the clock.
        let is_now = next.until >= self.clock() && next.until.day_start(self.zone, 0) != next.until;
        self.show_period(if is_now { Period::Last(span.micros()) } else { Period::of_range(next) })
    }

    /// The period from the first request of the view to its last one.
    pub(super) fn fit_period(&mut self) -> Vec<Effect> {
        let ends = self.summary.as_ref().and_then(|summary| summary.first.zip(summary.last));
        let Some((first, last)) = ends else {
            self.say("there is no request in this view");
            return Vec::new();
        };
        self.show_period(Period::of_range(TimeRange::new(first.floor_secs(), last.floor_secs().plus_secs(1))))
    }

    /// Goes to the requests of the marked span, in the table.
    pub(super) fn go_to_rows(&mut self) -> Vec<Effect> {
        let Some(range) = self.marked() else { return Vec::new() };
        if self.marked_counts().is_some_and(|(count, _)| count == 0) {
            self.say("there is no request in this bar");
            return Vec::new();
        }
        let at = if self.sort.descending { range.until.min(self.clock()).plus(-1) } else { range.from };
        self.jump_within(at, range)
    }

    /// Copies the marked span.
    pub(super) fn copy_span(&mut self) -> Vec<Effect> {
        self.marked_text().map(|text| self.copy(text)).unwrap_or_default()
    }
}
