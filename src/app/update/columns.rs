//! Columns: chosen, moved, resized; rows wrapped or on two lines; a part of the screen on the whole of it.

use crate::app::action::Action;
use crate::app::column_changes::ColumnChanges;
use crate::app::column_list::ColumnList;
use crate::app::event::Effect;
use crate::app::grid::{Grid, TimeForm, natural_width};
use crate::app::keymap::Place;
use crate::app::state::{Layer, State};
use crate::model::view_spec::{ColumnSpec, ColumnWidth, LEAST_FLEX};

use super::cursor::moved;

/// Cells by which a column is made wider or narrower.
const STEP: i64 = 2;

/// The narrowest and the widest column.
const LEAST: i64 = 3;
const MOST: i64 = 400;

impl State {
    /// Does what has to do with columns; nothing else.
    pub(super) fn act_on_columns(&mut self, action: Action) -> Option<Vec<Effect>> {
        Some(match action {
            Action::ColumnLeft => self.move_column(-1),
            Action::ColumnRight => self.move_column(1),
            Action::ColumnsLeft => {
                self.scroll_columns(-1);
                Vec::new()
            }
            Action::ColumnsRight => {
                self.scroll_columns(1);
                Vec::new()
            }
            Action::ColumnNarrower => self.resize_column(-1),
            Action::ColumnWider => self.resize_column(1),
            Action::ColumnFit => self.fit_column(),
            Action::ColumnHide => self.hide_column(),
            Action::ColumnBefore => self.move_column_by(-1),
            Action::ColumnBehind => self.move_column_by(1),
            Action::Columns => self.open_columns(),
            Action::OwnColumns => self.own_columns_again(),
            Action::Wrap => self.toggle_wrap(),
            Action::TwoLines => self.toggle_two_lines(),
            Action::Tick if self.column_list().is_some() => self.tick_column(),
            Action::Filter => {
                self.column_list()?.is_typing = true;
                Vec::new()
            }
            _ => return None,
        })
    }

    /// Shows other columns at this width from now on, and at every other one its own with the same changes.
    pub(super) fn choose_columns(&mut self, chosen: &[ColumnSpec]) -> Vec<Effect> {
        if let Some(set) = self.own_columns().cloned() {
            self.table.columns.changes.change(&set, chosen);
        }
        self.remember()
    }

    /// The list of columns, while it is open.
    pub(in crate::app) fn column_list(&mut self) -> Option<&mut ColumnList> {
        match self.layers.last_mut() {
            Some(Layer::Columns(list)) => Some(list),
            _ => None,
        }
    }

    pub(super) fn open_columns(&mut self) -> Vec<Effect> {
        if self.column_list().is_some() {
            return self.back();
        }
        if self.view_spec().is_none() {
            return Vec::new();
        }
        let mut list = self.list_columns();
        let current = self.current_column().map(|column| column.content);
        list.cursor = list.items.iter().position(|item| Some(&item.spec.content) == current.as_ref()).unwrap_or(0);
        self.layers.push(Layer::Columns(Box::new(list)));
        let mut effects = self.ask_presence();
        effects.extend(self.ask_attributes());
        effects
    }

    /// Changes the columns: those of the list while it is open, else those of the table.
    fn change_columns(&mut self, change: impl FnOnce(&mut Vec<ColumnSpec>, usize)) -> Vec<Effect> {
        if let Some(list) = self.column_list() {
            let Some(place) = list.current() else { return Vec::new() };
            let mut specs: Vec<ColumnSpec> = list.items.iter().map(|item| item.spec.clone()).collect();
            change(&mut specs, place);
            for (item, spec) in list.items.iter_mut().zip(specs) {
                item.spec = spec;
            }
            let chosen = list.chosen();
            return self.choose_columns(&chosen);
        }
        let Some(current) = self.current_column() else { return Vec::new() };
        let mut columns = self.all_columns();
        if let Some(place) = columns.iter().position(|column| *column == current) {
            self.table.columns.on = Some(current.content);
            change(&mut columns, place);
        }
        self.choose_columns(&columns)
    }

