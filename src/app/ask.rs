//! Which questions the screen asks. What it does with the answers is in [`answers`](super::answers).

use crate::base::time::SECOND;
use crate::engine::question::{Anchor, FacetField, FacetsWant, PageWant};
use crate::engine::{Question, Want};
use crate::model::field::FieldRef;
use crate::model::period::TimeRange;
use crate::model::value::Outcome;
use crate::query::Filter;

use super::event::{AskId, At, Effect, Purpose};
use super::now;
use super::state::State;
use super::table::Wanted;
use super::timeline::{self, BarPlan};
use super::timeline_view::FIGURE_CELLS;

/// Seconds between two looks at the figures of now.
const NOW_EVERY: i64 = 2;

/// Seconds between two looks at the values of panes that are not seen, so that they are nearly right when they are.
const UNSEEN_EVERY: i64 = 2;

impl State {
    /// A question about the view with some wants.
    pub fn question(&self, wants: Vec<Want>) -> Question {
        Question {
            filter: self.effective_filter(),
            range: self.range(),
            source: self.source().map(|source| source.name.clone()),
            wants,
        }
    }

    /// The state of the data that questions are about.
    pub fn at(&self) -> At {
        match &self.held {
            Some(snapshot) => At::Held(snapshot.clone()),
            None => At::Newest,
        }
    }

    /// The state of the data that the figures of the view are of: what stands beside them is of the same.
    pub(super) fn at_of_view(&self) -> At {
        match &self.answered {
            Some(answered) => At::Held(answered.snapshot.clone()),
            None => self.at(),
        }
    }

    pub(super) fn ask_id(&mut self, purpose: Purpose) -> AskId {
        let asked = self.asked.entry(purpose).or_default();
        asked.is_open = true;
        asked.is_stale = false;
        asked.is_again = false;
        AskId { purpose, generation: asked.generation.advance() }
    }

    /// Asks for the whole view, because it is another one now.
    pub fn ask_view(&mut self) -> Vec<Effect> {
        self.facets_at = None;
        self.ask_view_for_now()
    }

    /// Asks for the view: for the values of the panes only now and then while these are not seen, because every one of
    /// millions of names is counted for them.
    fn ask_view_for_now(&mut self) -> Vec<Effect> {
        self.asked_at = self.now;
        let mut wants = vec![Want::Page(self.page_want()), Want::Summary];
        let is_fresh = self.facets_at.is_some_and(|at| self.now.since(at).abs() < UNSEEN_EVERY * SECOND);
        self.are_facets_behind = is_fresh && !self.are_panes_seen();
        if !self.are_facets_behind {
            wants.push(self.facets_want());
        }
        wants.extend(self.timeline_want());
        let question = self.question(wants);
        let id = self.ask_id(Purpose::View);
        self.rows_asked = Some(id);
        let mut effects = vec![Effect::Ask(id, self.at(), Box::new(question))];
        // That count is one of the view before.
        self.newest_count = None;
        effects.extend(self.ask_arrived());
        effects.extend(self.ask_extent());
        effects.extend(self.ask_among());
        effects.extend(self.ask_split());
        effects
    }

    /// Asks for the whole view again, because there is more data: at once, or when the answer that
    /// is awaited is there.
    pub fn refresh_view(&mut self) -> Vec<Effect> {
        let asked = self.asked.entry(Purpose::View).or_default();
        if asked.is_open {
            asked.is_stale = true;
            return Vec::new();
        }
        self.ask_view_again()
    }

    /// Asks for the whole view once more. What is shown of it whole stays until there is more of it: counts of the
    /// newest records alone would make it shrink and grow with each batch.
    pub fn ask_view_again(&mut self) -> Vec<Effect> {
        let asked = self.asked.entry(Purpose::View).or_default();
        let is_shown = !asked.is_open || asked.is_again;
        let is_whole = self.summary.is_some() && self.so_far.is_none() && self.failure.is_none();
        let effects = self.ask_view_for_now();
        self.note_again(&effects);
        self.asked.entry(Purpose::View).or_default().is_again = is_shown && is_whole;
        effects
    }

    /// Asks for another window on the same list.
    pub fn ask_page(&mut self) -> Vec<Effect> {
        let question = self.question(vec![Want::Page(self.page_want())]);
        let id = self.ask_id(Purpose::Page);
        self.rows_asked = Some(id);
        vec![Effect::Ask(id, self.at(), Box::new(question))]
    }

    /// Asks for the next or previous failure from the cursor.
    pub fn ask_failure(&mut self, forward: bool) -> Vec<Effect> {
        if let Some(row) = self.failure_at_hand(forward) {
            return self.go_to_row(row);
        }
        let Some(cursor) = self.table.cursor_key.clone() else {
            if self.table.has_answer && self.table.total == 0 {
                self.say("there is no request here");
            }
            return Vec::new();
        };
        let at = if forward { Anchor::After(cursor) } else { Anchor::Before(cursor) };
        let mut question = self.question(vec![Want::Page(PageWant { sort: self.sort.clone(), at, limit: 1 })]);
        question.filter = question.filter.and(Filter::of_outcome(Outcome::Failure));
        vec![Effect::Ask(self.ask_id(Purpose::Jump), self.at(), Box::new(question))]
    }

