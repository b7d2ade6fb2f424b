//! Keys as data: which key means which action where. Help, hints and palette are made from it.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::base::spelling::did_you_mean;

use super::action::Action;

/// A key on the keyboard, with what is held down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Whether Ctrl is held down.
    pub ctrl: bool,
    /// Whether Alt is held down.
    pub alt: bool,
}

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// A character, as the keyboard gives it with Shift.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Shift and Tab.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Shift and the arrow left.
    ShiftLeft,
    /// Shift and the arrow right.
    ShiftRight,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// F1 to F12.
    Function(u8),
}

impl Key {
    /// A key with nothing held down.
    pub fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// Reads a key's name.
    pub fn read(name: &str) -> Option<Self> {
        let (ctrl, rest) = name.strip_prefix("Ctrl-").map_or((false, name), |rest| (true, rest));
        let (alt, rest) = rest.strip_prefix("Alt-").map_or((false, rest), |rest| (true, rest));
        let mut chars = rest.chars();
        let code = match (rest, chars.next(), chars.next()) {
            (_, Some(char), None) => KeyCode::Char(char),
            ("Space", ..) => KeyCode::Char(' '),
            ("Enter", ..) => KeyCode::Enter,
            ("Esc", ..) => KeyCode::Esc,
            ("Tab", ..) => KeyCode::Tab,
            ("BackTab", ..) => KeyCode::BackTab,
            ("Backspace", ..) => KeyCode::Backspace,
            ("Delete", ..) => KeyCode::Delete,
            ("Up", ..) => KeyCode::Up,
            ("Down", ..) => KeyCode::Down,
            ("Left", ..) => KeyCode::Left,
            ("Right", ..) => KeyCode::Right,
            ("Shift-Left", ..) => KeyCode::ShiftLeft,
            ("Shift-Right", ..) => KeyCode::ShiftRight,
            ("Home", ..) => KeyCode::Home,
            ("End", ..) => KeyCode::End,
            ("PageUp", ..) => KeyCode::PageUp,
            ("PageDown", ..) => KeyCode::PageDown,
            (_, Some('F'), Some(_)) => {
                KeyCode::Function(rest[1..].parse().ok().filter(|number| (1..=12).contains(number))?)
            }
            _ => return None,
        };
        Some(Self { code, ctrl, alt })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(char) => write!(f, "{char}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::ShiftLeft => f.write_str("Shift-←"),
            KeyCode::ShiftRight => f.write_str("Shift-→"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::Function(number) => write!(f, "F{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// Where a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Everywhere but where text is typed.
    Any,
    /// In the table.
    Table,
    /// In the filter panes.
    Panes,
    /// On the bars of the timeline.
    Timeline,
    /// In a request's detail.
    Detail,
    /// In the list of what was found.
    Found,
    /// In the help.
    Help,
    /// In a menu.
    Menu,
    /// In the list of sources.
    Sources,
    /// In the list of a source's bad rows.
    Bad,
    /// In the list of the steps that narrow the view.
    Steps,
    /// In the list of columns.
    Columns,
}

/// A line of the table of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The keys that do the same.
    pub keys: Vec<Key>,
    /// Where.
    pub when: Vec<Place>,
    /// What they do.
    pub action: Action,
    /// What help says; none where another line says it for all.
    pub text: Option<String>,
    /// What the bottom line says.
    pub hint: Option<String>,
    /// What it says where there is less room.
    pub short: Option<String>,
    /// How soon the hint goes when the line is short.
    pub order: u8,
}

/// All keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The lines, in the order of the help.
    pub bindings: Vec<Binding>,
    lookup: HashMap<(Place, Key), Action>,
}

/// Why a table of keys was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeymapError(String);

const PRESET: &str = include_str!("../../assets/keymap.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeymapFile {
    key: Vec<KeyLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyLine {
    keys: Vec<String>,
    when: Vec<Place>,
    action: Spanned<String>,
    text: Option<String>,
    hint: Option<String>,
    short: Option<String>,
    #[serde(default = "last")]
    order: u8,
}

fn last() -> u8 {
    u8::MAX
}

impl Default for Keymap {
    fn default() -> Self {
        Self::with_user("").expect("the preset is tested")
    }
}

impl Keymap {
    /// The preset, with what a user's file says on top.
    pub fn with_user(user: &str) -> Result<Self, KeymapError> {
        let mut bindings = read(PRESET)?;
        let own = read(user)?;
        // A key that the user names means only that, in those places.
        for line in &own {
            bindings = bindings.into_iter().flat_map(|binding| without(binding, line)).collect();
        }
        bindings.extend(own);
        let mut lookup = HashMap::new();
        for binding in &bindings {
            for place in &binding.when {
                for key in &binding.keys {
                    if lookup.insert((*place, *key), binding.action).is_some() {
                        return Err(KeymapError(format!("{key} is bound twice in {place:?}").to_lowercase()));
                    }
                }
            }
        }
        Ok(Self { bindings, lookup })
    }

    /// What a key means in a place.
    pub fn action(&self, place: Place, key: Key) -> Option<Action> {
        self.lookup.get(&(place, key)).or_else(|| self.lookup.get(&(Place::Any, key))).copied()
    }

    /// The lines that apply in a place, its own before those for everywhere.
    pub fn for_place(&self, place: Place) -> impl Iterator<Item = &Binding> {
        let own = self.bindings.iter().filter(move |binding| binding.when.contains(&place));
        own.chain(self.bindings.iter().filter(|binding| binding.when.contains(&Place::Any)))
    }

    /// The first key of an action in a place, for hints and the palette.
    pub fn key_of(&self, place: Place, action: Action) -> Option<Key> {
        self.for_place(place).find(|binding| binding.action == action).and_then(|binding| binding.keys.first().copied())
    }
}

/// A line without the keys of another line in that line's places: the same, split, or gone.
fn without(binding: Binding, line: &Binding) -> Vec<Binding> {
    let is_taken = |place: &Place| line.when.contains(place) || line.when.contains(&Place::Any);
    let (taken, free): (Vec<Place>, Vec<Place>) = binding.when.iter().partition(|place| is_taken(place));
    let keys_left = binding.keys.iter().filter(|key| !line.keys.contains(key)).copied().collect();
    let parts = [Binding { when: taken, keys: keys_left, ..binding.clone() }, Binding { when: free, ..binding }];
    parts.into_iter().filter(|part| !part.when.is_empty() && !part.keys.is_empty()).collect()
}

fn read(text: &str) -> Result<Vec<Binding>, KeymapError> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let file: KeymapFile = toml::from_str(text).map_err(|error| KeymapError(error.to_string()))?;
    file.key
        .into_iter()
        .map(|line| {
            let keys = line.keys.iter().map(|name| {
                Key::read(name)
                    .ok_or_else(|| KeymapError(format!("“{name}” is no key; write j, Up, Enter, Ctrl-d or F1")))
            });
            Ok(Binding {
                keys: keys.collect::<Result<_, _>>()?,
                when: line.when,
                action: action(&line.action, text)?,
                text: line.text,
                hint: line.hint,
                short: line.short,
                order: line.order,
            })
        })
        .collect()
}

/// The action of a name; the error has its line and the nearest name.
fn action(name: &Spanned<String>, text: &str) -> Result<Action, KeymapError> {
    let wrong = name.get_ref();
    let found = Action::ALL.iter().find(|action| action.name() == wrong);
    found.copied().ok_or_else(|| {
        let line = text[..name.span().start].matches('\n').count() + 1;
        let right = did_you_mean(wrong, Action::ALL.iter().map(|action| action.name()));
        let right = right.unwrap_or_else(|| "reqscope help keys lists the actions".into());
        KeymapError(format!("line {line}: there is no action “{wrong}”; {right}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_reachable() {
        // What has no key stands in the palette.
        let palette_only = [Action::Guide];
        let keymap = Keymap::default();
        for action in Action::ALL {
            let bound = keymap.bindings.iter().any(|binding| binding.action == *action);
            assert_eq!(bound, !palette_only.contains(action), "{}", action.name());
        }
    }

    /// The help of 80 columns has so much room behind the keys.
    #[test]
    fn every_text_can_be_read_whole_in_the_help() {
        let keymap = Keymap::default();
        for binding in &keymap.bindings {
            let text = binding.text.as_deref().unwrap_or_default();
            assert!(text.chars().count() <= 60, "{text}");
        }
    }

    #[test]
    fn names_read_back() {
        for action in Action::ALL {
            let line = format!("[[key]]\nkeys = [\"F12\"]\nwhen = [\"any\"]\naction = \"{}\"", action.name());
            assert_eq!(read(&line).unwrap_or_else(|_| panic!("{}", action.name()))[0].action, *action);
        }
        for name in ["j", "Space", "Ctrl-d", "F1", "PageUp", "BackTab", "Alt-x", "-", "?"] {
            assert!(Key::read(name).is_some(), "{name}");
        }
        for name in ["", "Shift-j", "F13", "Hyper"] {
            assert_eq!(Key::read(name), None, "{name}");
        }
    }

    #[test]
    fn a_users_key_wins() {
        let own = "[[key]]\nkeys = [\"x\"]\nwhen = [\"table\"]\naction = \"quit\"\ntext = \"leave\"";
        let keymap = Keymap::with_user(own).expect("reads");
        let x = Key::plain(KeyCode::Char('x'));
        assert_eq!(keymap.action(Place::Table, x), Some(Action::Quit));
        assert_eq!(keymap.action(Place::Panes, x), Some(Action::ToggleFilter), "elsewhere it stays");
        let wrong = |action: &str| {
            let own = format!("[[key]]\nkeys = [\"j\"]\nwhen = [\"table\"]\naction = \"{action}\"");
            Keymap::with_user(&own).expect_err("refused").to_string()
        };
        assert_eq!(wrong("fitler"), "line 4: there is no action “fitler”; did you mean “filter”?");
        assert_eq!(wrong("leapfrog"), "line 4: there is no action “leapfrog”; reqscope help keys lists the actions");
    }

    #[test]
    fn keys_fall_back_to_everywhere() {
        let keymap = Keymap::default();
        let question_mark = Key::plain(KeyCode::Char('?'));
        assert_eq!(keymap.action(Place::Found, question_mark), Some(Action::Help));
        assert_eq!(keymap.action(Place::Help, Key::plain(KeyCode::Char('e'))), None);
    }
}