    /// The column whose width keys change: that under the cursor of the list while it is open, else of the table.
    fn column_to_size(&mut self) -> Option<ColumnSpec> {
        match self.column_list() {
            Some(list) => list.current().map(|place| list.items[place].spec.clone()),
            None => self.current_column(),
        }
    }

    /// How wide the column under the cursor is on the screen.
    fn width_now(&mut self) -> i64 {
        let spec = self.column_to_size();
        let grid = self.grid();
        let placed = spec.as_ref().and_then(|spec| grid.columns.iter().find(|column| column.spec == *spec));
        match (placed, &spec) {
            (Some(column), _) => i64::from(column.width),
            (None, Some(spec)) => i64::from(natural_width(&spec.content, self.time_form())),
            (None, None) => LEAST,
        }
    }

    /// How wide the column under the cursor can be where it is the last one and all are seen: another cell would
    /// scroll one of them away.
    fn room_at_edge(&mut self) -> Option<i64> {
        let current = self.column_to_size()?;
        let (grid, table) = (self.grid(), self.layout()?.table);
        let placed = grid.columns.iter().find(|column| column.spec == current)?;
        let is_last = !grid.columns.iter().any(|other| other.line == placed.line && other.x > placed.x);
        (is_last && grid.left == 0 && grid.right == 0).then(|| i64::from(table.width.saturating_sub(placed.x)))
    }

    /// Says that the column under the cursor of the list is hidden, so that its width is not seen.
    fn says_hidden(&mut self) -> bool {
        let Some(list) = self.column_list() else { return false };
        let Some(item) = list.current().map(|place| &list.items[place]).filter(|item| !item.is_shown) else {
            return false;
        };
        let title = item.title.clone();
        let key = self.keymap.key_of(Place::Columns, Action::Tick);
        let shows = key.map(|key| format!("; {key} shows it")).unwrap_or_default();
        self.say(format!("{title} is hidden{shows}"));
        true
    }

    /// Makes the column under the cursor wider or narrower.
    pub(super) fn resize_column(&mut self, direction: i64) -> Vec<Effect> {
        if self.says_hidden() {
            return Vec::new();
        }
        let now = self.width_now();
        let most = match self.room_at_edge() {
            Some(room) if direction > 0 && now >= room => {
                let key = self.keymap.key_of(Place::Table, Action::Wrap);
                let wraps = key.map(|key| format!("; {key} wraps what is longer")).unwrap_or_default();
                self.say(format!("this column has all the room that is left{wraps}"));
                return Vec::new();
            }
            room => room.unwrap_or(MOST),
        };
        let width = (now + direction * STEP).min(most).clamp(LEAST, MOST);
        let (grid, time) = (self.grid(), self.time_form());
        self.change_columns(|columns, place| {
            if matches!(columns[place].width, ColumnWidth::Flex(_)) {
                keep_widths(columns, &grid, time);
            }
            columns[place].width = ColumnWidth::Cells(width as u16);
        })
    }

    /// As wide as its values need; again: what is left.
    pub(super) fn fit_column(&mut self) -> Vec<Effect> {
        if self.says_hidden() {
            return Vec::new();
        }
        self.change_columns(|columns, place| {
            columns[place].width = match columns[place].width {
                ColumnWidth::Natural => ColumnWidth::Flex(LEAST_FLEX),
                ColumnWidth::Cells(_) | ColumnWidth::UpTo(_) | ColumnWidth::Flex(_) => ColumnWidth::Natural,
            };
        })
    }

    pub(super) fn hide_column(&mut self) -> Vec<Effect> {
        if self.columns().len() < 2 {
            self.say("the last column stays");
            return Vec::new();
        }
        let Some(current) = self.current_column() else { return Vec::new() };
        let title = self.view_spec().map(|view| view.title(&current.content)).unwrap_or_default();
        let place = self.column_place();
        let effects = self.change_columns(|columns, place| {
            columns.remove(place);
        });
        self.go_to_column(place);
        let key = self.keymap.key_of(Place::Table, Action::Columns);
        let back = key.map(|key| format!("; {key} brings it back")).unwrap_or_default();
        self.say(format!("{title} is hidden{back}"));
        effects
    }

