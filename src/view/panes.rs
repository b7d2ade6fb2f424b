//! The filter panes.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::panes::PaneLine;
use crate::app::state::{Focus, State};
use crate::app::trail::step_words;
use crate::base::{safe_text, units};
use crate::model::field::{Field, FieldRef};
use crate::model::period::Period;
use crate::query::edit::Selection;
use crate::query::{Filter, Test};

use super::line::{Cut, Line};
use super::pane_columns::{Columns, SHARE, columns_of, cut_of, has_share, names_apart, room_of, value_words};
use super::theme::{Role, Theme};
use super::trail::short_period;

/// Draws the panes.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) {
    if area.width == 0 || area.height == 0 {
        return;
    }
    let lines = state.pane_lines();
    if state.lines_by_field().is_some() {
        return draw_by_field(state, theme, buffer, area, &lines);
    }
    let width = usize::from(area.width).saturating_sub(2);
    let columns = Columns { width, share: if lines.iter().any(has_share) { SHARE } else { 0 } };
    let (mut title, of_title) = title_in_sight(state, theme, area, &lines, columns);
    in_view(&mut title, of_title);
    title.draw(buffer, area, 0);
    draw_lines(state, theme, buffer, area, (&lines, 0, state.panes.scroll), columns);
    if area.width < state.size.0 {
        draw_edge(theme, buffer, area);
    }
}

