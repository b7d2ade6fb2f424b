//! The last line: what is typed, what happened, how a save is going, first steps, or the keys that
//! work here.

use ratatui::buffer::Buffer;

use crate::app::action::Action;
use crate::app::guide::STEPS;
use crate::app::keymap::{Binding, Place};
use crate::app::layout::Area;
use crate::app::state::State;
use crate::base::safe_text;
use crate::base::units;

use super::line::{Cut, Line};
use super::theme::{Role, Theme};

/// Draws the last line; gives the cell of the text cursor while something is typed.
pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    let width = usize::from(area.width);
    if state.prompt.is_some() {
        return draw_prompt(state, theme, buffer, area);
    }
    let mut line = Line::new(theme);
    if let Some(message) = &state.message {
        let role = if message.is_error { Role::Bad } else { Role::Warn };
        line.own(" ", Role::Text).foreign(message.text.as_bytes(), role, width.saturating_sub(2), Cut::End);
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
    } else if state.guide.is_shown && !state.guide.is_done() {
        guide(&mut line, state);
    } else {
        hints(&mut line, state, theme, width);
    }
    line.draw(buffer, area, 0);
    None
}

fn draw_prompt(state: &State, theme: Theme, buffer: &mut Buffer, area: Area) -> Option<(u16, u16)> {
    let prompt = state.prompt.as_ref()?;
    let width = usize::from(area.width);
    let mut line = Line::new(theme);
    line.own(&format!(" {} › ", prompt.label()), Role::Accent);
    let start = line.width();
    let error = prompt.error.as_ref().map(ToString::to_string).unwrap_or_default();
    let room =
        if error.is_empty() { width.saturating_sub(start + 1) } else { (width / 2).saturating_sub(start) }.max(8);
    // Long text scrolls so that the cursor is seen.
    let cursor = prompt.input.cursor();
    let skipped = cursor.saturating_sub(room.saturating_sub(1));
    let shown: String = prompt.input.value().chars().skip(skipped).collect();
    let before: String = prompt.input.value().chars().skip(skipped).take(cursor - skipped).collect();
    line.foreign(shown.as_bytes(), Role::Strong, room, Cut::End);
    if error.is_empty() {
        let help = match prompt.kind {
            crate::app::prompt::PromptKind::Filter => {
                "words · status:5xx · client:acme · duration>1s · -user_agent:curl"
            }
            crate::app::prompt::PromptKind::Find => "ids, or a whole mail pasted",
            _ => "",
        };
        if line.width() + help.len() + 4 < width {
            line.pad_to(width.saturating_sub(help.len() + 1)).own(help, Role::Dim);
        }
    } else {
        line.own("  ", Role::Text);
        let left = width.saturating_sub(line.width() + 1);
        line.foreign(error.as_bytes(), Role::Bad, left, Cut::End);
    }
    line.draw(buffer, area, 0);
    let at = start + safe_text::width(&safe_text::visible_str(&before));
    Some((area.x + at.min(width.saturating_sub(1)) as u16, area.y))
}

fn guide(line: &mut Line, state: &State) {
    let current = state.guide.current().unwrap_or(0);
    line.own(" First steps ", Role::Title);
    for done in state.guide.done {
        line.own(if done { "✓" } else { "·" }, if done { Role::Good } else { Role::Dim });
    }
    let step = &STEPS[current];
    let key = state.keymap.key_of(Place::Table, step.action).map(|key| key.to_string()).unwrap_or_default();
    line.own("  ", Role::Text).own(&key, Role::Key).own(&format!(" {}", step.text), Role::Text);
    line.own("   Esc hides this", Role::Dim);
}

/// The keys that work here, as many as fit, and where the cursor is.
fn hints(line: &mut Line, state: &State, theme: Theme, width: usize) {
    let place = state.place_of_keys();
    let position = match place {
        Place::Table | Place::Detail if state.table.total > 0 => {
            format!("{}/{} ", units::count(state.table.cursor + 1), units::count(state.table.total))
        }
        _ => String::new(),
    };
    let room = width.saturating_sub(position.len() + 2);
    let applies = |binding: &&Binding| match binding.action {
        // What is followed needs no key to follow it; it can be paused.
        Action::Back => place != Place::Table,
        _ => true,
    };
    let mut hints: Vec<&Binding> =
        state.keymap.for_place(place).filter(|binding| binding.hint.is_some()).filter(applies).collect();
    let text = |binding: &Binding| {
        let hint = match binding.action {
            Action::Follow if state.held.is_some() => "go on",
            Action::Follow if state.table.is_following => "pause",
            _ => binding.hint.as_deref().unwrap_or_default(),
        };
        let mut piece = Line::new(theme);
        piece.own(&binding.keys[0].to_string(), Role::Key).own(&format!(" {hint}"), Role::Dim);
        piece
    };
    let total = |hints: &[&Binding]| hints.iter().map(|binding| text(binding).width() + 2).sum::<usize>();
    while total(&hints) > room && !hints.is_empty() {
        let last = (0..hints.len()).max_by_key(|at| hints[*at].order).unwrap_or(0);
        hints.remove(last);
    }
    line.own(" ", Role::Text);
    for binding in hints {
        line.append(text(binding)).own("  ", Role::Text);
    }
    line.pad_to(width.saturating_sub(position.len())).own(&position, Role::Dim);
}