    /// Moves the column under the cursor past its neighbour.
    pub(super) fn move_column_by(&mut self, delta: i64) -> Vec<Effect> {
        if let Some(list) = self.column_list() {
            list.move_item(delta);
            let chosen = list.chosen();
            return self.choose_columns(&chosen);
        }
        let columns = self.columns();
        let here = self.column_place();
        let there = moved(here, delta, columns.len().saturating_sub(1));
        let (Some(own), Some(other)) = (columns.get(here), columns.get(there)) else { return Vec::new() };
        if here == there {
            self.say(if delta < 0 { "this is the first column" } else { "this is the last column" });
            return Vec::new();
        }
        let mut all = self.all_columns();
        let place_of = |column: &ColumnSpec| all.iter().position(|other| other == column);
        if let (Some(from), Some(to)) = (place_of(own), place_of(other)) {
            let column = all.remove(from);
            all.insert(to, column);
        }
        self.table.columns.on = Some(own.content.clone());
        self.choose_columns(&all)
    }

    /// Shows or hides the column under the cursor of the list.
    pub(super) fn tick_column(&mut self) -> Vec<Effect> {
        let Some(list) = self.column_list() else { return Vec::new() };
        if list.current().is_none() {
            self.say("no column is called so; Esc lists all again");
            return Vec::new();
        }
        if !list.tick() {
            self.say("the last column stays");
            return Vec::new();
        }
        let chosen = list.chosen();
        self.choose_columns(&chosen)
    }

    /// Back to the source's own columns.
    pub(super) fn own_columns_again(&mut self) -> Vec<Effect> {
        self.table.columns.changes = ColumnChanges::default();
        let effects = self.remember();
        let mut fresh = self.list_columns();
        if let Some(list) = self.column_list() {
            let old = std::mem::take(list);
            (fresh.asked, fresh.presence, fresh.of) = (old.asked, old.presence, old.of);
            *list = fresh;
        }
        effects
    }

    /// Goes to the column under the cursor of the list; one that is hidden is shown.
    pub(super) fn take_column(&mut self) -> Vec<Effect> {
        let Some(list) = self.column_list() else { return Vec::new() };
        let Some(place) = list.current() else { return Vec::new() };
        let (content, is_shown) = (list.items[place].spec.content.clone(), list.items[place].is_shown);
        let effects = if is_shown { Vec::new() } else { self.tick_column() };
        self.layers.pop();
        let columns = self.columns();
        if let Some(place) = columns.iter().position(|column| column.content == content) {
            self.go_to_column(place);
        }
        effects
    }

    pub(super) fn toggle_wrap(&mut self) -> Vec<Effect> {
        self.table.columns.is_wrapped = !self.table.columns.is_wrapped;
        self.say(if self.table.columns.is_wrapped {
            "long cells take several lines"
        } else {
            "one line for each cell"
        });
        self.remember()
    }

    pub(super) fn toggle_two_lines(&mut self) -> Vec<Effect> {
        let column = self.current_column().map(|column| column.content);
        let columns = &mut self.table.columns;
        columns.has_two_lines = !columns.has_two_lines;
        columns.on = column;
        self.remember()
    }

    pub(super) fn toggle_zoom(&mut self) -> Vec<Effect> {
        self.is_zoomed = !self.is_zoomed;
        self.keep_panes();
        // The table has another height now.
        self.ask_page()
    }
}

/// What others have of the room of a flexible column stays theirs when that gets a width of its own.
fn keep_widths(columns: &mut [ColumnSpec], grid: &Grid, time: TimeForm) {
    for column in columns {
        let placed = grid.columns.iter().find(|placed| placed.spec == *column);
        if let Some(placed) = placed
            && column.width == ColumnWidth::Natural
            && placed.width > natural_width(&column.content, time)
        {
            column.width = ColumnWidth::Cells(placed.width);
        }
    }
}
