//! What the screen does with the answers to what it asked.

use crate::base::time::{SECOND, Timestamp};
use crate::engine::question::{Completeness, Sort};
use crate::engine::{Answer, Snapshot, WantAnswer};
use crate::model::answer::{Cursor, Page, Summary, Timeline};
use crate::model::period::Period;

use super::event::{AskId, Effect, Purpose};
use super::now;
use super::state::{Answered, State};
use super::table::Wanted;

impl State {
    /// Takes an answer in; an older question's answer is dropped.
    pub fn answer(&mut self, id: AskId, snapshot: Snapshot, answer: Answer) -> Vec<Effect> {
        let asked = self.asked.entry(id.purpose).or_default();
        if asked.generation != id.generation {
            return Vec::new();
        }
        if let Completeness::SoFar(back_to) = answer.completeness {
            if id.purpose == Purpose::View && !asked.is_again {
                self.take_so_far(answer, back_to, self.rows_asked == Some(id));
            }
            return Vec::new();
        }
        asked.is_open = false;
        let (is_stale, is_again) = (asked.is_stale, asked.is_again);
        self.failure = None;
        let has_newest_rows = self.rows_asked == Some(id);
        let mut effects = match id.purpose {
            Purpose::View => self.take_view(snapshot, answer, has_newest_rows),
            Purpose::Page => {
                if let Some(page) = answer.into_page().filter(|_| has_newest_rows) {
                    self.take_page(page);
                }
                Vec::new()
            }
            Purpose::Jump => self.take_jump(answer),
            Purpose::JumpToTime => self.take_time_jump(answer),
            Purpose::Picker => {
                self.take_picked_count(&answer);
                Vec::new()
            }
            Purpose::Arrived => {
                self.newest_count = answer.count();
                Vec::new()
            }
            Purpose::Extent => self.take_extent(&answer),
            Purpose::Among => {
                if let Some(timeline) = answer.timeline() {
                    self.take_among(timeline);
                }
                Vec::new()
            }
            Purpose::Split => self.take_split(&answer),
            Purpose::SplitSize => self.take_split_size(&answer),
            Purpose::Bar => {
                self.take_marked(&answer);
                Vec::new()
            }
            Purpose::Complete => {
                self.take_values(&answer);
                Vec::new()
            }
            Purpose::Attributes => self.take_attributes(&answer),
            Purpose::Now
            | Purpose::Preview
            | Purpose::Steps
            | Purpose::Hiding
            | Purpose::Columns
            | Purpose::Absent
            | Purpose::Doubts => Vec::new(),
        };
        if is_again {
            // What follows from it was not asked by a person either.
            self.note_again(&effects);
        }
        if is_stale {
            effects.extend(self.ask_stale(id.purpose));
        }
        effects
    }

    /// Asks again what was answered of older data than the figures of the view.
    fn ask_stale(&mut self, purpose: Purpose) -> Vec<Effect> {
        let effects = match purpose {
            Purpose::Preview => self.recount_typed(),
            Purpose::Picker => self.recount_picked(),
            _ => return self.ask_view_again(),
        };
        self.note_again(&effects);
        effects
    }

    /// Takes the answers to several questions in; those to older ones are dropped.
    pub fn answers(&mut self, id: AskId, answers: &[Answer]) -> Vec<Effect> {
        let asked = self.asked.entry(id.purpose).or_default();
        if asked.generation != id.generation {
            return Vec::new();
        }
        asked.is_open = false;
        let is_stale = asked.is_stale;
        match id.purpose {
            Purpose::Now => {
                let summary = answers.first().and_then(Answer::summary);
                self.newest = self.newest.max(summary.and_then(|summary| summary.last));
                let coverage = self.source().and_then(|source| source.coverage.as_ref());
                self.now_figures = Some(now::figures(answers, self.clock(), coverage));
                self.agree_with_now();
            }
            Purpose::Columns => self.take_presence(answers),
            Purpose::Absent => self.take_absent(answers),
            Purpose::Preview => self.take_preview(answers),
            Purpose::Steps => self.take_switched(answers),
            Purpose::Hiding => self.take_hiding(answers),
            Purpose::Doubts => self.take_doubts(answers),
            // These are asked one by one.
            Purpose::View
            | Purpose::Page
            | Purpose::Jump
            | Purpose::JumpToTime
            | Purpose::Arrived
            | Purpose::Picker
            | Purpose::Bar
            | Purpose::Attributes
            | Purpose::Extent
            | Purpose::Among
            | Purpose::Split
            | Purpose::SplitSize
            | Purpose::Complete => {}
        }
        if is_stale { self.ask_stale(id.purpose) } else { Vec::new() }
    }