    /// The next failure among the rows at hand, by its number.
    fn failure_at_hand(&self, forward: bool) -> Option<u64> {
        let table = &self.table;
        if table.is_elsewhere {
            return None;
        }
        let is_failure = |row: &u64| table.row(*row).is_some_and(|record| record.record.outcome() == Outcome::Failure);
        if forward {
            (table.cursor + 1..table.first + table.rows.len() as u64).find(is_failure)
        } else {
            (table.first..table.cursor).rev().find(is_failure)
        }
    }

    /// How many records arrived and match since the screen is held, once that view is known whole.
    pub fn arrived(&self) -> Option<u64> {
        let is_whole = self.asked.get(&Purpose::View).is_some_and(|asked| !asked.is_open);
        let held = self.summary.as_ref().filter(|_| is_whole)?;
        Some(self.newest_count?.saturating_sub(held.count))
    }

    /// Asks what arrived and matches since the screen is held.
    pub fn ask_arrived(&mut self) -> Vec<Effect> {
        if self.held.is_none() {
            return Vec::new();
        }
        let mut question = self.question(vec![Want::Count]);
        // What arrives now is inside a period that ends now. It begins where the held one does: what
        // has left a moving period since takes nothing from what has come.
        question.range =
            TimeRange { from: question.range.from, until: self.effective_period().resolve(self.now, self.zone).until };
        vec![Effect::Ask(self.ask_id(Purpose::Arrived), At::Newest, Box::new(question))]
    }

    /// Asks for the figures of now, unless that was just done. Those of a screen that is held stay, too.
    pub fn ask_now(&mut self) -> Vec<Effect> {
        if self.held.is_some() {
            return Vec::new();
        }
        let is_due = self.now_asked.is_none_or(|last| self.now.since(last) >= NOW_EVERY * 1_000_000);
        let is_open = self.asked.get(&Purpose::Now).is_some_and(|asked| asked.is_open);
        if !is_due || is_open || self.latest.is_none() {
            return Vec::new();
        }
        self.ask_now_again()
    }

    /// Asks for the figures of the moment that is shown.
    pub(super) fn ask_now_again(&mut self) -> Vec<Effect> {
        if self.latest.is_none() {
            return Vec::new();
        }
        self.now_asked = Some(self.now);
        let source = self.source().map(|source| source.name.clone());
        let questions = now::questions(self.clock(), source.as_deref());
        vec![Effect::AskAll(self.ask_id(Purpose::Now), self.at(), questions)]
    }

    fn page_want(&self) -> PageWant {
        let height = self.table_height();
        let limit = (height * 3).max(60) as usize;
        let at = match &self.table.wanted {
            Wanted::Start => Anchor::Start,
            Wanted::End => Anchor::End,
            Wanted::Row(row) => Anchor::Row(row.saturating_sub(height)),
            Wanted::Cursor(cursor) => {
                // In a terminal that has just become lower the cursor stood further down than there are lines.
                let above = (self.table.cursor - self.table.top).min(height.saturating_sub(1));
                Anchor::Around(cursor.clone(), (above + height) as usize)
            }
        };
        PageWant { sort: self.sort.clone(), at, limit }
    }

    fn facets_want(&self) -> Want {
        let filter = self.trail.filter();
        let field = |field: FieldRef| FacetField {
            pinned: self.panes.pinned(&field, &filter),
            matching: self.panes.matching.get(&field).cloned(),
            top: self.panes.top(&field),
            in_view: false,
            field,
        };
        let fields = self.panes.fields(self.view_spec()).into_iter().map(field).collect();
        Want::Facets(FacetsWant { fields, with_totals: true })
    }

    /// What is asked for the timeline; the bars of its answer are planned.
    pub(super) fn timeline_want(&mut self) -> Option<Want> {
        self.bar_plan = self.next_bar_plan();
        self.planned_parts = self.split_parts();
        let series = self.planned_parts.iter().map(|part| part.clause.clone()).collect();
        self.bar_plan.as_ref().and_then(|plan| plan.want(series, self.range())).map(Want::Timeline)
    }

    /// The bars that the timeline of this view has, as far as is known.
    pub(super) fn next_bar_plan(&self) -> Option<BarPlan> {
        // Names stand before the bars and figures behind them.
        let most = self.size.0.saturating_sub(self.bar_label_cells() + FIGURE_CELLS).clamp(10, 180).into();
        let span = timeline::span_of(self.range(), self.source_span(), self.clock())?;
        BarPlan::at_most(self.fitted(span), most, self.zone)
    }

    /// Whether an answer is still to come; then it is taken down that it will be of older data than the view.
    pub(super) fn is_stale_soon(&mut self, purpose: Purpose) -> bool {
        let asked = self.asked.entry(purpose).or_default();
        asked.is_stale |= asked.is_open;
        asked.is_open
    }

    /// Drops an answer that is still to come, because it would be about another view.
    pub fn forget(&mut self, purpose: Purpose) {
        let asked = self.asked.entry(purpose).or_default();
        // Nobody asks under the new one.
        let _ = asked.generation.advance();
        asked.is_open = false;
    }
}
