//! Keys in a picker, and what is taken from it.

use super::event::{Effect, Purpose};
use super::keymap::{Key, KeyCode};
use super::picker::{Picked, PickerKind};
use super::prompt;
use super::state::State;

/// A time, a period or the name of a zone is short. What is longer is looked at with every key, and
/// says nothing.
const MOST_TYPED: usize = 200;

impl State {
    /// Lets a key into the picker.
    pub fn picker_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(picker) = &mut self.picker else { return Vec::new() };
        // No period begins with one of these letters, so that they move as in every list.
        let moves = picker.kind == PickerKind::Period && picker.input.value().is_empty() && !key.ctrl && !key.alt;
        let last = picker.items.len().saturating_sub(1);
        let at = picker.cursor.min(last);
        let to = match key.code {
            KeyCode::Esc => {
                self.picker = None;
                return Vec::new();
            }
            KeyCode::Char('q') if moves => {
                self.picker = None;
                return Vec::new();
            }
            KeyCode::Char('c') if key.ctrl => {
                self.picker = None;
                return Vec::new();
            }
            KeyCode::Enter => return self.take_picked(),
            KeyCode::Up => at.saturating_sub(1),
            KeyCode::Down => at + 1,
            KeyCode::Char('p') if key.ctrl => at.saturating_sub(1),
            KeyCode::Char('n') if key.ctrl => at + 1,
            KeyCode::PageUp => 0,
            KeyCode::PageDown => last,
            KeyCode::Char('j') if moves => at + 1,
            KeyCode::Char('k') if moves => at.saturating_sub(1),
            KeyCode::Home | KeyCode::Char('g') if moves => 0,
            KeyCode::End | KeyCode::Char('G') if moves => last,
            _ => {
                let is_full = picker.input.value().len() >= MOST_TYPED;
                if is_full && matches!(key.code, KeyCode::Char(_)) && !key.ctrl && !key.alt {
                    return Vec::new();
                }
                if !prompt::edit(&mut picker.input, key) {
                    return Vec::new();
                }
                return self.picker_typed();
            }
        };
        picker.cursor = to.min(last);
        picker.is_chosen = true;
        self.ask_picked()
    }

    /// Puts pasted text into the picker.
    pub fn paste_into_picker(&mut self, text: &str) -> Vec<Effect> {
        let start: String = text.chars().take(MOST_TYPED).collect();
        if let Some(picker) = &mut self.picker {
            prompt::paste_into(&mut picker.input, &start);
        }
        self.picker_typed()
    }

    fn picker_typed(&mut self) -> Vec<Effect> {
        if let Some(picker) = &mut self.picker {
            (picker.cursor, picker.is_chosen, picker.is_refused) = (0, false, false);
        }
        self.list_picker_items();
        self.ask_picked()
    }

    fn take_picked(&mut self) -> Vec<Effect> {
        match self.picked() {
            Some(Ok(picked)) => {
                self.picker = None;
                self.forget(Purpose::Picker);
                match picked {
                    Picked::Period(period) => self.show_period(period),
                    Picked::Zone(zone) => self.show_zone(zone),
                    Picked::OtherZone => self.open_picker(PickerKind::Zone),
                    Picked::Time(time) => self.jump_anywhere(time.at, time.digits),
                    Picked::Pane(field) => self.add_pane(field),
                    Picked::Split(split) => self.split_by(split),
                    Picked::OwnPanes => self.choose_panes(None),
                }
            }
            Some(Err(_)) => {
                if let Some(picker) = &mut self.picker {
                    picker.is_refused = true;
                }
                Vec::new()
            }
            None => {
                self.picker = None;
                Vec::new()
            }
        }
    }
}