    /// Takes down that a question could not be answered.
    pub fn ask_failed(&mut self, id: AskId, reason: String) -> Vec<Effect> {
        let asked = self.asked.entry(id.purpose).or_default();
        if asked.generation != id.generation {
            return Vec::new();
        }
        asked.is_open = false;
        let is_stale = asked.is_stale;
        let mut effects = Vec::new();
        match id.purpose {
            Purpose::View | Purpose::Page => {
                // Nothing is being counted any more.
                self.so_far = None;
                self.failure = Some(reason);
            }
            Purpose::SplitSize => {
                self.say_error(reason);
                effects = self.without_split_size();
            }
            _ => self.say_error(reason),
        }
        // There is more data by now: it may go better.
        if is_stale {
            effects.extend(self.ask_stale(id.purpose));
        }
        effects
    }

    /// Shows what was counted so far. Rows of older records may still come before those of a list
    /// that does not begin with the newest: such a list waits.
    fn take_so_far(&mut self, answer: Answer, back_to: Timestamp, has_newest_rows: bool) {
        let is_top = self.sort == Sort::default() && self.table.wanted == Wanted::Start;
        self.so_far = Some(back_to);
        for want in answer.wants {
            match want {
                WantAnswer::Page(page) if has_newest_rows && is_top => self.take_page(page),
                WantAnswer::Facets(facets) => self.facets = facets,
                WantAnswer::Timeline(timeline) => self.take_timeline(&timeline),
                WantAnswer::Summary(summary) => self.take_summary(summary),
                WantAnswer::Page(_) | WantAnswer::Count(_) | WantAnswer::Span(_) | WantAnswer::Attributes(_) => {}
            }
        }
        // The first value of all may be another one.
        let is_fresh = self.panes.is_fresh;
        self.panes.stay(&self.pane_stops(), self.panes_height());
        self.panes.is_fresh = is_fresh;
    }

    fn take_view(&mut self, snapshot: Snapshot, answer: Answer, has_newest_rows: bool) -> Vec<Effect> {
        for want in answer.wants {
            match want {
                WantAnswer::Page(page) if has_newest_rows => self.take_page(page),
                WantAnswer::Facets(facets) => (self.facets, self.facets_at) = (facets, Some(self.now)),
                WantAnswer::Timeline(timeline) => self.take_timeline(&timeline),
                WantAnswer::Summary(summary) => {
                    self.note_extent(&summary);
                    self.take_summary(summary);
                }
                // The rows of another place were asked for meanwhile; the others are not asked for.
                WantAnswer::Page(_) | WantAnswer::Count(_) | WantAnswer::Span(_) | WantAnswer::Attributes(_) => {}
            }
        }
        self.so_far = None;
        self.agree_with_now();
        self.answered = Some(Answered { snapshot, of: (self.effective_filter(), self.effective_period()) });
        self.panes.stay(&self.pane_stops(), self.panes_height());
        let mut effects = self.refresh_switched();
        effects.extend(self.recount_typed());
        effects.extend(self.recount_picked());
        effects.extend(self.ask_marked());
        effects.extend(self.ask_hiding());
        // The span of everything is known only now: the timeline that shows it can be asked for.
        if self.range().from == Timestamp::MIN
            && self.next_bar_plan() != self.bar_plan
            && let Some(want) = self.timeline_want()
        {
            // Of the same moment as the figures.
            let question = self.question(vec![want]);
            effects.push(Effect::Ask(self.ask_id(Purpose::View), self.at_of_view(), Box::new(question)));
            effects.extend(self.ask_among());
            self.asked.entry(Purpose::View).or_default().is_again = true;
        }
        effects
    }

    /// Where the view is what counts as now, the figures of now are those of the view: asked at two moments they
    /// would differ.
    fn agree_with_now(&mut self) {
        let is_now = self.effective_period() == Period::Last(now::NOW_SECS * SECOND);
        if is_now
            && self.effective_filter().is_all()
            && self.so_far.is_none()
            && let Some((figures, summary)) = self.now_figures.zip(self.summary.as_ref())
        {
            self.now_figures = Some(figures.of_view(summary));
        }
    }

    fn take_summary(&mut self, summary: Summary) {
        self.newest = self.newest.max(summary.last);
        self.summary = Some(summary);
    }

    fn take_page(&mut self, page: Page) {
        let sort = self.sort.clone();
        let height = self.table_height();
        self.table.take(page, height, &sort);
        self.note_values();
        self.refresh_awaiting_detail();
    }

    fn take_jump(&mut self, answer: Answer) -> Vec<Effect> {
        let record = answer.into_page().and_then(|page| page.rows.into_iter().next());
        let Some(record) = record else {
            self.say("no further failure in this view");
            return Vec::new();
        };
        let cursor = Cursor::of(&record, &self.sort.field);
        if self.table.go_to(&cursor, self.table_height(), &self.sort) {
            return Vec::new();
        }
        self.table.want(Wanted::Cursor(cursor));
        self.ask_page()
    }

    fn take_timeline(&mut self, timeline: &Timeline) {
        self.bars = self.bar_plan.as_ref().map(|plan| plan.bars(timeline));
        self.bar_parts.clone_from(&self.planned_parts);
        self.keep_among();
    }
}
