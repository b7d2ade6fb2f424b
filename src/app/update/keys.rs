//! Keys and pastes in: what was asked for, and where it is done.

use std::sync::Arc;

use tui_input::Input;

use crate::base::units;
use crate::export::columns::Layout;
use crate::query::QueryError;
use crate::query::edit::Selection;

use crate::app::action::Action;
use crate::app::event::Effect;
use crate::app::help::Help;
use crate::app::keymap::{Key, KeyCode};
use crate::app::palette::Palette;
use crate::app::picker::PickerKind;
use crate::app::prompt::{self, Prompt, PromptKind};
use crate::app::state::{Layer, Message, State};

/// Text longer than this is not taken from a paste.
const MOST_PASTED: usize = 1024 * 1024;

/// A message stays at least so long, in microseconds, whatever is pressed.
const READING: i64 = 600_000;

impl State {
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        // What was said goes with the next key, unless it came so late that nobody can have read it.
        let is_read =
            |message: &Message| message.is_error || message.until.is_none() || self.now.since(message.since) >= READING;
        if self.message.as_ref().is_some_and(is_read) {
            self.message = None;
        }
        if self.palette.is_some() {
            return self.palette_key(key);
        }
        if self.picker.is_some() {
            return self.picker_key(key);
        }
        if self.prompt.is_some() {
            return self.prompt_key(key);
        }
        if self.column_list().is_some_and(|list| list.is_typing) {
            return self.narrow_key(key);
        }
        if let Some(help) = self.help().filter(|help| help.is_typing) {
            return help.narrow_key(key).map(|delta| self.move_by(delta)).unwrap_or_default();
        }
        let place = self.place_of_keys();
        if let Some(action) = self.keymap.action(place, key) {
            self.act(action)
        } else {
            if let KeyCode::Char(_) = key.code {
                let help = Arc::clone(&self.keymap).key_of(place, Action::Help);
                let hint = help.map(|help| format!("; {help} shows what works here")).unwrap_or_default();
                self.say(format!("{key} does nothing here{hint}"));
            }
            Vec::new()
        }
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        if text.len() > MOST_PASTED {
            self.say_error(format!(
                "{} were pasted; at most {} are taken",
                units::bytes(text.len() as u64),
                units::bytes(MOST_PASTED as u64)
            ));
            return Vec::new();
        }
        if self.takes_command()
            && let Some(effects) = self.paste_command(text)
        {
            self.prompt = None;
            return effects;
        }
        if self.picker.is_some() {
            return self.paste_into_picker(text);
        }
        if let Some(prompt) = &mut self.prompt {
            if prompt.kind == PromptKind::Find {
                self.prompt = None;
                return self.find_in(text);
            }
            if text.len() > prompt::MOST_TYPED {
                prompt.error = Some(QueryError::new(
                    format!("{} were pasted; that is too much for this line", units::bytes(text.len() as u64)),
                    0..0,
                ));
            } else {
                prompt::paste_into(&mut prompt.input, text);
                return self.typed();
            }
            return Vec::new();
        }
        if let Some(palette) = &mut self.palette {
            // An action's name is short.
            let start: String = text.chars().take(200).collect();
            prompt::paste_into(&mut palette.input, &start);
            return Vec::new();
        }
        if let Some(list) = self.column_list().filter(|list| list.is_typing) {
            let start: String = text.chars().take(200).collect();
            prompt::paste_into(&mut list.narrow, &start);
            list.typed();
            return Vec::new();
        }
        if let Some(help) = self.help().filter(|help| help.is_typing) {
            let start: String = text.chars().take(200).collect();
            prompt::paste_into(&mut help.narrow, &start);
            help.scroll = 0;
            return Vec::new();
        }
        // A paste never fires a key: it is a search.
        self.find_in(text)
    }

    /// The help, while it is the topmost.
    pub(in crate::app) fn help(&mut self) -> Option<&mut Help> {
        match self.layers.last_mut() {
            Some(Layer::Help(help)) => Some(help),
            _ => None,
        }
    }

    /// Lets a key into what the list of columns is narrowed to.
    fn narrow_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(list) = self.column_list() else { return Vec::new() };
        match key.code {
            KeyCode::Esc => {
                list.is_typing = false;
                list.widen();
            }
            KeyCode::Char('c') if key.ctrl => list.is_typing = false,
            KeyCode::Enter => list.is_typing = false,
            KeyCode::Up => list.move_by(-1),
            KeyCode::Down => list.move_by(1),
            _ => {
                if prompt::edit(&mut list.narrow, key) {
                    list.typed();
                }
            }
        }
        Vec::new()
    }

    pub(super) fn palette_key(&mut self, key: Key) -> Vec<Effect> {
        let lines = self.palette_lines();
        let Some(palette) = &mut self.palette else { return Vec::new() };
        let last = lines.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => self.palette = None,
            KeyCode::Char('c') if key.ctrl => self.palette = None,
            KeyCode::Up => palette.cursor = palette.cursor.min(last).saturating_sub(1),
            KeyCode::Char('p') if key.ctrl => palette.cursor = palette.cursor.min(last).saturating_sub(1),
            KeyCode::Down => palette.cursor = (palette.cursor + 1).min(last),
            KeyCode::Char('n') if key.ctrl => palette.cursor = (palette.cursor + 1).min(last),
            KeyCode::Enter => {
                let chosen = lines.get(palette.cursor.min(last)).map(|line| line.action);
                self.palette = None;
                return chosen.map(|action| self.act(action)).unwrap_or_default();
            }
            _ => {
                if prompt::edit(&mut palette.input, key) {
                    palette.cursor = 0;
                }
            }
        }
        Vec::new()
    }

    /// Does what was asked for, where it was asked for.
    pub fn act(&mut self, action: Action) -> Vec<Effect> {
        if let Some(pane) = action.pane() {
            return self.go_to_pane(pane);
        }
        if let Some(effects) = self.act_on_columns(action) {
            return effects;
        }
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfPageDown => self.move_by(self.page_height() / 2),
            Action::HalfPageUp => self.move_by(-self.page_height() / 2),
            Action::PageDown => self.move_page(true),
            Action::PageUp => self.move_page(false),
            Action::First => self.move_by(i64::MIN / 4),
            Action::Last => self.move_by(i64::MAX / 4),
            Action::Follow => self.follow(),
            Action::Zoom => self.toggle_zoom(),
            Action::PanePrevious => self.move_pane(-1),
            Action::PaneNext => self.move_pane(1),
            Action::Open => self.open(),
            Action::Back => self.back(),
            Action::Close => self.close(),
            Action::Quit => self.quit(),
            Action::NextRecord => self.move_record(1),
            Action::PreviousRecord => self.move_record(-1),
            Action::Raw => self.toggle_raw(),
            Action::Filter => self.open_filter(),
            Action::Panes => self.toggle_panes(),
            Action::NextFocus => self.next_focus(true),
            Action::PreviousFocus => self.next_focus(false),
            Action::Timeline => self.mark(),
            Action::BarPrevious => self.move_bar(-1, false),
            Action::BarNext => self.move_bar(1, false),
            Action::SpanBefore => self.move_bar(-1, true),
            Action::SpanBehind => self.move_bar(1, true),
            Action::BarRows => self.go_to_rows(),
            Action::CopySpan => self.copy_span(),
            Action::Split => self.open_picker(PickerKind::Split),
            Action::FitPeriod => self.fit_period(),
            Action::MoreTime => self.more_time(),
            Action::Earlier => self.other_time(false),
            Action::Later => self.other_time(true),
            Action::Tick => self.tick_value(),
            Action::Include => self.include_value(),
            Action::Exclude => self.change_value(Selection::exclude),
            Action::Only => self.change_value(Selection::only),
            Action::Failures => self.toggle_failures(),
            Action::NextFailure => self.ask_failure(true),
            Action::PreviousFailure => self.ask_failure(false),
            Action::ClearFilter => self.clear_filter(),
            Action::ToggleFilter => self.toggle_filter(),
            Action::Steps => self.toggle_steps(),
            Action::Remove => self.remove(),
            Action::PaneSearch => self.search_pane(),
            Action::FindText | Action::NextMatch | Action::PreviousMatch => self.act_on_text(action),
            Action::AddPane => self.open_picker(PickerKind::Pane),
            Action::PaneUp => self.shift_pane(-1),
            Action::PaneDown => self.shift_pane(1),
            Action::ViewBack => self.go_back(),
            Action::ViewForward => self.go_forward(),
            Action::Period => self.open_picker(PickerKind::Period),
            Action::Jump => self.open_picker(PickerKind::Jump),
            Action::Find => {
                self.prompt = Some(Prompt::new(PromptKind::Find, ""));
                Vec::new()
            }
            Action::Sort => self.sort_by_column(),
            Action::Reverse => self.reverse(),
            Action::CopyId => self.copy_id(),
            Action::CopyMenu => {
                let Some(menu) = self.copy_menu() else { return self.say_no_row() };
                self.open_menu(menu);
                Vec::new()
            }
            Action::Save => {
                self.open_save(Layout::View);
                Vec::new()
            }
            Action::SaveAs => {
                self.open_menu(self.save_menu());
                Vec::new()
            }
            Action::Sources => {
                self.open_sources();
                Vec::new()
            }
            Action::PollNow => self.poll_now(),
            Action::Redraw => vec![Effect::Redraw],
            Action::Zone => self.open_picker(PickerKind::Zone),
            Action::Guide => self.toggle_guide(),
            Action::Palette => {
                self.palette = Some(Palette { input: Input::default(), cursor: 0, place: self.place_of_keys() });
                Vec::new()
            }
            Action::Help => self.open_help(),
            Action::Interrupt => self.interrupt(),
            Action::Suspend => vec![Effect::Suspend],
            // Panes by number and columns are done above.
            _ => Vec::new(),
        }
    }

    pub(super) fn poll_now(&mut self) -> Vec<Effect> {
        let Some(source) = self.source() else { return Vec::new() };
        let name = source.name.clone();
        self.say(format!("asking {name} …"));
        vec![Effect::PollNow(name)]
    }
}
