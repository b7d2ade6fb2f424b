//! Events in, state changed, effects out.

mod columns;
mod cursor;
mod keys;
mod layers;
mod panes;
mod text_search;
mod timeline;
mod views;

#[cfg(test)]
mod tests;

use crate::base::time::{SECOND, Timestamp};
use crate::engine::question::Sort;
use crate::model::answer::Attributes;

use super::event::{AskId, Effect, Event, Purpose};
use super::history::History;
use super::panes::Panes;
use super::source_view::SourceView;
use super::state::{Answered, Focus, State};
use super::table::Table;

/// Takes an event in and says what is to be done.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    let mut effects = take(state, event);
    effects.extend(state.catch_up_facets());
    state.keep_cursor_in_sight();
    effects
}

fn take(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => state.key(key),
        Event::Paste(text) => state.paste(&text),
        Event::Resize(width, height) => {
            state.size = (width, height);
            state.keep_panes();
            if state.latest.is_some() { state.ask_view_again() } else { Vec::new() }
        }
        Event::Tick(now) => state.tick(now),
        Event::Changed(snapshot) => {
            state.latest = Some(snapshot);
            let mut effects = match &state.held {
                None => state.refresh_view(),
                Some(_) => state.ask_arrived(),
            };
            effects.extend(state.ask_now());
            effects
        }
        Event::Answer(id, snapshot, answer) => state.answer(id, snapshot, *answer),
        Event::Answers(id, answers) => state.answers(id, &answers),
        Event::Failed(id, reason) => state.ask_failed(id, reason),
        Event::Found(generation, report) => {
            state.take_found(generation, report);
            Vec::new()
        }
        Event::Ids(name, lines) => state.take_ids(&name, lines),
        Event::Save(event) => {
            state.take_save(event);
            Vec::new()
        }
        Event::Source(name, status) => {
            state.statuses.insert(name, *status);
            Vec::new()
        }
        Event::Sources(sources) => state.take_sources(sources),
        Event::BadRows(source, rows) => state.take_bad_rows(&source, rows),
        Event::Notice(notice) => {
            if notice.is_error {
                state.say_error(notice.text);
            } else {
                state.say(notice.text);
            }
            Vec::new()
        }
    }
}

/// A view of a period that moves with the clock is asked for again after so many microseconds; one of seconds or a few
/// minutes earlier.
const OLDEST: i64 = 10 * SECOND;

impl State {
    fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        if self.message.as_ref().is_some_and(|message| message.until.is_some_and(|until| until <= now)) {
            self.message = None;
        }
        let mut effects = self.ask_now();
        if self.held.is_some() {
            return effects;
        }
        // What falls out of a period that moves with the clock leaves the view by itself.
        let from = self.range_now().from;
        let moved = from.since(self.range().from);
        let is_due = moved >= (now.since(from) / 60).clamp(SECOND, OLDEST) && self.answered.is_some();
        // Bars that go up to now come to a further one, whether it has a request or not.
        let has_further_bar = moved == 0 && self.bars.is_some() && self.next_bar_plan() != self.bar_plan;
        if is_due || has_further_bar {
            effects.extend(self.refresh_view());
        }
        effects
    }

    fn take_sources(&mut self, sources: Vec<SourceView>) -> Vec<Effect> {
        let shown = self.first_source.clone().or_else(|| self.source().map(|source| source.name.clone()));
        let is_first = self.sources.is_empty();
        let spec = self.view_spec().cloned();
        self.sources = sources;
        if let Some(place) = shown.and_then(|name| self.sources.iter().position(|source| source.name == name)) {
            self.source = place;
        }
        if is_first && !self.sources.is_empty() {
            self.start_source()
        } else if self.view_spec() != spec.as_ref() && self.latest.is_some() {
            // What is shown of it became known only now.
            self.ask_view()
        } else {
            self.list_new_bad_rows()
        }
    }

    /// Shows another source.
    pub(super) fn show_source(&mut self, place: usize) -> Vec<Effect> {
        self.source = place;
        self.first_source = None;
        self.held = None;
        self.start_source()
    }

    /// Shows a source as it is shown at first: its period, and what was kept of how it was last shown.
    pub fn start_source(&mut self) -> Vec<Effect> {
        let Some(source) = self.source() else { return Vec::new() };
        let (name, period) = (source.name.clone(), source.own_period(self.zone));
        (self.period, self.is_period_on) = (period, true);
        self.sort = self.remembered_sort(&name).unwrap_or_default();
        self.trail = self.remembered_trail(&name);
        // The newest row has no place of its own in another order.
        self.table = Table { is_following: self.sort == Sort::default(), ..Table::following() };
        self.restore_columns(&name);
        self.filled.clear();
        self.panes = Panes { chosen: self.remembered_panes(&name), ..Panes::default() };
        (self.facets, self.bars, self.summary, self.answered) = (Vec::new(), None, None, None);
        self.facets_at = None;
        (self.bar_cursor, self.bar_figures, self.extent, self.newest) = (None, None, None, None);
        (self.split, self.split_values) = (self.remembered_split(&name).unwrap_or_default(), None);
        (self.split_size, self.rows_before) = (None, self.remembered_split_rows(&name));
        self.forget(Purpose::SplitSize);
        (self.among, self.among_asked) = (None, None);
        self.forget(Purpose::Among);
        if self.focus == Focus::Timeline {
            self.focus = Focus::Table;
        }
        self.attributes = Attributes::default();
        // What is known of a view is known of one source's.
        (self.switched, self.hiding, self.hiding_asked) = (None, None, None);
        self.so_far = None;
        (self.now_figures, self.now_asked) = (None, None);
        for purpose in [
            Purpose::Now,
            Purpose::Extent,
            Purpose::Jump,
            Purpose::JumpToTime,
            Purpose::Hiding,
            Purpose::Steps,
            Purpose::Doubts,
        ] {
            self.forget(purpose);
        }
        // What was looked at of another source cannot be gone back to.
        self.history = History::default();
        if self.latest.is_some() { self.ask_view() } else { Vec::new() }
    }

    /// Whether another view is awaited: what is shown is still of the one before.
    pub fn is_view_behind(&self) -> bool {
        let is_other = |answered: &Answered| answered.of != (self.effective_filter(), self.effective_period());
        self.so_far.is_none() && self.answered.as_ref().is_some_and(is_other)
    }

    /// Whether the answer to the whole view is awaited: for tests and the header.
    pub fn is_asking(&self) -> bool {
        self.asked.get(&Purpose::View).is_some_and(|asked| asked.is_open)
    }

    /// Whether a person waits for the answer to a question: it is the newest of its kind, and it was not asked because
    /// there is more data.
    pub fn is_awaited(&self, id: AskId) -> bool {
        let is_by_data = matches!(id.purpose, Purpose::Now | Purpose::Arrived);
        let asked = self.asked.get(&id.purpose);
        !is_by_data && asked.is_some_and(|asked| asked.generation == id.generation && !asked.is_again)
    }

    /// Takes down that questions are asked because there is more data, and not by a person.
    pub(super) fn note_again(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Ask(id, ..) | Effect::AskAll(id, ..) = effect {
                self.asked.entry(id.purpose).or_default().is_again = true;
            }
        }
    }
}
