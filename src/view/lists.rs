//! Lists over the table: menus, the palette, what was found, the sources.

use ratatui::buffer::Buffer;

use crate::app::bad_rows::SourceLine;
use crate::app::event::{FoundBy, FoundLine};
use crate::app::find::{FoundList, FoundRow};
use crate::app::layout::Area;
use crate::app::menu::Menu;
use crate::app::source_view::{Keeper, SourceKind};
use crate::app::state::State;
use crate::base::safe_text;
use crate::base::time::zone_name;
use crate::base::units;
use crate::export::detail;
use crate::model::envelope::Arrival;
use crate::model::gaps::is_alike;
use crate::model::period_words::range_words;
use crate::model::record::StoredRecord;
use crate::model::source_status::Activity;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Empties an area.
pub fn clear(buffer: &mut Buffer, area: Area) {
    for y in area.y..(area.y + area.height).min(buffer.area.height) {
        for x in area.x..(area.x + area.width).min(buffer.area.width) {
            buffer[(x, y)].reset();
        }
    }
}

/// How many fifths of a box's width stand beside it at least, both sides together; where there is less, it takes
/// that too.
const FIFTHS_BESIDE: u16 = 3;

/// The width of a box that would be so wide: all of the screen where little of it stayed, since bits of the table say
/// nothing.
pub fn box_width(width: u16, screen: u16) -> u16 {
    if screen < width + width * FIFTHS_BESIDE / 5 { screen } else { width }
}

/// A box in the middle of the screen, with a title on its border; what is inside comes back.
pub fn draw_box(title: &str, theme: Theme, buffer: &mut Buffer, screen: Area, width: u16, height: u16) -> Area {
    let width = box_width(width, screen.width);
    let height = height.min(screen.height);
    let area =
        Area { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 3, width, height };
    draw_frame(title, theme, buffer, area)
}

/// A box with a title on its border; what is inside comes back.
pub fn draw_frame(title: &str, theme: Theme, buffer: &mut Buffer, area: Area) -> Area {
    clear(buffer, area);
    let (full, height) = (usize::from(area.width), area.height);
    let edge = |left: &str, right: &str, title: &str| {
        let mut line = Line::new(theme);
        line.own(left, Role::Rule);
        if !title.is_empty() {
            let room = full.saturating_sub(4);
            line.own(" ", Role::Rule).foreign(title.as_bytes(), Role::Title, room, Cut::End).own(" ", Role::Rule);
        }
        line.fill_to(full.saturating_sub(1), if theme.has_unicode { '─' } else { '-' }, Role::Rule)
            .own(right, Role::Rule);
        line
    };
    let corners = if theme.has_unicode { ["┌", "┐", "└", "┘"] } else { ["+", "+", "+", "+"] };
    edge(corners[0], corners[1], title).draw(buffer, area, 0);
    for row in 1..height.saturating_sub(1) {
        let mut line = Line::new(theme);
        line.own("│", Role::Rule).pad_to(full.saturating_sub(1)).own("│", Role::Rule);
        line.draw(buffer, area, row);
    }
    edge(corners[2], corners[3], "").draw(buffer, area, height.saturating_sub(1));
    Area { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: height.saturating_sub(2) }
}

/// Draws a menu.
pub fn draw_menu(menu: &Menu, theme: Theme, buffer: &mut Buffer, screen: Area) {
    let label = menu.items.iter().map(|item| item.label.chars().count()).max().unwrap_or(0).min(40);
    let note = menu.items.iter().map(|item| item.note.chars().count()).max().unwrap_or(0).min(60);
    let width = (label + note + 8) as u16;
    let inner = draw_box(&menu.title, theme, buffer, screen, width.max(30), menu.items.len() as u16 + 2);
    let height = usize::from(inner.height);
    let scroll = (menu.cursor + 1).saturating_sub(height);
    for (row, (place, item)) in menu.items.iter().enumerate().skip(scroll).take(height).enumerate() {
        let is_current = place == menu.cursor;
        let mut line = Line::new(theme);
        line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
        line.foreign(item.label.as_bytes(), Role::Text, label, Cut::End).pad_to(label + 4);
        let room = usize::from(inner.width).saturating_sub(line.width() + 1);
        line.foreign(item.note.as_bytes(), Role::Dim, room, Cut::End);
        if is_current {
            line.pad_to(usize::from(inner.width));
            line.restyle(theme.selected());
        }
        line.draw(buffer, inner, row as u16);
    }
}

