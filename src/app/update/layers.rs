//! What lies over the table: opened, chosen from, copied from, closed.

use crate::app::bad_rows::SourceLine;
use crate::app::detail::Detail;
use crate::app::event::Effect;
use crate::app::find::FoundRow;
use crate::app::guide::Step;
use crate::app::help::Help;
use crate::app::keymap::Place;
use crate::app::menu::Choice;
use crate::app::state::{Focus, Layer, State};
use crate::base::units;

/// Bytes that are copied at once: OSC 52 is cut beyond this by many terminals.
const MOST_COPIED: usize = 74_994;

impl State {
    pub(super) fn open(&mut self) -> Vec<Effect> {
        match self.layers.last() {
            Some(Layer::Menu(menu)) => {
                let choice = menu.items.get(menu.cursor).map(|item| item.choice.clone());
                self.layers.pop();
                return choice.map(|choice| self.choose(choice)).unwrap_or_default();
            }
            Some(Layer::Found(found)) => {
                match found.current().cloned() {
                    Some(record) => {
                        self.layers.push(Layer::Detail(Box::new(Detail::new(record, false))));
                    }
                    None => {
                        if let Some(FoundRow::Missing(line)) = found.rows().get(found.cursor) {
                            let text = format!("{} was not found: {}", line.id.text(), line.searched);
                            self.say_error(text);
                        }
                    }
                }
                return Vec::new();
            }
            Some(Layer::Columns(_)) => return self.take_column(),
            Some(Layer::Sources(cursor)) => {
                let lines = self.source_lines();
                let line = lines.get(*cursor).or(lines.last()).copied();
                match line {
                    Some(SourceLine::Bad(place)) => return self.open_bad_rows(place),
                    Some(SourceLine::Source(place)) => {
                        self.layers.pop();
                        return if place == self.source { Vec::new() } else { self.show_source(place) };
                    }
                    None => return Vec::new(),
                }
            }
            Some(Layer::Steps(place)) => return self.edit_step(*place),
            Some(_) => return Vec::new(),
            None => {}
        }
        match self.focus {
            Focus::Panes => return self.open_pane_line(),
            Focus::Timeline => return self.zoom_in(),
            Focus::Table => {}
        }
        if let Some(record) = self.table.current().cloned() {
            // What is looked at stays, also while rows arrive.
            self.table.stay();
            self.layers.push(Layer::Detail(Box::new(Detail::new(record, true))));
            return self.tick_off(Step::Open);
        }
        self.take_way_out()
    }

    pub(super) fn choose(&mut self, choice: Choice) -> Vec<Effect> {
        match choice {
            Choice::Copy(text) => self.copy(text),
            Choice::Save(layout) => {
                self.open_save(layout);
                Vec::new()
            }
        }
    }

    /// One level back. On the bare table a message goes, then the guide; it never quits.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        let had_message = self.message.take().is_some();
        if let Some(list) = self.column_list()
            && !list.narrow.value().is_empty()
        {
            // First the whole list again.
            list.widen();
            return Vec::new();
        }
        if let Some(help) = self.help()
            && !help.narrow.value().is_empty()
        {
            help.widen();
            return Vec::new();
        }
        if self.layers.pop().is_some() {
            return Vec::new();
        }
        if self.focus != Focus::Table {
            return self.focus_on(Focus::Table);
        }
        if had_message {
            return Vec::new();
        }
        if self.is_zoomed {
            return self.toggle_zoom();
        }
        if self.guide.is_shown {
            return self.toggle_guide();
        }
        Vec::new()
    }

    pub(super) fn close(&mut self) -> Vec<Effect> {
        if self.layers.is_empty() && self.focus == Focus::Table { self.quit() } else { self.back() }
    }

    /// Quits; while a file is being saved only at the second time.
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        match &mut self.saving {
            Some(saving) if !saving.is_quit_asked => {
                saving.is_quit_asked = true;
                self.say_error(
                    "a file is being saved: the same key again quits without it, Ctrl-c only stops the save",
                );
                Vec::new()
            }
            _ => vec![Effect::Quit],
        }
    }

    pub(super) fn interrupt(&mut self) -> Vec<Effect> {
        if self.saving.is_some() { vec![Effect::CancelSave] } else { vec![Effect::Quit] }
    }

    pub(super) fn toggle_raw(&mut self) -> Vec<Effect> {
        if let Some(Layer::Detail(detail)) = self.layers.last_mut() {
            detail.is_raw = !detail.is_raw;
            (detail.cursor, detail.scroll) = (0, 0);
        }
        Vec::new()
    }

    /// Opens the list of steps, or closes it.
    pub(super) fn toggle_steps(&mut self) -> Vec<Effect> {
        if matches!(self.layers.last(), Some(Layer::Steps(_))) {
            self.layers.pop();
            return Vec::new();
        }
        self.open_steps()
    }

    /// Takes away what is under the cursor.
    pub(super) fn remove(&mut self) -> Vec<Effect> {
        match self.layers.last() {
            Some(Layer::Steps(place)) => self.remove_step(*place),
            _ => self.remove_pane(),
        }
    }

    pub(super) fn open_help(&mut self) -> Vec<Effect> {
        let place = self.place_of_keys();
        if place == Place::Help {
            self.layers.pop();
        } else {
            self.layers.push(Layer::Help(Box::new(Help::of(place))));
        }
        Vec::new()
    }

    pub(super) fn copy_id(&mut self) -> Vec<Effect> {
        if let Some(Layer::Bad(list)) = self.layers.last() {
            let text = list.current().map(|row| format!("{}: {}", row.place, row.reason));
            return text.map(|text| self.copy(text)).unwrap_or_default();
        }
        match self.record_at_hand() {
            Some(record) => {
                let text = String::from_utf8_lossy(&record.id_text()).into_owned();
                let mut effects = self.copy(text);
                effects.extend(self.tick_off(Step::Copy));
                effects
            }
            None => self.say_no_row(),
        }
    }

    /// That a key is about a request, and there is none.
    pub(super) fn say_no_row(&mut self) -> Vec<Effect> {
        self.say("there is no request here");
        Vec::new()
    }

    pub(super) fn copy(&mut self, text: String) -> Vec<Effect> {
        if text.len() > MOST_COPIED {
            self.say_error(format!(
                "{} are more than terminals take ({}); save it instead",
                units::bytes(text.len() as u64),
                units::bytes(MOST_COPIED as u64)
            ));
            return Vec::new();
        }
        // The text stands there too, for a mouse, where the terminal refuses the clipboard.
        self.say(format!("copied: {text}"));
        vec![Effect::Copy(text)]
    }
}
