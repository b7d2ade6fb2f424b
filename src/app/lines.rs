//! Rows and the lines of the screen: a row may take several, and lines say where the day changes and where rows are
//! missing.

use unicode_segmentation::UnicodeSegmentation;

use crate::base::safe_text::{pieces, row_end};
use crate::base::time::Timestamp;
use crate::model::field::{FieldRef, Kind};
use crate::model::record::StoredRecord;
use crate::model::view_spec::ColumnContent;

use super::columns;
use super::grid::Grid;
use super::state::State;

/// One line of the table's area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScreenLine {
    /// Rows below are of this day.
    Date(Timestamp),
    /// Between the rows above and below some are missing.
    Missing {
        /// The newest gap there, by its place among the source's.
        gap: usize,
        /// How many more there are.
        more: usize,
    },
    /// A line of a row.
    Row {
        /// The row's number.
        number: u64,
        /// Which of its lines.
        line: usize,
    },
}

/// Lines that one cell takes at most.
const MOST_LINES: usize = 8;

/// Bytes of a cell that are looked at: more never fits.
const MOST_BYTES: usize = 4 * 1024;

/// Whether a column's cells are wrapped: names, addresses and texts. Of ids the beginning is enough.
pub fn is_wrappable(content: &ColumnContent) -> bool {
    match content {
        ColumnContent::Problem => true,
        ColumnContent::StatusAndGateway => false,
        ColumnContent::Field(field) => matches!(field.kind(), Kind::Name | Kind::Text | Kind::Address),
    }
}

