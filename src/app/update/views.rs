//! Which view is shown: filter, order, period, zone; and the views before and after.

use chrono_tz::Tz;

use crate::app::action::Action;
use crate::app::column_changes::ColumnChanges;
use crate::app::event::{Effect, Purpose};
use crate::app::guide::Step;
use crate::app::history::{Left, ViewPoint};
use crate::app::keymap::Place;
use crate::app::split::Split;
use crate::app::state::State;
use crate::app::trail::Trail;
use crate::engine::question::Sort;
use crate::model::field::{FieldRef, Kind};
use crate::model::period::Period;
use crate::model::value::Outcome;
use crate::query::{self, Filter};

impl State {
    pub(super) fn toggle_failures(&mut self) -> Vec<Effect> {
        let step = Filter::of_outcome(Outcome::Failure);
        let mut view = self.view_point();
        let filter = view.trail.filter();
        let has_it = filter.steps().contains(&step);
        view.trail = view.trail.with_filter(if has_it {
            Filter::from_steps(filter.into_steps().into_iter().filter(|own| *own != step).collect())
        } else {
            filter.and(step)
        });
        let mut effects = self.show(view);
        if !has_it {
            effects.extend(self.tick_off(Step::Failures));
        }
        effects
    }

    pub(super) fn clear_filter(&mut self) -> Vec<Effect> {
        if self.trail.is_empty() {
            let has_last = self.history.has_before() || self.place_in_last_run().is_some();
            let key = self.keymap.key_of(Place::Table, Action::ViewBack);
            match (has_last, key) {
                (true, Some(key)) => self.say(format!("no filter is set; {key} brings the last view back")),
                _ => self.say("no filter is set"),
            }
            return Vec::new();
        }
        let mut view = self.view_point();
        view.trail = Trail::default();
        self.show(view)
    }

    pub(super) fn toggle_filter(&mut self) -> Vec<Effect> {
        if self.trail.is_empty() {
            self.say("no filter is set");
            return Vec::new();
        }
        let mut view = self.view_point();
        view.trail = view.trail.toggle_all();
        self.show(view)
    }

    /// Shows another view; the one before can be come back to.
    pub fn show(&mut self, mut view: ViewPoint) -> Vec<Effect> {
        let current = self.view_point();
        if view == current {
            return Vec::new();
        }
        // A period that was chosen is meant.
        view.is_period_on |= view.period != current.period;
        let left = self.left();
        self.history.leave(left);
        if view.sort != self.sort {
            self.table.restart();
            self.table.is_following = false;
            (self.table.cursor, self.table.top) = (0, 0);
        }
        self.apply(view)
    }

    /// The view with the place of its cursor.
    fn left(&self) -> Left {
        Left { view: self.view_point(), rows: self.table.wanted.clone(), is_following: self.table.is_following }
    }

    /// Shows a view as it was left.
    fn come_back(&mut self, left: Left) -> Vec<Effect> {
        self.table.want(left.rows);
        self.table.is_following = left.is_following && self.held.is_none();
        self.apply(left.view)
    }

    fn apply(&mut self, view: ViewPoint) -> Vec<Effect> {
        if view.split != self.split {
            self.rows_before = Some(self.bar_rows());
        }
        (self.trail, self.period, self.is_period_on, self.sort, self.split) =
            (view.trail, view.period, view.is_period_on, view.sort, view.split);
        // What is looked for in the view before is not told of this view.
        for purpose in [Purpose::Jump, Purpose::JumpToTime, Purpose::Bar, Purpose::Hiding, Purpose::Steps] {
            self.forget(purpose);
        }
        // An answer that was dropped is asked for anew, also where one comes back at once.
        self.hiding_asked = None;
        self.panes.stay(&self.pane_stops(), self.panes_height());
        let mut effects = self.remember();
        effects.extend(self.ask_view());
        effects
    }

    pub(in crate::app) fn remember(&mut self) -> Vec<Effect> {
        let Some(name) = self.source().map(|source| source.name.clone()) else { return Vec::new() };
        self.remembered.zone = Some(self.zone.name().to_owned());
        self.remembered.sort.retain(|(source, ..)| *source != name);
        if self.sort != Sort::default() {
            let field = self.sort.field.name().into_owned();
            self.remembered.sort.push((name.clone(), field, self.sort.descending));
        }
        let look = &self.table.columns;
        self.remembered.columns.retain(|(source, _)| *source != name);
        if !look.changes.is_empty() {
            self.remembered.columns.push((name.clone(), look.changes.texts()));
        }
        for (sources, is_on) in
            [(&mut self.remembered.two_lines, look.has_two_lines), (&mut self.remembered.wrapped, look.is_wrapped)]
        {
            sources.retain(|source| *source != name);
            if is_on {
                sources.push(name.clone());
            }
        }
        self.remembered.splits.retain(|(source, _)| *source != name);
        if self.split != Split::default() {
            self.remembered.splits.push((name.clone(), self.split.name()));
        }
        self.remembered.split_rows.retain(|(source, _)| *source != name);
        if matches!(self.split, Split::Field(_)) {
            let rows = self.split_rows().or(self.rows_before);
            self.remembered.split_rows.extend(rows.map(|rows| (name.clone(), rows)));
        }
        let off = self.trail.steps().iter().filter(|step| !step.is_on);
        let off: Vec<String> = off.map(|step| step.filter.to_string()).collect();
        self.remembered.off.retain(|(source, _)| *source != name);
        if !off.is_empty() {
            self.remembered.off.push((name.clone(), off));
        }
        let filter = self.trail.filter();
        if !filter.is_all() {
            self.remembered.filters.retain(|(source, _)| *source != name);
            self.remembered.filters.push((name, filter.to_string()));
        }
        vec![Effect::Remember(self.remembered.clone())]
    }

