//! A text that is looked for within a request in full.

use crate::app::action::Action;
use crate::app::event::Effect;
use crate::app::prompt::{Prompt, PromptKind};
use crate::app::state::{Layer, State};
use crate::query::QueryError;

impl State {
    pub(super) fn act_on_text(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::NextMatch => self.go_to_match(true),
            Action::PreviousMatch => self.go_to_match(false),
            _ => self.search_text(),
        }
    }

    /// Opens the line in which the text is typed.
    fn search_text(&mut self) -> Vec<Effect> {
        if let Some(help) = self.help() {
            help.is_typing = true;
            return Vec::new();
        }
        if let Some(Layer::Detail(detail)) = self.layers.last() {
            self.prompt = Some(Prompt::new(PromptKind::Text(detail.cursor), ""));
        }
        Vec::new()
    }

    /// Goes to the first line, from the one where the search began, that holds what is typed so far; back
    /// there when none does.
    pub(in crate::app) fn follow_typed_text(&mut self, from: usize) -> Vec<Effect> {
        let Some(prompt) = &self.prompt else { return Vec::new() };
        self.text_search = prompt.input.value().trim().to_owned();
        let place = self.match_from(from, 0, true);
        let is_missing = place.is_none() && !self.text_search.is_empty();
        if let Some(prompt) = &mut self.prompt {
            prompt.error = is_missing.then(|| QueryError::new("this request does not hold that", 0..0));
        }
        self.go_to_line(place.unwrap_or(from))
    }

    /// Goes to the next line that holds what was searched, or to the one before; round again at the end.
    pub(in crate::app) fn go_to_match(&mut self, forward: bool) -> Vec<Effect> {
        let Some(Layer::Detail(detail)) = self.layers.last() else { return Vec::new() };
        if self.text_search.is_empty() {
            self.say("nothing was searched yet");
            return Vec::new();
        }
        if let Some(place) = self.match_from(detail.cursor, 1, forward) {
            return self.go_to_line(place);
        }
        self.say(format!("this request does not hold “{}”", self.text_search));
        Vec::new()
    }

    /// The nearest line that holds what is searched, so many lines away or more.
    fn match_from(&self, from: usize, least: usize, forward: bool) -> Option<usize> {
        let Some(Layer::Detail(detail)) = self.layers.last() else { return None };
        let (lines, wanted) = (self.detail_lines(detail), self.text_search.to_lowercase());
        if wanted.is_empty() {
            return None;
        }
        let holds = |place: &usize| {
            let line = &lines[*place];
            format!("{} {}", line.label, String::from_utf8_lossy(&line.value)).to_lowercase().contains(&wanted)
        };
        let count = lines.len();
        (least..count + least)
            .map(|away| (if forward { from + away } else { from + 2 * count - away }) % count)
            .find(holds)
    }

    /// Puts the cursor on a line of the request.
    pub(in crate::app) fn go_to_line(&mut self, place: usize) -> Vec<Effect> {
        let Some(Layer::Detail(detail)) = self.layers.last() else { return Vec::new() };
        let delta = place as i64 - detail.cursor as i64;
        self.move_by(delta)
    }
}
