//! The rows and their titles.

use ratatui::buffer::Buffer;

use crate::app::grid::{self, Grid, Placed};
use crate::app::layout::Area;
use crate::app::lines::{ScreenLine, is_wrappable};
use crate::app::state::{Focus, State};
use crate::base::safe_text;
use crate::model::period_words::range_words;
use crate::model::record::StoredRecord;

use super::cells::{self, CellContext};
use super::line::{Cut, Line};
use super::theme::{Role, Theme};
use super::trail;

/// Cells of a text that is wrapped.
const MOST_CELLS: usize = 4_000;

/// Draws titles and rows.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, titles: Area, area: Area) {
    if area.height == 0 {
        return;
    }
    if state.table.total == 0 || state.failure.is_some() {
        draw_empty(state, theme, buffer, area);
        return;
    }
    let grid = state.grid();
    let beside = grid.fields();
    let has_titles = titles.height > 0;
    let context = CellContext { theme, zone: state.zone, time: state.time_form(), beside: &beside, has_titles };
    draw_titles(state, theme, &grid, buffer, titles);
    let mut drawn: Option<(u64, Vec<Line>)> = None;
    for (place, screen_line) in state.screen_lines(&grid).into_iter().enumerate() {
        match screen_line {
            ScreenLine::Date(at) => {
                let mut line = Line::new(theme);
                let date = at.in_zone(state.zone).format("%a %Y-%m-%d").to_string();
                line.own(" ── ", Role::Rule).own(&date, Role::Dim).own(" ", Role::Rule);
                line.fill_to(usize::from(area.width.min(60)), '─', Role::Rule);
                line.draw(buffer, area, place as u16);
            }
            ScreenLine::Missing { gap, more } => {
                missing(state, theme, (gap, more), usize::from(area.width)).draw(buffer, area, place as u16);
            }
            ScreenLine::Row { number, line } => {
                if drawn.as_ref().is_none_or(|(drawn, _)| *drawn != number) {
                    drawn = Some((number, row_lines(state, number, &grid, &context)));
                }
                if let Some(line) = drawn.as_ref().and_then(|(_, lines)| lines.get(line)) {
                    line.draw(buffer, area, place as u16);
                }
            }
        }
    }
}

/// Where rows are missing: when they were, and why.
fn missing(state: &State, theme: Theme, (gap, more): (usize, usize), width: usize) -> Line {
    let mut line = Line::new(theme);
    let Some(gap) = state.source().and_then(|source| source.gaps.get(gap)) else { return line };
    line.own(" ░░ ", Role::Warn)
        .own(&format!("missing {}", range_words(gap.range(), state.now, state.zone)), Role::Warn);
    if more > 0 {
        line.own(&format!(" and {more} more"), Role::Warn);
    }
    let room = width.saturating_sub(line.width() + 3);
    line.own(": ", Role::Dim).foreign(gap.reason.as_bytes(), Role::Dim, room, Cut::End);
    line
}

fn draw_titles(state: &State, theme: Theme, grid: &Grid, buffer: &mut Buffer, area: Area) {
    for row in 0..area.height {
        let mut line = Line::new(theme);
        let marks =
            if row + 1 == area.height { marks(state, theme, grid, usize::from(area.width)) } else { Line::new(theme) };
        let until = usize::from(area.width).saturating_sub(marks.width());
        let columns: Vec<&Placed> = grid.columns.iter().filter(|column| column.line == usize::from(row)).collect();
        for (at, column) in columns.iter().enumerate() {
            let x = usize::from(column.x);
            if x >= until {
                break;
            }
            // Behind the first column some are scrolled away.
            if grid.left > 0 && column.place == grid.left + 1 {
                line.pad_to(x - 1).own("‹", Role::Accent);
            }
            line.pad_to(x);
            let width = usize::from(column.width).min(until.saturating_sub(x));
            // Beside a title that stands at its right edge, the gap can hold the arrow.
            let is_free = columns.get(at + 1).is_none_or(|next| grid::is_right_aligned(&next.spec.content));
            let beyond = if is_free { grid.gap } else { grid.gap.saturating_sub(1) };
            let beyond = usize::from(beyond).min(until.saturating_sub(x + width));
            line.append(title(state, theme, column, (width, beyond)));
        }
        line.pad_to(until).append(marks);
        line.draw(buffer, area, row);
    }
}

