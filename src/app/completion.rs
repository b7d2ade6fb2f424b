//! What the prompt offers while a filter is typed, and how many requests it would keep.

use std::cell::Cell;

use chrono_tz::Tz;

use crate::base::units;
use crate::engine::question::{FacetField, FacetsWant};
use crate::engine::{Answer, Question, Want};
use crate::model::field::FieldRef;
use crate::model::period_words::range_words;
use crate::query::complete::{Candidate, Slot, typed_start};
use crate::query::{self, Filter, Reading};

use super::event::{Effect, Purpose};
use super::prompt::{Prompt, PromptKind, unread_ids};
use super::state::State;

/// So many values are offered.
const OFFERED: usize = 8;

/// What could stand at the cursor.
#[derive(Debug, Clone)]
pub struct Completion {
    /// What is being typed.
    pub slot: Slot,
    /// What could stand there, the likeliest first.
    pub candidates: Vec<Candidate>,
    /// The one that was put in.
    pub chosen: Option<usize>,
    /// Those that have a count beside them.
    counted: Vec<String>,
    /// The text before one was put in.
    typed: String,
}

impl Completion {
    fn at(text: &str, cursor: usize) -> Option<Self> {
        let slot = Slot::at(text, cursor)?;
        // An empty prompt shows what can be typed, not every field.
        if matches!(&slot, Slot::Word { typed, .. } if typed.is_empty()) {
            return None;
        }
        let mut candidates = slot.candidates();
        candidates.truncate(OFFERED);
        Some(Self { slot, candidates, chosen: None, counted: Vec::new(), typed: text.to_owned() })
    }

    /// Puts the next or the one before in: the text, and the cursor's byte.
    fn cycle(&mut self, forward: bool) -> Option<(String, usize)> {
        let count = self.candidates.len();
        if count == 0 {
            return None;
        }
        let next = match (self.chosen, forward) {
            (None, true) => Some(0),
            (None, false) => Some(count - 1),
            (Some(at), true) => (at + 1 < count).then_some(at + 1),
            (Some(at), false) => at.checked_sub(1),
        };
        self.chosen = next;
        let span = self.slot.span();
        let Some(candidate) = next.map(|at| &self.candidates[at]) else {
            return Some((self.typed.clone(), span.end));
        };
        let (before, behind) = (&self.typed[..span.start], &self.typed[span.end..]);
        // The rest of a word that is replaced goes with it.
        let behind = behind.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        Some((format!("{before}{}{behind}", candidate.text), span.start + candidate.text.len()))
    }
}

/// What is asked of a text while it is typed.
struct Asked {
    question: Question,
    /// Whether it names a file of ids, none of which is known yet.
    names_file: bool,
    /// What of it is left out, because it cannot be read.
    unread: Option<String>,
}

