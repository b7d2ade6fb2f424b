//! What is typed into the bottom line.

use std::cell::RefCell;
use std::collections::HashMap;

use tui_input::{Input, InputRequest};

use crate::base::time::{SECOND, Timestamp};
use crate::export::columns::Layout;
use crate::query::print::typed_steps;
use crate::query::{self, QueryError, Reading};

use super::completion::Completion;
use super::event::{Effect, Purpose};
use super::field_list::by_names;
use super::keymap::{Key, KeyCode};
use super::remembered::MOST_KEPT;
use super::state::State;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// The filter.
    Filter,
    /// The step of the trail at a place.
    Step(usize),
    /// Ids, or text that holds some.
    Find,
    /// The name of a file to save, with these columns.
    Save(Layout),
    /// What the values of the pane at a place are searched for.
    PaneSearch(usize),
    /// A text within a request in full, from a line on.
    Text(usize),
}

/// A line of text being typed.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What for.
    pub kind: PromptKind,
    /// The text.
    pub input: Input,
    /// Whether the text is one of before that nobody has touched: what is typed first takes its place.
    pub is_fresh: bool,
    /// What is wrong with it: where nobody is typing any more, or once Enter was pressed.
    pub error: Option<QueryError>,
    /// What could stand at the cursor.
    pub completion: Option<Completion>,
    /// How it is read, where that may not be what was meant.
    pub notes: Vec<String>,
    /// What the requests say of how it is read.
    pub doubts: Vec<String>,
    /// How many requests the text would keep, of how many, as it was last counted.
    pub keeps: Option<(u64, u64)>,
    /// What of the text is left out of that count, because it cannot be read.
    pub unread: Option<String>,
    /// The period that the text asks for, in words: what `6pm..8pm` comes to, on all clocks and on the zone's alone.
    pub period: Vec<String>,
    /// Since when a newer count is awaited.
    pub counting_since: Option<Timestamp>,
    /// The files of ids that were read for it, by their names.
    id_files: HashMap<String, Vec<String>>,
    /// Whether it is to be taken over as soon as its files of ids are read.
    pub is_reading: bool,
    /// Which of the texts typed before is shown, counted from the newest.
    recalled: Option<usize>,
    /// What was being typed before those were looked at.
    draft: String,
}

/// Text longer than this is no filter and no file name.
pub const MOST_TYPED: usize = 64 * 1024;

impl Prompt {
    /// A prompt with a text to start from.
    pub fn new(kind: PromptKind, text: &str) -> Self {
        Self {
            kind,
            input: Input::new(text.to_owned()),
            is_fresh: matches!(kind, PromptKind::PaneSearch(_)) && !text.is_empty(),
            error: None,
            completion: None,
            notes: Vec::new(),
            doubts: Vec::new(),
            keeps: None,
            unread: None,
            period: Vec::new(),
            counting_since: None,
            id_files: HashMap::new(),
            is_reading: false,
            recalled: None,
            draft: String::new(),
        }
    }

    /// Whether the count at hand is of a text before this one for so long that it would be read as this one's.
    pub fn is_counting(&self, now: Timestamp) -> bool {
        self.counting_since.is_some_and(|since| now.since(since) >= SECOND / 2)
    }

    /// What stands before the text.
    pub fn label(&self) -> &'static str {
        match self.kind {
            PromptKind::Filter => "filter",
            PromptKind::Step(_) => "step",
            PromptKind::Find => "find id",
            PromptKind::Save(_) => "save as",
            PromptKind::PaneSearch(_) => "values with",
            PromptKind::Text(_) => "search",
        }
    }
}

/// What a key asks a line of text for.
fn request(key: Key) -> Option<InputRequest> {
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Char(char), false, false) => InputRequest::InsertChar(char),
        (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, _) => InputRequest::DeletePrevChar,
        (KeyCode::Backspace, _, true) | (KeyCode::Char('w'), true, _) => InputRequest::DeletePrevWord,
        (KeyCode::Delete, ..) | (KeyCode::Char('d'), true, _) => InputRequest::DeleteNextChar,
        (KeyCode::Left, true, _) | (KeyCode::Char('b'), _, true) => InputRequest::GoToPrevWord,
        (KeyCode::Right, true, _) | (KeyCode::Char('f'), _, true) => InputRequest::GoToNextWord,
        (KeyCode::Left | KeyCode::ShiftLeft, ..) | (KeyCode::Char('b'), true, _) => InputRequest::GoToPrevChar,
        (KeyCode::Right | KeyCode::ShiftRight, ..) | (KeyCode::Char('f'), true, _) => InputRequest::GoToNextChar,
        (KeyCode::Home, ..) | (KeyCode::Char('a'), true, _) => InputRequest::GoToStart,
        (KeyCode::End, ..) | (KeyCode::Char('e'), true, _) => InputRequest::GoToEnd,
        (KeyCode::Char('u'), true, _) => InputRequest::DeleteLine,
        (KeyCode::Char('k'), true, _) => InputRequest::DeleteTillEnd,
        _ => return None,
    })
}

