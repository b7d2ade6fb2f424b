//! The filter panes: moved through, ticked, left out.

use crate::app::action::Action;
use crate::app::event::Effect;
use crate::app::guide::Step;
use crate::app::keymap::Place;
use crate::app::panes::PaneLine;
use crate::app::picker::PickerKind;
use crate::app::prompt::{Prompt, PromptKind};
use crate::app::state::{Focus, Layer, State};
use crate::base::time::{SECOND, Timestamp};
use crate::model::field::{Field, FieldRef};
use crate::model::period::{Period, TimeRange};
use crate::query::Test;
use crate::query::edit::Selection;
use crate::query::print::typed_steps;

use super::cursor::moved;

impl State {
    /// Asks for the values of the panes where they come into sight and were left out.
    pub fn catch_up_facets(&mut self) -> Vec<Effect> {
        if self.are_facets_behind && self.are_panes_seen() { self.refresh_view() } else { Vec::new() }
    }

    /// Whether panes are on the screen.
    pub fn are_panes_seen(&self) -> bool {
        self.panes_height() > 0
    }

    pub(super) fn move_pane(&mut self, delta: i64) -> Vec<Effect> {
        let lines = self.pane_stops();
        let here = lines.get(self.panes.cursor).and_then(|line| line.pane).unwrap_or(0);
        let mut panes: Vec<usize> = lines.iter().filter_map(|line| line.pane).collect();
        panes.dedup();
        let place = panes.iter().position(|pane| *pane == here).unwrap_or(0);
        let next = panes.get(moved(place, delta, panes.len().saturating_sub(1))).copied().unwrap_or(0);
        self.panes.go_to(next, &lines);
        self.panes.scroll_to_pane(&lines, self.panes_height());
        Vec::new()
    }

    pub(super) fn go_to_pane(&mut self, pane: usize) -> Vec<Effect> {
        let lines = self.pane_stops();
        if !self.panes.go_to(pane, &lines) {
            // Numbers stay with their panes, also while some have nothing to show.
            let field = pane.checked_sub(1).and_then(|place| self.pane_fields().get(place).cloned());
            let words = match field.and_then(|field| Some(self.view_spec()?.label(&field))) {
                Some(label) => format!("pane {}, {label}, has no value in this view", pane + 1),
                None => format!("there is no pane {} here", pane + 1),
            };
            self.say(words);
            return Vec::new();
        }
        let effects = self.focus_on(Focus::Panes);
        self.panes.scroll_to_pane(&lines, self.panes_height());
        effects
    }

    /// Goes to the panes, or back to the table.
    pub fn toggle_panes(&mut self) -> Vec<Effect> {
        self.focus_on(if self.focus == Focus::Panes { Focus::Table } else { Focus::Panes })
    }

    pub(super) fn open_pane_line(&mut self) -> Vec<Effect> {
        match self.pane_lines().get(self.panes.cursor) {
            Some(PaneLine::Period) => self.open_picker(PickerKind::Period),
            Some(PaneLine::More { field, .. }) => {
                let field = (*field).clone();
                self.show_more(&field)
            }
            Some(PaneLine::Fewer { field, .. }) => {
                let field = (*field).clone();
                self.panes.show_fewer(&field);
                let lines = self.pane_stops();
                let place = self.pane_fields().iter().position(|own| *own == field);
                self.panes.go_to(place.map_or(0, |place| place + 1), &lines);
                self.panes.scroll_to_pane(&lines, self.panes_height());
                self.ask_view()
            }
            Some(line) => {
                let Some((field, test)) = line.test() else { return Vec::new() };
                let mut selection = Selection::of(&self.trail.filter(), &field);
                // The same again lets everything in.
                if selection.is_only(&test) {
                    selection = Selection::default();
                } else {
                    selection.only(test);
                }
                self.select_in_pane(&field, &selection)
            }
            None => Vec::new(),
        }
    }

    /// Shows the values of a pane that are hidden; the cursor goes to the first of them.
    fn show_more(&mut self, field: &FieldRef) -> Vec<Effect> {
        let before = self.most_values(field);
        self.panes.show_more(field);
        let place = self.pane_fields().iter().position(|own| own == field);
        self.panes.first_new = place.map(|place| (place + 1, before));
        let lines = self.pane_stops();
        self.panes.stay(&lines, self.panes_height());
        if let Some(place) = place {
            self.panes.scroll_to_title(place + 1, &lines, self.panes_height());
        }
        self.ask_view()
    }

