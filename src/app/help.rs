//! The help of a place: its keys and what they do, narrowed down to what is looked for.

use tui_input::Input;

use super::keymap::{Binding, Key, KeyCode, Keymap, Place};
use super::prompt;

/// The help of a place.
#[derive(Debug, Clone)]
pub struct Help {
    /// The place.
    pub place: Place,
    /// Lines scrolled away.
    pub scroll: usize,
    /// What the lines are narrowed to.
    pub narrow: Input,
    /// Whether that is being typed.
    pub is_typing: bool,
}

impl Help {
    /// All lines of a place's help.
    pub fn of(place: Place) -> Self {
        Self { place, scroll: 0, narrow: Input::default(), is_typing: false }
    }

    /// The lines that hold every word of what is typed, in their order. One character alone is a key.
    pub fn lines<'a>(&self, keymap: &'a Keymap) -> Vec<&'a Binding> {
        let typed = self.narrow.value().trim();
        let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
        let key = Key::read(typed).filter(|_| typed.chars().count() == 1);
        let holds = |binding: &&Binding| {
            let Some(text) = &binding.text else { return false };
            if let Some(key) = key {
                return binding.keys.contains(&key);
            }
            let keys: Vec<String> = binding.keys.iter().map(ToString::to_string).collect();
            let action = binding.action;
            let said = format!("{} {text} {} {}", keys.join(" "), action.title(), action.name()).to_lowercase();
            words.iter().all(|word| said.contains(word))
        };
        keymap.for_place(self.place).filter(holds).collect()
    }

    /// All lines again.
    pub fn widen(&mut self) {
        (self.narrow, self.scroll, self.is_typing) = (Input::default(), 0, false);
    }

    /// Lets a key into what the lines are narrowed to; whether it moved instead, and by how much.
    pub fn narrow_key(&mut self, key: Key) -> Option<i64> {
        match key.code {
            KeyCode::Esc => self.widen(),
            KeyCode::Char('c') if key.ctrl => self.widen(),
            KeyCode::Enter => self.is_typing = false,
            KeyCode::Up => return Some(-1),
            KeyCode::Down => return Some(1),
            _ => {
                if prompt::edit(&mut self.narrow, key) {
                    self.scroll = 0;
                }
            }
        }
        None
    }
}
