//! The table's columns: which ones there are, the one under the cursor, and what a cell shows.

use std::borrow::Cow;

use crate::base::time::Timestamp;
use crate::model::field::{Field, FieldRef};
use crate::model::record::StoredRecord;
use crate::model::value::{Outcome, Value};
use crate::model::view_spec::{ColumnContent, ColumnSet, ColumnSpec};

use super::column_changes::ColumnChanges;
use super::grid::{Grid, GridForm, TimeForm};
use super::state::State;

/// How the table shows its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// What somebody changed of the source's own.
    pub changes: ColumnChanges,
    /// The column under the cursor; it comes and goes with the width.
    pub on: Option<ColumnContent>,
    /// Where the cursor is while that column is away.
    pub at: usize,
    /// How many columns are scrolled away behind the first one.
    pub left: usize,
    /// Whether a row has two lines.
    pub has_two_lines: bool,
    /// Whether long cells take several lines.
    pub is_wrapped: bool,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The field that it is from.
    pub field: FieldRef,
    /// Its value, exact; missing is none.
    pub value: Option<Cow<'a, [u8]>>,
    /// Whether it only stands in for a reason that there is none of.
    pub is_instead: bool,
}

/// What stands in the place of a reason where there is none.
const INSTEAD: [Field; 4] = [Field::Path, Field::UserAgent, Field::Collection, Field::Job];

/// What a record's cell shows in a column, beside columns that show some fields.
pub fn shown<'a>(record: &'a StoredRecord, content: &ColumnContent, beside: &[FieldRef]) -> Shown<'a> {
    let plain = |field: FieldRef| Shown { value: record.bytes(&field), field, is_instead: false };
    if *content != ColumnContent::Problem {
        return plain(content.field());
    }
    if let Some((field, _)) = record.record.failure_reason() {
        return plain(field.into());
    }
    let instead = INSTEAD
        .into_iter()
        .map(FieldRef::from)
        .filter(|field| !beside.contains(field))
        .find(|field| record.bytes(field).is_some());
    match instead {
        Some(field) => Shown { is_instead: true, ..plain(field) },
        // A failure without a reason is what its status says.
        None if record.record.outcome() == Outcome::Failure => plain(Field::Failure.into()),
        None => Shown { field: Field::Failure.into(), value: None, is_instead: true },
    }
}

impl State {
    /// The columns that the source shows by itself at the table's width, or over two lines.
    pub fn own_columns(&self) -> Option<&ColumnSet> {
        let width = match self.layout() {
            _ if self.table.columns.has_two_lines => u16::MAX,
            layout => layout.map_or(0, |layout| layout.table.width),
        };
        self.view_spec().and_then(|view| view.set_for(width))
    }

    /// The source's own columns with what was changed of them, those without a value included.
    pub fn all_columns(&self) -> Vec<ColumnSpec> {
        self.own_columns().map(|set| self.table.columns.changes.apply(set)).unwrap_or_default()
    }

    /// The columns of the table. One of the source's own without a value in any row that was seen is
    /// folded away.
    pub fn columns(&self) -> Vec<ColumnSpec> {
        self.all_columns().into_iter().filter(|column| !self.is_folded(&column.content)).collect()
    }

    /// Whether a column is folded away. What somebody asked for beyond the source's own never is.
    pub fn is_folded(&self, content: &ColumnContent) -> bool {
        let is_own = self.view_spec().is_some_and(|view| view.own_columns().any(|own| own == content));
        is_own && !self.has_values(content)
    }

    fn has_values(&self, content: &ColumnContent) -> bool {
        let has_always = !matches!(content, ColumnContent::Field(field)
            if !matches!(field.known(), Some(Field::Time | Field::Status)));
        has_always || self.filled.contains(content)
    }