    /// Asks for the value under the cursor, besides those that are asked for. Of a request's time it is the minute: its
    /// very moment is hardly asked for.
    pub(super) fn include_value(&mut self) -> Vec<Effect> {
        let is_pane = self.layers.is_empty() && self.focus == Focus::Panes;
        let time = self.value_at_hand().filter(|(field, _)| !is_pane && *field == Field::Time.into());
        match time.map(|(field, value)| (Test::of_value(&field, value.as_deref()), field)) {
            Some((Test::Range(low, _), field)) => {
                let start = low - low.rem_euclid(60 * SECOND);
                let minute = Test::Range(start, start + 60 * SECOND - 1);
                let mut selection = Selection::of(&self.trail.filter(), &field);
                selection.include(minute);
                self.select(&field, &selection)
            }
            _ => self.change_value(Selection::include),
        }
    }

    /// Changes what is asked for by the value under the cursor.
    pub(super) fn change_value(&mut self, change: fn(&mut Selection, Test)) -> Vec<Effect> {
        let is_pane = self.layers.is_empty() && self.focus == Focus::Panes;
        let chosen = if is_pane {
            self.pane_lines().get(self.panes.cursor).and_then(PaneLine::test)
        } else {
            self.value_at_hand().map(|(field, value)| {
                let test = Test::of_value(&field, value.as_deref());
                (field, test)
            })
        };
        let Some((field, test)) = chosen else {
            self.say("there is no value on this line");
            return Vec::new();
        };
        let mut selection = Selection::of(&self.trail.filter(), &field);
        let before = selection.included.clone();
        change(&mut selection, test.clone());
        if selection.included.contains(&test) {
            // A code below its class narrows it; as one of both it would change nothing.
            selection
                .included
                .retain(|other| *other == test || !is_part_of_other(&test, other) || !before.contains(other));
        }
        if is_pane {
            return self.select_in_pane(&field, &selection);
        }
        let effects = self.select(&field, &selection);
        // The trail is hidden here.
        if !self.layers.is_empty() && field != Field::Time.into() {
            self.say(format!("the list is narrowed now: {}", typed_steps(&self.effective_filter())));
        }
        effects
    }

    /// The fields of the panes.
    fn pane_fields(&self) -> Vec<FieldRef> {
        self.panes.fields(self.view_spec())
    }

    /// The place of the field whose pane the cursor is in; the period has none.
    fn pane_field_place(&self) -> Option<usize> {
        let pane = self.pane_lines().get(self.panes.cursor).and_then(PaneLine::pane)?;
        pane.checked_sub(1).filter(|place| *place < self.pane_fields().len())
    }

    /// Lets the values of a pane be searched. The period, which is where the cursor begins, has none:
    /// the key is the one of the filter everywhere else, and what is typed then must not become commands.
    pub(super) fn search_pane(&mut self) -> Vec<Effect> {
        let Some(place) = self.pane_field_place() else { return self.open_filter() };
        let known = self.pane_fields().get(place).and_then(|field| self.panes.matching.get(field)).cloned();
        self.prompt = Some(Prompt::new(PromptKind::PaneSearch(place), &known.unwrap_or_default()));
        Vec::new()
    }

    /// Shows only the values of a pane that contain a text; all of them when it is empty.
    pub fn match_pane(&mut self, place: usize, text: &str) -> Vec<Effect> {
        let Some(field) = self.pane_fields().get(place).cloned() else { return Vec::new() };
        if text.is_empty() {
            self.panes.matching.remove(&field);
        } else {
            self.panes.matching.insert(field, text.to_owned());
        }
        self.ask_view()
    }

    /// Shows a pane of a field, below the one under the cursor, or goes to it where it is.
    pub fn add_pane(&mut self, field: FieldRef) -> Vec<Effect> {
        let mut fields = self.pane_fields();
        if let Some(place) = fields.iter().position(|own| *own == field) {
            return self.go_to_pane(place + 1);
        }
        let place = self.pane_field_place().map_or(fields.len(), |place| place + 1);
        fields.insert(place, field);
        self.focus = Focus::Panes;
        self.bar_cursor = None;
        (self.panes.on, self.panes.is_fresh) = (Some((place + 1, None)), true);
        self.choose_panes(Some(fields))
    }

