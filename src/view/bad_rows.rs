//! The rows of a source that could not be read.

use ratatui::buffer::Buffer;

use crate::app::bad_rows::BadList;
use crate::app::layout::Area;
use crate::base::units;
use crate::model::intake::BadRow;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Rows for the reason of the one under the cursor, and for how it begins.
const MOST_ROWS: usize = 5;

/// Bytes of a row that are shown where it is not under the cursor: more has no room.
const MOST_CELLS: usize = 2_000;

/// Draws the list: where each row is and why it could not be read, and below that how it begins.
pub fn draw(list: &BadList, theme: Theme, buffer: &mut Buffer, area: Area) {
    let width = usize::from(area.width);
    title(list, theme, width).draw(buffer, area, 0);
    let Some(rows) = &list.rows else { return };
    let height = usize::from(area.height).saturating_sub(1);
    let all = rows.iter().enumerate().map(|(place, row)| lines(row, place == list.cursor, theme, width));
    let all: Vec<Vec<Line>> = all.collect();
    // The one under the cursor is seen whole.
    let mut first = list.cursor.min(all.len().saturating_sub(1));
    let mut used = all.get(first).map_or(0, Vec::len);
    while first > 0 && used + all[first - 1].len() <= height {
        first -= 1;
        used += all[first].len();
    }
    for (y, line) in all[first.min(all.len())..].iter().flatten().take(height).enumerate() {
        line.draw(buffer, area, y as u16 + 1);
    }
}

fn title(list: &BadList, theme: Theme, width: usize) -> Line {
    let all = list.all;
    let mut title = Line::new(theme);
    title.own(&format!(" {} of ", units::counted(all, "bad row", "bad rows")), Role::Title);
    title.foreign(list.source.as_bytes(), Role::Title, 40, Cut::Middle);
    let words = match &list.rows {
        None => "being read …".to_owned(),
        Some(rows) if (rows.len() as u64) < all => format!("the newest {}", units::count(rows.len() as u64)),
        Some(_) => "the newest first".to_owned(),
    };
    let room = width.saturating_sub(title.width() + 3);
    title.own("   ", Role::Text).foreign(words.as_bytes(), Role::Dim, room, Cut::End);
    title
}

/// The lines of a bad row: the one under the cursor is shown as far as it was kept.
fn lines(row: &BadRow, is_current: bool, theme: Theme, width: usize) -> Vec<Line> {
    let mut head = Line::new(theme);
    head.own(if is_current { "▌ " } else { "  " }, Role::Accent);
    head.foreign(row.place.as_bytes(), Role::Strong, width.saturating_sub(4) / 2, Cut::Middle).own("  ", Role::Text);
    head.foreign(row.reason.as_bytes(), Role::Warn, MOST_CELLS, Cut::End);
    let mut sample = Line::new(theme);
    sample.own("    ", Role::Text);
    if row.sample.is_empty() {
        sample.own("(nothing of it was kept)", Role::Dim);
    } else {
        sample.foreign(&row.sample, Role::Dim, MOST_CELLS, Cut::End);
    }
    if is_current {
        let wrapped = |line: Line| line.wrapped(width.saturating_sub(1), 4, MOST_ROWS);
        let mut lines = wrapped(head);
        for line in &mut lines {
            line.pad_to(width).restyle(theme.selected());
        }
        lines.extend(wrapped(sample));
        return lines;
    }
    head.cut_to(width.saturating_sub(1));
    sample.cut_to(width.saturating_sub(1));
    vec![head, sample]
}
