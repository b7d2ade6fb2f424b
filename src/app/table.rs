//! The rows: a window on a list of any length, and a cursor that stays on its record.

use std::cmp::Ordering;

use crate::engine::question::Sort;
use crate::model::answer::{Cursor, Page};
use crate::model::handle::Seq;
use crate::model::record::StoredRecord;

use super::columns::Columns;

/// Which rows are wanted next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Those at the top.
    #[default]
    Start,
    /// Those at the bottom.
    End,
    /// Those around a row number.
    Row(u64),
    /// Those around a record.
    Cursor(Cursor),
}

/// The rows of the table.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The rows that are at hand.
    pub rows: Vec<StoredRecord>,
    /// The number of the first of them.
    pub first: u64,
    /// How many rows the list has.
    pub total: u64,
    /// The row under the cursor.
    pub cursor: u64,
    /// The record there.
    pub cursor_key: Option<Cursor>,
    /// The first row on the screen.
    pub top: u64,
    /// The columns.
    pub columns: Columns,
    /// Whether the cursor stays on the newest row.
    pub is_following: bool,
    /// Which rows are asked for.
    pub wanted: Wanted,
    /// Whether there was an answer yet.
    pub has_answer: bool,
    /// Whether the rows at hand are of another list, or of another place of it, than what is wanted.
    pub is_elsewhere: bool,
}

impl Table {
    /// A table that follows the newest row.
    pub fn following() -> Self {
        Self { is_following: true, ..Self::default() }
    }

    /// A row by its number, if it is at hand.
    pub fn row(&self, number: u64) -> Option<&StoredRecord> {
        let place = number.checked_sub(self.first)?;
        self.rows.get(usize::try_from(place).ok()?)
    }

    /// The record under the cursor.
    pub fn current(&self) -> Option<&StoredRecord> {
        self.row(self.cursor)
    }

    /// Takes a window in. The cursor goes to what was asked for, else stays on its record.
    pub fn take(&mut self, page: Page, height: u64, sort: &Sort) {
        let cursor_of = |record: &StoredRecord| Cursor::of(record, &sort.field);
        let offset = self.cursor.saturating_sub(self.top);
        (self.rows, self.first, self.total) = (page.rows, page.first_row, page.total);
        (self.has_answer, self.is_elsewhere) = (true, false);
        let number_of = |seq: Seq, table: &Self| {
            table.rows.iter().position(|row| row.seq() == seq).map(|place| table.first + place as u64)
        };
        match std::mem::take(&mut self.wanted) {
            Wanted::Start => {
                self.cursor = 0;
                self.top = 0;
            }
            Wanted::End => {
                self.cursor = self.total.saturating_sub(1);
                self.top = self.total.saturating_sub(height);
            }
            Wanted::Row(row) => {
                self.cursor = row.min(self.total.saturating_sub(1));
                self.top = self.cursor.saturating_sub(offset.min(height.saturating_sub(1)));
            }
            Wanted::Cursor(cursor) => {
                // A record that left the view leaves its place to the next one.
                let is_before = |row: &StoredRecord| {
                    cursor_of(row).compare(&cursor, &sort.field, sort.descending) == Ordering::Less
                };
                let next = self.first + self.rows.partition_point(is_before) as u64;
                self.cursor = number_of(cursor.seq, self).unwrap_or(next.min(self.total.saturating_sub(1)));
                self.top = self.cursor.saturating_sub(offset.min(height.saturating_sub(1)));
            }
        }
        self.clamp_top(height);
        self.cursor_key = self.current().map(cursor_of);
        self.wanted = match &self.cursor_key {
            _ if self.is_following => Wanted::Start,
            Some(cursor) => Wanted::Cursor(cursor.clone()),
            None => Wanted::Row(self.cursor),
        };
    }

    /// Keeps the cursor among as many rows as the screen has lines.
    fn clamp_top(&mut self, height: u64) {
        let lowest = (self.cursor + 1).saturating_sub(height);
        self.top = self.top.clamp(lowest, self.cursor);
    }

    /// Moves the cursor to a row. Says whether other rows must be asked for.
    pub fn move_to(&mut self, row: u64, height: u64, cursor_of: impl Fn(&StoredRecord) -> Cursor) -> bool {
        self.is_following = false;
        self.cursor = row.min(self.total.saturating_sub(1));
        if self.is_elsewhere {
            self.top = 0;
        }
        self.clamp_top(height);
        self.cursor_key = self.current().filter(|_| !self.is_elsewhere).map(cursor_of);
        self.wanted = match &self.cursor_key {
            Some(cursor) => Wanted::Cursor(cursor.clone()),
            None => Wanted::Row(self.cursor),
        };
        self.is_elsewhere || !self.has_rows(self.top.saturating_sub(height / 2), self.top + height + height / 2)
    }

    /// Follows the newest row no longer: the cursor stays on its record.
    pub fn stay(&mut self) {
        self.is_following = false;
        if let Some(cursor) = &self.cursor_key {
            self.wanted = Wanted::Cursor(cursor.clone());
        }
    }

    /// Moves the cursor to a record that is at hand. Says whether it is.
    pub fn go_to(&mut self, cursor: &Cursor, height: u64, sort: &Sort) -> bool {
        let Some(place) = self.rows.iter().position(|row| row.seq() == cursor.seq) else {
            self.is_following = false;
            return false;
        };
        let row = self.first + place as u64;
        !self.move_to(row, height, |record| Cursor::of(record, &sort.field))
    }

    /// Whether the rows of the list from one up to another are at hand.
    fn has_rows(&self, from: u64, until: u64) -> bool {
        let until = until.min(self.total);
        self.first <= from && self.first + self.rows.len() as u64 >= until
    }

    /// Forgets the place, because the list is another one; a followed list stays followed.
    pub fn restart(&mut self) {
        self.want(Wanted::Start);
        self.cursor_key = None;
    }

    /// Other rows are wanted than those around the cursor. Until they are there, keys move from their place.
    pub fn want(&mut self, wanted: Wanted) {
        self.wanted = wanted;
        self.is_elsewhere = true;
    }

    /// The row that keys move from; `None` where the number of the wanted one is not known yet.
    pub fn place(&self) -> Option<u64> {
        match &self.wanted {
            _ if !self.is_elsewhere => Some(self.cursor),
            Wanted::Start => Some(0),
            Wanted::End => Some(self.total.saturating_sub(1)),
            Wanted::Row(row) => Some(*row),
            Wanted::Cursor(_) => None,
        }
    }
}