    /// Takes the pane under the cursor away.
    pub(super) fn remove_pane(&mut self) -> Vec<Effect> {
        let Some(place) = self.pane_field_place() else {
            self.say("the period stays");
            return Vec::new();
        };
        let mut fields = self.pane_fields();
        let field = fields.remove(place);
        let label = self.view_spec().map(|view| view.label(&field)).unwrap_or_default();
        let key = self.keymap.key_of(Place::Panes, Action::AddPane);
        let back = key.map(|key| format!("; {key} adds it again")).unwrap_or_default();
        self.say(format!("the pane {label} is gone{back}"));
        self.choose_panes(Some(fields))
    }

    /// Moves the pane under the cursor up or down.
    pub(super) fn shift_pane(&mut self, delta: i64) -> Vec<Effect> {
        let mut fields = self.pane_fields();
        let Some(place) = self.pane_field_place() else {
            self.say("the period stays first");
            return Vec::new();
        };
        let to = moved(place, delta, fields.len().saturating_sub(1));
        let field = fields.remove(place);
        fields.insert(to, field);
        let test = self.panes.on.take().and_then(|(_, test)| test);
        self.panes.on = Some((to + 1, test));
        self.choose_panes(Some(fields))
    }

    /// Shows other panes from now on, also in later runs; `None` are the source's own.
    pub fn choose_panes(&mut self, fields: Option<Vec<FieldRef>>) -> Vec<Effect> {
        let Some(name) = self.source().map(|source| source.name.clone()) else { return Vec::new() };
        self.remembered.panes.retain(|(source, _)| *source != name);
        if let Some(fields) = &fields {
            let names = fields.iter().map(|field| field.name().into_owned()).collect();
            self.remembered.panes.push((name, names));
        }
        self.panes.chosen = fields;
        let mut effects = vec![Effect::Remember(self.remembered.clone())];
        effects.extend(self.ask_view());
        effects
    }

    /// The panes that were chosen for a source in an earlier run.
    pub(super) fn remembered_panes(&self, source: &str) -> Option<Vec<FieldRef>> {
        let (_, names) = self.remembered.panes.iter().find(|(name, _)| name == source)?;
        Some(names.iter().filter_map(|name| FieldRef::find(name)).collect())
    }

    /// Ticks the value under the cursor, or switches the step there.
    pub(super) fn tick_value(&mut self) -> Vec<Effect> {
        match self.layers.last() {
            Some(Layer::Steps(place)) => self.toggle_step(*place),
            _ => self.change_value(Selection::toggle),
        }
    }

    fn select_in_pane(&mut self, field: &FieldRef, selection: &Selection) -> Vec<Effect> {
        let mut effects = self.select(field, selection);
        effects.extend(self.tick_off(Step::Panes));
        effects
    }

    pub(super) fn select(&mut self, field: &FieldRef, selection: &Selection) -> Vec<Effect> {
        let (mut view, mut selection) = (self.view_point(), selection.clone());
        // A time that is asked for alone is a period, as it is where it is typed.
        let mut said = None;
        if let ([Test::Range(low, high)], true) = (selection.included.as_slice(), *field == Field::Time.into()) {
            let period = Period::of_range(TimeRange::new(Timestamp(*low), Timestamp(high.saturating_add(1))));
            let key = self.keymap.key_of(Place::Table, Action::ViewBack);
            let back = key.map(|key| format!("; {key} brings the one before back")).unwrap_or_default();
            said = Some(format!("the period is {}{back}", period.label(self.zone)));
            (view.period, view.is_period_on) = (period, true);
            selection.included.clear();
        }
        view.trail = view.trail.with_filter(selection.apply(&view.trail.filter(), field));
        let effects = self.show(view);
        if let Some(said) = said {
            self.say(said);
        }
        effects
    }
}

/// Whether one of two numbers or spans of them is within the other, and not the same.
fn is_part_of_other(one: &Test, other: &Test) -> bool {
    match (one, other) {
        (Test::Range(low, high), Test::Range(other_low, other_high)) => {
            let is_within = low >= other_low && high <= other_high;
            let is_around = low <= other_low && high >= other_high;
            one != other && (is_within || is_around)
        }
        _ => false,
    }
}
