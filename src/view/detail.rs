//! A request in full, and in a few lines below the table.

use ratatui::buffer::Buffer;

use crate::app::action::Action;
use crate::app::detail::Detail;
use crate::app::keymap::Place;
use crate::app::layout::{Area, WIDE};
use crate::app::state::{Focus, State};
use crate::base::safe_text;
use crate::export::detail::{DetailLine, LineKind, label_width};
use crate::model::value::Outcome;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Cells before the words of a fact.
const FACT: usize = 9;

/// Cells of a heading with its rule.
const HEADING: usize = 78;

/// Cells of a value that are drawn at most.
const MOST_CELLS: usize = 4_000;

/// Rows that one line of a detail takes at most; what is longer can be copied or saved.
const MOST_ROWS: usize = 12;

/// Draws a request over an area; long lines take several rows.
pub fn draw(state: &State, detail: &Detail, theme: Theme, buffer: &mut Buffer, area: Area) {
    let lines = state.detail_lines(detail);
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let label = label_width(&lines, width);
    let mut rows: Vec<Line> = Vec::new();
    // The rows of the line under the cursor end here.
    let mut cursor_end = 0;
    for (place, line) in lines.iter().enumerate().skip(detail.scroll) {
        let is_current = place == detail.cursor;
        for mut row in fitted(line, theme, is_current, width, label).wrapped(
            width.saturating_sub(1),
            indent(line, label),
            MOST_ROWS,
        ) {
            if is_current {
                row.pad_to(width);
                row.restyle(theme.selected());
            }
            rows.push(row);
        }
        if is_current {
            cursor_end = rows.len();
        }
        if rows.len() >= height && place >= detail.cursor {
            break;
        }
    }
    let first = cursor_end.saturating_sub(height);
    for (place, row) in rows[first.min(rows.len())..].iter().take(height).enumerate() {
        row.draw(buffer, area, place as u16);
    }
}

/// Draws the request under the cursor below the table.
pub fn draw_preview(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let Some(record) = state.table.current() else { return };
    if area.height == 0 {
        return;
    }
    let width = usize::from(area.width);
    let mut rule = Line::new(theme);
    rule.own("─ ", Role::Rule).foreign(&record.id_text(), Role::Dim, width / 2, Cut::Middle).own(" ", Role::Rule);
    let keys = preview_keys(state);
    rule.fill_to(width.saturating_sub(safe_text::width(&keys) + 1), '─', Role::Rule).own(&keys, Role::Dim);
    rule.draw(buffer, area, 0);
    let lines = state.record_lines(record);
    let mut shown: Vec<&DetailLine> = lines
        .iter()
        .skip(1)
        .take_while(|line| line.kind != LineKind::Heading)
        .filter(|line| line.kind != LineKind::Blank)
        .collect();
    // Each line has its place, also while the cursor goes from failures to successes.
    let blank = DetailLine { kind: LineKind::Blank, label: String::new(), value: Vec::new(), field: None };
    if !shown.iter().any(|line| line.kind == LineKind::Problem) {
        shown.insert(1.min(shown.len()), &blank);
    }
    // Who and what are worth more here than how long it took: that stands in the row.
    shown.sort_by_key(|line| match (line.kind, line.label.as_str()) {
        (LineKind::Fact, "When") => 2,
        (LineKind::Fact, "Took") => 3,
        (LineKind::Fact, _) => 1,
        _ => 0,
    });
    let height = usize::from(area.height) - 1;
    let spare = height.saturating_sub(shown.len());
    let mut row = 0;
    for line in shown {
        // Where rows are left over, the reason is not cut.
        let most = if line.kind == LineKind::Problem { 1 + spare } else { 1 };
        for part in detail_line(line, theme, false, 0).wrapped(width.saturating_sub(1), indent(line, 0), most) {
            if row < height {
                part.draw(buffer, area, row as u16 + 1);
                row += 1;
            }
        }
    }
}

/// `Enter full · J K next, previous there`, with the keys that do it.
fn preview_keys(state: &State) -> String {
    let key = |place, action| state.keymap.key_of(place, action).map(|key| key.to_string()).unwrap_or_default();
    let (open, next) = (key(Place::Table, Action::Open), key(Place::Detail, Action::NextRecord));
    let previous = key(Place::Detail, Action::PreviousRecord);
    if state.size.0 < WIDE && state.focus == Focus::Panes {
        return format!(" {open} full ");
    }
    format!(" {open} full · {next} {previous} next, previous there ")
}

/// Where the further rows of a line begin.
fn indent(line: &DetailLine, label: usize) -> usize {
    match line.kind {
        LineKind::Field => label + 4,
        LineKind::Fact => FACT,
        LineKind::Raw => 3,
        _ => 1,
    }
}

/// A line of a detail; a heading ends where the screen does.
fn fitted(detail: &DetailLine, theme: Theme, is_current: bool, width: usize, label: usize) -> Line {
    let mut line = detail_line(detail, theme, is_current, label);
    if detail.kind == LineKind::Heading {
        let room = width.saturating_sub(1);
        let until = if detail.label.is_empty() { 1 } else { HEADING.min(room) };
        line.fill_to(until, '─', Role::Rule);
        return line.wrapped(room, 0, 1).swap_remove(0);
    }
    line
}

fn detail_line(detail: &DetailLine, theme: Theme, is_current: bool, label: usize) -> Line {
    let mut line = Line::new(theme);
    line.own(if is_current { "▌" } else { " " }, Role::Accent);
    let value = |line: &mut Line, role: Role| {
        line.foreign(&detail.value, role, MOST_CELLS, Cut::End);
    };
    match detail.kind {
        LineKind::Blank => {}
        LineKind::Id => {
            line.foreign(detail.label.as_bytes(), Role::Dim, 20, Cut::End).own(" ", Role::Text);
            value(&mut line, Role::Strong);
        }
        LineKind::Status(outcome) => {
            let (mark, role) = match outcome {
                Outcome::Success => ("✓ ", Role::Good),
                Outcome::Failure => ("✗ ", Role::Bad),
            };
            line.own(mark, role);
            value(&mut line, role);
        }
        LineKind::Problem => value(&mut line, Role::Strong),
        LineKind::Note => value(&mut line, Role::Warn),
        LineKind::Fact => {
            line.foreign(detail.label.as_bytes(), Role::Dim, 8, Cut::End).pad_to(FACT);
            value(&mut line, Role::Text);
        }
        LineKind::Heading => {
            line.foreign(detail.label.as_bytes(), Role::Title, 40, Cut::End).own(" ", Role::Text);
        }
        LineKind::Field => {
            line.own("  ", Role::Text)
                .foreign(detail.label.as_bytes(), Role::Dim, label, Cut::Middle)
                .pad_to(label + 4);
            value(&mut line, Role::Text);
        }
        LineKind::Raw => {
            line.own("│ ", Role::Rule);
            value(&mut line, Role::Text);
        }
    }
    line
}
