//! Which view is shown: filter, order, period, zone; and the views before and after.

use chrono_tz::Tz;

use crate::app::action::Action;
use crate::app::ask::failures;
use crate::app::event::{Effect, Purpose};
use crate::app::guide::Step;
use crate::app::history::ViewPoint;
use crate::app::keymap::Place;
use crate::app::state::State;
use crate::engine::question::Sort;
use crate::model::field::{Field, FieldRef};
use crate::model::period::Period;
use crate::query::{self, Filter};

impl State {
    pub(super) fn toggle_failures(&mut self) -> Vec<Effect> {
        let step = failures();
        let mut view = self.view_point();
        let has_it = view.filter.steps().contains(&step);
        view.filter = if has_it {
            Filter::from_steps(view.filter.into_steps().into_iter().filter(|own| *own != step).collect())
        } else {
            view.filter.and(step)
        };
        view.is_filter_on = true;
        let mut effects = self.show(view);
        if !has_it {
            effects.extend(self.tick_off(Step::Failures));
        }
        effects
    }

    pub(super) fn clear_filter(&mut self) -> Vec<Effect> {
        if self.filter.is_all() {
            let has_last = self.history.has_before() || self.place_in_last_run().is_some();
            let key = self.keymap.key_of(Place::Table, Action::ViewBack);
            match (has_last, key) {
                (true, Some(key)) => self.say(format!("no filter is set; {key} brings the last view back")),
                _ => self.say("no filter is set"),
            }
            return Vec::new();
        }
        let mut view = self.view_point();
        view.filter = Filter::ALL;
        view.is_filter_on = true;
        self.show(view)
    }

    pub(super) fn toggle_filter(&mut self) -> Vec<Effect> {
        if self.filter.is_all() {
            self.say("no filter is set");
            return Vec::new();
        }
        let mut view = self.view_point();
        view.is_filter_on = !view.is_filter_on;
        self.show(view)
    }

    /// Shows another view; the one before can be come back to.
    pub fn show(&mut self, view: ViewPoint) -> Vec<Effect> {
        let current = self.view_point();
        if view == current {
            return Vec::new();
        }
        self.history.leave(current);
        self.apply(view)
    }

    pub(super) fn apply(&mut self, view: ViewPoint) -> Vec<Effect> {
        let is_other_order = view.sort != self.sort;
        (self.filter, self.is_filter_on, self.period, self.sort) =
            (view.filter, view.is_filter_on, view.period, view.sort);
        if is_other_order {
            self.table.restart();
            self.table.is_following = false;
            (self.table.cursor, self.table.top) = (0, 0);
        }
        // A failure that is looked for in the view before is not one of this view.
        self.forget(Purpose::Jump);
        self.panes.stay(&self.pane_lines());
        let mut effects = self.remember();
        effects.extend(self.ask_view());
        effects
    }

    pub(super) fn remember(&mut self) -> Vec<Effect> {
        let Some(name) = self.source().map(|source| source.name.clone()) else { return Vec::new() };
        self.remembered.zone = Some(self.zone.name().to_owned());
        self.remembered.sort.retain(|(source, ..)| *source != name);
        if self.sort != Sort::default() {
            let field = self.sort.field.name().into_owned();
            self.remembered.sort.push((name.clone(), field, self.sort.descending));
        }
        if !self.filter.is_all() {
            self.remembered.filters.retain(|(source, _)| *source != name);
            self.remembered.filters.push((name, self.filter.to_string()));
        }
        vec![Effect::Remember(self.remembered.clone())]
    }

    pub(super) fn go_back(&mut self) -> Vec<Effect> {
        let current = self.view_point();
        if let Some(view) = self.history.go_back(current) {
            return self.apply(view);
        }
        // Filters are not restored on return, but this key brings the last one back.
        let last = self.place_in_last_run().map(|place| self.last_run.remove(place).1);
        let parsed = last.and_then(|text| query::parse(&text, self.clock(), self.zone).ok());
        match parsed {
            Some(parsed) if parsed.filter != self.filter => {
                let mut view = self.view_point();
                view.filter = parsed.filter;
                self.show(view)
            }
            _ => {
                self.say("there is no view before this one");
                Vec::new()
            }
        }
    }

    /// Where the filter stands that was the last one of this source in the run before.
    fn place_in_last_run(&self) -> Option<usize> {
        let name = &self.source()?.name;
        self.last_run.iter().position(|(source, _)| source == name)
    }

    pub(super) fn go_forward(&mut self) -> Vec<Effect> {
        let current = self.view_point();
        if let Some(view) = self.history.go_forward(current) {
            self.apply(view)
        } else {
            self.say("there is no view after this one");
            Vec::new()
        }
    }

    /// Shows another period.
    pub fn show_period(&mut self, period: Period) -> Vec<Effect> {
        let mut view = self.view_point();
        view.period = period;
        self.show(view)
    }

    /// Shows another zone.
    pub fn show_zone(&mut self, zone: Tz) -> Vec<Effect> {
        self.zone = zone;
        let mut effects = self.remember();
        effects.extend(self.ask_view());
        effects
    }

    pub(super) fn sort_by_column(&mut self) -> Vec<Effect> {
        let columns = self.columns();
        let Some(column) = columns.get(self.table.column.min(columns.len().saturating_sub(1))) else {
            return Vec::new();
        };
        let field = column.content.field();
        if field == FieldRef::Known(Field::RequestId) {
            self.say_error("records cannot be sorted by their ids");
            return Vec::new();
        }
        if field == self.sort.field {
            return self.reverse();
        }
        let mut view = self.view_point();
        view.sort = Sort { field, descending: true };
        self.show(view)
    }

    pub(super) fn reverse(&mut self) -> Vec<Effect> {
        let mut view = self.view_point();
        view.sort.descending = !view.sort.descending;
        self.show(view)
    }
}
