//! The last line: what happened, how a save is going, first steps, or the keys that
//! work here.

use ratatui::buffer::Buffer;

use crate::app::action::Action;
use crate::app::bad_rows::SourceLine;
use crate::app::detail::Neighbours;
use crate::app::guide::STEPS;
use crate::app::hiding::WayOut;
use crate::app::keymap::{Binding, Place};
use crate::app::layout::{Area, COMPACT};
use crate::app::menu::Choice;
use crate::app::panes::PaneLine;
use crate::app::picker::PickerKind;
use crate::app::state::{Layer, State};
use crate::base::safe_text;
use crate::base::units;
use crate::engine::question::Sort;
use crate::model::field::FieldRef;
use crate::query::Test;
use crate::query::edit::Selection;

use super::line::{Cut, Line};
use super::lists::clear;
use super::prompt;
use super::theme::{Role, Theme};

/// Draws the last line; gives the cell of the text cursor while something is typed.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    let (width, place) = (usize::from(area.width), state.place_of_keys());
    if state.prompt.is_some() {
        return prompt::draw(state, theme, buffer, area);
    }
    let mut line = Line::new(theme);
    if let Some(picker) = &state.picker {
        picker_keys(picker.kind, &mut line);
    } else if state.palette.is_some() {
        keys_and_words(&[("Enter", "do it"), ("↑ ↓", "choose"), ("Esc", "back")], &mut line);
    } else if let Some(message) = &state.message {
        let role = if message.is_error { Role::Bad } else { Role::Warn };
        draw_message(&message.text, role, theme, buffer, area);
        return None;
    } else if let Some(saving) = &state.saving {
        let share = units::percent(saving.done, saving.total);
        line.own(
            &format!(
                " saving {} of {} rows, {share} · Ctrl-c stops",
                units::count(saving.done),
                units::count(saving.total)
            ),
            Role::Warn,
        );
    } else if let Some((take, leave)) = typed_elsewhere(state) {
        line.own(" ", Role::Text).own("Enter", Role::Key).own(&format!(" {take}  "), Role::Dim);
        line.own("Esc", Role::Key).own(&format!(" {leave}  "), Role::Dim);
    } else if state.guide.is_shown && matches!(place, Place::Table | Place::Panes | Place::Detail) {
        guide(&mut line, state);
    } else {
        hints(&mut line, state, theme, width);
    }
    line.draw(buffer, area, 0);
    None
}

/// What Enter and Esc do while a list is narrowed down by what is typed at its head.
fn typed_elsewhere(state: &State) -> Option<(&'static str, &'static str)> {
    let is_typing = match state.layers.last()? {
        Layer::Help(help) => help.is_typing,
        Layer::Columns(list) => list.is_typing,
        _ => false,
    };
    is_typing.then_some(("keep these", "all again"))
}

/// What works in a picker, where all else is text.
fn picker_keys(kind: PickerKind, line: &mut Line) {
    let choose = ("↑ ↓", "choose");
    let keys = [Some(("Enter", "take")), (kind != PickerKind::Jump).then_some(choose), Some(("Esc", "back"))];
    keys_and_words(&keys.into_iter().flatten().collect::<Vec<_>>(), line);
}

/// Keys, each with what it does.
fn keys_and_words(keys: &[(&str, &str)], line: &mut Line) {
    line.own(" ", Role::Text);
    for (key, words) in keys {
        line.own(key, Role::Key).own(&format!(" {words}  "), Role::Dim);
    }
}

/// What Enter does in a list of choices or of sources, where that depends on the line under the cursor.
fn on_layer_line(state: &State) -> Option<&'static str> {
    match state.layers.last()? {
        Layer::Menu(menu) => Some(match menu.items.get(menu.cursor)?.choice {
            Choice::Copy(_) => "copy",
            Choice::Save(_) => "next",
        }),
        Layer::Sources(cursor) => {
            matches!(state.source_lines().get(*cursor), Some(SourceLine::Bad(_))).then_some("list them")
        }
        _ => None,
    }
}

