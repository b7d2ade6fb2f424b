//! The rows and their titles.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::state::{Focus, State};
use crate::base::time::Timestamp;
use crate::model::field::{Field, FieldRef};
use crate::model::value::Value;

use super::cells::{self, CellContext, TimeForm};
use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws titles and rows.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, titles: Area, area: Area) {
    if area.height == 0 {
        return;
    }
    if state.table.total == 0 || state.failure.is_some() {
        draw_empty(state, theme, buffer, area);
        return;
    }
    let columns = state.columns();
    let digits = state.table.rows.iter().map(|row| match row.record.get(Field::Time) {
        Some(Value::Time(moment)) => moment.digits.min(3),
        _ => 0,
    });
    // In the order of time, a line says where the day changes.
    let has_date = state.sort.field != FieldRef::Known(Field::Time);
    let time = TimeForm { digits: digits.max().unwrap_or(0), has_date };
    let widths = cells::widths(&columns, area.width, time);
    let shown: Vec<FieldRef> = columns[..widths.len()].iter().map(|column| column.content.field()).collect();
    let context =
        CellContext { columns: &columns, theme, zone: state.zone, time, shown: &shown, gap: cells::gap(area.width) };
    draw_titles(state, &context, buffer, titles, &widths);

    let rows = rows_with_dates(state, area.height);
    for (place, row) in rows.iter().enumerate() {
        let line = match row {
            Row::Date(at) => {
                let mut line = Line::new(theme);
                let date = at.in_zone(state.zone).format("%a %Y-%m-%d").to_string();
                line.own(" ── ", Role::Rule).own(&date, Role::Dim).own(" ", Role::Rule);
                line.fill_to(usize::from(area.width.min(60)), '─', Role::Rule);
                line
            }
            Row::Record(number) => record_line(state, *number, &widths, &context),
        };
        line.draw(buffer, area, place as u16);
    }
}

enum Row {
    /// Rows below are of this day.
    Date(Timestamp),
    /// A record by its number.
    Record(u64),
}

/// The rows that fit, with a line where the day changes; the row under the cursor is among them.
fn rows_with_dates(state: &State, height: u16) -> Vec<Row> {
    let height = usize::from(height);
    let day = |at: Timestamp| at.date(state.zone);
    let mut last = Some(day(state.clock()));
    let mut rows = Vec::new();
    let mut cursor_at = 0;
    let by_time = state.sort.field == FieldRef::Known(Field::Time);
    for number in state.table.top..state.table.total.min(state.table.top + height as u64) {
        if let Some(record) = state.table.row(number)
            && by_time
        {
            let own = day(record.time());
            if last.as_ref() != Some(&own) {
                rows.push(Row::Date(record.time()));
                last = Some(own);
            }
        }
        if number == state.table.cursor {
            cursor_at = rows.len();
        }
        rows.push(Row::Record(number));
    }
    // Lines for days push rows out at the bottom; the cursor's row pushes others out at the top.
    let first = (cursor_at + 1).saturating_sub(height);
    rows.drain(..first);
    rows.truncate(height);
    rows
}

fn draw_titles(state: &State, context: &CellContext<'_>, buffer: &mut Buffer, area: Area, widths: &[u16]) {
    let theme = context.theme;
    let mut line = Line::new(theme);
    line.own("  ", Role::Text);
    let gap = usize::from(cells::gap(area.width));
    let current = state.table.column.min(widths.len().saturating_sub(1));
    for (place, (column, width)) in context.columns.iter().zip(widths).enumerate() {
        let label = match &column.content {
            crate::model::view_spec::ColumnContent::Problem => {
                let has_details = state
                    .view_spec()
                    .is_some_and(|view| !view.label(&Field::GatewayCode.into()).is_empty() && shows_details(state));
                if has_details { "Details".to_owned() } else { "Error".to_owned() }
            }
            content => state.view_spec().map(|view| view.label(&content.field())).unwrap_or_default(),
        };
        let arrow = match state.sort.field == column.content.field() {
            true if state.sort.descending => " ▾",
            true => " ▴",
            false => "",
        };
        let mut title = Line::new(theme);
        let role = if place == current && state.focus == Focus::Table { Role::Title } else { Role::Dim };
        let room = usize::from(*width).saturating_sub(arrow.chars().count());
        title.foreign(label.as_bytes(), role, room, Cut::End).own(arrow, role);
        if cells::is_right_aligned(&column.content) {
            let pad = usize::from(*width).saturating_sub(title.width());
            let at = line.width() + pad;
            line.pad_to(at);
        }
        line.append(title);
        let end = 2 + widths[..=place].iter().map(|w| usize::from(*w) + gap).sum::<usize>();
        line.pad_to(end);
    }
    line.draw(buffer, area, 0);
}

/// Whether the source gives a gateway's details instead of messages.
fn shows_details(state: &State) -> bool {
    state.columns().iter().any(|column| column.content == crate::model::view_spec::ColumnContent::StatusAndGateway)
}

fn record_line(state: &State, number: u64, widths: &[u16], context: &CellContext<'_>) -> Line {
    let theme = context.theme;
    let is_current = number == state.table.cursor;
    let mut line = Line::new(theme);
    line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
    let Some(record) = state.table.row(number) else {
        line.own("…", Role::Dim);
        return line;
    };
    let current = state.table.column.min(widths.len().saturating_sub(1));
    for (place, (column, width)) in context.columns.iter().zip(widths).enumerate() {
        let mut cell = cells::cell(record, column, usize::from(*width), context);
        cell.pad_to(usize::from(*width));
        // The mark and the cell show where the cursor is; the row is not sent anew for it.
        if is_current && place == current && state.focus == Focus::Table && state.layers.is_empty() {
            cell.restyle(theme.selected_cell());
        }
        line.append(cell);
        let mut space = Line::new(theme);
        space.own(if context.gap == 1 { " " } else { "  " }, Role::Text);
        line.append(space);
    }
    line
}

fn draw_empty(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    for (place, sentence) in state.empty_sentences().iter().enumerate() {
        let mut line = Line::new(theme);
        let role = if place == 0 { Role::Strong } else { Role::Dim };
        line.own("  ", Role::Text).foreign(
            sentence.as_bytes(),
            role,
            usize::from(area.width).saturating_sub(3),
            Cut::End,
        );
        line.draw(buffer, area, 1 + place as u16);
    }
}