    /// The order in which a source was last shown.
    pub(super) fn remembered_sort(&self, source: &str) -> Option<Sort> {
        let (_, field, descending) = self.remembered.sort.iter().find(|(name, ..)| name == source)?;
        Some(Sort { field: FieldRef::find(field)?, descending: *descending })
    }

    /// What a source's bars were last split by.
    pub(super) fn remembered_split(&self, source: &str) -> Option<Split> {
        let (_, split) = self.remembered.splits.iter().find(|(name, _)| name == source)?;
        Split::read(split)
    }

    /// How many rows of bars it had then.
    pub(super) fn remembered_split_rows(&self, source: &str) -> Option<u16> {
        let (_, rows) = self.remembered.split_rows.iter().find(|(name, _)| name == source)?;
        Some((*rows).clamp(1, self.split.most_rows()))
    }

    /// The steps of a source that were switched off when it was last shown. One that is not understood any
    /// more is left out.
    pub(super) fn remembered_trail(&self, source: &str) -> Trail {
        let kept = self.remembered.off.iter().find(|(name, _)| name == source);
        let texts = kept.map_or(&[][..], |(_, texts)| texts);
        let read = |text: &String| query::parse(text, self.clock(), self.zone).ok().map(|parsed| parsed.filter);
        Trail::switched_off(texts.iter().filter_map(read))
    }

    /// Shows a source's columns as they were last shown. A name that nothing is called any more is left out.
    pub(super) fn restore_columns(&mut self, source: &str) {
        let kept = self.remembered.columns.iter().find(|(name, _)| name == source);
        let changes = kept.zip(self.view_spec()).map(|((_, texts), view)| ColumnChanges::of_texts(texts, view));
        let is_among = |sources: &[String]| sources.iter().any(|name| name == source);
        self.table.columns.has_two_lines = is_among(&self.remembered.two_lines);
        self.table.columns.is_wrapped = is_among(&self.remembered.wrapped);
        self.table.columns.changes = changes.unwrap_or_default();
    }

    pub(super) fn go_back(&mut self) -> Vec<Effect> {
        let current = self.left();
        if let Some(left) = self.history.go_back(current) {
            return self.come_back(left);
        }
        // Filters are not restored on return, but this key brings the last one back.
        let last = self.place_in_last_run().map(|place| self.last_run.remove(place).1);
        let parsed = last.and_then(|text| query::parse(&text, self.clock(), self.zone).ok());
        match parsed {
            Some(parsed) if parsed.filter != self.trail.filter() => {
                let mut view = self.view_point();
                view.trail = view.trail.with_filter(parsed.filter);
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
        let current = self.left();
        if let Some(left) = self.history.go_forward(current) {
            self.come_back(left)
        } else {
            self.say("there is no view after this one");
            Vec::new()
        }
    }

    /// Shows another period.
    pub fn show_period(&mut self, period: Period) -> Vec<Effect> {
        let mut view = self.view_point();
        (view.period, view.is_period_on) = (period, true);
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
        let on_list = self.column_list().map(|list| list.current().map(|place| list.items[place].spec.content.field()));
        let field = on_list.unwrap_or_else(|| self.current_column().map(|column| column.content.field()));
        field.map(|field| self.sort_by(field)).unwrap_or_default()
    }

    /// Sorts by a field; by the same again the other way round. Names begin with A, figures with the
    /// largest.
    pub(super) fn sort_by(&mut self, field: FieldRef) -> Vec<Effect> {
        if field == self.sort.field {
            return self.reverse();
        }
        let is_name = matches!(field.kind(), Kind::Id | Kind::Name | Kind::Text | Kind::Address);
        let mut view = self.view_point();
        view.sort = Sort { field, descending: !is_name };
        self.show(view)
    }

    pub(super) fn reverse(&mut self) -> Vec<Effect> {
        let mut view = self.view_point();
        view.sort.descending = !view.sort.descending;
        self.show(view)
    }
}
