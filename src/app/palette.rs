//! All actions by name, found by a few letters of it.

use tui_input::Input;

use super::action::Action;
use super::fuzzy;
use super::keymap::{Key, Place};
use super::state::State;

/// The list of actions, while it is open.
#[derive(Debug, Clone)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// The line under the cursor.
    pub cursor: usize,
    /// Where it was opened: actions apply there.
    pub place: Place,
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteLine {
    /// What it does.
    pub action: Action,
    /// Its key, if it has one.
    pub key: Option<Key>,
}

impl State {
    /// The actions that match what is typed and apply where the palette was opened, best first.
    pub fn palette_lines(&self) -> Vec<PaletteLine> {
        let Some(palette) = &self.palette else { return Vec::new() };
        let line = |action: Action| PaletteLine { action, key: self.keymap.key_of(palette.place, action) };
        let applies = |action: &Action| {
            let hidden = matches!(action, Action::Palette | Action::Back | Action::Close) || action.pane().is_some();
            let has_no_key = *action == Action::Guide;
            !hidden && (has_no_key || self.keymap.key_of(palette.place, *action).is_some())
        };
        let actions = Action::ALL.iter().filter(|action| applies(action));
        let actions: Vec<Action> = actions.copied().collect();
        let texts: Vec<String> = actions.iter().map(|action| format!("{} {}", action.title(), action.name())).collect();
        fuzzy::ranked(palette.input.value(), &texts).into_iter().map(|place| line(actions[place])).collect()
    }
}
