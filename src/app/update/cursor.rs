//! The cursor: in the table, in lists, from record to record; following and holding.

use crate::app::event::Effect;
use crate::app::find::FoundRow;
use crate::app::state::{Focus, Layer, State};
use crate::app::table::Wanted;
use crate::engine::question::Sort;
use crate::model::answer::Cursor;

impl State {
    pub(super) fn page_height(&self) -> i64 {
        match self.layers.last() {
            Some(Layer::Columns(_)) => self.layout().map_or(1, |l| i64::from(l.columns.height) - 1).max(1),
            Some(_) => i64::from(self.size.1.saturating_sub(3)).max(1),
            None if self.focus == Focus::Panes => (self.panes_height() as i64).max(1),
            None => self.rows_in_sight() as i64,
        }
    }

    pub(super) fn move_by(&mut self, delta: i64) -> Vec<Effect> {
        let page = self.page_height() as usize;
        match self.layers.last() {
            Some(Layer::Detail(detail)) => {
                let last = self.detail_lines(detail).len().saturating_sub(1);
                if let Some(Layer::Detail(detail)) = self.layers.last_mut() {
                    detail.cursor = moved(detail.cursor, delta, last);
                    keep_in_sight(&mut detail.scroll, detail.cursor, page);
                }
                return Vec::new();
            }
            Some(Layer::Found(_)) => {
                if let Some(Layer::Found(found)) = self.layers.last_mut() {
                    let last = found.rows().len().saturating_sub(1);
                    found.cursor = moved(found.cursor, delta, last);
                    keep_in_sight(&mut found.scroll, found.cursor, page);
                }
                return Vec::new();
            }
            Some(Layer::Help(_)) => {
                if let Some(Layer::Help(help)) = self.layers.last_mut() {
                    let last = help.lines(&self.keymap).len();
                    help.scroll = moved(help.scroll, delta, last.saturating_sub(page.min(last)));
                }
                return Vec::new();
            }
            Some(Layer::Menu(_)) => {
                if let Some(Layer::Menu(menu)) = self.layers.last_mut() {
                    menu.move_by(delta);
                }
                return Vec::new();
            }
            Some(Layer::Columns(_)) => {
                if let Some(list) = self.column_list() {
                    list.move_by(delta);
                }
                return Vec::new();
            }
            Some(Layer::Sources(_)) => {
                let last = self.source_lines().len().saturating_sub(1);
                if let Some(Layer::Sources(cursor)) = self.layers.last_mut() {
                    *cursor = moved(*cursor, delta, last);
                }
                return Vec::new();
            }
            Some(Layer::Bad(_)) => {
                if let Some(Layer::Bad(list)) = self.layers.last_mut() {
                    let last = list.rows.as_ref().map_or(0, Vec::len).saturating_sub(1);
                    list.cursor = moved(list.cursor, delta, last);
                }
                return Vec::new();
            }
            Some(Layer::Steps(_)) => {
                let last = self.trail.steps().len();
                if let Some(Layer::Steps(cursor)) = self.layers.last_mut() {
                    *cursor = moved(*cursor, delta, last);
                }
                return Vec::new();
            }
            None => {}
        }
        if self.focus == Focus::Panes {
            let lines = self.pane_stops();
            self.panes.move_by(delta, &lines);
            self.scroll_panes();
            return Vec::new();
        }
        if self.focus == Focus::Timeline {
            return self.move_bar(delta, false);
        }
        self.move_table(delta)
    }

    /// Keeps the cursor of the panes on its value, and in sight, where they have another form now.
    pub(super) fn keep_panes(&mut self) {
        let lines = self.pane_stops();
        self.panes.stay(&lines, self.panes_height());
        self.scroll_panes();
    }

    pub(super) fn scroll_panes(&mut self) {
        self.panes.scroll_to_cursor(self.panes_height());
    }

    /// The lines of the panes that fit below their title.
    pub fn panes_height(&self) -> usize {
        self.layout().map_or(0, |layout| usize::from(layout.panes.height).saturating_sub(1))
    }

    /// A page on or back: in the table the rows behind the last one that is seen, or before the first.
    pub(super) fn move_page(&mut self, forward: bool) -> Vec<Effect> {
        if self.layers.is_empty() && self.focus == Focus::Panes {
            let (lines, height) = (self.pane_stops(), self.panes_height());
            let page = (height as i64).max(1);
            self.panes.move_lines(if forward { page } else { -page }, &lines);
            self.scroll_panes();
            return Vec::new();
        }
        if !self.layers.is_empty() || self.table.total == 0 || self.table.is_elsewhere {
            let page = self.page_height();
            return self.move_by(if forward { page } else { -page });
        }
        let (top, cursor) = (self.table.top, self.table.cursor);
        let last = self.table.total - 1;
        self.table.top = if forward { top + self.rows_in_sight() } else { self.top_of_page_before() };
        if self.table.top > last || top == 0 && !forward {
            self.table.top = top;
            return self.move_table(if forward { i64::MAX / 4 } else { i64::MIN / 4 });
        }
        let rows = self.rows_in_sight();
        let moved = (cursor + self.table.top).saturating_sub(top);
        let row = moved.clamp(self.table.top, (self.table.top + rows - 1).min(last));
        self.go_to_row_of(row, if forward { 2 } else { -2 })
    }