/// Rows that a message takes at most.
const MOST_ROWS: usize = 4;

/// Draws a message; a long one over the rows above the last one. Gives how many rows it takes.
pub(super) fn draw_message(text: &str, role: Role, theme: Theme, buffer: &mut Buffer, area: Area) -> u16 {
    let mut line = Line::new(theme);
    line.own(" ", Role::Text).foreign(text.as_bytes(), role, MOST_CELLS, Cut::End);
    let rows = line.wrapped(usize::from(area.width).saturating_sub(1), 1, MOST_ROWS);
    let above = (rows.len() as u16 - 1).min(area.y);
    let area = Area { y: area.y - above, height: area.height + above, ..area };
    clear(buffer, area);
    for (place, row) in rows.iter().enumerate() {
        row.draw(buffer, area, place as u16);
    }
    rows.len() as u16
}

/// Cells of a message that are looked at.
const MOST_CELLS: usize = 2_000;

fn guide(line: &mut Line, state: &State) {
    let current = state.guide.current().unwrap_or(0);
    line.own(" First steps ", Role::Title);
    for done in state.guide.done {
        line.own(if done { "✓" } else { "·" }, if done { Role::Good } else { Role::Dim });
    }
    let step = &STEPS[current];
    let key = state.keymap.key_of(Place::Table, step.action).map(|key| key.to_string()).unwrap_or_default();
    line.own("  ", Role::Text).own(&key, Role::Key).own(&format!(" {}", step.text), Role::Text);
    // Elsewhere the key goes one level back first.
    if state.place_of_keys() == Place::Table
        && let Some(back) = state.keymap.key_of(Place::Table, Action::Back)
    {
        line.own(&format!("   {back} hides this"), Role::Dim);
    }
}

/// What keys do on the line of the panes under the cursor.
#[derive(Default)]
struct OnPaneLine {
    /// What Enter does; nothing where it does nothing.
    open: Option<&'static str>,
    /// Whether there is a value to tick or to leave out.
    has_value: bool,
    /// Whether its pane has values to search.
    has_values: bool,
}

fn on_pane_line(state: &State) -> OnPaneLine {
    let lines = state.pane_lines();
    match lines.get(state.panes.cursor) {
        None => OnPaneLine::default(),
        Some(PaneLine::Period) => OnPaneLine { open: Some("choose"), ..OnPaneLine::default() },
        Some(PaneLine::More { .. }) => OnPaneLine { open: Some("list them"), has_value: false, has_values: true },
        Some(PaneLine::Fewer { .. }) => OnPaneLine { open: Some("fold"), has_value: false, has_values: true },
        Some(line) => {
            let is_only = |(field, test): (FieldRef, Test)| Selection::of(&state.trail.filter(), &field).is_only(&test);
            let open = line.test().map(|chosen| if is_only(chosen) { "any value" } else { "only this" });
            OnPaneLine { open, has_value: open.is_some(), has_values: true }
        }
    }
}

/// Lines that are shorter say hints in fewer words, closer together.
const LEAST_SPACED: usize = 100;

/// That filters are on, where nothing else says so.
fn filters_on(state: &State) -> String {
    let has_trail = state.layout().is_none_or(|layout| layout.trail.height > 0);
    let count = state.trail.steps().iter().filter(|step| state.trail.counts(step)).count();
    if has_trail || count == 0 {
        return String::new();
    }
    format!("{} ", units::counted(count as u64, "filter", "filters"))
}