/// Draws the palette. Gives the cell of the text cursor.
pub fn draw_palette(state: &State, theme: Theme, buffer: &mut Buffer, screen: Area) -> Option<(u16, u16)> {
    let palette = state.palette.as_ref()?;
    let lines = state.palette_lines();
    let inner = draw_box("All actions", theme, buffer, screen, 60, 18);
    let mut typed = Line::new(theme);
    typed.own("› ", Role::Accent).foreign(
        palette.input.value().as_bytes(),
        Role::Strong,
        usize::from(inner.width) - 4,
        Cut::End,
    );
    let cursor = (inner.x + (2 + palette.input.visual_cursor()).min(usize::from(inner.width) - 1) as u16, inner.y);
    typed.draw(buffer, inner, 0);
    let height = usize::from(inner.height).saturating_sub(1);
    let at = palette.cursor.min(lines.len().saturating_sub(1));
    let scroll = (at + 1).saturating_sub(height);
    for (row, (place, entry)) in lines.iter().enumerate().skip(scroll).take(height).enumerate() {
        let is_current = place == at;
        let mut line = Line::new(theme);
        line.own(if is_current { "▌ " } else { "  " }, Role::Accent).own(entry.action.title(), Role::Text);
        if let Some(key) = entry.key.map(|key| key.to_string()) {
            // On a small screen it stands at the edge.
            let place = KEY.min(usize::from(inner.width).saturating_sub(safe_text::width(&key) + 1));
            line.cut_to(place.saturating_sub(1)).pad_to(place).own(&key, Role::Key);
        }
        if is_current {
            line.pad_to(usize::from(inner.width));
            line.restyle(theme.selected());
        }
        line.draw(buffer, inner, row as u16 + 1);
    }
    Some(cursor)
}

/// Where the keys stand in the list of actions.
const KEY: usize = 44;

/// Cells of an id in the list of what was found.
const ID: usize = 32;

/// Cells of the source of a request that was found, where there are several.
const SOURCE: usize = 16;

/// Cells that an id needs to be told from others.
const LEAST_ID: usize = 8;

/// What is said of a request whose Request-ID is another one: which id it has, and in what.
fn how_found(line: &mut Line, list: &FoundList, found: &FoundLine, record: &StoredRecord, width: usize) {
    if found.by == FoundBy::Id {
        return;
    }
    let room = width.saturating_sub(line.width() + 40);
    line.own("has ", Role::Warn);
    if room < LEAST_ID {
        line.own("it", Role::Warn);
    } else {
        line.foreign(found.id.text().as_bytes(), Role::Warn, room, Cut::Middle);
    }
    // Of one id alone the title names them.
    let is_one = list.report.lines.len() == 1;
    let fields: Vec<String> = found.attributes_of(record).filter(|_| !is_one).map(ToString::to_string).collect();
    if fields.is_empty() {
        line.own(" in it  ", Role::Warn);
    } else {
        let room = width.saturating_sub(line.width() + 20).max(24);
        line.own(" in ", Role::Warn).foreign(fields.join(", ").as_bytes(), Role::Warn, room, Cut::Middle);
        line.own("  ", Role::Warn);
    }
}

/// Draws what was found for some ids.
pub fn draw_found(state: &State, found_list: &FoundList, theme: Theme, buffer: &mut Buffer, area: Area) {
    let width = usize::from(area.width);
    let mut title = Line::new(theme);
    title.own(" ", Role::Title).foreign(
        found_list.words().as_bytes(),
        Role::Title,
        width.saturating_sub(30),
        Cut::Middle,
    );
    title.own(&format!("   times in {}", zone_name(state.zone)), Role::Dim);
    if found_list.report.is_asking {
        title.own("   looking further for the rest …", Role::Warn);
    }
    title.draw(buffer, area, 0);
    let rows = found_list.rows();
    let mut sources = found_list.report.lines.iter().flat_map(|line| &line.records).map(|record| &record.origin.source);
    let first = sources.next();
    let of_sources = sources.any(|source| Some(source) != first);
    for (line_at, (place, row)) in
        rows.iter().enumerate().skip(found_list.scroll).take(usize::from(area.height).saturating_sub(1)).enumerate()
    {
        let is_current = place == found_list.cursor;
        let mut line = Line::new(theme);
        line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
        match row {
            FoundRow::Record(found, record) => {
                let failed = record.record.outcome() == crate::model::value::Outcome::Failure;
                line.own(if failed { "✗ " } else { "✓ " }, if failed { Role::Bad } else { Role::Good });
                line.foreign(&record.id_text(), Role::Strong, ID, Cut::Middle).pad_to(ID + 6);
                let time = record.time().in_zone(state.zone).format("%Y-%m-%d %H:%M:%S").to_string();
                line.own(&time, Role::Text).own("  ", Role::Text);
                if of_sources {
                    line.foreign(record.origin.source.as_bytes(), Role::Dim, SOURCE, Cut::Middle);
                    line.own("  ", Role::Text);
                }
                how_found(&mut line, found_list, found, record, width);
                if record.origin.arrival == Arrival::Fetched {
                    line.own("just fetched  ", Role::Warn);
                }
                let status = detail::status_line(record);
                let room = width.saturating_sub(line.width() + 1);
                line.foreign(&status, Role::Text, room, Cut::End);
            }
            FoundRow::Missing(missing) => {
                line.own("– ", Role::Warn)
                    .foreign(missing.id.text().as_bytes(), Role::Strong, ID, Cut::Middle)
                    .pad_to(ID + 6);
                let room = width.saturating_sub(line.width() + 1);
                line.foreign(missing.searched.as_bytes(), Role::Dim, room, Cut::End);
            }
        }
        if is_current {
            line.pad_to(width);
            line.restyle(theme.selected());
        }
        line.draw(buffer, area, line_at as u16 + 1);
    }
}

