//! Events in, state changed, effects out.

use std::sync::Arc;

use tui_input::Input;

use crate::model::field::FieldRef;
use crate::model::period::Period;
use crate::query::edit::Selection;
use crate::query::{Filter, Test};

use super::action::Action;
use super::ask::failures;
use super::event::{Effect, Event, Purpose};
use super::history::ViewPoint;
use super::keymap::{Key, KeyCode, Place};
use super::menu::Choice;
use super::palette::Palette;
use super::prompt::{self, Prompt, PromptKind};
use super::state::{Focus, Layer, State};
use super::table::Wanted;

/// Text longer than this is not taken from a paste.
const MOST_PASTED: usize = 1024 * 1024;

/// Takes an event in and says what is to be done.
pub fn update(state: &mut State, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) => state.key(key),
        Event::Paste(text) => state.paste(&text),
        Event::Resize(width, height) => {
            state.size = (width, height);
            if state.latest.is_some() { state.ask_view() } else { Vec::new() }
        }
        Event::Tick(now) => state.tick(now),
        Event::Changed(snapshot) => {
            state.latest = Some(snapshot);
            let mut effects = match &state.held {
                None => state.refresh_view(),
                Some(_) => state.ask_arrived(),
            };
            effects.extend(state.ask_now());
            effects
        }
        Event::Answer(id, snapshot, answer) => state.answer(id, snapshot, *answer),
        Event::Answers(id, answers) => {
            state.answers(id, &answers);
            Vec::new()
        }
        Event::Failed(id, reason) => {
            state.ask_failed(id, reason);
            Vec::new()
        }
        Event::Found(generation, report) if generation == state.find_generation => state.take_found(report),
        Event::Found(..) => Vec::new(),
        Event::Save(event) => {
            state.take_save(event);
            Vec::new()
        }
        Event::Source(name, status) => {
            state.statuses.insert(name, *status);
            Vec::new()
        }
        Event::Sources(sources) => state.take_sources(sources),
        Event::Notice(notice) => {
            if notice.is_error {
                state.say_error(notice.text);
            } else {
                state.say(notice.text);
            }
            Vec::new()
        }
    }
}

impl State {
    fn tick(&mut self, now: crate::base::time::Timestamp) -> Vec<Effect> {
        let before = self.range();
        self.now = now;
        if self.message.as_ref().is_some_and(|message| message.until.is_some_and(|until| until <= now)) {
            self.message = None;
        }
        let mut effects = self.ask_now();
        // What falls out of a period that moves with the clock leaves the view by itself.
        let moved = self.range().from.since(before.from);
        let is_due =
            self.answered.as_ref().is_some_and(|answered| self.range().from.since(answered.range.from) >= 10_000_000);
        if moved > 0 && is_due && self.held.is_none() {
            effects.extend(self.refresh_view());
        }
        effects
    }

    fn take_sources(&mut self, sources: Vec<super::source_view::SourceView>) -> Vec<Effect> {
        let shown = self.first_source.clone().or_else(|| self.source().map(|source| source.name.clone()));
        let is_first = self.sources.is_empty();
        self.sources = sources;
        if let Some(place) = shown.and_then(|name| self.sources.iter().position(|source| source.name == name)) {
            self.source = place;
        }
        if is_first && !self.sources.is_empty() { self.start_source() } else { Vec::new() }
    }