/// The keys that work here, as many as fit, and where the cursor is.
fn hints(line: &mut Line, state: &State, theme: Theme, width: usize) {
    let (place, neighbours) = (state.place_of_keys(), state.detail_neighbours());
    let position = match place {
        // A request that was found by its id has no place in the list.
        Place::Table | Place::Detail if state.table.total > 0 && neighbours == Neighbours::Table => {
            let row = format!("{}/{} ", units::count(state.table.cursor + 1), units::count(state.table.total));
            format!("{}{row}", filters_on(state))
        }
        _ => String::new(),
    };
    let cells_of_position = safe_text::width(&position);
    let room = width.saturating_sub(cells_of_position + 2);
    let is_empty = place == Place::Table && state.table.has_answer && state.table.total == 0;
    let way_out = state.way_out().map(|way_out| match way_out {
        WayOut::Take(..) => "take",
        WayOut::SwitchOff(_) => "switch off",
    });
    let (on_line, on_layer) = ((place == Place::Panes).then(|| on_pane_line(state)), on_layer_line(state));
    let applies_elsewhere = |action: Action| match action {
        // What is followed needs no key to follow it; it can be paused.
        Action::Back => place != Place::Table,
        Action::NextRecord | Action::PreviousRecord => neighbours != Neighbours::None,
        // The way back is named, not the way there.
        Action::Zoom => state.is_zoomed,
        // Where nothing comes in any more there is nothing to hold; the newest row is the first one, unless the order is
        // another.
        Action::Follow => !state.is_still() || state.held.is_some() || state.sort != Sort::default(),
        // Where there is no row, there is none to open or copy, and no value.
        Action::Open if is_empty => way_out.is_some(),
        Action::CopyId | Action::Save | Action::Include | Action::Exclude => !is_empty,
        _ => true,
    };
    let applies = |binding: &&Binding| match (binding.action, &on_line) {
        (Action::Open, Some(line)) => line.open.is_some(),
        (Action::Tick | Action::Include | Action::Exclude, Some(line)) => line.has_value,
        (Action::PaneSearch, Some(line)) => line.has_values,
        (action, _) => applies_elsewhere(action),
    };
    let mut hints: Vec<&Binding> =
        state.keymap.for_place(place).filter(|binding| binding.hint.is_some()).filter(applies).collect();
    let text = |binding: &Binding, is_short: bool| {
        let own = binding.short.as_deref().filter(|_| is_short).or(binding.hint.as_deref()).unwrap_or_default();
        let hint = match binding.action {
            Action::Follow if state.held.is_some() => "go on",
            Action::Follow if state.table.is_following => "pause",
            Action::Open if is_empty => way_out.unwrap_or_default(),
            Action::Open => on_line.as_ref().and_then(|line| line.open).or(on_layer).unwrap_or(own),
            _ => own,
        };
        // What follows stays in its place when one word takes the place of another.
        let hint = if binding.action == Action::Follow { format!("{hint:<6}") } else { hint.to_owned() };
        // Two keys that go there and back are said together.
        let other = match binding.action {
            Action::BarPrevious => state.keymap.key_of(place, Action::BarNext),
            Action::PanePrevious => state.keymap.key_of(place, Action::PaneNext),
            _ => None,
        };
        let other = other.map(|key| format!(" {key}")).unwrap_or_default();
        let mut piece = Line::new(theme);
        piece.own(&format!("{}{other}", binding.keys[0]), Role::Key).own(&format!(" {hint}"), Role::Dim);
        piece
    };
    let cells = |hints: &[&Binding], is_short: bool| {
        let gap = if is_short { 1 } else { 2 };
        hints.iter().map(|binding| text(binding, is_short).width() + gap).sum::<usize>()
    };
    // What does not fit is said in fewer words first, then left out.
    let is_short = cells(&hints, false) > room && width < LEAST_SPACED;
    let total = |hints: &[&Binding]| cells(hints, is_short);
    while total(&hints) > room && !hints.is_empty() {
        // The way back to the newest row goes last of all, and never moves the others; on the bars zooming comes
        // first where there is little room.
        let stays = place != Place::Timeline || width >= usize::from(COMPACT);
        let order = |binding: &Binding| if binding.action == Action::Follow && stays { 0 } else { binding.order };
        let last = (0..hints.len()).max_by_key(|at| order(hints[*at])).unwrap_or(0);
        hints.remove(last);
    }
    line.own(" ", Role::Text);
    for binding in hints {
        line.append(text(binding, is_short)).own(if is_short { " " } else { "  " }, Role::Text);
    }
    line.pad_to(width.saturating_sub(cells_of_position)).own(&position, Role::Dim);
}