/// Rows for the words of the source under the cursor, where they do not fit behind it.
const MOST_WORD_ROWS: usize = 8;

/// Draws the sources. What is said of the one under the cursor is shown whole.
pub fn draw_sources(state: &State, cursor: usize, theme: Theme, buffer: &mut Buffer, area: Area) {
    let width = usize::from(area.width);
    let mut title = Line::new(theme);
    title.own(" Sources", Role::Title);
    title.draw(buffer, area, 0);
    let height = usize::from(area.height).saturating_sub(1);
    let title_room = if width >= 110 { 40 } else { 24 };
    let room = width.saturating_sub(title_room + 31);
    let mut whole = Line::new(theme);
    let lines = state.source_lines();
    let cursor = cursor.min(lines.len().saturating_sub(1));
    if let Some(SourceLine::Source(place)) = lines.get(cursor) {
        let words = source_words(state, *place);
        whole.own("    ", Role::Text).foreign(words.as_bytes(), Role::Text, MOST_WORD_ROWS * width, Cut::End);
    }
    let is_cut = whole.width() > room + 4;
    let below = if is_cut { whole.wrapped(width.saturating_sub(1), 4, MOST_WORD_ROWS) } else { Vec::new() };
    let scroll = (cursor + 1).saturating_sub(height.saturating_sub(below.len()).max(1));
    let mut y = 1;
    for (at, source_line) in lines.iter().enumerate().skip(scroll).take(height) {
        let (is_current, place) = (at == cursor, source_line.source());
        let Some(source) = state.sources.get(place) else { continue };
        let mut line = Line::new(theme);
        line.own(if is_current { "▌ " } else { "  " }, Role::Accent);
        if let SourceLine::Bad(_) = source_line {
            let bad = units::counted(source.bad, "bad row", "bad rows");
            line.own(&format!("    {bad}: where, why and how they begin"), Role::Warn);
            if is_current {
                line.pad_to(width);
                line.restyle(theme.selected());
            }
            line.draw(buffer, area, y);
            y += 1;
            continue;
        }
        line.own(if place == state.source { "● " } else { "  " }, Role::Good);
        line.foreign(source.name.as_bytes(), Role::Strong, 24, Cut::Middle).pad_to(29);
        line.foreign(source.title.as_bytes(), Role::Text, title_room, Cut::End).pad_to(title_room + 30);
        if !(is_current && is_cut) {
            line.foreign(source_words(state, place).as_bytes(), Role::Dim, room, Cut::End);
        }
        if is_current {
            line.pad_to(width);
            line.restyle(theme.selected());
        }
        line.draw(buffer, area, y);
        y += 1;
        for row in below.iter().filter(|_| is_current) {
            row.draw(buffer, area, y);
            y += 1;
        }
    }
}

fn source_words(state: &State, place: usize) -> String {
    let source = &state.sources[place];
    let mut words = Vec::new();
    match (&source.keeper, source.kind) {
        (Keeper::Here, SourceKind::Polled) => words.push("polled by this process".into()),
        (Keeper::Here, _) => words.push("followed".into()),
        (Keeper::Elsewhere { pid, host }, kind) => {
            let done = if kind == SourceKind::Polled { "polled" } else { "read" };
            words.push(format!("{done} by process {pid} on {host}"));
        }
        (Keeper::Nobody, SourceKind::Polled) => words.push("not polled".into()),
        (Keeper::Nobody, _) => words.push("imported".to_owned()),
    }
    if let Some(status) = state.statuses.get(&source.name) {
        match &status.activity {
            Activity::Waiting { reason, .. } | Activity::Stopped { reason, .. } => words.push(reason.clone()),
            Activity::Asking { .. } | Activity::Resting => {}
        }
    }
    if let Some(last) = source.last_intake {
        words.push(format!("last brought something {} ago", units::age(state.now.since(last))));
    }
    if let Some(gap) = source.gaps.last() {
        let gaps = units::counted(source.gaps.len() as u64, "gap", "gaps");
        let newest = if source.gaps.len() > 1 { ", the newest" } else { "," };
        words.push(format!("{gaps}{newest} {}: {}", range_words(gap.range(), state.now, state.zone), gap.reason));
    }
    if source.redacted > 0 {
        words.push(units::counted(source.redacted, "secret redacted", "secrets redacted"));
    }
    // What is good to know of it, the newest first.
    if let Some(status) = state.statuses.get(&source.name) {
        let is_told = |note: &&String| source.gaps.last().is_none_or(|gap| !is_alike(&gap.reason, note));
        words.extend(status.notes.iter().rev().filter(is_told).cloned());
    }
    words.join(" · ")
}
