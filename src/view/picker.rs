//! The picker of periods, zones and times.

use ratatui::buffer::Buffer;

use crate::app::layout::Area;
use crate::app::picker::{Picker, PickerKind};
use crate::app::state::State;
use crate::base::safe_text::{visible_str, width};
use crate::base::time::zone_name;

use super::line::{Cut, Line};
use super::lists::draw_box;
use super::theme::{Role, Theme};

/// Cells of the box.
const WIDTH: u16 = 78;

/// Rows that say what is meant.
const MEANING: usize = 3;

/// Rows above the list: what is typed, three that explain it, and a blank one.
const ABOVE: usize = 5;

/// In a box that is lower, two rows must do above the list.
const LOW: u16 = 12;

/// Items whose labels are measured, for the room that labels have.
const MEASURED: usize = 500;

/// Draws the picker. Gives the cell of the text cursor.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, screen: Area) -> Option<(u16, u16)> {
    let picker = state.picker.as_ref()?;
    let items = &picker.items;
    let zone = zone_name(state.zone);
    // What the list lacks is said in any case, whatever stands in it.
    let with_more = |short: &str, title: &str| match state.attributes.more_words() {
        Some(more) => format!("{short} · {more}"),
        None => title.to_owned(),
    };
    let title = match picker.kind {
        PickerKind::Period => format!("Period · in {zone}; days are whole, the last one included"),
        PickerKind::Zone => "Time zone · of days, and beside UTC".into(),
        PickerKind::Pane => with_more("Add a pane", "Add a pane"),
        PickerKind::Split => with_more("Split the bars by", "Split the bars of the timeline by"),
        PickerKind::Jump => format!("Jump to a time · in {zone} unless a zone is named"),
    };
    // It keeps its height while the list narrows.
    let rows = picker.kind.most_items();
    let inner = draw_box(&title, theme, buffer, screen, WIDTH, (rows + ABOVE + 2) as u16);
    let cursor = typed(picker, theme, buffer, inner);
    let above = if inner.height < LOW && rows > 0 { 2 } else { ABOVE };
    explain(state, picker, theme, buffer, Area { height: inner.height.min(above as u16), ..inner });
    let height = usize::from(inner.height).saturating_sub(above);
    let at = picker.cursor.min(items.len().saturating_sub(1));
    let scroll = (at + 1).saturating_sub(height);
    let label = items.iter().take(MEASURED).map(|item| width(&item.label)).max().unwrap_or(0).clamp(18, 40);
    for (row, (place, item)) in items.iter().enumerate().skip(scroll).take(height).enumerate() {
        // While a text is read as it stands, no item counts.
        let is_current = place == at && is_item_picked(state, picker);
        let mut line = Line::new(theme);
        line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
        line.foreign(item.label.as_bytes(), Role::Text, label, Cut::Middle).pad_to(label + 4);
        let room = usize::from(inner.width).saturating_sub(line.width());
        line.foreign(item.note.as_bytes(), Role::Dim, room, Cut::Middle);
        if is_current {
            line.pad_to(usize::from(inner.width));
            line.restyle(theme.selected());
        }
        line.draw(buffer, inner, (row + above) as u16);
    }
    // A text that is understood needs no item.
    if items.is_empty() && rows > 0 && !matches!(state.picked(), Some(Ok(_))) {
        let mut line = Line::new(theme);
        line.own("  nothing in the list goes with it", Role::Dim);
        line.draw(buffer, inner, above as u16);
    }
    Some(cursor)
}

fn is_item_picked(state: &State, picker: &Picker) -> bool {
    match (state.picked(), picker.current()) {
        (Some(Ok(picked)), Some(item)) => picked == item.picked,
        _ => false,
    }
}

fn typed(picker: &Picker, theme: Theme, buffer: &mut Buffer, inner: Area) -> (u16, u16) {
    let mut line = Line::new(theme);
    line.own("› ", Role::Accent);
    let room = usize::from(inner.width).saturating_sub(4);
    if picker.input.value().is_empty() {
        let examples = match picker.kind {
            PickerKind::Period => "45m · 2026-11-01..2026-11-03 · 11-22 · 4pm..6pm · yesterday UTC",
            PickerKind::Pane | PickerKind::Split => "some letters of a field, or attributes.NAME",
            PickerKind::Zone => "America/Los_Angeles, or a city: Tokyo",
            PickerKind::Jump => "4pm · 11-22 16:00 · 4pm Los Angeles · 2h ago · 1795435282",
        };
        line.foreign(examples.as_bytes(), Role::Dim, room, Cut::End);
    } else {
        line.foreign(picker.input.value().as_bytes(), Role::Strong, room, Cut::End);
    }
    line.draw(buffer, inner, 0);
    let at = 2 + picker.input.visual_cursor().min(room);
    (inner.x + at as u16, inner.y)
}

/// What is typed means this; or what is wrong with it stands under the place.
fn explain(state: &State, picker: &Picker, theme: Theme, buffer: &mut Buffer, inner: Area) {
    let room = usize::from(inner.width).saturating_sub(3);
    if let Some(Err(error)) = state.picked() {
        let role = if picker.is_refused { Role::Bad } else { Role::Dim };
        let text = picker.input.value();
        let cells = |text: &str| width(&visible_str(text));
        let before = cells(text.get(..error.span.start).unwrap_or_default());
        let wrong = cells(text.get(error.span.clone()).unwrap_or_default()).max(1);
        let mut carets = Line::new(theme);
        carets.pad_to(2 + before.min(room)).own(&"^".repeat(wrong.min(room.saturating_sub(before).max(1))), role);
        carets.draw(buffer, inner, 1);
        let mut words = Line::new(theme);
        words.own("  ", Role::Text).foreign(error.to_string().as_bytes(), role, 400, Cut::End);
        for (row, line) in words.wrapped(room + 2, 2, 3).iter().enumerate() {
            line.draw(buffer, inner, row as u16 + 2);
        }
        return;
    }
    let words = state.picked_words();
    let rows = MEANING.min(usize::from(inner.height.saturating_sub(1)));
    let mut row = 0;
    for (place, words_of_one) in words.iter().enumerate().take(rows) {
        let mut line = Line::new(theme);
        line.own("  ", Role::Text);
        line.foreign(words_of_one.as_bytes(), if place == 0 { Role::Text } else { Role::Dim }, 400, Cut::End);
        // What is long takes the rows that nothing behind it needs.
        let behind = words.len().min(rows) - place - 1;
        for line in line.wrapped(room + 2, 2, rows - row - behind) {
            row += 1;
            line.draw(buffer, inner, row as u16);
        }
    }
}
