//! The filter panes: moved through, ticked, left out.

use crate::app::event::Effect;
use crate::app::guide::Step;
use crate::app::panes::PaneLine;
use crate::app::state::{Focus, State};
use crate::model::field::FieldRef;
use crate::query::Test;
use crate::query::edit::Selection;

use super::cursor::moved;

impl State {
    pub(super) fn move_pane(&mut self, delta: i64) -> Vec<Effect> {
        let lines = self.pane_lines();
        let here = lines.get(self.panes.cursor).and_then(PaneLine::pane).unwrap_or(0);
        let mut panes: Vec<usize> = lines.iter().filter_map(PaneLine::pane).collect();
        panes.dedup();
        let place = panes.iter().position(|pane| *pane == here).unwrap_or(0);
        let next = panes.get(moved(place, delta, panes.len().saturating_sub(1))).copied().unwrap_or(0);
        self.panes.go_to(next, &lines);
        self.scroll_panes();
        Vec::new()
    }

    pub(super) fn go_to_pane(&mut self, pane: usize) -> Vec<Effect> {
        let lines = self.pane_lines();
        if !self.panes.go_to(pane, &lines) {
            self.say(format!("there is no pane {} here", pane + 1));
            return Vec::new();
        }
        let is_open = self.focus == Focus::Panes;
        self.focus = Focus::Panes;
        self.scroll_panes();
        // The table has another width now.
        if is_open { Vec::new() } else { self.ask_page() }
    }

    pub(super) fn toggle_panes(&mut self) -> Vec<Effect> {
        self.focus = match self.focus {
            Focus::Table => Focus::Panes,
            Focus::Panes => Focus::Table,
        };
        let lines = self.pane_lines();
        self.panes.stay(&lines);
        self.scroll_panes();
        // The table has another width and another height now.
        self.ask_page()
    }

    pub(super) fn open_pane_line(&mut self) -> Vec<Effect> {
        match self.pane_lines().get(self.panes.cursor) {
            Some(PaneLine::Period) => {
                self.open_menu(self.period_menu());
                Vec::new()
            }
            Some(PaneLine::More { field, .. }) => {
                self.panes.open.push(field.clone());
                self.ask_view()
            }
            Some(line) => {
                let Some((field, test)) = line.test() else { return Vec::new() };
                let mut selection = Selection::of(&self.trail.filter(), &field);
                // The same again lets everything in.
                if selection.included == [test.clone()] && selection.excluded.is_empty() {
                    selection = Selection::default();
                } else {
                    selection.only(test);
                }
                self.select_in_pane(&field, &selection)
            }
            None => Vec::new(),
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
        change(&mut selection, test);
        if is_pane {
            return self.select_in_pane(&field, &selection);
        }
        let effects = self.select(&field, &selection);
        if !self.layers.is_empty() {
            // The trail is hidden here.
            self.say(format!("the list is narrowed now: {}", self.effective_filter()));
        }
        effects
    }

    fn select_in_pane(&mut self, field: &FieldRef, selection: &Selection) -> Vec<Effect> {
        let mut effects = self.select(field, selection);
        effects.extend(self.tick_off(Step::Panes));
        effects
    }

    pub(super) fn select(&mut self, field: &FieldRef, selection: &Selection) -> Vec<Effect> {
        let mut view = self.view_point();
        view.trail = view.trail.with_filter(selection.apply(&view.trail.filter(), field));
        self.show(view)
    }
}