/// A column's title, and the arrow where the list is sorted by it, which may stand in free cells beyond the column.
fn title(state: &State, theme: Theme, column: &Placed, (width, beyond): (usize, usize)) -> Line {
    let content = &column.spec.content;
    let label = state.view_spec().map(|view| view.title(content)).unwrap_or_default();
    let is_sorted = state.sort.field == content.field();
    let fits = |text: &str, cells: usize| safe_text::width(&label) + text.chars().count() <= cells;
    let (arrow, room) = match arrow(state) {
        _ if !is_sorted => ("", width),
        arrow if fits(arrow, width) => (arrow, width),
        arrow if fits(arrow.trim_start(), width + beyond) => (arrow.trim_start(), width + beyond),
        arrow => (arrow.trim_start(), width),
    };
    let is_current = column.place == state.column_place() && state.focus == Focus::Table;
    let role = if is_current { Role::Title } else { Role::Dim };
    let mut title = Line::new(theme);
    title
        .foreign(label.as_bytes(), role, room.saturating_sub(arrow.chars().count()), Cut::of_label(&label))
        .own(arrow, role);
    title.cut_to(room);
    if is_current {
        title.restyle(theme.current_title());
    }
    let mut line = Line::new(theme);
    if grid::is_right_aligned(content) {
        line.pad_to(width.saturating_sub(title.width()));
    }
    line.append(title);
    line
}

fn arrow(state: &State) -> &'static str {
    if state.sort.descending { " ▾" } else { " ▴" }
}

/// What the list is sorted by when that is no column on the screen, and how many columns are beyond
/// the right edge.
fn marks(state: &State, theme: Theme, grid: &Grid, width: usize) -> Line {
    let mut line = Line::new(theme);
    if !grid.columns.iter().any(|column| column.spec.content.field() == state.sort.field) {
        let label = state.view_spec().map(|view| view.label(&state.sort.field)).unwrap_or_default();
        line.own(" by ", Role::Dim).foreign(label.as_bytes(), Role::Accent, 20, Cut::Middle);
        line.own(arrow(state), Role::Accent);
        // The trail says it, too; a title is said here alone.
        let title = grid.columns.last().map_or(0, |last| {
            let label = state.view_spec().map(|view| view.title(&last.spec.content)).unwrap_or_default();
            usize::from(last.x) + safe_text::width(&label).min(usize::from(last.width))
        });
        if title + line.width() > width && trail::tells_order(state, theme) {
            line = Line::new(theme);
        }
    }
    if grid.right > 0 {
        line.own(&format!(" +{} ›", grid.right), Role::Accent);
    }
    line
}

/// The lines of a row.
fn row_lines(state: &State, number: u64, grid: &Grid, context: &CellContext<'_>) -> Vec<Line> {
    let theme = context.theme;
    let is_current = number == state.table.cursor;
    // Without titles nothing else says that columns are scrolled away.
    let is_scrolled = grid.left > 0 && !context.has_titles;
    let mark = |line: &mut Line| {
        line.own(if is_current { if is_scrolled { "▌‹" } else { "▌ " } } else { "  " }, Role::Accent);
    };
    let mut lines = Vec::new();
    for part in 0..grid.lines() {
        let Some(record) = state.table.row(number) else {
            let mut line = Line::new(theme);
            mark(&mut line);
            line.own("…", Role::Dim);
            lines.push(line);
            continue;
        };
        let height = state.wrapped_height(record, grid, context.beside, part);
        let columns: Vec<&Placed> = grid.columns.iter().filter(|column| column.line == part).collect();
        let cells: Vec<Vec<Line>> = columns.iter().map(|column| cell(record, column, height, context)).collect();
        for row in 0..height {
            let mut line = Line::new(theme);
            mark(&mut line);
            for (column, cell) in columns.iter().zip(&cells) {
                line.pad_to(usize::from(column.x));
                let mut piece = cell.get(row).cloned().unwrap_or_else(|| Line::new(theme));
                piece.pad_to(usize::from(column.width));
                // The mark and the cell show where the cursor is; the row is not sent anew for it.
                let is_here = is_current && column.place == state.column_place();
                if is_here && state.focus == Focus::Table && state.layers.is_empty() {
                    piece.restyle(theme.selected_cell());
                }
                line.append(piece);
            }
            lines.push(line);
        }
    }
    lines
}

/// A cell, in several lines where it is wrapped.
fn cell(record: &StoredRecord, column: &Placed, height: usize, context: &CellContext<'_>) -> Vec<Line> {
    let width = usize::from(column.width);
    let content = &column.spec.content;
    if height == 1 || !is_wrappable(content) {
        return vec![cells::cell(record, content, width, context)];
    }
    cells::cell(record, content, MOST_CELLS, context).wrapped(width, 0, height)
}

fn draw_empty(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    let mut row = 1;
    for (place, sentence) in state.empty_sentences().iter().enumerate() {
        let mut line = Line::new(theme);
        let role = if place == 0 { Role::Strong } else { Role::Dim };
        line.own("  ", Role::Text).foreign(sentence.as_bytes(), role, MOST_CELLS, Cut::End);
        for line in line.wrapped(usize::from(area.width).saturating_sub(1), 4, MOST_ROWS) {
            line.draw(buffer, area, row);
            row += 1;
        }
    }
}

/// Rows of a sentence at most.
const MOST_ROWS: usize = 4;