/// Lets a key edit a line of text.
pub fn edit(input: &mut Input, key: Key) -> bool {
    match request(key) {
        Some(request) => {
            input.handle(request);
            true
        }
        None => false,
    }
}

/// Puts pasted text in at the cursor, on one line.
pub fn paste_into(input: &mut Input, text: &str) {
    let line = text.split(['\r', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let value = input.value();
    let at = value.char_indices().nth(input.cursor()).map_or(value.len(), |(at, _)| at);
    let joined = format!("{}{line}{}", &value[..at], &value[at..]);
    let cursor = input.cursor() + line.chars().count();
    *input = Input::new(joined).with_cursor(cursor);
}

impl State {
    /// Opens the prompt for the filter, with the filter in it.
    pub fn open_filter(&mut self) -> Vec<Effect> {
        let filter = self.trail.filter();
        let text = if filter.is_all() { String::new() } else { typed_steps(&filter) + " " };
        self.prompt = Some(Prompt::new(PromptKind::Filter, &text));
        let mut effects = self.look_at_typed();
        // Their names are offered.
        effects.extend(self.ask_attributes());
        effects
    }

    /// Lets a key into the prompt.
    pub fn prompt_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        match key.code {
            KeyCode::Esc => self.leave_prompt(),
            KeyCode::Char('c') if key.ctrl => self.leave_prompt(),
            KeyCode::Enter => self.submit(),
            KeyCode::Up | KeyCode::Down if prompt.kind == PromptKind::Filter => {
                recall(prompt, &self.remembered.typed, key.code == KeyCode::Up);
                self.look_at_typed()
            }
            KeyCode::Tab if prompt.put_right().is_some() => self.take_put_right(),
            KeyCode::Tab | KeyCode::BackTab if prompt.is_query() => self.complete(key.code == KeyCode::Tab),
            _ => {
                let is_text = matches!(request(key), Some(InputRequest::InsertChar(_)));
                if std::mem::take(&mut prompt.is_fresh) && is_text {
                    prompt.input = Input::default();
                }
                if edit(&mut prompt.input, key) { self.typed() } else { Vec::new() }
            }
        }
    }

    /// The text is another one now: the values of a pane follow it, a filter is checked.
    pub fn typed(&mut self) -> Vec<Effect> {
        if let Some(prompt) = &self.prompt
            && let PromptKind::PaneSearch(place) = prompt.kind
        {
            let text = prompt.input.value().trim().to_owned();
            return self.match_pane(place, &text);
        }
        if let Some(PromptKind::Text(from)) = self.prompt.as_ref().map(|prompt| prompt.kind) {
            return self.follow_typed_text(from);
        }
        self.check_typed()
    }

    /// Takes nothing over; a pane shows all its values again.
    fn leave_prompt(&mut self) -> Vec<Effect> {
        match self.prompt.take().map(|prompt| prompt.kind) {
            Some(PromptKind::PaneSearch(place)) => self.match_pane(place, ""),
            Some(PromptKind::Text(from)) => self.go_to_line(from),
            Some(PromptKind::Filter | PromptKind::Step(_)) => {
                self.forget(Purpose::Doubts);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// Says what is wrong with a filter before the term at the cursor: that one is still typed.
    fn check_typed(&mut self) -> Vec<Effect> {
        let (now, zone) = (self.clock(), self.zone);
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        (prompt.error, prompt.is_reading) = (None, false);
        if prompt.is_query() {
            let (text, start, cursor) = (prompt.input.value(), prompt.typed_start(), prompt.cursor_byte());
            let reading = Reading { now, zone, read_ids: Some(&|_| Ok(unread_ids())) };
            // The name of a field is typed to its end once the cursor is in the value behind it.
            let is_done = |error: &QueryError| {
                error.span.end <= start || error.span.end < cursor && is_name_of_value(error, text)
            };
            let error = query::parse_with(text, reading).err().filter(is_done);
            prompt.error = error.map(|error| by_names(error, text, reading, &self.attributes));
        }
        self.look_at_typed()
    }

    fn submit(&mut self) -> Vec<Effect> {
        let Some(prompt) = &self.prompt else { return Vec::new() };
        let text = prompt.input.value().trim().to_owned();
        match prompt.kind {
            PromptKind::Filter => self.submit_filter(&text, None),
            PromptKind::Step(place) => self.submit_filter(&text, Some(place)),
            PromptKind::Find => {
                self.prompt = None;
                if text.is_empty() { Vec::new() } else { self.find_in(&text) }
            }
            PromptKind::Save(layout) => {
                self.prompt = None;
                if text.is_empty() { Vec::new() } else { self.start_save(&text, layout) }
            }
            PromptKind::PaneSearch(place) => {
                self.prompt = None;
                self.match_pane(place, &text)
            }
            // The cursor is there already.
            PromptKind::Text(_) => {
                let is_missing = prompt.error.is_some();
                self.prompt = None;
                if is_missing { self.go_to_match(true) } else { Vec::new() }
            }
        }
    }

    /// Takes in the lines of a file of ids, or why there are none.
    pub fn take_ids(&mut self, name: &str, lines: Result<Vec<String>, String>) -> Vec<Effect> {
        // The text may be another one by now.
        let Some(prompt) = self.prompt.as_mut().filter(|prompt| prompt.is_reading) else { return Vec::new() };
        match lines {
            Ok(lines) => {
                prompt.id_files.insert(name.to_owned(), lines);
                self.submit()
            }
            Err(reason) => {
                let places = [format!("@{name}"), format!("@\"{name}\"")].map(|written| {
                    let at = prompt.input.value().find(&written)?;
                    Some(at..at + written.len())
                });
                let place = places.into_iter().flatten().next().unwrap_or(0..prompt.input.value().len());
                let text = prompt.input.value();
                let is_cut = text[place.end..].starts_with(' ') && !text[..place.end].ends_with('"');
                let error = QueryError::new(reason, place);
                self.refuse(if is_cut {
                    error.with_hint("a name with spaces in it stands in quotes: id:@\"my ids.txt\"")
                } else {
                    error
                })
            }
        }
    }

    /// Puts the text right, to be looked at before it is taken over.
    fn take_put_right(&mut self) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        if let Some(text) = prompt.put_right().map(str::to_owned) {
            (prompt.input, prompt.error) = (Input::new(text), None);
        }
        self.look_at_typed()
    }

    fn refuse(&mut self, error: QueryError) -> Vec<Effect> {
        if let Some(prompt) = &mut self.prompt {
            (prompt.error, prompt.is_reading) = (Some(error), false);
            prompt.go_to_wrong();
        }
        Vec::new()
    }

    /// Takes the filter over, or what one step of it is to be.
    fn submit_filter(&mut self, text: &str, step: Option<usize>) -> Vec<Effect> {
        let (now, zone) = (self.clock(), self.zone);
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        let unread = RefCell::new(Vec::new());
        let read = |name: &str| {
            let lines = prompt.id_files.get(name);
            if lines.is_none() {
                unread.borrow_mut().push(name.to_owned());
            }
            Ok(lines.cloned().unwrap_or_else(unread_ids))
        };
        let reading = Reading { now, zone, read_ids: Some(&read) };
        let parsed = query::parse_with(text, reading);
        let parsed = parsed.map_err(|error| by_names(error, text, reading, &self.attributes));
        let unread = unread.into_inner();
        if parsed.is_ok() && !unread.is_empty() {
            prompt.is_reading = true;
            return unread.into_iter().map(Effect::ReadIds).collect();
        }
        match parsed {
            // What was read is the text without the blanks around it.
            Err(mut error) => {
                let typed = prompt.input.value();
                let blank = typed.len() - typed.trim_start().len();
                error.span = error.span.start + blank..error.span.end + blank;
                self.refuse(error)
            }
            Ok(parsed) => {
                self.prompt = None;
                if !text.is_empty() {
                    self.remembered.typed.retain(|typed| typed != text);
                    self.remembered.typed.push(text.to_owned());
                    let extra = self.remembered.typed.len().saturating_sub(MOST_KEPT);
                    self.remembered.typed.drain(..extra);
                }
                let sentences = parsed.sentences();
                if !sentences.is_empty() {
                    self.say(sentences.join("; "));
                }
                let range = parsed.period.map(|period| period.resolve(now, zone));
                let mut effects = self.ask_doubts(&parsed, range, sentences);
                let mut view = self.view_point();
                view.trail = match step {
                    Some(place) => view.trail.replace(place, parsed.filter),
                    None => view.trail.with_filter(parsed.filter),
                };
                view.period = parsed.period.unwrap_or(view.period);
                effects.extend(self.show(view));
                effects
            }
        }
    }
}

/// Stands for the lines of a file of ids before it is read.
pub(super) fn unread_ids() -> Vec<String> {
    vec!["0000".into()]
}

/// Whether an error is about the name of a field that a value stands behind.
fn is_name_of_value(error: &QueryError, text: &str) -> bool {
    let behind = text.get(error.span.end..).unwrap_or_default();
    let value = behind.trim_start_matches([':', '=', '!', '<', '>', '~']);
    let is_begun = value.starts_with(|char: char| !char.is_whitespace() && char != '/');
    error.mistake.is_of_name() && value.len() < behind.len() && is_begun
}

fn recall(prompt: &mut Prompt, typed: &[String], older: bool) {
    let next = match (prompt.recalled, older) {
        // There is nothing newer than what is being typed.
        (None, false) => return,
        (None, true) => Some(0),
        (Some(at), true) => Some((at + 1).min(typed.len().saturating_sub(1))),
        (Some(0), false) => None,
        (Some(at), false) => Some(at - 1),
    };
    if prompt.recalled.is_none() {
        prompt.input.value().clone_into(&mut prompt.draft);
    }
    let text = next.and_then(|at| typed.len().checked_sub(at + 1)).and_then(|at| typed.get(at));
    prompt.recalled = text.and(next);
    prompt.input = Input::new(text.unwrap_or(&prompt.draft).clone());
    prompt.error = None;
}