    /// Shows a source as it is shown at first: its period, its own order.
    pub fn start_source(&mut self) -> Vec<Effect> {
        let Some(source) = self.source() else { return Vec::new() };
        let (name, period) = (source.name.clone(), source.own_period(self.zone));
        self.period = period;
        self.sort = self
            .remembered
            .sort
            .iter()
            .find(|(source, ..)| *source == name)
            .and_then(|(_, field, descending)| {
                Some(crate::engine::question::Sort { field: FieldRef::find(field)?, descending: *descending })
            })
            .unwrap_or_default();
        self.filter = Filter::ALL;
        self.table = super::table::Table::following();
        self.panes = super::panes::Panes::default();
        (self.facets, self.timeline, self.summary, self.answered) = (Vec::new(), None, None, None);
        (self.now_figures, self.now_asked) = (None, None);
        if self.latest.is_some() { self.ask_view() } else { Vec::new() }
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        if self.message.as_ref().is_some_and(|message| message.is_error || message.until.is_none()) {
            self.message = None;
        }
        if self.palette.is_some() {
            return self.palette_key(key);
        }
        if self.prompt.is_some() {
            return self.prompt_key(key);
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

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if text.len() > MOST_PASTED {
            self.say_error(format!(
                "{} were pasted; at most {} are taken",
                crate::base::units::bytes(text.len() as u64),
                crate::base::units::bytes(MOST_PASTED as u64)
            ));
            return Vec::new();
        }
        if let Some(prompt) = &mut self.prompt {
            if prompt.kind == PromptKind::Find {
                self.prompt = None;
                return self.find_in(text);
            }
            if text.len() <= prompt::MOST_TYPED {
                prompt::paste_into(&mut prompt.input, text);
                prompt.error = None;
            }
            return Vec::new();
        }
        if let Some(palette) = &mut self.palette {
            prompt::paste_into(&mut palette.input, text);
            return Vec::new();
        }
        // A paste never fires a key: it is a search.
        self.find_in(text)
    }

    fn palette_key(&mut self, key: Key) -> Vec<Effect> {
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
        self.guide.note(action);
        if let Some(pane) = action.pane() {
            return self.go_to_pane(pane);
        }
        match action {
            Action::Down => self.move_by(1),
            Action::Up => self.move_by(-1),
            Action::HalfPageDown => self.move_by(self.page_height() / 2),
            Action::HalfPageUp => self.move_by(-self.page_height() / 2),
            Action::PageDown => self.move_by(self.page_height()),
            Action::PageUp => self.move_by(-self.page_height()),
            Action::First => self.move_by(i64::MIN / 4),
            Action::Last => self.move_by(i64::MAX / 4),
            Action::Follow => self.follow(),
            Action::ColumnLeft => self.move_column(-1),
            Action::ColumnRight => self.move_column(1),
            Action::PanePrevious => self.move_pane(-1),
            Action::PaneNext => self.move_pane(1),
            Action::Open => self.open(),
            Action::Back => self.back(),
            Action::Close => self.close(),
            Action::Quit => vec![Effect::Quit],
            Action::NextRecord => self.move_record(1),
            Action::PreviousRecord => self.move_record(-1),
            Action::Raw => self.toggle_raw(),
            Action::Filter => {
                self.open_filter();
                Vec::new()
            }
            Action::Panes | Action::NextFocus | Action::PreviousFocus => self.toggle_panes(),
            Action::Tick => self.change_value(Selection::toggle),
            Action::Include => self.change_value(Selection::include),
            Action::Exclude => self.change_value(Selection::exclude),
            Action::Only => self.change_value(Selection::only),
            Action::Failures => self.toggle_failures(),
            Action::NextFailure => self.ask_failure(true),
            Action::PreviousFailure => self.ask_failure(false),
            Action::ClearFilter => self.clear_filter(),
            Action::ToggleFilter => self.toggle_filter(),
            Action::ViewBack => self.go_back(),
            Action::ViewForward => self.go_forward(),
            Action::Period => {
                self.open_menu(self.period_menu());
                Vec::new()
            }
            Action::Find => {
                self.prompt = Some(Prompt::new(PromptKind::Find, ""));
                Vec::new()
            }
            Action::Sort => self.sort_by_column(),
            Action::Reverse => self.reverse(),
            Action::CopyId => self.copy_id(),
            Action::CopyMenu => {
                if let Some(menu) = self.copy_menu() {
                    self.open_menu(menu);
                }
                Vec::new()
            }
            Action::Save => {
                self.open_save(crate::export::columns::Layout::View);
                Vec::new()
            }
            Action::SaveAs => {
                self.open_menu(self.save_menu());
                Vec::new()
            }
            Action::Sources => {
                self.layers.push(Layer::Sources(self.source));
                Vec::new()
            }
            Action::PollNow => self.poll_now(),
            Action::Redraw => vec![Effect::Redraw],
            Action::Zone => {
                self.open_menu(self.zone_menu());
                Vec::new()
            }
            Action::Guide => self.toggle_guide(),
            Action::Palette => {
                self.palette = Some(Palette { input: Input::default(), cursor: 0, place: self.place_of_keys() });
                Vec::new()
            }
            Action::Help => self.open_help(),
            Action::Interrupt => self.interrupt(),
            Action::Suspend => vec![Effect::Suspend],
            Action::Pane1
            | Action::Pane2
            | Action::Pane3
            | Action::Pane4
            | Action::Pane5
            | Action::Pane6
            | Action::Pane7
            | Action::Pane8
            | Action::Pane9 => Vec::new(),
        }
    }

    fn page_height(&self) -> i64 {
        match self.layers.last() {
            Some(_) => i64::from(self.size.1.saturating_sub(3)).max(1),
            None if self.focus == Focus::Panes => self.layout().map_or(1, |l| i64::from(l.panes.height)).max(1),
            None => self.table_height() as i64,
        }
    }

    fn move_by(&mut self, delta: i64) -> Vec<Effect> {
        let page = self.page_height() as usize;
        match self.layers.last() {
            Some(Layer::Detail(detail)) => {
                let last = self.detail_lines(detail).len().saturating_sub(1);
                if let Some(Layer::Detail(detail)) = self.layers.last_mut() {
                    detail.cursor = moved(detail.cursor, delta, last);
                    keep_in_sight(&mut detail.scroll, detail.cursor, page);
                }
                return Vec::new();
            }
            Some(Layer::Found(_)) => {
                if let Some(Layer::Found(found)) = self.layers.last_mut() {
                    let last = found.rows().len().saturating_sub(1);
                    found.cursor = moved(found.cursor, delta, last);
                    keep_in_sight(&mut found.scroll, found.cursor, page);
                }
                return Vec::new();
            }
            Some(Layer::Help { place, .. }) => {
                let last = self.keymap.for_place(*place).filter(|binding| binding.text.is_some()).count();
                if let Some(Layer::Help { scroll, .. }) = self.layers.last_mut() {
                    *scroll = moved(*scroll, delta, last.saturating_sub(page.min(last)));
                }
                return Vec::new();
            }
            Some(Layer::Menu(_)) => {
                if let Some(Layer::Menu(menu)) = self.layers.last_mut() {
                    menu.move_by(delta);
                }
                return Vec::new();
            }
            Some(Layer::Sources(_)) => {
                let last = self.sources.len().saturating_sub(1);
                if let Some(Layer::Sources(cursor)) = self.layers.last_mut() {
                    *cursor = moved(*cursor, delta, last);
                }
                return Vec::new();
            }
            None => {}
        }
        if self.focus == Focus::Panes {
            let lines = self.pane_lines();
            self.panes.move_by(delta, &lines);
            self.scroll_panes();
            return Vec::new();
        }
        self.move_table(delta)
    }

    fn scroll_panes(&mut self) {
        let height = self.layout().map_or(0, |layout| usize::from(layout.panes.height));
        self.panes.scroll_to_cursor(height.saturating_sub(1));
    }

    fn move_table(&mut self, delta: i64) -> Vec<Effect> {
        if self.table.total == 0 {
            return Vec::new();
        }
        let last = (self.table.total - 1) as usize;
        let row = moved(self.table.cursor as usize, delta, last) as u64;
        if row == self.table.cursor && !self.table.is_following {
            return Vec::new();
        }
        let (height, sort) = (self.table_height(), self.sort.clone());
        let needs_rows = self.table.move_to(row, height, |record| super::ask::cursor_of(record, &sort));
        if row as usize == last && delta > 1 && self.table.cursor_key.is_none() {
            self.table.wanted = Wanted::End;
        }
        self.refresh_detail();
        if needs_rows { self.ask_page() } else { Vec::new() }
    }

    /// Newest row and follow; when it is followed already, pause; when it is paused, go on.
    fn follow(&mut self) -> Vec<Effect> {
        if self.held.is_none() && self.table.is_following {
            self.held =
                self.answered.as_ref().map(|answered| answered.snapshot.clone()).or_else(|| self.latest.clone());
            self.table.is_following = false;
            self.arrived = None;
            if let Some(held) = &self.held {
                let as_of = held.as_of;
                self.say(format!(
                    "the screen is held as of record {as_of}; the same on the command line: --as-of {as_of}"
                ));
            }
            return self.ask_view();
        }
        self.held = None;
        self.arrived = None;
        self.message = None;
        if self.sort != crate::engine::question::Sort::default() {
            self.sort = crate::engine::question::Sort::default();
        }
        self.table.restart();
        self.table.is_following = true;
        self.focus = Focus::Table;
        self.ask_view()
    }

    fn move_column(&mut self, delta: i64) -> Vec<Effect> {
        let last = self.columns().len().saturating_sub(1);
        self.table.column = moved(self.table.column.min(last), delta, last);
        Vec::new()
    }

    fn move_pane(&mut self, delta: i64) -> Vec<Effect> {
        let lines = self.pane_lines();
        let here = lines.get(self.panes.cursor).and_then(super::panes::PaneLine::pane).unwrap_or(0);
        self.panes.go_to(moved(here, delta, self.facets.len()), &lines);
        self.scroll_panes();
        Vec::new()
    }

    fn go_to_pane(&mut self, pane: usize) -> Vec<Effect> {
        self.focus = Focus::Panes;
        let lines = self.pane_lines();
        self.panes.go_to(pane, &lines);
        self.scroll_panes();
        Vec::new()
    }

    fn toggle_panes(&mut self) -> Vec<Effect> {
        self.focus = match self.focus {
            Focus::Table => Focus::Panes,
            Focus::Panes => Focus::Table,
        };
        let lines = self.pane_lines();
        self.panes.clamp(&lines);
        // The table has another width and another height now.
        self.ask_page()
    }

    fn open(&mut self) -> Vec<Effect> {
        match self.layers.last() {
            Some(Layer::Menu(menu)) => {
                let choice = menu.items.get(menu.cursor).map(|item| item.choice.clone());
                self.layers.pop();
                return choice.map(|choice| self.choose(choice)).unwrap_or_default();
            }
            Some(Layer::Found(found)) => {
                match found.current().cloned() {
                    Some(record) => {
                        self.layers.push(Layer::Detail(Box::new(super::detail::Detail::new(record, false))));
                    }
                    None => {
                        if let Some(super::find::FoundRow::Missing(line)) = found.rows().get(found.cursor) {
                            let text = format!("{} was not found: {}", line.id.text(), line.searched);
                            self.say_error(text);
                        }
                    }
                }
                return Vec::new();
            }
            Some(Layer::Sources(cursor)) => {
                let cursor = *cursor;
                self.layers.pop();
                if cursor == self.source {
                    return Vec::new();
                }
                self.source = cursor.min(self.sources.len().saturating_sub(1));
                self.first_source = None;
                self.held = None;
                return self.start_source();
            }
            Some(_) => return Vec::new(),
            None => {}
        }
        if self.focus == Focus::Panes {
            return self.open_pane_line();
        }
        if let Some(record) = self.table.current().cloned() {
            // What is looked at stays, also while rows arrive.
            self.table.is_following = false;
            self.layers.push(Layer::Detail(Box::new(super::detail::Detail::new(record, true))));
        }
        Vec::new()
    }

    fn open_pane_line(&mut self) -> Vec<Effect> {
        match self.pane_lines().get(self.panes.cursor) {
            Some(super::panes::PaneLine::Period) => {
                self.open_menu(self.period_menu());
                Vec::new()
            }
            Some(super::panes::PaneLine::More { field, .. }) => {
                self.panes.open.push(field.clone());
                self.ask_view()
            }
            Some(line) => {
                let Some((field, test)) = line.test() else { return Vec::new() };
                let mut selection = Selection::of(&self.filter, &field);
                // The same again lets everything in.
                if selection.included == [test.clone()] && selection.excluded.is_empty() {
                    selection = Selection::default();
                } else {
                    selection.only(test);
                }
                self.select(&field, &selection)
            }
            None => Vec::new(),
        }
    }

    fn choose(&mut self, choice: Choice) -> Vec<Effect> {
        match choice {
            Choice::Period(period) => self.show_period(period),
            Choice::OtherPeriod => {
                self.prompt = Some(Prompt::new(PromptKind::Period, &self.period.to_string()));
                Vec::new()
            }
            Choice::Copy(text) => self.copy(text),
            Choice::Save(layout) => {
                self.open_save(layout);
                Vec::new()
            }
            Choice::Zone(name) => name.parse().map(|zone| self.show_zone(zone)).unwrap_or_default(),
            Choice::OtherZone => {
                self.prompt = Some(Prompt::new(PromptKind::Zone, ""));
                Vec::new()
            }
        }
    }

    /// One level back. On the bare table a message goes, then panes close; it never quits.
    fn back(&mut self) -> Vec<Effect> {
        if self.message.take().is_some() {
            return Vec::new();
        }
        if self.layers.pop().is_some() {
            return Vec::new();
        }
        if self.focus == Focus::Panes {
            return self.toggle_panes();
        }
        if self.guide.is_shown {
            return self.toggle_guide();
        }
        Vec::new()
    }

    fn close(&mut self) -> Vec<Effect> {
        if self.layers.is_empty() && self.focus == Focus::Table { vec![Effect::Quit] } else { self.back() }
    }

    fn interrupt(&mut self) -> Vec<Effect> {
        if self.saving.is_some() { vec![Effect::CancelSave] } else { vec![Effect::Quit] }
    }

    fn move_record(&mut self, delta: i64) -> Vec<Effect> {
        let Some(Layer::Detail(detail)) = self.layers.last_mut() else { return Vec::new() };
        (detail.cursor, detail.scroll) = (0, 0);
        if detail.is_from_table {
            return self.move_table(delta);
        }
        // Opened from a list of what was found: the next one there.
        let below = self.layers.len().checked_sub(2);
        if let Some(Layer::Found(found)) = below.and_then(|below| self.layers.get_mut(below)) {
            let last = found.rows().len().saturating_sub(1);
            found.cursor = moved(found.cursor, delta, last);
            if let Some(record) = found.current().cloned()
                && let Some(Layer::Detail(detail)) = self.layers.last_mut()
            {
                detail.record = record;
            }
        }
        Vec::new()
    }

    fn toggle_raw(&mut self) -> Vec<Effect> {
        if let Some(Layer::Detail(detail)) = self.layers.last_mut() {
            detail.is_raw = !detail.is_raw;
            (detail.cursor, detail.scroll) = (0, 0);
        }
        Vec::new()
    }

    /// Changes what is asked for by the value under the cursor.
    fn change_value(&mut self, change: fn(&mut Selection, Test)) -> Vec<Effect> {
        let chosen = if self.layers.is_empty() && self.focus == Focus::Panes {
            self.pane_lines().get(self.panes.cursor).and_then(super::panes::PaneLine::test)
        } else {
            self.value_at_hand().map(|(field, value)| {
                let test = Test::of_value(&field, value.as_deref());
                (field, test)
            })
        };
        let Some((field, test)) = chosen else { return Vec::new() };
        let mut selection = Selection::of(&self.filter, &field);
        change(&mut selection, test);
        self.select(&field, &selection)
    }

    fn select(&mut self, field: &FieldRef, selection: &Selection) -> Vec<Effect> {
        let mut view = self.view_point();
        view.filter = selection.apply(&self.filter, field);
        view.is_filter_on = true;
        self.show(view)
    }

    fn toggle_failures(&mut self) -> Vec<Effect> {
        let step = failures();
        let mut view = self.view_point();
        let has_it = view.filter.steps().contains(&step);
        view.filter = if has_it {
            Filter::from_steps(view.filter.into_steps().into_iter().filter(|own| *own != step).collect())
        } else {
            view.filter.and(step)
        };
        view.is_filter_on = true;
        self.show(view)
    }

    fn clear_filter(&mut self) -> Vec<Effect> {
        if self.filter.is_all() {
            let last = self.source().map(|source| source.name.clone()).and_then(|name| {
                self.remembered.filters.iter().find(|(source, _)| *source == name).map(|(_, filter)| filter.clone())
            });
            let key = self.keymap.key_of(Place::Table, Action::ViewBack);
            match (last, key) {
                (Some(_), Some(key)) => self.say(format!("no filter is set; {key} brings the last view back")),
                _ => self.say("no filter is set"),
            }
            return Vec::new();
        }
        let mut view = self.view_point();
        view.filter = Filter::ALL;
        view.is_filter_on = true;
        self.show(view)
    }

    fn toggle_filter(&mut self) -> Vec<Effect> {
        if self.filter.is_all() {
            self.say("no filter is set");
            return Vec::new();
        }
        let mut view = self.view_point();
        view.is_filter_on = !view.is_filter_on;
        self.show(view)
    }

    /// Shows another view; the one before can be come back to.
    pub fn show(&mut self, view: ViewPoint) -> Vec<Effect> {
        let current = self.view_point();
        if view == current {
            return Vec::new();
        }
        self.history.leave(current);
        self.apply(view)
    }

    fn apply(&mut self, view: ViewPoint) -> Vec<Effect> {
        let is_other_order = view.sort != self.sort;
        (self.filter, self.is_filter_on, self.period, self.sort) =
            (view.filter, view.is_filter_on, view.period, view.sort);
        if is_other_order {
            self.table.restart();
            self.table.is_following = false;
            (self.table.cursor, self.table.top) = (0, 0);
        }
        let mut effects = self.remember();
        effects.extend(self.ask_view());
        effects
    }

    fn remember(&mut self) -> Vec<Effect> {
        let Some(name) = self.source().map(|source| source.name.clone()) else { return Vec::new() };
        self.remembered.zone = Some(self.zone.name().to_owned());
        self.remembered.sort.retain(|(source, ..)| *source != name);
        if self.sort != crate::engine::question::Sort::default() {
            let field = self.sort.field.name().into_owned();
            self.remembered.sort.push((name.clone(), field, self.sort.descending));
        }
        if !self.filter.is_all() {
            self.remembered.filters.retain(|(source, _)| *source != name);
            self.remembered.filters.push((name, self.filter.to_string()));
        }
        vec![Effect::Remember(self.remembered.clone())]
    }

    fn go_back(&mut self) -> Vec<Effect> {
        let current = self.view_point();
        if let Some(view) = self.history.go_back(current) {
            return self.apply(view);
        }
        // Filters are not restored on return, but this key brings the last one back.
        let name = self.source().map(|source| source.name.clone());
        let last = name.and_then(|name| {
            self.remembered.filters.iter().find(|(source, _)| *source == name).map(|(_, filter)| filter.clone())
        });
        let parsed = last.and_then(|text| crate::query::parse(&text, self.clock(), self.zone).ok());
        match parsed {
            Some(parsed) if parsed.filter != self.filter => {
                let mut view = self.view_point();
                view.filter = parsed.filter;
                self.show(view)
            }
            _ => {
                self.say("there is no view before this one");
                Vec::new()
            }
        }
    }

    fn go_forward(&mut self) -> Vec<Effect> {
        let current = self.view_point();
        if let Some(view) = self.history.go_forward(current) {
            self.apply(view)
        } else {
            self.say("there is no view after this one");
            Vec::new()
        }
    }

    /// Shows another period.
    pub fn show_period(&mut self, period: Period) -> Vec<Effect> {
        let mut view = self.view_point();
        view.period = period;
        self.show(view)
    }

    /// Shows another zone.
    pub fn show_zone(&mut self, zone: chrono_tz::Tz) -> Vec<Effect> {
        self.zone = zone;
        let mut effects = self.remember();
        effects.extend(self.ask_view());
        effects
    }

    fn sort_by_column(&mut self) -> Vec<Effect> {
        let Some(column) = self.columns().get(self.table.column.min(self.columns().len().saturating_sub(1))) else {
            return Vec::new();
        };
        let field = column.content.field();
        if field == FieldRef::Known(crate::model::field::Field::RequestId) {
            self.say_error("records cannot be sorted by their ids");
            return Vec::new();
        }
        if field == self.sort.field {
            return self.reverse();
        }
        let mut view = self.view_point();
        view.sort = crate::engine::question::Sort { field, descending: true };
        self.show(view)
    }

    fn reverse(&mut self) -> Vec<Effect> {
        let mut view = self.view_point();
        view.sort.descending = !view.sort.descending;
        self.show(view)
    }

    fn copy_id(&mut self) -> Vec<Effect> {
        match self.record_at_hand() {
            Some(record) => {
                let text = String::from_utf8_lossy(&record.id_text()).into_owned();
                self.copy(text)
            }
            None => Vec::new(),
        }
    }

    fn copy(&mut self, text: String) -> Vec<Effect> {
        if text.len() > MOST_COPIED {
            self.say_error(format!(
                "{} are more than terminals take ({}); save it instead",
                crate::base::units::bytes(text.len() as u64),
                crate::base::units::bytes(MOST_COPIED as u64)
            ));
            return Vec::new();
        }
        // The text stands there too, for a mouse, where the terminal refuses the clipboard.
        self.say(format!("copied: {text}"));
        vec![Effect::Copy(text)]
    }

    fn poll_now(&mut self) -> Vec<Effect> {
        let Some(source) = self.source() else { return Vec::new() };
        let name = source.name.clone();
        self.say(format!("asking {name} …"));
        vec![Effect::PollNow(name)]
    }

    fn toggle_guide(&mut self) -> Vec<Effect> {
        self.guide.is_shown = !self.guide.is_shown;
        if !self.guide.is_shown {
            self.remembered.guide_done = true;
            return vec![Effect::Remember(self.remembered.clone())];
        }
        Vec::new()
    }

    fn open_help(&mut self) -> Vec<Effect> {
        let place = self.place_of_keys();
        if place == Place::Help {
            self.layers.pop();
        } else {
            self.layers.push(Layer::Help { place, scroll: 0 });
        }
        Vec::new()
    }

    /// Whether the answer to the whole view is awaited: for tests and the header.
    pub fn is_asking(&self) -> bool {
        self.asked.get(&Purpose::View).is_some_and(|asked| asked.is_open)
    }
}

/// Bytes that are copied at once: OSC 52 is cut beyond this by many terminals.
const MOST_COPIED: usize = 74_994;

fn moved(at: usize, delta: i64, last: usize) -> usize {
    (at as i64).saturating_add(delta).clamp(0, last as i64) as usize
}

fn keep_in_sight(scroll: &mut usize, cursor: usize, height: usize) {
    if cursor < *scroll {
        *scroll = cursor;
    } else if cursor >= *scroll + height {
        *scroll = cursor + 1 - height;
    }
}