/// What stands over the panes: of a long one whose title is scrolled away its title, and which of its values are seen;
/// and where its figures stand.
fn title_in_sight(
    state: &State,
    theme: Theme,
    area: Area,
    lines: &[PaneLine<'_>],
    columns: Columns,
) -> (Line, Columns) {
    let mut line = Line::new(theme);
    let top = state.panes.scroll;
    let pane = lines.get(top).and_then(PaneLine::pane);
    let is_title = |line: &PaneLine<'_>| matches!(line, PaneLine::Title { .. }) && line.pane() == pane;
    let title_at = lines.iter().position(is_title).filter(|at| pane.is_some_and(|pane| pane > 0) && *at < top);
    let Some((at, PaneLine::Title { pane, label, values, .. })) = title_at.map(|at| (at, &lines[at])) else {
        line.own(" Filters", Role::Title);
        return (line, columns);
    };
    let columns = columns_of(lines, top..top + 1, columns).first().copied().unwrap_or(columns);
    let end = lines.iter().rposition(|line| line.pane() == Some(*pane)).map_or(at, |last| last + 1);
    let height = usize::from(area.height).saturating_sub(1);
    let (before, seen) = values_seen(&lines[at..end], top - at, height);
    let digit = format!(" {}", digit_of(*pane));
    let range = if seen > 0 {
        format!(
            "  {}–{} of {}",
            units::count(before as u64 + 1),
            units::count((before + seen) as u64),
            units::count(*values)
        )
    } else {
        String::new()
    };
    let figures = if columns.share > 0 { IN_VIEW_OF_ITS } else { IN_VIEW };
    let room = columns.width.saturating_sub(digit.len() + range.chars().count() + figures.len());
    line.own(&digit, Role::Dim)
        .foreign(label.as_bytes(), Role::Title, room.max(4), Cut::of_label(label))
        .own(&range, Role::Dim);
    (line, columns)
}

/// Of a pane's lines, of which so many are scrolled away: the values before those that are seen, and how many are.
fn values_seen(own: &[PaneLine<'_>], scroll: usize, height: usize) -> (usize, usize) {
    let is_value = |line: &&PaneLine<'_>| matches!(line, PaneLine::Value { value, .. } if value.value.is_some());
    let seen = own.iter().skip(scroll).take(height).filter(is_value).count();
    (own[..scroll].iter().filter(is_value).count(), seen)
}

/// The key that goes to a pane; the tenth and those behind it have none.
fn digit_of(pane: usize) -> String {
    if pane < 9 { format!("{} ", pane + 1) } else { "  ".into() }
}

/// What the figures are called.
const IN_VIEW: &str = "in view";
const IN_VIEW_OF_ITS: &str = "in view of its";

/// What the figures are, over them, where there is room for it.
fn in_view(title: &mut Line, columns: Columns) {
    let words = if columns.share > 0 { IN_VIEW_OF_ITS } else { IN_VIEW };
    if title.width() + 1 + words.len() <= columns.width + 1 {
        title.pad_to(columns.width + 1 - words.len()).own(words, Role::Dim);
    }
}

/// Lines below a title, so many scrolled away; the first of them has a place among all.
fn draw_lines(
    state: &State,
    theme: Theme,
    buffer: &mut Buffer,
    area: Area,
    (lines, first, scroll): (&[PaneLine<'_>], usize, usize),
    columns: Columns,
) {
    let height = usize::from(area.height).saturating_sub(1);
    let seen = scroll.min(lines.len())..(scroll + height).min(lines.len());
    let of_lines = columns_of(lines, seen.clone(), columns);
    let names = names_apart(&lines[seen], theme, &of_lines, &state.panes.matching);
    for (row, (place, line)) in lines.iter().enumerate().skip(scroll).take(height).enumerate() {
        let is_current = state.focus == Focus::Panes && first + place == state.panes.cursor;
        let mut drawn = pane_line(state, theme, (line, names[row].as_deref()), of_lines[row], is_current);
        if matches!(line, PaneLine::Title { .. }) && of_lines[row].share < columns.share {
            in_view(&mut drawn, of_lines[row]);
        }
        if is_current {
            drawn.pad_to(columns.width + 1);
            drawn.restyle(theme.selected());
        }
        drawn.draw(buffer, area, row as u16 + 1);
    }
}

/// The line between the panes and what stands at their right.
fn draw_edge(theme: Theme, buffer: &mut Buffer, area: Area) {
    for row in 0..area.height {
        let mut rule = Line::new(theme);
        rule.own("│", Role::Rule);
        let edge = Area { x: area.x + area.width - 1, width: 1, ..area };
        rule.draw(buffer, edge, row);
    }
}

/// Draws the panes on a screen of their own: the fields with what is asked of them, and beside them the
/// values of the one that the cursor is in.
fn draw_by_field(state: &State, theme: Theme, buffer: &mut Buffer, area: Area, lines: &[PaneLine<'_>]) {
    let fields = Area { width: (area.width / 3).min(FIELDS), ..area };
    let current = lines.get(state.panes.cursor).and_then(PaneLine::pane);
    let mut title = Line::new(theme);
    title.own(" Filters", Role::Title);
    title.draw(buffer, fields, 0);
    let titles: Vec<(usize, &str)> = lines
        .iter()
        .filter_map(|line| match line {
            PaneLine::Title { pane, label, .. } => Some((*pane, label.as_str())),
            _ => None,
        })
        .collect();
    let height = usize::from(area.height).saturating_sub(1);
    let at = titles.iter().position(|(pane, _)| Some(*pane) == current).unwrap_or(0);
    let scroll = (at + 1).saturating_sub(height);
    for (row, (pane, label)) in titles.iter().skip(scroll).take(height).enumerate() {
        let line = field_line(state, theme, (*pane, label), Some(*pane) == current, usize::from(fields.width));
        line.draw(buffer, fields, row as u16 + 1);
    }
    draw_edge(theme, buffer, fields);

    let values = Area { x: area.x + fields.width, width: area.width - fields.width, ..area };
    let width = usize::from(values.width).saturating_sub(2);
    let of_pane = |line: &PaneLine<'_>| current.is_some() && line.pane() == current;
    let title_at = lines.iter().position(of_pane).unwrap_or(0);
    let end = lines.iter().rposition(of_pane).map_or(title_at, |last| last + 1);
    // The period has no title of its own among its lines.
    let first = title_at + usize::from(matches!(lines.get(title_at), Some(PaneLine::Title { .. })));
    let own = &lines[first..end];
    let columns = Columns { width, share: if own.iter().any(has_share) { SHARE } else { 0 } };
    let scroll = state.panes.scroll.saturating_sub(first).min(own.len().saturating_sub(height));
    let mut title = Line::new(theme);
    title.own(" ", Role::Text);
    if let Some(PaneLine::Title { label, values, matching, .. }) = lines.get(title_at) {
        title.foreign(label.as_bytes(), Role::Title, width / 2, Cut::of_label(label));
        let (before, seen) = values_seen(own, scroll, height);
        if seen as u64 == *values && current != Some(0) {
            title.own(&format!("  {}", units::counted(*values, "value", "values")), Role::Dim);
        } else if *values > 0 {
            let (from, to) = (before + usize::from(seen > 0), before + seen);
            title.own(&format!("  {from}–{to} of {}", units::count(*values)), Role::Dim);
        }
        if let Some(text) = matching {
            title.own(" with ", Role::Dim).foreign(text.as_bytes(), Role::Accent, 16, Cut::End);
        }
    }
    if current != Some(0) {
        in_view(&mut title, columns);
    }
    title.draw(buffer, values, 0);
    draw_lines(state, theme, buffer, values, (own, first, scroll), columns);
}

/// Cells of the fields beside their values.
const FIELDS: u16 = 30;

/// A field with what is asked of it: `4 User  ETL Partner`.
fn field_line(state: &State, theme: Theme, (pane, label): (usize, &str), is_current: bool, width: usize) -> Line {
    let mut line = Line::new(theme);
    line.own(if is_current { "▌" } else { " " }, Role::Accent);
    line.own(&digit_of(pane), Role::Dim).foreign(label.as_bytes(), Role::Strong, width / 2 - 2, Cut::of_label(label));
    line.pad_to(width / 2 + 2);
    let room = width.saturating_sub(line.width() + 2);
    if pane == 0 {
        let label = state.effective_period().label(state.zone);
        let label = match state.effective_period() {
            _ if safe_text::width(&label) <= room => label,
            Period::All => "any".into(),
            _ => short_period(&label, state),
        };
        line.foreign(label.as_bytes(), Role::Accent, room, Cut::End);
    } else if let Some(facet) = state.facets.get(pane - 1) {
        let selection = Selection::of(&state.trail.filter(), &facet.field);
        let words = |tests: &[Test]| match tests {
            [only] => {
                let step = step_words(&Filter::field(facet.field.clone(), only.clone()), state.view_spec());
                step.strip_prefix(label).map_or(step.clone(), |rest| rest.trim().trim_matches(['“', '”']).to_owned())
            }
            several => units::counted(several.len() as u64, "value", "values"),
        };
        match (selection.included.as_slice(), selection.excluded.as_slice()) {
            ([], []) => line.own("any", Role::Dim),
            ([], left_out) => line.own("– ", Role::Warn).foreign(
                words(left_out).as_bytes(),
                Role::Warn,
                room.saturating_sub(2),
                Cut::End,
            ),
            (included, _) => line.foreign(words(included).as_bytes(), Role::Accent, room, Cut::End),
        };
    }
    if is_current {
        line.pad_to(width.saturating_sub(1));
        line.restyle(theme.selected());
    }
    line
}

fn pane_line(
    state: &State,
    theme: Theme,
    (pane_line, name): (&PaneLine<'_>, Option<&str>),
    columns: Columns,
    is_current: bool,
) -> Line {
    let width = columns.width;
    let mut line = Line::new(theme);
    line.own(if is_current { "▌" } else { " " }, Role::Accent);
    match pane_line {
        PaneLine::Gap => {}
        PaneLine::Nothing { .. } => {
            line.own("  no value here", Role::Dim);
        }
        PaneLine::Title { pane, label, values, shown, matching } => {
            line.own(&digit_of(*pane), Role::Dim).foreign(
                label.as_bytes(),
                Role::Strong,
                width.saturating_sub(16),
                Cut::of_label(label),
            );
            if let Some(text) = matching {
                let figure = format!("  {} with ", units::count(*values));
                let room = width.saturating_sub(line.width() + figure.len());
                line.own(&figure, Role::Dim).foreign(text.as_bytes(), Role::Accent, room, Cut::End);
            } else if shown < values {
                line.own(&format!("  {} of {}", units::count(*shown), units::count(*values)), Role::Dim);
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
            let words = || value_words(field, facet.value.as_deref(), state.zone);
            let text = name.map_or_else(words, |name| name.as_bytes().to_vec());
            let role = if facet.value.is_none() { Role::Dim } else { Role::Text };
            value(&mut line, state, field, &test, (&text, role), (facet.count, facet.total), (columns, *is_nested));
        }
        PaneLine::Fewer { .. } => {
            line.own("  … only the first ones", Role::Dim);
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
    let room = room_of(columns, line.width(), &number);
    let role = if selection.excluded.contains(test) { Role::Dim } else { role };
    line.foreign(text, role, room, cut_of(field));
    line.pad_to((width + 1).saturating_sub(share_width + number.len()));
    line.own(&number, if count == 0 { Role::Dim } else { Role::Text });
    line.pad_to((width + 1).saturating_sub(share.len()));
    line.own(&share, Role::Dim);
}