    pub(super) fn move_table(&mut self, delta: i64) -> Vec<Effect> {
        if self.table.total == 0 {
            return Vec::new();
        }
        let last = (self.table.total - 1) as usize;
        // From a place that is still looked for only the ends of the list can be gone to.
        let is_to_end = delta.abs() >= i64::MAX / 4;
        let Some(place) = self.table.place().or(is_to_end.then_some(0)) else { return Vec::new() };
        let row = moved(place as usize, delta, last) as u64;
        self.go_to_row_of(row, delta)
    }

    /// Puts the cursor on a row of the list.
    pub fn go_to_row(&mut self, row: u64) -> Vec<Effect> {
        self.go_to_row_of(row, 0)
    }

    fn go_to_row_of(&mut self, row: u64, delta: i64) -> Vec<Effect> {
        let last = self.table.total.saturating_sub(1) as usize;
        if row == self.table.cursor && !self.table.is_following && !self.table.is_elsewhere {
            return Vec::new();
        }
        let (height, sort) = (self.table_height(), self.sort.clone());
        let needs_rows = self.table.move_to(row, height, |record| Cursor::of(record, &sort.field));
        if row as usize == last && delta > 1 && self.table.cursor_key.is_none() {
            self.table.wanted = Wanted::End;
        }
        self.refresh_detail();
        if needs_rows { self.ask_page() } else { Vec::new() }
    }

    /// Newest row and follow; when it is followed already, pause; when it is paused, go on.
    pub(super) fn follow(&mut self) -> Vec<Effect> {
        if self.held.is_none() && self.table.is_following {
            if self.is_still() {
                self.say("nothing comes in here any more: this is the newest request");
                return Vec::new();
            }
            self.held =
                self.answered.as_ref().map(|answered| answered.snapshot.clone()).or_else(|| self.latest.clone());
            self.table.stay();
            self.newest_count = None;
            // The header says it; the keys that work now stay in sight.
            self.message = None;
            let mut effects = self.ask_view();
            effects.extend(self.ask_now_again());
            return effects;
        }
        let was_held = self.held.take().is_some();
        self.newest_count = None;
        self.message = None;
        let is_sorted = std::mem::take(&mut self.sort) != Sort::default();
        self.table.restart();
        self.table.is_following = true;
        (self.focus, self.bar_cursor) = (Focus::Table, None);
        let mut effects = if is_sorted { self.remember() } else { Vec::new() };
        effects.extend(self.ask_view());
        if was_held {
            effects.extend(self.ask_now_again());
        }
        effects
    }

    pub(super) fn move_column(&mut self, delta: i64) -> Vec<Effect> {
        let last = self.columns().len().saturating_sub(1);
        let place = self.column_place();
        // Behind the first column, which stays, comes what is seen there.
        let skipped = if place == 0 && delta > 0 { self.grid().left } else { 0 };
        self.go_to_column(moved(place + skipped, delta, last));
        Vec::new()
    }

    pub(super) fn move_record(&mut self, delta: i64) -> Vec<Effect> {
        let Some(Layer::Detail(detail)) = self.layers.last_mut() else { return Vec::new() };
        if detail.is_from_table {
            (detail.cursor, detail.scroll) = (0, 0);
            return self.move_table(delta);
        }
        // Opened from a list of what was found: the next one there.
        let below = self.layers.len().checked_sub(2);
        if let Some(Layer::Found(found)) = below.and_then(|below| self.layers.get_mut(below)) {
            let rows = found.rows();
            // Ids without a record are passed over.
            let is_record = |place: &usize| matches!(rows.get(*place), Some(FoundRow::Record(..)));
            let next = if delta > 0 {
                (found.cursor + 1..rows.len()).find(is_record)
            } else {
                (0..found.cursor).rev().find(is_record)
            };
            let Some(next) = next else {
                self.say("no further request was found");
                return Vec::new();
            };
            drop(rows);
            found.cursor = next;
            if let Some(record) = found.current().cloned()
                && let Some(Layer::Detail(detail)) = self.layers.last_mut()
            {
                (detail.record, detail.cursor, detail.scroll) = (record, 0, 0);
            }
        } else {
            self.say("this request was found by its id alone; there is none before or after it");
        }
        Vec::new()
    }
}

/// A place so much further on in a list.
pub(super) fn moved(at: usize, delta: i64, last: usize) -> usize {
    (at as i64).saturating_add(delta).clamp(0, last as i64) as usize
}

fn keep_in_sight(scroll: &mut usize, cursor: usize, height: usize) {
    if cursor < *scroll {
        *scroll = cursor;
    } else if cursor >= *scroll + height {
        *scroll = cursor + 1 - height;
    }
}
