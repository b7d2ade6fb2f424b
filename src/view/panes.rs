//! The filter panes.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::panes::PaneLine;
use crate::app::state::{Focus, State};
use crate::base::units;
use crate::model::field::{Field, FieldRef, Kind};
use crate::model::span_range::SpanRange;
use crate::model::status;
use crate::query::Test;
use crate::query::edit::Selection;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Cells of the share behind the count, where there is one.
const SHARE: usize = 7;

/// Where things stand on a line of the panes.
#[derive(Clone, Copy)]
struct Columns {
    /// Cells of a whole line.
    width: usize,
    /// Cells of the shares; none while nothing narrows the view.
    share: usize,
}

/// Draws the panes.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let width = usize::from(area.width).saturating_sub(2);
    let mut title = Line::new(theme);
    title.own(" Filters", Role::Title);
    let lines = state.pane_lines();
    let columns = Columns { width, share: if lines.iter().any(has_share) { SHARE } else { 0 } };
    let words = if columns.share > 0 { "in view of its" } else { "in view" };
    title.pad_to((width + 1).saturating_sub(words.len())).own(words, Role::Dim);
    title.draw(buffer, area, 0);
    let height = usize::from(area.height).saturating_sub(1);
    for (row, (place, line)) in lines.iter().enumerate().skip(state.panes.scroll).take(height).enumerate() {
        let is_current = state.focus == Focus::Panes && place == state.panes.cursor;
        let mut drawn = pane_line(state, theme, line, columns, is_current);
        if is_current {
            drawn.pad_to(width + 1);
            drawn.restyle(theme.selected());
        }
        drawn.draw(buffer, area, row as u16 + 1);
    }
    let is_beside = area.width < state.size.0;
    if is_beside {
        for row in 0..area.height {
            let mut rule = Line::new(theme);
            rule.own("│", Role::Rule);
            let edge = Area { x: area.x + area.width - 1, width: 1, ..area };
            rule.draw(buffer, edge, row);
        }
    }
}

/// Whether only a part of the value's own traffic is in the view.
fn has_share(line: &PaneLine) -> bool {
    match line {
        PaneLine::Class { count, total, .. } => count < total,
        PaneLine::Value { value, .. } => value.count < value.total,
        _ => false,
    }
}

fn pane_line(state: &State, theme: Theme, pane_line: &PaneLine, columns: Columns, is_current: bool) -> Line {
    let width = columns.width;
    let mut line = Line::new(theme);
    line.own(if is_current { "▌" } else { " " }, Role::Accent);
    match pane_line {
        PaneLine::Gap => {}
        PaneLine::Title { pane, label, values, matching } => {
            let digit = if *pane < 9 { format!("{} ", pane + 1) } else { "  ".into() };
            line.own(&digit, Role::Dim).foreign(label.as_bytes(), Role::Strong, width.saturating_sub(16), Cut::End);
            if let Some(text) = matching {
                let figure = format!("  {} with ", units::count(*values));
                let room = width.saturating_sub(line.width() + figure.len());
                line.own(&figure, Role::Dim).foreign(text.as_bytes(), Role::Accent, room, Cut::End);
            } else if *values > 1 {
                line.own(&format!("  {} values", units::count(*values)), Role::Dim);
            }
        }
        PaneLine::Period => {
            line.own("  ", Role::Text).foreign(
                state.effective_period().label(state.zone).as_bytes(),
                Role::Accent,
                width - 3,
                Cut::End,
            );
        }
        PaneLine::Class { range, label, count, total, .. } => {
            let test = Test::Range(range.0, range.1);
            let role = if range.0 >= 400 { Role::Bad } else { Role::Text };
            value(
                &mut line,
                state,
                &Field::Status.into(),
                &test,
                (label.as_bytes(), role),
                (*count, *total),
                (columns, false),
            );
        }
        PaneLine::Value { field, value: facet, is_nested, .. } => {
            let test = Test::of_value(field, facet.value.as_deref());
            let text = value_words(field, facet.value.as_deref());
            let role = if facet.value.is_none() { Role::Dim } else { Role::Text };
            value(&mut line, state, field, &test, (&text, role), (facet.count, facet.total), (columns, *is_nested));
        }
        PaneLine::More { values, count, .. } => {
            let text = format!("  … {} more", units::count(*values));
            line.own(&text, Role::Dim);
            let number = units::count(*count);
            line.pad_to((width + 1).saturating_sub(columns.share + number.len())).own(&number, Role::Dim);
        }
    }
    line
}

/// A value as a person reads it: a status with its words.
fn value_words(field: &FieldRef, value: Option<&[u8]>) -> Vec<u8> {
    let Some(bytes) = value else {
        return if *field == FieldRef::Known(Field::Status) { b"no response".to_vec() } else { "(none)".into() };
    };
    if *field == FieldRef::Known(Field::Status)
        && let Some(reason) =
            std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).and_then(status::reason)
    {
        return [bytes, b" ", reason.as_bytes()].concat();
    }
    match SpanRange::read(bytes).filter(|_| field.kind() == Kind::Duration) {
        Some(range) => range.words().into_bytes(),
        None => bytes.to_vec(),
    }
}

fn value(
    line: &mut Line,
    state: &State,
    field: &FieldRef,
    test: &Test,
    (text, role): (&[u8], Role),
    (count, total): (u64, u64),
    (columns, is_nested): (Columns, bool),
) {
    let selection = Selection::of(&state.trail.filter(), field);
    let (mark, mark_role) = if selection.included.contains(test) {
        ("☑ ", Role::Accent)
    } else if selection.excluded.contains(test) {
        ("– ", Role::Warn)
    } else if is_nested {
        ("  ", Role::Dim)
    } else {
        ("☐ ", Role::Dim)
    };
    let indent = if is_nested { "   " } else { " " };
    line.own(indent, Role::Text).own(mark, mark_role);
    let number = units::count(count);
    // The share of the value's own traffic that is in the view says more than the count alone, once
    // something narrows the view.
    let share = if count < total && total > 0 { units::percent(count, total).replace(' ', "") } else { String::new() };
    let Columns { width, share: share_width } = columns;
    let room = width.saturating_sub(line.width() + number.len() + share_width);
    let role = if selection.excluded.contains(test) { Role::Dim } else { role };
    // What kind of failure it is stands at the beginning; names and paths differ at their ends.
    let cut = match field.known() {
        Some(Field::Failure | Field::Status | Field::StatusDetails | Field::ErrorMessage | Field::ErrorType) => {
            Cut::End
        }
        _ => Cut::Middle,
    };
    line.foreign(text, role, room, cut);
    line.pad_to((width + 1).saturating_sub(share_width + number.len()));
    line.own(&number, if count == 0 { Role::Dim } else { Role::Text });
    line.pad_to((width + 1).saturating_sub(share.len()));
    line.own(&share, Role::Dim);
}