/// How many lines of a width a text takes when it is broken between words.
fn wrapped_lines(bytes: &[u8], width: usize, most: usize) -> usize {
    let cells: Vec<String> = pieces(&bytes[..bytes.len().min(MOST_BYTES)])
        .iter()
        .flat_map(|piece| piece.text.graphemes(true).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let (mut lines, mut at) = (1, row_end(&cells, width));
    while at < cells.len() && lines < most {
        at += usize::from(cells[at] == " ");
        if at == cells.len() {
            break;
        }
        at += row_end(&cells[at..], width);
        lines += 1;
    }
    lines
}

impl State {
    /// The lines of one line of a row, once its long cells are wrapped.
    pub fn wrapped_height(&self, record: &StoredRecord, grid: &Grid, beside: &[FieldRef], line: usize) -> usize {
        if !self.table.columns.is_wrapped {
            return 1;
        }
        let most = MOST_LINES.min(self.table_height() as usize / grid.lines().max(1)).max(1);
        let cells = grid.columns.iter().filter(|column| column.line == line && is_wrappable(&column.spec.content));
        let lines = cells.filter_map(|column| {
            let value = columns::shown(record, &column.spec.content, beside).value?;
            Some(wrapped_lines(&value, usize::from(column.width), most))
        });
        lines.max().unwrap_or(1)
    }

    /// The lines of a row. Of one that is not at hand yet they are guessed.
    fn row_height(&self, number: u64, grid: &Grid, beside: &[FieldRef]) -> u64 {
        let lines = match self.table.row(number) {
            Some(record) => (0..grid.lines()).map(|line| self.wrapped_height(record, grid, beside, line)).sum(),
            None => grid.lines(),
        };
        lines as u64
    }

    /// The day that a line says above a row: another one than that of the row before it, or than
    /// today when it is the first on the screen.
    fn day_above(&self, number: u64, is_first: bool) -> Option<Timestamp> {
        if !self.is_sorted_by_time() {
            return None;
        }
        let time = self.table.row(number)?.time();
        let before = if is_first { self.clock() } else { self.table.row(number.checked_sub(1)?)?.time() };
        (time.date(self.zone) != before.date(self.zone)).then_some(time)
    }

    /// What stands above a row, on a line each.
    fn lines_above(&self, number: u64, is_first: bool) -> impl Iterator<Item = ScreenLine> {
        let missing = self.missing_above(number).map(|(gap, more)| ScreenLine::Missing { gap, more });
        missing.into_iter().chain(self.day_above(number, is_first).map(ScreenLine::Date))
    }

    /// The gaps between a row and the row before it.
    fn missing_above(&self, number: u64) -> Option<(usize, usize)> {
        if !self.is_sorted_by_time() || self.source()?.gaps.is_empty() {
            return None;
        }
        let row = self.table.row(number)?.time();
        match number.checked_sub(1) {
            Some(before) => self.gaps_between(row, Some(self.table.row(before)?.time())),
            None if self.sort.descending => self.gaps_between(row, None),
            None => None,
        }
    }

    /// The first row from which on everything up to another row is seen; no earlier than `from`.
    fn first_row_to_see(&self, from: u64, last: u64, grid: &Grid, beside: &[FieldRef]) -> u64 {
        let height = self.table_height();
        let mut lines = self.row_height(last, grid, beside);
        let mut first = last;
        for number in (from..last).rev() {
            lines += self.row_height(number, grid, beside) + self.lines_above(number + 1, false).count() as u64;
            if lines + self.lines_above(number, true).count() as u64 > height {
                break;
            }
            first = number;
        }
        first
    }

    /// Scrolls so that the row under the cursor is seen whole, and the screen is full where there are
    /// rows to fill it; columns likewise.
    pub fn keep_cursor_in_sight(&mut self) {
        if self.table.total == 0 {
            self.table.top = 0;
            return;
        }
        let grid = self.grid();
        self.table.columns.left = grid.left;
        let beside = grid.fields();
        let (cursor, last) = (self.table.cursor, self.table.total - 1);
        let top = self.table.top.min(cursor);
        let top = top.max(self.first_row_to_see(top, cursor, &grid, &beside));
        let height = self.table_height();
        // Far from the end there is nothing to fill up.
        let is_near_end = last - top < height;
        self.table.top = if is_near_end { top.min(self.first_row_to_see(0, last, &grid, &beside)) } else { top };
    }

    /// What stands on each line of the table's area.
    pub fn screen_lines(&self, grid: &Grid) -> Vec<ScreenLine> {
        let height = self.table_height() as usize;
        let beside = grid.fields();
        let mut lines = Vec::with_capacity(height);
        for number in self.table.top..self.table.total {
            if lines.len() >= height {
                break;
            }
            lines.extend(self.lines_above(number, number == self.table.top));
            let row = self.row_height(number, grid, &beside) as usize;
            lines.extend((0..row).map(|line| ScreenLine::Row { number, line }));
        }
        // A row that alone is higher than what is left under its date shows its end.
        let cursor_end = lines
            .iter()
            .rposition(|line| matches!(line, ScreenLine::Row { number, .. } if *number == self.table.cursor))
            .map_or(0, |place| place + 1);
        lines.drain(..cursor_end.saturating_sub(height));
        lines.truncate(height);
        lines
    }

    /// How many rows are on the screen, whole.
    pub fn rows_in_sight(&self) -> u64 {
        let grid = self.grid();
        let beside = grid.fields();
        let height = self.table_height();
        let (mut rows, mut lines) = (0, 0);
        for number in self.table.top..self.table.total {
            lines += self.row_height(number, &grid, &beside);
            lines += self.lines_above(number, rows == 0).count() as u64;
            if lines > height {
                break;
            }
            rows += 1;
        }
        rows.max(1)
    }

    /// The first row of the page that ends before the first row on the screen.
    pub fn top_of_page_before(&self) -> u64 {
        let grid = self.grid();
        self.table.top.checked_sub(1).map_or(0, |last| self.first_row_to_see(0, last, &grid, &grid.fields()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_text() {
        let lines = |text: &str, most| wrapped_lines(text.as_bytes(), 12, most);
        assert_eq!(lines("", 9), 1);
        assert_eq!(lines("short", 9), 1);
        assert_eq!(lines("Upstream closed the line", 9), 3);
        assert_eq!(lines("0123456789abcdefghijklmnop", 9), 3);
        assert_eq!(lines("0123456789abcdefghijklmnop", 2), 2);
        assert_eq!(lines("日本語のテキストです", 9), 2);
        assert_eq!(lines("twelve chars ", 9), 1, "a space at the end is no line");
    }
}