impl State {
    /// Offers what could stand at the cursor, and asks how many requests the text would keep.
    pub(super) fn look_at_typed(&mut self) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        if !prompt.is_query() {
            return Vec::new();
        }
        let (text, cursor) = (prompt.input.value().to_owned(), prompt.cursor_byte());
        prompt.completion = Completion::at(&text, cursor);
        self.offer_attributes();
        // Until the next count, what was said as a whole is.
        let keeps_none = self.prompt.as_ref().is_some_and(|prompt| prompt.keeps.is_some_and(|(keeps, _)| keeps == 0));
        self.note_typed(keeps_none);
        let mut effects = self.ask_values(&text);
        effects.extend(self.ask_preview(&text));
        effects.extend(self.ask_typed_doubts(&text));
        effects
    }

    /// Asks whether the requests show that the text is read otherwise than it is meant.
    fn ask_typed_doubts(&mut self, text: &str) -> Vec<Effect> {
        let reading = Reading { now: self.clock(), zone: self.zone, read_ids: None };
        let parsed = query::parse_with(text, reading).ok().filter(|parsed| !parsed.doubts.is_empty());
        let Some(parsed) = parsed else {
            self.forget(Purpose::Doubts);
            if let Some(prompt) = &mut self.prompt {
                prompt.doubts.clear();
            }
            return Vec::new();
        };
        let range = parsed.period.map(|period| period.resolve(reading.now, reading.zone));
        self.ask_doubts(&parsed, range, Vec::new())
    }

    /// Offers the attributes that begin with the word at the cursor, whole or from one of their dots on.
    pub(super) fn offer_attributes(&mut self) {
        let Some(completion) = self.prompt.as_ref().and_then(|prompt| prompt.completion.as_ref()) else { return };
        let (typed, end) = match &completion.slot {
            Slot::Word { typed, .. } => (typed, ":"),
            Slot::State { word, typed, .. } if word != "is" => (typed, ""),
            _ => return,
        };
        if typed.is_empty() || completion.chosen.is_some() {
            return;
        }
        let begins = |name: &str| {
            let dots = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
            std::iter::once(name).chain(dots).any(|part| part.to_lowercase().starts_with(&typed.to_lowercase()))
        };
        let known = |field: &FieldRef| {
            let FieldRef::Attribute(path) = field else { return None };
            self.attributes.names.iter().find(|(own, _)| own == path).map(|(_, count)| units::count(*count))
        };
        let offers: Vec<Candidate> = self
            .attribute_fields()
            .into_iter()
            .filter(|field| begins(&field.name()))
            .take(OFFERED)
            .filter_map(|field| {
                let name = field.name().into_owned();
                let is_plain = name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
                // A name that needs more than quotes around it is not put in.
                let text = match (is_plain, name.contains(['"', '\\', '\''])) {
                    (true, _) => format!("{name}{end}"),
                    (false, false) => format!("\"{name}\"{end}"),
                    (false, true) => return None,
                };
                Some(Candidate { text, about: known(&field).unwrap_or_default() })
            })
            .collect();
        if let Some(completion) = self.prompt.as_mut().and_then(|prompt| prompt.completion.as_mut()) {
            // Where an attribute goes on from what is typed, the mere prefix is no further help.
            if !offers.is_empty() {
                completion.candidates.retain(|candidate| candidate.text != *"attributes.");
            }
            completion.candidates.retain(|candidate| offers.iter().all(|offer| offer.text != candidate.text));
            completion.candidates.extend(offers);
            completion.candidates.truncate(OFFERED + 4);
        }
    }

    /// Asks for the values that could stand at the cursor, counted under the rest of the query.
    fn ask_values(&mut self, text: &str) -> Vec<Effect> {
        self.forget(Purpose::Complete);
        let completion = self.prompt.as_ref().and_then(|prompt| prompt.completion.as_ref());
        let Some(Slot::Value { term, .. }) = completion.map(|completion| &completion.slot) else { return Vec::new() };
        let Some((field, typed)) = completion.and_then(|completion| completion.slot.counted()) else {
            return Vec::new();
        };
        let facet =
            FacetField { matching: (!typed.is_empty()).then(|| typed.to_owned()), ..FacetField::new(field, OFFERED) };
        let rest = format!("{} {}", &text[..term.start], &text[term.end..]);
        let want = Want::Facets(FacetsWant { fields: vec![facet], with_totals: false });
        let Asked { question, names_file, .. } = self.question_of(&rest, vec![want]);
        if names_file {
            return Vec::new();
        }
        vec![Effect::Ask(self.ask_id(Purpose::Complete), self.at_of_view(), Box::new(question))]
    }

    fn ask_preview(&mut self, text: &str) -> Vec<Effect> {
        let Asked { question, names_file, unread } = self.question_of(text, vec![Want::Count]);
        let is_other = question.range != self.question(Vec::new()).range;
        let words = |zone: Tz| range_words(question.range, self.clock(), zone);
        let period = match (is_other, words(self.zone)) {
            (false, _) => Vec::new(),
            (true, own) if self.zone == Tz::UTC => vec![own],
            (true, own) => vec![format!("{own} · {}", words(Tz::UTC)), own],
        };
        if let Some(prompt) = &mut self.prompt {
            (prompt.period, prompt.unread) = (period, unread);
        }
        let reading = Reading { now: self.clock(), zone: self.zone, read_ids: Some(&|_| Ok(unread_ids())) };
        if names_file || query::names_unknown(text, reading) {
            // What is in a file is not counted before it is read, and what is refused is never counted.
            self.forget(Purpose::Preview);
            if let Some(prompt) = &mut self.prompt {
                (prompt.keeps, prompt.counting_since) = (None, None);
            }
            return Vec::new();
        }
        let now = self.now;
        if let Some(prompt) = &mut self.prompt {
            prompt.counting_since.get_or_insert(now);
        }
        // Of how many is asked with it: the view's own figures are of its period, and of another moment.
        let all = Question { filter: Filter::ALL, ..question.clone() };
        vec![Effect::AskAll(self.ask_id(Purpose::Preview), self.at_of_view(), vec![question, all])]
    }

    /// Counts what is typed anew, because there is more: beside the view's figures a count of before would be wrong.
    /// One that takes longer than the view is waited for, and counted anew then.
    pub(super) fn recount_typed(&mut self) -> Vec<Effect> {
        if self.is_stale_soon(Purpose::Preview) {
            return Vec::new();
        }
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.keeps.is_some()) else { return Vec::new() };
        let (text, since) = (prompt.input.value().to_owned(), prompt.counting_since);
        // Values stand beside the text that was typed, also where one of them was put in since.
        let typed = prompt.completion.as_ref().map_or(text.clone(), |completion| completion.typed.clone());
        let are_values_open = self.asked.get(&Purpose::Complete).is_some_and(|asked| asked.is_open);
        let mut effects = self.ask_preview(&text);
        if let Some(prompt) = &mut self.prompt {
            prompt.counting_since = since;
        }
        if !are_values_open {
            effects.extend(self.ask_values(&typed));
        }
        effects
    }

    /// A question about what a text would show, as far as it can be read.
    fn question_of(&self, text: &str, wants: Vec<Want>) -> Asked {
        let names_file = Cell::new(false);
        let read = |_: &str| {
            names_file.set(true);
            Ok(unread_ids())
        };
        let reading = Reading { now: self.clock(), zone: self.zone, read_ids: Some(&read) };
        let query::Draft { parsed, problems } = query::draft(text, reading);
        let unread = problems.first().and_then(|problem| text.get(problem.span.clone()));
        let mut question = self.question(wants);
        question.filter = match self.prompt.as_ref().map(|prompt| prompt.kind) {
            Some(PromptKind::Step(place)) => self.trail.replace(place, parsed.filter).effective(),
            _ => parsed.filter,
        };
        if let Some(period) = parsed.period {
            question.range = period.resolve(self.clock(), self.zone);
        }
        let unread = unread.map(str::trim).filter(|unread| !unread.is_empty()).map(str::to_owned);
        Asked { question, names_file: names_file.get(), unread }
    }

    /// Takes the values that were counted; those that have a meaning of their own come first.
    pub(super) fn take_values(&mut self, answer: &Answer) {
        let Some(completion) = self.prompt.as_mut().and_then(|prompt| prompt.completion.as_mut()) else { return };
        let values = answer.facets().and_then(|facets| facets.first()).map_or(&[][..], |facet| &facet.values);
        // A value that is not counted any more may be the one that is put in: it stays, without what it had.
        let before = std::mem::take(&mut completion.counted);
        for known in completion.candidates.iter_mut().filter(|known| before.contains(&known.text)) {
            known.about.clear();
        }
        for value in values.iter().filter(|value| value.count > 0) {
            let Some(text) = completion.slot.value_text(value.value.as_deref()) else { continue };
            let about = units::count(value.count);
            match completion.candidates.iter_mut().find(|known| known.text == text) {
                Some(known) => known.about = about,
                None => completion.candidates.push(Candidate { text: text.clone(), about }),
            }
            completion.counted.push(text);
        }
        completion.candidates.truncate(OFFERED + 4);
    }

    /// Takes how many requests the text would keep. Where that is none, how its last word is read may be why.
    pub(super) fn take_preview(&mut self, answers: &[Answer]) {
        let [keeps, of] = [0, 1].map(|place| answers.get(place).and_then(Answer::count));
        if let Some(prompt) = &mut self.prompt {
            (prompt.keeps, prompt.counting_since) = (keeps.zip(of), None);
        }
        self.note_typed(keeps == Some(0));
    }

    /// Says how the text is read; the word at the cursor is still typed, unless the text is meant as a whole.
    fn note_typed(&mut self, is_whole: bool) {
        let (now, zone) = (self.clock(), self.zone);
        let Some(prompt) = self.prompt.as_mut().filter(|prompt| prompt.is_query()) else { return };
        let text = prompt.input.value();
        let end = if is_whole { text.len() } else { prompt.typed_start() };
        let reading = Reading { now, zone, read_ids: Some(&|_| Ok(unread_ids())) };
        prompt.notes = query::draft(&text[..end], reading).parsed.sentences();
    }

    /// Puts the next candidate in, or the one before.
    pub(super) fn complete(&mut self, forward: bool) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        let Some((text, cursor)) = prompt.completion.as_mut().and_then(|completion| completion.cycle(forward)) else {
            return Vec::new();
        };
        let chars = text[..cursor].chars().count();
        prompt.input = tui_input::Input::new(text.clone()).with_cursor(chars);
        prompt.error = None;
        self.note_typed(false);
        self.ask_preview(&text)
    }
}

impl Prompt {
    /// Whether a query is typed.
    pub fn is_query(&self) -> bool {
        matches!(self.kind, PromptKind::Filter | PromptKind::Step(_))
    }

    /// Where the term at the cursor begins that is still typed.
    pub(super) fn typed_start(&self) -> usize {
        typed_start(&self.input.value()[..self.cursor_byte()])
    }

    /// The byte of the text before which the cursor stands.
    pub fn cursor_byte(&self) -> usize {
        let text = self.input.value();
        text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at)
    }
}
