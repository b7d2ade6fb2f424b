//! Choices: a short list with a cursor.

use crate::base::time_parse::parse_time;
use crate::export::columns::Layout;
use crate::model::field::{Field, FieldRef, Kind};

use super::picker::both_clocks;
use super::state::{Layer, State};

/// A short list to choose from.
#[derive(Debug, Clone)]
pub struct Menu {
    /// What is chosen.
    pub title: String,
    /// The choices.
    pub items: Vec<Item>,
    /// The one under the cursor.
    pub cursor: usize,
}

/// A choice.
#[derive(Debug, Clone)]
pub struct Item {
    /// In words; not yet safe for a terminal.
    pub label: String,
    /// What it comes to, dimmed.
    pub note: String,
    /// What it does.
    pub choice: Choice,
}

/// What a choice does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Copies text.
    Copy(String),
    /// Saves the view with these columns.
    Save(Layout),
}

/// Characters of a text that are kept for its line in the menu: more than there is room for.
const MOST_NOTED: usize = 200;

impl Menu {
    /// Moves the cursor by so many choices.
    pub fn move_by(&mut self, delta: i64) {
        let last = self.items.len().saturating_sub(1) as i64;
        self.cursor = (self.cursor as i64 + delta).clamp(0, last) as usize;
    }
}

impl State {
    /// The menu of what can be copied of the request at hand.
    pub fn copy_menu(&self) -> Option<Menu> {
        let record = self.record_at_hand()?;
        let mut items = Vec::new();
        let mut add = |label: &str, text: String| {
            if !text.is_empty() {
                let note = text.lines().next().unwrap_or_default().chars().take(MOST_NOTED).collect();
                items.push(Item { label: label.into(), note, choice: Choice::Copy(text) });
            }
        };
        // A time is pasted for people in two places.
        let clocks = |time: &[u8]| parse_time(time, None).map(|time| both_clocks(time.at, self.zone, time.digits));
        add("Request-ID", record.record.text(Field::RequestId).unwrap_or_default().to_string());
        add("Handle", record.handle.to_string());
        let mut is_time = false;
        if let Some((field, value)) = self.value_at_hand() {
            is_time = field == FieldRef::Known(Field::Time);
            let text = value.map(|value| String::from_utf8_lossy(&value).into_owned()).unwrap_or_default();
            let time = (field.kind() == Kind::Time).then(|| clocks(text.as_bytes())).flatten();
            add(&format!("This value ({field})"), time.unwrap_or(text));
        }
        add("The request as JSON", crate::export::json::record(record).to_string());
        add("The source's own words", String::from_utf8_lossy(&record.raw).into_owned());
        add("Command that shows this request", self.get_command(record));
        add("Command that lists this view", self.search_command());
        if !is_time {
            add("Its time", record.bytes(&Field::Time.into()).and_then(|time| clocks(&time)).unwrap_or_default());
        }
        if let Some(line) = &self.fetch_line {
            add("Command that fetches the saved file", line.clone());
        }
        Some(Menu { title: "Copy".into(), items, cursor: 0 })
    }

    /// The menu of layouts to save with.
    pub fn save_menu(&self) -> Menu {
        let about = |layout| match layout {
            Layout::View => "the columns on the screen, in their order, and the Request-ID",
            Layout::Full => "every field, by its name",
            Layout::FilesCom => "the 19 columns of the Files.com page",
            Layout::Workato => "the 13 columns of Workato's download",
        };
        let items = Layout::ALL
            .iter()
            .map(|(name, layout)| Item {
                label: (*name).into(),
                note: about(*layout).into(),
                choice: Choice::Save(*layout),
            })
            .collect();
        Menu { title: "Save with which columns?".into(), items, cursor: 0 }
    }

    /// Opens a menu over what is there.
    pub fn open_menu(&mut self, menu: Menu) {
        self.layers.push(Layer::Menu(menu));
    }
}