    /// Takes down which columns have values in the rows at hand.
    pub fn note_values(&mut self) {
        let Some(view) = self.view_spec() else { return };
        let filled: Vec<ColumnContent> = view
            .own_columns()
            .filter(|content| !self.has_values(content))
            .filter(|content| self.table.rows.iter().any(|row| row.bytes(&content.field()).is_some()))
            .cloned()
            .collect();
        self.filled.extend(filled);
    }

    /// How the times of the rows at hand are written.
    pub fn time_form(&self) -> TimeForm {
        let digits = self.table.rows.iter().map(|row| match row.record.get(Field::Time) {
            Some(Value::Time(moment)) => moment.digits.min(3),
            _ => 0,
        });
        // In the order of time, a line says where the day changes.
        TimeForm { digits: digits.max().unwrap_or(0), has_date: !self.is_sorted_by_time() && !self.is_of_today() }
    }

    /// Whether all requests of the view are of this day.
    fn is_of_today(&self) -> bool {
        let ends = self.summary.as_ref().filter(|_| self.so_far.is_none());
        let first = ends.and_then(|summary| summary.first);
        let last = ends.and_then(|summary| summary.last);
        let is_today = |at: Option<Timestamp>| at.is_some_and(|at| at.date(self.zone) == self.now.date(self.zone));
        is_today(first) && is_today(last)
    }

    /// Whether the rows are in the order of time.
    pub fn is_sorted_by_time(&self) -> bool {
        self.sort.field == FieldRef::Known(Field::Time)
    }

    /// Where the columns stand.
    pub fn grid(&self) -> Grid {
        let columns = self.columns();
        let width = self.layout().map_or(0, |layout| layout.table.width);
        let form = GridForm { width, time: self.time_form(), has_two_lines: self.table.columns.has_two_lines };
        Grid::new(&columns, form, self.table.columns.left, self.place_among(&columns))
    }

    /// The place of the column under the cursor among all columns.
    fn place_among(&self, columns: &[ColumnSpec]) -> usize {
        let cursor = &self.table.columns;
        let on = cursor.on.as_ref().and_then(|on| columns.iter().position(|column| column.content == *on));
        on.unwrap_or(cursor.at).min(columns.len().saturating_sub(1))
    }

    /// The column under the cursor.
    pub fn current_column(&self) -> Option<ColumnSpec> {
        let mut columns = self.columns();
        let place = self.place_among(&columns);
        (place < columns.len()).then(|| columns.swap_remove(place))
    }

    /// Its place among all columns.
    pub fn column_place(&self) -> usize {
        self.place_among(&self.columns())
    }

    /// Puts the cursor on a column.
    pub fn go_to_column(&mut self, place: usize) {
        let columns = self.columns();
        let place = place.min(columns.len().saturating_sub(1));
        self.table.columns.at = place;
        self.table.columns.on = columns.get(place).map(|column| column.content.clone());
    }

    /// Scrolls columns away behind the first one, or back. The cursor goes along when its column is
    /// scrolled away.
    pub fn scroll_columns(&mut self, delta: i64) {
        let before = self.grid();
        let cursor = self.column_place();
        let wanted = (before.left as i64 + delta).max(0) as usize;
        // Where the table would stand if the cursor were in no way.
        let columns = self.columns();
        let width = self.layout().map_or(0, |layout| layout.table.width);
        let form = GridForm { width, time: self.time_form(), has_two_lines: self.table.columns.has_two_lines };
        let after = Grid::new(&columns, form, wanted, 0);
        if after.left == before.left {
            let side = if delta < 0 { "left" } else { "right" };
            self.say(format!("there are no more columns on the {side}"));
            return;
        }
        self.table.columns.left = after.left;
        let nearest = after.columns.iter().map(|column| column.place).min_by_key(|place| place.abs_diff(cursor));
        if let Some(nearest) = nearest {
            self.go_to_column(nearest);
        }
    }

    /// What the cell under the cursor shows.
    pub fn cell_at_hand(&self) -> Option<Shown<'_>> {
        let record = self.table.current()?;
        let column = self.current_column()?;
        Some(shown(record, &column.content, &self.grid().fields()))
    }
}
